//! Join tokens (N1).

use axum::{
    Json,
    extract::State,
    http::{HeaderMap, StatusCode},
};
use miaas_core::api::v1::{CreateToken, CreatedToken, Page, TokenItem};

use super::{page::whole, register::public_url};
use crate::{
    error::ApiError,
    extract::{ApiPath, OptionalJson},
    state::AppState,
};

/// Lists join tokens, without the tokens themselves.
#[utoipa::path(get, path = "/api/v1/tokens", tag = "tokens", responses((status = 200, body = Page<TokenItem>)))]
pub(crate) async fn list(State(state): State<AppState>) -> Result<Json<Page<TokenItem>>, ApiError> {
    Ok(whole(state.auth().joins().await?))
}

/// Makes a join token. The answer is the only place where it is shown.
#[utoipa::path(post, path = "/api/v1/tokens", tag = "tokens", request_body = CreateToken,
    responses((status = 201, body = CreatedToken)))]
pub(crate) async fn create(
    State(state): State<AppState>,
    headers: HeaderMap,
    OptionalJson(body): OptionalJson<CreateToken>,
) -> Result<(StatusCode, Json<CreatedToken>), ApiError> {
    let (item, token) = state.auth().create_join(body, state.orchestrator().now()).await?;
    let pin = state.config().ca_pin.map_or_else(String::new, |pin| format!(" --ca-pin {pin}"));
    let url = public_url(&state, &headers);
    let join_command = format!("miaas agent --server {url}{pin} --join-token {} --docker", token.expose());
    let created = CreatedToken { id: item.id, token, join_command, expires_at: item.expires_at };
    Ok((StatusCode::CREATED, Json(created)))
}

/// Deletes a join token; nodes that joined with it stay.
#[utoipa::path(delete, path = "/api/v1/tokens/{id}", tag = "tokens",
    params(("id" = String, Path, description = "Id of the token")), responses((status = 204)))]
pub(crate) async fn remove(
    State(state): State<AppState>,
    ApiPath(id): ApiPath<String>,
) -> Result<StatusCode, ApiError> {
    state.auth().delete_join(&id).await?;
    Ok(StatusCode::NO_CONTENT)
}
