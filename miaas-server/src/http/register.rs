//! Registration of nodes (N1).

use axum::{
    Extension, Json,
    extract::State,
    http::{HeaderMap, StatusCode, header},
};
use miaas_core::{
    PortError,
    api::v1::{RegisterNode, RegisteredNode},
    model::Node,
    name::Labels,
};

use crate::{Registration, auth::JoinGrant, error::ApiError, extract::ApiJson, state::AppState};

/// Registers a machine as a node; takes one use of the join token. A name that is taken by a node which is heard of is
/// refused; one whose node is lost, or came with an expired token, gets a new identity.
#[utoipa::path(post, path = "/api/v1/nodes/register", tag = "nodes", request_body = RegisterNode,
    responses((status = 201, body = RegisteredNode),
        (status = 202, body = RegisteredNode, description = "It waits until an operator accepts it")))]
pub(crate) async fn register(
    State(state): State<AppState>,
    grant: Option<Extension<JoinGrant>>,
    headers: HeaderMap,
    ApiJson(body): ApiJson<RegisterNode>,
) -> Result<(StatusCode, Json<RegisteredNode>), ApiError> {
    let node = match (grant, state.config().registration) {
        (Some(Extension(grant)), _) => join(&state, &grant, body).await?,
        (None, Registration::Open) => state.orchestrator().register_node(body, Labels::default()).await?,
        (None, _) => state.orchestrator().register_unapproved(body).await?,
    };
    let control_plane_url = public_url(&state, &headers);
    if !node.approved {
        let waits = RegisteredNode { node_id: node.id, node_token: None, control_plane_url };
        return Ok((StatusCode::ACCEPTED, Json(waits)));
    }
    let node_token = Some(state.auth().node_tokens().issue(&node.id, node.token_epoch, state.orchestrator().now())?);
    Ok((StatusCode::CREATED, Json(RegisteredNode { node_id: node.id, node_token, control_plane_url })))
}

/// Takes the use first, so that racing callers cannot share the last one, and gives it back when nothing was registered.
async fn join(state: &AppState, grant: &JoinGrant, body: RegisterNode) -> Result<Node, PortError> {
    state.auth().take_use(grant, state.orchestrator().now()).await?;
    let registered = state.orchestrator().register_node(body, grant.labels.clone()).await;
    if registered.is_err()
        && let Err(error) = state.auth().return_use(grant).await
    {
        tracing::warn!(token = %grant.token, error = %error.chain(), "a use of a join token was lost");
    }
    registered
}

/// The address under which the caller reached this server.
pub(super) fn public_url(state: &AppState, headers: &HeaderMap) -> String {
    if let Some(url) = &state.config().public_url {
        return url.trim_end_matches('/').to_owned();
    }
    let host = headers.get(header::HOST).and_then(|h| h.to_str().ok()).unwrap_or("127.0.0.1");
    format!("{}://{host}", if state.config().https { "https" } else { "http" })
}
