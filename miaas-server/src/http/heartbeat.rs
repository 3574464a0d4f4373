//! Heartbeats over plain HTTP (N2). This path touches memory only.

use axum::{Extension, Json, extract::State};
use miaas_core::{api::v1::HeartbeatAck, model::Heartbeat};

use crate::{auth::NodeGrant, error::ApiError, extract::OptionalJson, state::AppState};

/// The node lives. Every field is optional, also the body.
#[utoipa::path(post, path = "/api/v1/nodes/{id}/heartbeat", tag = "nodes", request_body = Heartbeat,
    params(("id" = String, Path, description = "Id of the node that the token belongs to")),
    responses((status = 200, body = HeartbeatAck)))]
pub(crate) async fn heartbeat(
    State(state): State<AppState>,
    Extension(grant): Extension<NodeGrant>,
    OptionalJson(beat): OptionalJson<Heartbeat>,
) -> Result<Json<HeartbeatAck>, ApiError> {
    let timestamp = state.orchestrator().heartbeat(&grant.node, beat)?;
    Ok(Json(HeartbeatAck { status: "ok".to_owned(), timestamp }))
}
