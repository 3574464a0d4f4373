//! The session of an agent (N6).

use axum::{
    Extension,
    extract::{State, WebSocketUpgrade, ws::rejection::WebSocketUpgradeRejection},
    response::Response,
};

use crate::{auth::NodeGrant, error::ApiError, hub, state::AppState};

/// Largest message of an agent, in bytes: a report of every workload of a large node.
const MESSAGE_LIMIT: usize = 8 * 1024 * 1024;

/// Opens the WebSocket over which the node gets its target and reports. A newer session of the node ends the older.
#[utoipa::path(get, path = "/api/v1/nodes/{id}/session", tag = "nodes",
    params(("id" = String, Path, description = "Id of the node that the token belongs to")),
    responses((status = 101, description = "JSON text messages follow, the agent says `hello` first")))]
pub(crate) async fn session(
    State(state): State<AppState>,
    Extension(grant): Extension<NodeGrant>,
    upgrade: Result<WebSocketUpgrade, WebSocketUpgradeRejection>,
) -> Result<Response, ApiError> {
    // A node that was removed gets its 404 here and not a socket that closes.
    state.orchestrator().node(grant.node.as_str())?;
    let upgrade = upgraded(upgrade)?.max_message_size(MESSAGE_LIMIT).max_frame_size(MESSAGE_LIMIT);
    Ok(upgrade.on_upgrade(move |socket| hub::serve(socket, state, grant)))
}

/// The refusal of a request that is none for a WebSocket, in the envelope.
pub(super) fn upgraded(
    upgrade: Result<WebSocketUpgrade, WebSocketUpgradeRejection>,
) -> Result<WebSocketUpgrade, ApiError> {
    upgrade.map_err(|refusal| {
        ApiError::new(refusal.status(), "not_a_websocket", refusal.body_text())
            .with_hint("open this address as a WebSocket")
    })
}
