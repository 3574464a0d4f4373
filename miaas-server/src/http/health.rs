//! Whether the server lives and can work (O1). Both need no credentials and say nothing else.

use axum::{Json, extract::State};
use miaas_core::port::{Key, Kind};
use serde::Serialize;
use utoipa::ToSchema;

use crate::{error::ApiError, state::AppState};

/// Answer of the health routes.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Health {
    /// Always `ok`.
    status: &'static str,
}

const OK: Json<Health> = Json(Health { status: "ok" });

/// The process answers.
#[utoipa::path(get, path = "/healthz", tag = "health", responses((status = 200, body = Health)))]
pub(crate) async fn healthz() -> Json<Health> {
    OK
}

/// The store answers, so requests can be served.
#[utoipa::path(get, path = "/readyz", tag = "health", responses((status = 200, body = Health)))]
pub(crate) async fn readyz(State(state): State<AppState>) -> Result<Json<Health>, ApiError> {
    state.orchestrator().store().get(&Key::new(Kind::Setting, "ready")).await?;
    Ok(OK)
}
