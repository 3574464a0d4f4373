//! Users.

use axum::{Json, extract::State, http::StatusCode};
use miaas_core::api::v1::{CreateUser, Page, UpdateUser, UserItem};

use super::page::whole;
use crate::{
    error::ApiError,
    extract::{ApiJson, ApiPath},
    state::AppState,
};

/// Lists users by name.
#[utoipa::path(get, path = "/api/v1/users", tag = "users", responses((status = 200, body = Page<UserItem>)))]
pub(crate) async fn list(State(state): State<AppState>) -> Result<Json<Page<UserItem>>, ApiError> {
    Ok(whole(state.auth().users().await?))
}

/// Makes a user, who signs in with a name and a password.
#[utoipa::path(post, path = "/api/v1/users", tag = "users", request_body = CreateUser,
    responses((status = 201, body = UserItem)))]
pub(crate) async fn create(
    State(state): State<AppState>,
    ApiJson(body): ApiJson<CreateUser>,
) -> Result<(StatusCode, Json<UserItem>), ApiError> {
    Ok((StatusCode::CREATED, Json(state.auth().create_user(body, state.orchestrator().now()).await?)))
}

/// Changes what a user may do, or the password, or keeps them out. It counts from their next request on.
#[utoipa::path(patch, path = "/api/v1/users/{name}", tag = "users", request_body = UpdateUser,
    params(("name" = String, Path, description = "Name of the user")), responses((status = 200, body = UserItem)))]
pub(crate) async fn update(
    State(state): State<AppState>,
    ApiPath(name): ApiPath<String>,
    ApiJson(body): ApiJson<UpdateUser>,
) -> Result<Json<UserItem>, ApiError> {
    Ok(Json(state.auth().update_user(&name, body).await?))
}

/// Removes a user, who is signed out by that.
#[utoipa::path(delete, path = "/api/v1/users/{name}", tag = "users",
    params(("name" = String, Path, description = "Name of the user")), responses((status = 204)))]
pub(crate) async fn remove(
    State(state): State<AppState>,
    ApiPath(name): ApiPath<String>,
) -> Result<StatusCode, ApiError> {
    state.auth().delete_user(&name).await?;
    Ok(StatusCode::NO_CONTENT)
}
