//! Secrets (S3): values go in and never come out.

use axum::{
    Json,
    extract::State,
    http::StatusCode,
    response::{IntoResponse as _, Response},
};
use miaas_core::api::v1::{Page, PutSecret, SecretItem};

use super::{deployments::DryRun, nodes::planned, page::whole};
use crate::{
    error::ApiError,
    extract::{ApiJson, ApiPath, ApiQuery},
    state::AppState,
};

/// Lists secrets by name, without their values.
#[utoipa::path(get, path = "/api/v1/secrets", tag = "secrets", responses((status = 200, body = Page<SecretItem>)))]
pub(crate) async fn list(State(state): State<AppState>) -> Json<Page<SecretItem>> {
    whole(state.orchestrator().secrets())
}

/// Stores a secret, or gives an existing one a new value: what refers to it as `${secrets.NAME}` is rendered again.
#[utoipa::path(put, path = "/api/v1/secrets/{name}", tag = "secrets", request_body = PutSecret,
    params(("name" = String, Path, description = "Name of the secret"), DryRun),
    responses((status = 200, body = SecretItem, description = "With `dry_run` a `PlanAnswer`")))]
pub(crate) async fn put(
    State(state): State<AppState>,
    ApiPath(name): ApiPath<String>,
    ApiQuery(query): ApiQuery<DryRun>,
    ApiJson(body): ApiJson<PutSecret>,
) -> Result<Response, ApiError> {
    if query.dry_run {
        return planned(&state, move |o| o.plan_put_secret(&name, &body)).await;
    }
    Ok(Json(state.orchestrator().put_secret(&name, body).await?).into_response())
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
