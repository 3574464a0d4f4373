//! Plans (D4).

use axum::{Extension, Json, extract::State};
use miaas_core::api::v1::{CreateDeployment, PlanAnswer};

use crate::{auth::Caller, error::ApiError, extract::ApiJson, state::AppState};

/// What creating a deployment, or applying it again under its name, would change, where and why.
#[utoipa::path(post, path = "/api/v1/plan", tag = "deployments", request_body = CreateDeployment,
    responses((status = 200, body = PlanAnswer)))]
pub(crate) async fn plan(
    State(state): State<AppState>,
    Extension(caller): Extension<Caller>,
    ApiJson(mut body): ApiJson<CreateDeployment>,
) -> Result<Json<PlanAnswer>, ApiError> {
    caller.check_labels(|key| body.labels.get(key))?;
    caller.check_free(&state, body.name.as_deref())?;
    state.complete(|completion| completion.create(&mut body))?;
    let orchestrator = state.orchestrator().clone();
    Ok(Json(super::compute("plan", move || orchestrator.plan_create(&body)).await?))
}
