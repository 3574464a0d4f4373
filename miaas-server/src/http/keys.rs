//! API keys.

use axum::{Json, extract::State, http::StatusCode};
use miaas_core::api::v1::{CreateKey, CreatedKey, KeyItem, Page};

use super::page::whole;
use crate::{
    error::ApiError,
    extract::{ApiPath, OptionalJson},
    state::AppState,
};

/// Lists API keys, without the keys themselves.
#[utoipa::path(get, path = "/api/v1/keys", tag = "keys", responses((status = 200, body = Page<KeyItem>)))]
pub(crate) async fn list(State(state): State<AppState>) -> Result<Json<Page<KeyItem>>, ApiError> {
    Ok(whole(state.auth().keys().await?))
}

/// Makes an API key. The answer is the only place where it is shown.
#[utoipa::path(post, path = "/api/v1/keys", tag = "keys", request_body = CreateKey,
    responses((status = 201, body = CreatedKey)))]
pub(crate) async fn create(
    State(state): State<AppState>,
    OptionalJson(body): OptionalJson<CreateKey>,
) -> Result<(StatusCode, Json<CreatedKey>), ApiError> {
    Ok((StatusCode::CREATED, Json(state.auth().create_key(body, state.orchestrator().now()).await?)))
}

/// Deletes an API key. The last one cannot be deleted.
#[utoipa::path(delete, path = "/api/v1/keys/{id}", tag = "keys",
    params(("id" = String, Path, description = "Id of the key")), responses((status = 204)))]
pub(crate) async fn remove(
    State(state): State<AppState>,
    ApiPath(id): ApiPath<String>,
) -> Result<StatusCode, ApiError> {
    state.auth().delete_key(&id).await?;
    Ok(StatusCode::NO_CONTENT)
}
