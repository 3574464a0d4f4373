//! Secrets (S3): values go in and never come out.

use axum::{Json, extract::State, http::StatusCode};
use miaas_core::api::v1::{Page, PutSecret, SecretItem};

use super::page::whole;
use crate::{
    error::ApiError,
    extract::{ApiJson, ApiPath},
    state::AppState,
};

/// Lists secrets by name, without their values.
#[utoipa::path(get, path = "/api/v1/secrets", tag = "secrets", responses((status = 200, body = Page<SecretItem>)))]
pub(crate) async fn list(State(state): State<AppState>) -> Json<Page<SecretItem>> {
    whole(state.orchestrator().secrets())
}

/// Stores a secret, or gives an existing one a new value: what refers to it as `${secrets.NAME}` is rendered again.
#[utoipa::path(put, path = "/api/v1/secrets/{name}", tag = "secrets", request_body = PutSecret,
    params(("name" = String, Path, description = "Name of the secret")), responses((status = 200, body = SecretItem)))]
pub(crate) async fn put(
    State(state): State<AppState>,
    ApiPath(name): ApiPath<String>,
    ApiJson(body): ApiJson<PutSecret>,
) -> Result<Json<SecretItem>, ApiError> {
    Ok(Json(state.orchestrator().put_secret(&name, body).await?))
}

/// Removes a secret. Refused with 409 while a deployment refers to it.
#[utoipa::path(delete, path = "/api/v1/secrets/{name}", tag = "secrets",
    params(("name" = String, Path, description = "Name of the secret")), responses((status = 204)))]
pub(crate) async fn remove(
    State(state): State<AppState>,
    ApiPath(name): ApiPath<String>,
) -> Result<StatusCode, ApiError> {
    state.orchestrator().delete_secret(&name).await?;
    Ok(StatusCode::NO_CONTENT)
}
