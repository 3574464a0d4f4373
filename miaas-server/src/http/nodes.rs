//! Nodes (N2, N8) and direct deploys to them (D5).

use axum::{
    Json,
    extract::State,
    http::StatusCode,
    response::{IntoResponse as _, Response},
};
use miaas_core::{
    PortError,
    api::v1::{DeploymentItem, DirectDeploy, DrainNode, NodeItem, Page, PatchLabels, PlanAnswer},
    engine::Orchestrator,
    name::Labels,
    spec::{Issue, nearest},
};
use serde::Deserialize;
use utoipa::IntoParams;

use super::{deployments::DryRun, page::page};
use crate::{
    error::ApiError,
    extract::{ApiJson, ApiPath, ApiQuery, OptionalJson},
    hub::CloseReason,
    state::AppState,
};

type NodeAnswer = Result<Json<NodeItem>, ApiError>;

/// Which nodes.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(default, deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct NodeQuery {
    /// At most so many, 1 to 1000; 100 unless given.
    limit: Option<usize>,
    /// The `next` of the page before.
    after: Option<String>,
    /// Only nodes of this status.
    status: Option<String>,
    /// Only nodes with these labels: `key=value`, several separated by commas.
    label: Option<String>,
}

/// Lists nodes by id.
#[utoipa::path(get, path = "/api/v1/nodes", tag = "nodes", params(NodeQuery), responses((status = 200, body = Page<NodeItem>)))]
pub(crate) async fn list(
    State(state): State<AppState>,
    ApiQuery(query): ApiQuery<NodeQuery>,
) -> Result<Json<Page<NodeItem>>, ApiError> {
    let labels = selector(query.label.as_deref())?;
    check_status(query.status.as_deref())?;
    let wanted =
        |n: &NodeItem| query.status.as_deref().is_none_or(|s| n.status.as_str() == s) && n.labels.contains_all(&labels);
    let nodes = state.orchestrator().nodes().into_iter().filter(wanted);
    page(nodes, |n| n.id.as_str(), query.after.as_deref(), query.limit)
}

fn selector(text: Option<&str>) -> Result<Labels, ApiError> {
    Labels::parse_pairs(text.into_iter().flat_map(|t| t.split(',')))
        .map_err(|e| ApiError::refused(format!("/label: {e}"), Issue::new("/label", e.to_string())))
}

fn check_status(status: Option<&str>) -> Result<(), ApiError> {
    const KNOWN: [&str; 6] = ["pending", "online", "unreachable", "offline", "draining", "cordoned"];
    let Some(status) = status.filter(|s| !KNOWN.contains(s)) else { return Ok(()) };
    let hint = nearest(status, KNOWN)
        .map_or_else(|| format!("known are {}", KNOWN.join(", ")), |n| format!("did you mean `{n}`?"));
    let shown: String = status.chars().take(80).collect();
    let message = format!("no node has the status `{shown}`");
    Err(ApiError::refused(format!("/status: {message}"), Issue::new("/status", message).with_hint(hint)))
}

/// One node.
#[utoipa::path(get, path = "/api/v1/nodes/{id}", tag = "nodes", params(("id" = String, Path, description = "Id or name")),
    responses((status = 200, body = NodeItem)))]
pub(crate) async fn show(State(state): State<AppState>, ApiPath(id): ApiPath<String>) -> NodeAnswer {
    Ok(Json(state.orchestrator().node(&id)?))
}

/// Whether to remove what is in use.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct RemoveQuery {
    /// Also a node that has workloads: they end there and are placed elsewhere, their data stays behind.
    force: bool,
    /// With `true` nothing changes, and the answer (200) is the plan.
    dry_run: bool,
}

/// Forgets a node; what ran there is placed elsewhere.
#[utoipa::path(delete, path = "/api/v1/nodes/{id}", tag = "nodes",
    params(("id" = String, Path, description = "Id or name"), RemoveQuery),
    responses((status = 204), (status = 409, description = "It has workloads; the message names them")))]
pub(crate) async fn remove(
    State(state): State<AppState>,
    ApiPath(id): ApiPath<String>,
    ApiQuery(query): ApiQuery<RemoveQuery>,
) -> Result<Response, ApiError> {
    if query.dry_run {
        return planned(&state, move |o| o.plan_remove_node(&id)).await;
    }
    // Its session is not cut: the engine tells the agent to stop everything first, and its next message ends the session.
    state.orchestrator().remove_node(&id, query.force).await?;
    Ok(StatusCode::NO_CONTENT.into_response())
}

/// The answer to a dry run.
pub(super) async fn planned(
    state: &AppState,
    plan: impl FnOnce(&Orchestrator) -> Result<PlanAnswer, PortError> + Send + 'static,
) -> Result<Response, ApiError> {
    let orchestrator = state.orchestrator().clone();
    Ok(Json(super::compute("node.plan", move || plan(&orchestrator)).await?).into_response())
}

/// Sets and removes labels.
#[utoipa::path(patch, path = "/api/v1/nodes/{id}/labels", tag = "nodes", request_body = PatchLabels,
    params(("id" = String, Path, description = "Id or name"), DryRun),
    responses((status = 200, body = NodeItem, description = "With `dry_run` a `PlanAnswer`")))]
pub(crate) async fn label(
    State(state): State<AppState>,
    ApiPath(id): ApiPath<String>,
    ApiQuery(query): ApiQuery<DryRun>,
    ApiJson(body): ApiJson<PatchLabels>,
) -> Result<Response, ApiError> {
    if query.dry_run {
        return planned(&state, move |o| o.plan_labels(&id, body)).await;
    }
    Ok(Json(state.orchestrator().patch_labels(&id, body).await?).into_response())
}

/// Keeps new work away.
#[utoipa::path(post, path = "/api/v1/nodes/{id}/cordon", tag = "nodes",
    params(("id" = String, Path, description = "Id or name"), DryRun),
    responses((status = 200, body = NodeItem, description = "With `dry_run` a `PlanAnswer`")))]
pub(crate) async fn cordon(
    State(state): State<AppState>,
    ApiPath(id): ApiPath<String>,
    ApiQuery(query): ApiQuery<DryRun>,
) -> Result<Response, ApiError> {
    if query.dry_run {
        return planned(&state, move |o| o.plan_cordon(&id, true)).await;
    }
    Ok(Json(state.orchestrator().cordon(&id, true).await?).into_response())
}

/// Lets new work come again; also ends a drain.
#[utoipa::path(post, path = "/api/v1/nodes/{id}/uncordon", tag = "nodes",
    params(("id" = String, Path, description = "Id or name"), DryRun),
    responses((status = 200, body = NodeItem, description = "With `dry_run` a `PlanAnswer`")))]
pub(crate) async fn uncordon(
    State(state): State<AppState>,
    ApiPath(id): ApiPath<String>,
    ApiQuery(query): ApiQuery<DryRun>,
) -> Result<Response, ApiError> {
    if query.dry_run {
        return planned(&state, move |o| o.plan_cordon(&id, false)).await;
    }
    Ok(Json(state.orchestrator().cordon(&id, false).await?).into_response())
}

/// Moves all work away, the new place first. The body may be left out.
#[utoipa::path(post, path = "/api/v1/nodes/{id}/drain", tag = "nodes", request_body = DrainNode,
    params(("id" = String, Path, description = "Id or name"), DryRun),
    responses((status = 200, body = NodeItem, description = "With `dry_run` a `PlanAnswer`")))]
pub(crate) async fn drain(
    State(state): State<AppState>,
    ApiPath(id): ApiPath<String>,
    ApiQuery(query): ApiQuery<DryRun>,
    OptionalJson(body): OptionalJson<DrainNode>,
) -> Result<Response, ApiError> {
    if query.dry_run {
        return planned(&state, move |o| o.plan_drain(&id, &body)).await;
    }
    Ok(Json(state.orchestrator().drain(&id, body).await?).into_response())
}

/// Lets a node in that waits for it.
#[utoipa::path(post, path = "/api/v1/nodes/{id}/approve", tag = "nodes",
    params(("id" = String, Path, description = "Id or name")), responses((status = 200, body = NodeItem)))]
pub(crate) async fn approve(State(state): State<AppState>, ApiPath(id): ApiPath<String>) -> NodeAnswer {
    Ok(Json(state.orchestrator().approve_node(&id).await?))
}

/// Refuses every token that the node was given so far, and ends its session. It must register again.
#[utoipa::path(post, path = "/api/v1/nodes/{id}/revoke", tag = "nodes",
    params(("id" = String, Path, description = "Id or name")), responses((status = 204)))]
pub(crate) async fn revoke(
    State(state): State<AppState>,
    ApiPath(id): ApiPath<String>,
) -> Result<StatusCode, ApiError> {
    let node = state.orchestrator().node(&id)?.id;
    state.orchestrator().revoke_node_tokens(node.as_str()).await?;
    state.hub().disconnect(&node, CloseReason::Revoked);
    Ok(StatusCode::NO_CONTENT)
}

/// Runs a Compose document on this node, or removes what was so run. The answer is the deployment, null when there was none.
#[utoipa::path(post, path = "/api/v1/nodes/{id}/deploy", tag = "nodes", request_body = DirectDeploy,
    params(("id" = String, Path, description = "Id or name"), DryRun),
    responses((status = 202, body = Option<DeploymentItem>), (status = 200, body = PlanAnswer, description = "With `dry_run`")))]
pub(crate) async fn deploy(
    State(state): State<AppState>,
    ApiPath(id): ApiPath<String>,
    ApiQuery(query): ApiQuery<DryRun>,
    ApiJson(body): ApiJson<DirectDeploy>,
) -> Result<Response, ApiError> {
    if query.dry_run {
        return planned(&state, move |o| o.plan_direct_deploy(&id, body)).await;
    }
    let _edit = state.edit().await;
    Ok((StatusCode::ACCEPTED, Json(state.orchestrator().direct_deploy(&id, body).await?)).into_response())
}
