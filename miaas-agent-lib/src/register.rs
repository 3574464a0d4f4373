//! Registration: a join token becomes an identity.

use std::time::Duration;

use miaas_core::{
    ErrorKind, PortError,
    api::v1::{ErrorBody, NodeChallenge, NodeProof, RegisterNode, RegisteredNode, RenewedToken},
    id::NodeId,
    secret::Secret,
};
use miaas_tls::CaPin;
use reqwest::StatusCode;
use serde::de::DeserializeOwned;

use crate::{node_key::KeyPair, server_url::ServerUrl};

const OPERATION: &str = "agent.register";
const LIMIT: Duration = Duration::from_secs(30);

/// Registers the node, once.
///
/// # Errors
/// `Unavailable` when the server cannot be reached now; otherwise what the server answered.
pub async fn register(
    server: &ServerUrl,
    pin: Option<CaPin>,
    join: Option<&Secret>,
    body: &RegisterNode,
) -> Result<RegisteredNode, PortError> {
    let client = client(pin)?;
    let request = client.post(server.route("/api/v1/nodes/register")).json(body);
    let request = match join {
        Some(join) => request.bearer_auth(join.expose()),
        None => request,
    };
    ask(server, request).await
}

/// A fresh token for a node, which proves by its key who it is.
///
/// # Errors
/// `Unauthenticated` when the server does not know the key, `Forbidden` while no operator has accepted the node, `Unavailable`
/// when the server cannot be reached now.
pub(crate) async fn renew(
    server: &ServerUrl,
    pin: Option<CaPin>,
    node: &NodeId,
    key: &KeyPair,
) -> Result<Secret, PortError> {
    let client = client(pin)?;
    let route = |what: &str| server.route(&format!("/api/v1/nodes/{node}/{what}"));
    let NodeChallenge { challenge } = ask(server, client.post(route("challenge"))).await?;
    let proof = NodeProof { signature: key.prove(&challenge), challenge };
    let RenewedToken { node_token } = ask(server, client.post(route("token")).json(&proof)).await?;
    Ok(node_token)
}

fn client(pin: Option<CaPin>) -> Result<reqwest::Client, PortError> {
    miaas_tls::http(pin)?
        .no_proxy()
        .timeout(LIMIT)
        .build()
        .map_err(|e| PortError::internal(OPERATION, "no HTTP client can be set up").with_source(e))
}

async fn ask<T: DeserializeOwned>(server: &ServerUrl, request: reqwest::RequestBuilder) -> Result<T, PortError> {
    let unreachable = |e: reqwest::Error| {
        if miaas_tls::is_untrusted(&e) {
            let message = format!("the certificate of {server} is not signed by an authority that is believed");
            let refused = PortError::new(ErrorKind::Forbidden, OPERATION, message);
            return refused.with_hint(miaas_tls::UNTRUSTED_HINT).with_source(e);
        }
        PortError::unavailable(OPERATION, format!("the server {server} cannot be reached"))
            .with_hint("check the address and that the server runs")
            .with_source(e)
    };
    let response = request.send().await.map_err(unreachable)?;
    let status = response.status();
    let text = response.text().await.map_err(unreachable)?;
    if !status.is_success() {
        return Err(refused(server, status, &text));
    }
    serde_json::from_str(&text).map_err(|e| {
        PortError::new(ErrorKind::Unsupported, OPERATION, format!("{server} answered in an unknown form"))
            .with_hint("is this the address of a MIaaS server of this version?")
            .with_source(e)
    })
}

fn refused(server: &ServerUrl, status: StatusCode, text: &str) -> PortError {
    let kind = match status.as_u16() {
        401 => ErrorKind::Unauthenticated,
        403 => ErrorKind::Forbidden,
        404 | 405 => ErrorKind::NotFound,
        408 | 429 | 500..=599 => ErrorKind::Unavailable,
        409 => ErrorKind::AlreadyExists,
        _ => ErrorKind::Invalid,
    };
    let answer = serde_json::from_str::<ErrorBody>(text).ok().map(|b| b.error);
    let said = answer.as_ref().map_or_else(|| text.chars().take(200).collect(), |a| a.message.clone());
    let error =
        PortError::new(kind, OPERATION, format!("{server} refused the registration ({}): {said}", status.as_u16()));
    match (answer.and_then(|a| a.hint), kind) {
        (Some(hint), _) => error.with_hint(hint),
        (None, ErrorKind::Unauthenticated) => {
            error.with_hint("make a new join token with `miaas token create` and pass it with MIAAS_JOIN_TOKEN")
        }
        (None, ErrorKind::NotFound) => error.with_hint("is this the address of a MIaaS server?"),
        (None, _) => error,
    }
}
