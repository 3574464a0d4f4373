//! The state of the control plane.

use axum::{Json, extract::State};
use miaas_core::api::v1::Status;

use crate::state::AppState;

/// The state of the control plane.
#[utoipa::path(get, path = "/api/v1/status", tag = "status", responses((status = 200, body = Status)))]
pub(crate) async fn show(State(state): State<AppState>) -> Json<Status> {
    Json(state.orchestrator().status(env!("CARGO_PKG_VERSION")))
}
