//! Registration: a join token becomes an identity.

use std::time::Duration;

use miaas_core::{
    ErrorKind, PortError,
    api::v1::{ErrorBody, RegisterNode, RegisteredNode},
    secret::Secret,
};
use miaas_tls::CaPin;
use reqwest::StatusCode;

use crate::server_url::ServerUrl;

const OPERATION: &str = "agent.register";
const LIMIT: Duration = Duration::from_secs(30);

/// Registers the node, once.
///
/// # Errors
/// `Unavailable` when the server cannot be reached now; otherwise what the server answered.
pub async fn register(
    server: &ServerUrl,
    pin: Option<CaPin>,
    join: &Secret,
    body: &RegisterNode,
) -> Result<RegisteredNode, PortError> {
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
    let client = miaas_tls::http(pin)?.no_proxy().timeout(LIMIT).build().map_err(unreachable)?;
    let request = client.post(server.route("/api/v1/nodes/register")).bearer_auth(join.expose()).json(body);
    let response = request.send().await.map_err(unreachable)?;
    let status = response.status();
    let text = response.text().await.map_err(unreachable)?;
    if status != StatusCode::CREATED {
        return Err(refused(server, status, &text));
    }
    serde_json::from_str(&text).map_err(|e| {
        PortError::new(
            ErrorKind::Unsupported,
            OPERATION,
            format!("{server} answered a registration in an unknown form"),
        )
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
