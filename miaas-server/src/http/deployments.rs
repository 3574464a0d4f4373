//! Deployments (D1, D2, D4).

use axum::{
    Extension, Json,
    extract::State,
    http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use miaas_core::{
    PortError,
    api::v1::{
        CreateDeployment, DeploymentItem, Outputs, Page, PlanAnswer, RevisionItem, Role, Rollback, UpdateDeployment,
    },
};
use serde::Deserialize;
use utoipa::IntoParams;

use super::{
    page::{page, whole},
    precondition::{self, etag},
};
use crate::{
    auth::Caller,
    error::ApiError,
    extract::{ApiJson, ApiPath, ApiQuery, OptionalJson},
    state::AppState,
};

/// Which deployments.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(default, deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct PageQuery {
    /// At most so many, 1 to 1000; 100 unless given.
    limit: Option<usize>,
    /// The `next` of the page before.
    after: Option<String>,
}

/// Do it, or say what it would do.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(default, deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct DryRun {
    /// With `true` nothing changes, and the answer (200) is the plan.
    pub(super) dry_run: bool,
}

/// Whether to show what is masked otherwise.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(default, deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct Reveal {
    /// With `true` passwords are part of the answer.
    reveal: bool,
}

/// Lists deployments by id.
#[utoipa::path(get, path = "/api/v1/deployments", tag = "deployments", params(PageQuery),
    responses((status = 200, body = Page<DeploymentItem>)))]
pub(crate) async fn list(
    State(state): State<AppState>,
    Extension(caller): Extension<Caller>,
    ApiQuery(query): ApiQuery<PageQuery>,
) -> Result<Json<Page<DeploymentItem>>, ApiError> {
    let all = state.orchestrator().deployments().into_iter().filter(|d| caller.reaches(&d.labels));
    page(all, |d| d.id.as_str(), query.after.as_deref(), query.limit)
}

/// Creates a deployment. It is stored at once and started by and by: its status, events and logs follow. With the header
/// `Idempotency-Key` a repeated request gets the deployment that the first one made (remembered for a day).
#[utoipa::path(post, path = "/api/v1/deployments", tag = "deployments", request_body = CreateDeployment,
    params(DryRun, ("Idempotency-Key" = Option<String>, Header, description = "Chosen by the caller, 1 to 255 characters")),
    responses((status = 202, body = DeploymentItem), (status = 200, body = PlanAnswer, description = "With `dry_run`")))]
pub(crate) async fn create(
    State(state): State<AppState>,
    Extension(caller): Extension<Caller>,
    ApiQuery(query): ApiQuery<DryRun>,
    headers: HeaderMap,
    ApiJson(body): ApiJson<CreateDeployment>,
) -> Result<Response, ApiError> {
    caller.check_labels(|key| body.labels.get(key))?;
    if query.dry_run {
        return Ok(super::plan::plan(State(state), Extension(caller), ApiJson(body)).await?.into_response());
    }
    let item = create_once(&state, headers.get("idempotency-key"), body).await?;
    let location = format!("/api/v1/deployments/{}", item.id);
    Ok((StatusCode::ACCEPTED, [(header::LOCATION, location)], etag(&item), Json(item)).into_response())
}

async fn create_once(
    state: &AppState,
    key: Option<&HeaderValue>,
    mut body: CreateDeployment,
) -> Result<DeploymentItem, PortError> {
    let asked = serde_json::to_vec(&body)
        .map_err(|e| PortError::internal("deployment.create", "the request does not serialise").with_source(e))?;
    state.complete(|completion| completion.create(&mut body))?;
    match key {
        Some(key) => state.orchestrator().create_once(&String::from_utf8_lossy(key.as_bytes()), &asked, body).await,
        None => state.orchestrator().create(body).await,
    }
}

/// One deployment. The header `ETag` is its generation.
#[utoipa::path(get, path = "/api/v1/deployments/{id}", tag = "deployments",
    params(("id" = String, Path, description = "Id or name")), responses((status = 200, body = DeploymentItem)))]
pub(crate) async fn show(
    State(state): State<AppState>,
    ApiPath(id): ApiPath<String>,
) -> Result<impl IntoResponse, ApiError> {
    let item = state.orchestrator().deployment(&id)?;
    Ok((etag(&item), Json(item)))
}

/// Changes what is wanted of a deployment: parameters, replicas, placement, running or stopped.
#[utoipa::path(patch, path = "/api/v1/deployments/{id}", tag = "deployments", request_body = UpdateDeployment,
    params(DryRun, ("id" = String, Path, description = "Id or name"),
        ("If-Match" = Option<String>, Header, description = "Refused with 412 unless this is the present `ETag`")),
    responses((status = 200, body = DeploymentItem, description = "With `dry_run` a `PlanAnswer`")))]
pub(crate) async fn update(
    State(state): State<AppState>,
    Extension(caller): Extension<Caller>,
    ApiPath(id): ApiPath<String>,
    ApiQuery(query): ApiQuery<DryRun>,
    headers: HeaderMap,
    ApiJson(mut body): ApiJson<UpdateDeployment>,
) -> Result<Response, ApiError> {
    if let Some(labels) = &body.labels {
        caller.check_labels(|key| labels.get(key))?;
    }
    let _edit = state.edit().await;
    precondition::check(&headers, &state.orchestrator().deployment(&id)?)?;
    state.complete(|completion| completion.update(&id, &mut body))?;
    if query.dry_run {
        return Ok(Json::<PlanAnswer>(state.orchestrator().plan_update(&id, &body)?).into_response());
    }
    Ok(tagged(state.orchestrator().update(&id, body).await?))
}

/// Removes a deployment with its workloads and their volumes.
#[utoipa::path(delete, path = "/api/v1/deployments/{id}", tag = "deployments",
    params(DryRun, ("id" = String, Path, description = "Id or name"),
        ("If-Match" = Option<String>, Header, description = "Refused with 412 unless this is the present `ETag`")),
    responses((status = 202, body = DeploymentItem), (status = 200, body = PlanAnswer, description = "With `dry_run`")))]
pub(crate) async fn remove(
    State(state): State<AppState>,
    ApiPath(id): ApiPath<String>,
    ApiQuery(query): ApiQuery<DryRun>,
    headers: HeaderMap,
) -> Result<Response, ApiError> {
    let _edit = state.edit().await;
    precondition::check(&headers, &state.orchestrator().deployment(&id)?)?;
    if query.dry_run {
        return Ok(Json::<PlanAnswer>(state.orchestrator().plan_delete(&id)?).into_response());
    }
    let item = state.orchestrator().delete(&id).await?;
    Ok((StatusCode::ACCEPTED, tagged(item)).into_response())
}

/// What a user gets to know of a deployment, for example its address. With several replicas the names carry the slot:
/// `url.0`, `url.1`.
#[utoipa::path(get, path = "/api/v1/deployments/{id}/outputs", tag = "deployments",
    params(Reveal, ("id" = String, Path, description = "Id or name")),
    responses((status = 200, body = BTreeMap<String, String>)))]
pub(crate) async fn outputs(
    State(state): State<AppState>,
    Extension(caller): Extension<Caller>,
    ApiPath(id): ApiPath<String>,
    ApiQuery(query): ApiQuery<Reveal>,
) -> Result<Json<Outputs>, ApiError> {
    if query.reveal {
        caller.require(Role::Operator)?;
    }
    Ok(Json(state.orchestrator().outputs(&id, query.reveal)?))
}

/// The revisions of a deployment that are kept, newest first, each with what is different from the one before.
#[utoipa::path(get, path = "/api/v1/deployments/{id}/revisions", tag = "deployments",
    params(("id" = String, Path, description = "Id or name")), responses((status = 200, body = Page<RevisionItem>)))]
pub(crate) async fn revisions(
    State(state): State<AppState>,
    ApiPath(id): ApiPath<String>,
) -> Result<Json<Page<RevisionItem>>, ApiError> {
    Ok(whole(state.orchestrator().revisions(&id)?))
}

/// Makes an old revision the wanted one again, as a new revision; without a number the last one that was ready.
#[utoipa::path(post, path = "/api/v1/deployments/{id}/rollback", tag = "deployments", request_body = Rollback,
    params(("id" = String, Path, description = "Id or name"),
        ("If-Match" = Option<String>, Header, description = "Refused with 412 unless this is the present `ETag`"), DryRun),
    responses((status = 200, body = DeploymentItem, description = "With `dry_run` a `PlanAnswer`")))]
pub(crate) async fn rollback(
    State(state): State<AppState>,
    ApiPath(id): ApiPath<String>,
    ApiQuery(query): ApiQuery<DryRun>,
    headers: HeaderMap,
    OptionalJson(body): OptionalJson<Rollback>,
) -> Result<Response, ApiError> {
    if query.dry_run {
        let orchestrator = state.orchestrator().clone();
        let plan = super::compute("deployment.plan", move || orchestrator.plan_rollback(&id, &body)).await?;
        return Ok(Json(plan).into_response());
    }
    let _edit = state.edit().await;
    precondition::check(&headers, &state.orchestrator().deployment(&id)?)?;
    Ok(tagged(state.orchestrator().rollback(&id, body).await?))
}

fn tagged(item: DeploymentItem) -> Response {
    let tag: [(HeaderName, HeaderValue); 1] = etag(&item);
    (tag, Json(item)).into_response()
}
