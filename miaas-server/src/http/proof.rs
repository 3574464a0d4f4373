//! A node proves by its key who it is, and gets a fresh token (N5): after a time in which its token expired, or once an operator has
//! accepted it (N1).

use axum::{Json, extract::State};
use ed25519_dalek::{Signature, VerifyingKey};
use miaas_core::{
    ErrorKind, PortError,
    api::v1::{NodeChallenge, NodeProof, RenewedToken},
    id::NodeId,
    model::{from_hex, proof_of},
};

use crate::{
    auth::unauthenticated,
    error::ApiError,
    extract::{ApiJson, ApiPath},
    state::AppState,
};

/// A challenge for a node, good for a minute. It is given for any id: whether there is such a node is not told.
#[utoipa::path(post, path = "/api/v1/nodes/{id}/challenge", tag = "nodes",
    params(("id" = String, Path, description = "Id of the node")), responses((status = 200, body = NodeChallenge)))]
pub(crate) async fn challenge(
    State(state): State<AppState>,
    ApiPath(id): ApiPath<String>,
) -> Result<Json<NodeChallenge>, ApiError> {
    let node = NodeId::parse(&id).map_err(|_| refused())?;
    let challenge = state.auth().node_tokens().challenge(&node, state.orchestrator().now())?;
    Ok(Json(NodeChallenge { challenge }))
}

/// A fresh token for the node that answers its challenge with its key.
#[utoipa::path(post, path = "/api/v1/nodes/{id}/token", tag = "nodes", request_body = NodeProof,
    params(("id" = String, Path, description = "Id of the node")),
    responses((status = 200, body = RenewedToken), (status = 403, description = "No operator has accepted it yet")))]
pub(crate) async fn token(
    State(state): State<AppState>,
    ApiPath(id): ApiPath<String>,
    ApiJson(proof): ApiJson<NodeProof>,
) -> Result<Json<RenewedToken>, ApiError> {
    let now = state.orchestrator().now();
    let node = NodeId::parse(&id).map_err(|_| refused())?;
    state.auth().node_tokens().check_challenge(&proof.challenge, &node, now)?;
    let record = state.orchestrator().node_record(&node).ok_or_else(refused)?;
    let key = record.key.as_ref().and_then(|key| VerifyingKey::from_bytes(key.as_bytes()).ok()).ok_or_else(refused)?;
    let signature = from_hex::<64>(&proof.signature).ok_or_else(refused)?;
    key.verify_strict(&proof_of(&proof.challenge), &Signature::from_bytes(&signature)).map_err(|_| refused())?;
    if !record.approved {
        let message = format!("node {} waits until an operator accepts it", record.name);
        return Err(PortError::new(ErrorKind::Forbidden, "auth", message)
            .with_hint(format!("`miaas node approve {}`", record.name))
            .into());
    }
    let node_token = state.auth().node_tokens().issue(&node, record.token_epoch, now)?;
    Ok(Json(RenewedToken { node_token }))
}

/// The same for every reason: it tells nothing of the nodes that there are.
fn refused() -> PortError {
    unauthenticated("the proof is not valid").with_hint("register again with a join token")
}
