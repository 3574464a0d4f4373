//! The one gate that every route stands behind. A route is added to a group, and the group brings the gate along, so a new
//! route cannot forget it.

use axum::{
    extract::{FromRequestParts as _, RawPathParams, Request, State},
    http::{HeaderMap, Method, header},
    middleware::Next,
    response::{IntoResponse as _, Response},
};
use miaas_core::{ErrorKind, PortError};

use super::{NodeGrant, Principal, unauthenticated};
use crate::{error::ApiError, state::AppState};

/// Who may call a route.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Group {
    /// Everybody.
    Public,
    /// Holders of an API key.
    User,
    /// The node that the path names.
    Node,
    /// Holders of a join token.
    Join,
}

impl Group {
    const fn wants(self) -> &'static str {
        match self {
            Self::Public => "nothing",
            Self::User => "an API key",
            Self::Node => "the token of the node",
            Self::Join => "a join token",
        }
    }
}

/// Lets a request through, with the caller as an extension, or refuses it.
pub(crate) async fn guard(State((state, group)): State<(AppState, Group)>, request: Request, next: Next) -> Response {
    match admit(&state, group, request).await {
        Ok(request) => next.run(request).await,
        Err(refusal) => refusal.into_response(),
    }
}

async fn admit(state: &AppState, group: Group, request: Request) -> Result<Request, ApiError> {
    if group == Group::Public {
        return Ok(request);
    }
    let credential = bearer(request.headers(), group)?;
    let principal = state.auth().identify(credential, state.orchestrator().now()).await?;
    let (mut parts, body) = request.into_parts();
    match (group, principal) {
        (Group::User, Principal::User(key)) => {
            if parts.method != Method::GET {
                tracing::info!(target: "miaas::audit", %key, method = %parts.method, path = parts.uri.path(), "called");
            }
            parts.extensions.insert(key);
        }
        (Group::Join, Principal::Join(grant)) => drop(parts.extensions.insert(grant)),
        (Group::Node, Principal::Node(grant)) => {
            still_valid(state, &grant)?;
            let params = RawPathParams::from_request_parts(&mut parts, state).await;
            let named = params.iter().flat_map(|p| p.iter()).find(|(name, _)| *name == "id").map(|(_, id)| id);
            own(state, &grant, named.unwrap_or_default())?;
            parts.extensions.insert(grant);
        }
        (group, _) => {
            let message = format!("these credentials do not allow this: the route wants {}", group.wants());
            return Err(PortError::new(ErrorKind::Forbidden, "auth", message).into());
        }
    }
    Ok(Request::from_parts(parts, body))
}

fn bearer(headers: &HeaderMap, group: Group) -> Result<&str, ApiError> {
    let hint = format!("send {} with the header `Authorization: Bearer …`", group.wants());
    let missing = || ApiError::from(unauthenticated("no credentials were given").with_hint(&hint));
    let value = headers.get(header::AUTHORIZATION).ok_or_else(missing)?;
    let (scheme, credential) = value.to_str().ok().and_then(|v| v.split_once(' ')).ok_or_else(missing)?;
    if scheme.eq_ignore_ascii_case("bearer") { Ok(credential.trim()) } else { Err(missing()) }
}

/// Refuses a token that has expired or was revoked, and notes that its node may register anew. A node that was removed
/// passes: what it asks for is then not found, which tells it more.
pub(crate) fn still_valid(state: &AppState, grant: &NodeGrant) -> Result<(), PortError> {
    let epoch = state.orchestrator().node_record(&grant.node).map(|n| n.token_epoch);
    let why = match epoch {
        _ if grant.expired => "has expired",
        Some(epoch) if epoch != grant.epoch => "was revoked",
        _ => return Ok(()),
    };
    state.orchestrator().credentials_lapsed(&grant.node);
    Err(unauthenticated(format!("the node token {why}")).with_hint("register again with a join token"))
}

fn own(state: &AppState, grant: &NodeGrant, named: &str) -> Result<(), PortError> {
    if named == grant.node.as_str() {
        return Ok(());
    }
    if state.orchestrator().node(named)?.id == grant.node {
        return Ok(());
    }
    let message = format!("this is the token of node {}, not of {named}", grant.node);
    Err(PortError::new(ErrorKind::Forbidden, "auth", message))
}
