//! Stacks (T8): services that are wanted, placed and wired together.

use axum::{
    Json,
    extract::State,
    http::header,
    response::{IntoResponse as _, Response},
};
use miaas_core::api::v1::{ApplyStack, Page, StackAnswer, StackItem};
use miaas_templates::stack::StackFile;

use super::{deployments::DryRun, page::whole};
use crate::{
    error::ApiError,
    extract::{ApiJson, ApiPath, ApiQuery},
    state::AppState,
};

/// Lists stacks by name.
#[utoipa::path(get, path = "/api/v1/stacks", tag = "stacks", responses((status = 200, body = Page<StackItem>)))]
pub(crate) async fn list(State(state): State<AppState>) -> Json<Page<StackItem>> {
    whole(state.orchestrator().stacks())
}

/// One stack with its services.
#[utoipa::path(get, path = "/api/v1/stacks/{name}", tag = "stacks",
    params(("name" = String, Path, description = "Name of the stack")), responses((status = 200, body = StackItem)))]
pub(crate) async fn show(
    State(state): State<AppState>,
    ApiPath(name): ApiPath<String>,
) -> Result<Json<StackItem>, ApiError> {
    Ok(Json(state.orchestrator().stack(&name)?))
}

/// A stack as the file `miaas.yaml` that makes it what it is. Passwords, and variables and files of Compose documents, are `${stored}`:
/// applied again, such a value stays as it is.
#[utoipa::path(get, path = "/api/v1/stacks/{name}/file", tag = "stacks",
    params(("name" = String, Path, description = "Name of the stack")),
    responses((status = 200, content_type = "application/yaml", body = String)))]
pub(crate) async fn file(State(state): State<AppState>, ApiPath(name): ApiPath<String>) -> Result<Response, ApiError> {
    let ApplyStack { services } = state.orchestrator().stack_file(&name)?;
    let text = StackFile { name, services }.to_yaml()?;
    Ok(([(header::CONTENT_TYPE, "application/yaml")], text).into_response())
}

/// Makes a stack consist of these services, all at once or not at all: each becomes the deployment `STACK-SERVICE`. What is
/// as wanted already stays; what is no longer named goes. While nothing of the stack runs, all of it is placed or nothing is.
#[utoipa::path(put, path = "/api/v1/stacks/{name}", tag = "stacks", request_body = ApplyStack,
    params(DryRun, ("name" = String, Path, description = "Name of the stack")),
    responses((status = 200, body = StackAnswer)))]
pub(crate) async fn apply(
    State(state): State<AppState>,
    ApiPath(name): ApiPath<String>,
    ApiQuery(query): ApiQuery<DryRun>,
    ApiJson(body): ApiJson<ApplyStack>,
) -> Result<Json<StackAnswer>, ApiError> {
    let _edit = state.edit().await;
    let services = state.complete(|completion| completion.stack(&name, body))?;
    Ok(Json(if query.dry_run {
        state.orchestrator().plan_stack(&name, &services)?
    } else {
        state.orchestrator().apply_stack(&name, &services).await?
    }))
}

/// Removes every service of a stack with its volumes.
#[utoipa::path(delete, path = "/api/v1/stacks/{name}", tag = "stacks",
    params(("name" = String, Path, description = "Name of the stack")), responses((status = 200, body = StackAnswer)))]
pub(crate) async fn remove(
    State(state): State<AppState>,
    ApiPath(name): ApiPath<String>,
) -> Result<Json<StackAnswer>, ApiError> {
    let _edit = state.edit().await;
    Ok(Json(state.orchestrator().delete_stack(&name).await?))
}
