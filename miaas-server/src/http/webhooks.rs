//! Webhooks (D8).

use axum::{Json, extract::State, http::StatusCode};
use miaas_core::api::v1::{CreateWebhook, CreatedWebhook, DeadLetter, Page, Redelivered, WebhookItem};

use super::page::whole;
use crate::{
    error::ApiError,
    extract::{ApiJson, ApiPath},
    state::AppState,
};

/// Lists the webhooks and how far each has come.
#[utoipa::path(get, path = "/api/v1/webhooks", tag = "webhooks", responses((status = 200, body = Page<WebhookItem>)))]
pub(crate) async fn list(State(state): State<AppState>) -> Result<Json<Page<WebhookItem>>, ApiError> {
    Ok(whole(state.webhooks().list().await?))
}

/// Makes a webhook; what happens from now on is sent. The answer is the only place where its key is shown.
#[utoipa::path(post, path = "/api/v1/webhooks", tag = "webhooks", request_body = CreateWebhook,
    responses((status = 201, body = CreatedWebhook)))]
pub(crate) async fn create(
    State(state): State<AppState>,
    ApiJson(body): ApiJson<CreateWebhook>,
) -> Result<(StatusCode, Json<CreatedWebhook>), ApiError> {
    Ok((StatusCode::CREATED, Json(state.webhooks().create(body).await?)))
}

/// One webhook.
#[utoipa::path(get, path = "/api/v1/webhooks/{name}", tag = "webhooks",
    params(("name" = String, Path, description = "Name of the webhook")), responses((status = 200, body = WebhookItem)))]
pub(crate) async fn show(
    State(state): State<AppState>,
    ApiPath(name): ApiPath<String>,
) -> Result<Json<WebhookItem>, ApiError> {
    Ok(Json(state.webhooks().show(&name).await?))
}

/// Removes a webhook with its dead letters.
#[utoipa::path(delete, path = "/api/v1/webhooks/{name}", tag = "webhooks",
    params(("name" = String, Path, description = "Name of the webhook")), responses((status = 204)))]
pub(crate) async fn remove(
    State(state): State<AppState>,
    ApiPath(name): ApiPath<String>,
) -> Result<StatusCode, ApiError> {
    state.webhooks().delete(&name).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Sends a test and waits for the answer: 204 when the receiver took it.
#[utoipa::path(post, path = "/api/v1/webhooks/{name}/test", tag = "webhooks",
    params(("name" = String, Path, description = "Name of the webhook")), responses((status = 204)))]
pub(crate) async fn test(
    State(state): State<AppState>,
    ApiPath(name): ApiPath<String>,
) -> Result<StatusCode, ApiError> {
    state.webhooks().test(&name).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Events that could not be delivered and were given up, oldest first.
#[utoipa::path(get, path = "/api/v1/webhooks/{name}/dead-letters", tag = "webhooks",
    params(("name" = String, Path, description = "Name of the webhook")),
    responses((status = 200, body = Page<DeadLetter>)))]
pub(crate) async fn dead(
    State(state): State<AppState>,
    ApiPath(name): ApiPath<String>,
) -> Result<Json<Page<DeadLetter>>, ApiError> {
    Ok(whole(state.webhooks().dead(&name).await?))
}

/// Forgets the dead letters.
#[utoipa::path(delete, path = "/api/v1/webhooks/{name}/dead-letters", tag = "webhooks",
    params(("name" = String, Path, description = "Name of the webhook")), responses((status = 204)))]
pub(crate) async fn clear(
    State(state): State<AppState>,
    ApiPath(name): ApiPath<String>,
) -> Result<StatusCode, ApiError> {
    state.webhooks().clear(&name).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Sends the dead letters again, oldest first, until one does not arrive.
#[utoipa::path(post, path = "/api/v1/webhooks/{name}/dead-letters/redeliver", tag = "webhooks",
    params(("name" = String, Path, description = "Name of the webhook")), responses((status = 200, body = Redelivered)))]
pub(crate) async fn redeliver(
    State(state): State<AppState>,
    ApiPath(name): ApiPath<String>,
) -> Result<Json<Redelivered>, ApiError> {
    Ok(Json(state.webhooks().redeliver(&name).await?))
}
