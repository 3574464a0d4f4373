//! The one gate that every route stands behind. A route is added to a group, and the group brings the gate along, so a new
//! route cannot forget it.

use std::{
    net::{IpAddr, SocketAddr},
    time::Duration,
};

use axum::{
    extract::{ConnectInfo, FromRequestParts as _, RawPathParams, Request, State},
    http::{HeaderMap, HeaderValue, Method, StatusCode, header, request::Parts},
    middleware::Next,
    response::{IntoResponse as _, Response},
};
use miaas_core::{ErrorKind, PortError, api::v1::Role};
use tokio::time::Instant;

use super::{Caller, NodeGrant, Principal, cookies, network, shown_key, unauthenticated};
use crate::{Registration, audit::Note, error::ApiError, state::AppState};

/// Who may call a route.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Group {
    /// Everybody.
    Public,
    /// Holders of an API key, and those who are signed in, with at least this role and not limited to some deployments.
    User(Role),
    /// The same, also with a limit: the deployment that the path names must be one of theirs, and the handler keeps the
    /// limit in lists and for what is made.
    Scoped(Role),
    /// The node that the path names.
    Node,
    /// Holders of a join token; everybody, where the registration policy says so.
    Join,
    /// Whoever proves in the body who they are: the node that the path names, or a user.
    Proof,
}

impl Group {
    const fn wants(self) -> &'static str {
        match self {
            Self::Public | Self::Proof => "nothing",
            Self::User(_) | Self::Scoped(_) => "an API key or a session",
            Self::Node => "the token of the node",
            Self::Join => "a join token",
        }
    }
}

/// Lets a request through, with the caller as an extension, or refuses it.
pub(crate) async fn guard(State((state, group)): State<(AppState, Group)>, request: Request, next: Next) -> Response {
    if group == Group::Public {
        return next.run(request).await;
    }
    if group == Group::Proof {
        return prove(&state, request, next).await;
    }
    let peer = request.extensions().get::<ConnectInfo<SocketAddr>>().map(|peer| network(peer.0.ip()));
    let principal = match identify_within(&state, group, peer, (request.method(), request.headers())).await {
        Ok(principal) => principal,
        Err(refusal) => return refusal,
    };
    let note = Note::of(group, &principal, &request);
    match (admit(&state, group, principal, request).await, note) {
        (Ok(request), None) => next.run(request).await,
        (Ok(mut request), Some(mut note)) => match note.look(&state, &mut request).await {
            Ok(()) => note.carry_out(&state, request, next).await,
            Err(e) => ApiError::from(e).into_response(),
        },
        (Err(refusal), None) => refusal.into_response(),
        (Err(refusal), Some(note)) => note.enter(&state, refusal.into_response()).await,
    }
}

/// The handler checks the proof; after too many wrong ones of an address it is not told any more what was wrong. Users who sign in are
/// entered in the audit log: the handler says who they are.
async fn prove(state: &AppState, request: Request, next: Next) -> Response {
    let peer = request.extensions().get::<ConnectInfo<SocketAddr>>().map(|peer| network(peer.0.ip()));
    let mut note = Note::unproven(&request);
    let response = next.run(request).await;
    if let Some(caller) = response.extensions().get::<Caller>() {
        note.is_of(caller);
        return note.enter(state, response).await;
    }
    match peer.filter(|_| response.status() == StatusCode::UNAUTHORIZED) {
        Some(peer) => match state.failures().take(peer, Instant::now()) {
            Ok(()) => response,
            Err(pause) => too_many("wrong credentials of this address", pause),
        },
        None => response,
    }
}

/// After too many wrong credentials of an address it is not told any more what was wrong; right ones are let in all the same, since
/// others may share the address. A credential is good for so many requests a second.
async fn identify_within(
    state: &AppState,
    group: Group,
    peer: Option<IpAddr>,
    asked: (&Method, &HeaderMap),
) -> Result<Principal, Response> {
    let now = Instant::now();
    if group == Group::Join
        && !asked.1.contains_key(header::AUTHORIZATION)
        && state.config().registration != Registration::Token
    {
        if let Some(peer) = peer {
            state.failures().take(peer, now).map_err(|pause| too_many("registrations of this address", pause))?;
        }
        return Ok(Principal::Anonymous);
    }
    let principal = match identify(state, group, asked).await {
        Ok(principal) => principal,
        Err(refusal) => {
            if let Some(peer) = peer.filter(|_| refusal.status() == StatusCode::UNAUTHORIZED) {
                state
                    .failures()
                    .take(peer, now)
                    .map_err(|pause| too_many("wrong credentials of this address", pause))?;
            }
            return Err(refusal.into_response());
        }
    };
    let who = match &principal {
        Principal::User(caller) => caller.actor.to_string(),
        Principal::Join(grant) => grant.token.to_string(),
        // Heartbeats come at their own pace, and a session is one request.
        Principal::Node(_) | Principal::Anonymous => return Ok(principal),
    };
    state.requests().take(who, now).map_err(|pause| too_many("requests with this credential", pause))?;
    Ok(principal)
}

pub(crate) fn too_many(what: &str, pause: Duration) -> Response {
    let seconds = pause.as_secs() + 1;
    let error = ApiError::new(StatusCode::TOO_MANY_REQUESTS, "rate_limited", format!("there were too many {what}"));
    let mut response = error.with_hint(format!("try again in {seconds} s")).into_response();
    response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(seconds));
    response
}

/// By the header `Authorization`, or in its absence by the cookie of a session.
async fn identify(
    state: &AppState,
    group: Group,
    (method, headers): (&Method, &HeaderMap),
) -> Result<Principal, ApiError> {
    let session = cookies::session(headers, state.config().https);
    let credential = match session.filter(|_| !headers.contains_key(header::AUTHORIZATION)) {
        Some(token) => {
            cookies::check_site(headers, method, token)?;
            token
        }
        None => bearer(headers, group)?,
    };
    Ok(state.auth().identify(credential, state.orchestrator().now()).await?)
}

async fn admit(state: &AppState, group: Group, principal: Principal, request: Request) -> Result<Request, ApiError> {
    let (mut parts, body) = request.into_parts();
    match (group, principal) {
        (Group::User(role), Principal::User(caller)) => {
            caller.require(role)?;
            if !caller.scope.0.is_empty() {
                return Err(limited(&caller).into());
            }
            parts.extensions.insert(caller);
        }
        (Group::Scoped(role), Principal::User(caller)) => {
            caller.require(role)?;
            if let Some(named) = param(state, &mut parts, "id").await {
                within(state, &caller, &named)?;
            }
            parts.extensions.insert(caller);
        }
        (Group::Join, Principal::Join(grant)) => drop(parts.extensions.insert(grant)),
        (Group::Join, Principal::Anonymous) => {}
        (Group::Node, Principal::Node(grant)) => {
            still_valid(state, &grant)?;
            let own_key = state.orchestrator().node_record(&grant.node).and_then(|node| node.key);
            let shown = shown_key::shown(&parts.extensions, &parts.headers);
            shown_key::check(shown.as_ref(), own_key.as_ref(), state.config().mutual_tls)?;
            let named = param(state, &mut parts, "id").await;
            own(state, &grant, &named.unwrap_or_default())?;
            parts.extensions.insert(grant);
        }
        (group, _) => {
            let message = format!("these credentials do not allow this: the route wants {}", group.wants());
            return Err(PortError::new(ErrorKind::Forbidden, "auth", message).into());
        }
    }
    Ok(Request::from_parts(parts, body))
}

/// A parameter of the path.
async fn param(state: &AppState, parts: &mut Parts, wanted: &str) -> Option<String> {
    let params = RawPathParams::from_request_parts(parts, state).await.ok()?;
    params.iter().find(|(name, _)| *name == wanted).map(|(_, value)| value.to_owned())
}

fn limited(caller: &Caller) -> PortError {
    let labels: Vec<String> = caller.scope.0.iter().map(|(k, v)| format!("{k}={v}")).collect();
    let message = format!("{} is for deployments with {} only", caller.actor, labels.join(","));
    PortError::new(ErrorKind::Forbidden, "auth", message)
}

/// A deployment that a limited key does not reach is not there for it.
fn within(state: &AppState, caller: &Caller, named: &str) -> Result<(), PortError> {
    if caller.scope.0.is_empty() {
        return Ok(());
    }
    let engine = state.orchestrator();
    match engine.deployment(named) {
        Ok(item) if !caller.reaches(&item.labels) => Err(engine.no_such_deployment(named)),
        Ok(_) => Ok(()),
        // The nearest name that is told may be one that it does not reach.
        Err(e) if e.kind() == ErrorKind::NotFound => Err(engine.no_such_deployment(named)),
        Err(e) => Err(e),
    }
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
