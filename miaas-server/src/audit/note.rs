//! What is noted of a request, and carrying it out with that.

use axum::{
    body::{Body, to_bytes},
    extract::{ConnectInfo, MatchedPath, RawPathParams, Request},
    http::{HeaderMap, Method, Uri},
    middleware::Next,
    response::{IntoResponse as _, Response},
};
use miaas_core::{
    PortError,
    api::v1::Role,
    port::{Key, Kind},
};
use serde_json::Value;
use std::net::SocketAddr;

use super::unplaced;
use crate::{
    auth::{Caller, Group, Principal},
    error::ApiError,
    replica::CLIENT,
    state::AppState,
};

/// Longest path that is noted.
const MAX_PATH: usize = 300;

/// A request that will be entered.
#[derive(Debug)]
pub(crate) struct Note {
    pub(super) who: String,
    pub(super) role: Option<Role>,
    pub(super) from: String,
    pub(super) method: String,
    pub(super) path: String,
    pub(super) object: Option<Key>,
    pub(super) before: Option<String>,
}

/// Whether requests to a route are entered: what changes something, and what shows passwords.
fn is_entered(group: Group, method: &Method, uri: &Uri) -> bool {
    let has = |wanted: &str| uri.query().unwrap_or_default().split('&').any(|pair| pair == wanted);
    // What else a viewer may ask with another method than GET changes nothing.
    let own = uri.path().starts_with("/api/v1/session");
    match group {
        Group::Public | Group::Node | Group::Proof => false,
        Group::Join => true,
        Group::User(_) | Group::Scoped(_) if *method == Method::GET => has("reveal=true"),
        Group::User(role) | Group::Scoped(role) => own || (role > Role::Viewer && !has("dry_run=true")),
    }
}

impl Note {
    /// Of a request whose caller is known; none when it is not entered.
    pub(crate) fn of(group: Group, principal: &Principal, request: &Request) -> Option<Self> {
        if !is_entered(group, request.method(), request.uri()) {
            return None;
        }
        let (who, role) = match principal {
            Principal::User(caller) => (caller.actor.to_string(), Some(caller.role)),
            Principal::Join(grant) => (grant.token.to_string(), None),
            Principal::Node(grant) => (grant.node.to_string(), None),
            Principal::Anonymous => ("nobody".to_owned(), None),
        };
        Some(Self { who, role, ..Self::unproven(request) })
    }

    /// Of a request whose caller the handler finds out.
    pub(crate) fn unproven(request: &Request) -> Self {
        let path = request.uri().path_and_query().map_or("/", |p| p.as_str());
        Self {
            who: "nobody".to_owned(),
            role: None,
            from: origin(request),
            method: request.method().to_string(),
            path: path.chars().take(MAX_PATH).collect(),
            object: None,
            before: None,
        }
    }

    /// Says who the caller was found to be.
    pub(crate) fn is_of(&mut self, caller: &Caller) {
        (self.who, self.role) = (caller.actor.to_string(), Some(caller.role));
        // The query is a part of the proof.
        self.path.truncate(self.path.find('?').unwrap_or(self.path.len()));
    }

    /// Says what the path names, and how that is before.
    pub(crate) async fn look(&mut self, state: &AppState, request: &mut Request) -> Result<(), PortError> {
        let Some(object) = named(state, request).await else { return Ok(()) };
        self.before = state.audit().digest(&object).await?;
        self.object = Some(object);
        Ok(())
    }

    /// Carries the request out and enters it. Both are done also when the caller has gone meanwhile.
    pub(crate) async fn carry_out(self, state: &AppState, request: Request, next: Next) -> Response {
        let state = state.clone();
        let done = tokio::spawn(async move {
            let response = next.run(request).await;
            self.enter(&state, response).await
        });
        match done.await {
            Ok(response) => response,
            Err(e) if e.is_panic() => std::panic::resume_unwind(e.into_panic()),
            Err(e) => ApiError::from(PortError::internal("audit", "the request was broken off").with_source(e))
                .into_response(),
        }
    }

    /// Enters what the answer was. When that fails for something that was done, the answer is replaced: what nobody can account for
    /// is told.
    pub(crate) async fn enter(mut self, state: &AppState, response: Response) -> Response {
        let status = response.status();
        let response = match kind(&self.path).filter(|_| self.object.is_none() && status.is_success()) {
            Some(kind) => self.learn(kind, response).await,
            None => response,
        };
        let entered = async {
            let mut entry = unplaced(&self, status.as_u16(), state.orchestrator().now());
            if let Some(object) = self.object.as_ref().filter(|_| status.is_success()) {
                entry.after = state.audit().digest(object).await?;
            } else {
                entry.after.clone_from(&entry.before);
            }
            tracing::info!(
                target: "miaas::audit",
                who = entry.who, from = entry.from, method = entry.method, path = entry.path, status = entry.status, "called"
            );
            state.audit().enter(entry).await
        };
        match entered.await {
            Ok(()) => response,
            Err(e) if status.is_success() => {
                let message = "what was asked was done, and could not be entered in the audit log";
                ApiError::from(PortError::new(e.kind(), "audit", message).with_source(e)).into_response()
            }
            // Nothing was done, and the answer says why: mostly for the same reason.
            Err(e) => {
                tracing::error!(error = %e.chain(), "a request that was refused could not be entered in the audit log");
                response
            }
        }
    }

    /// Learns from the answer what was made. The answer is whole in memory already: how long it is does not matter.
    async fn learn(&mut self, kind: Kind, response: Response) -> Response {
        let (parts, body) = response.into_parts();
        let bytes = match to_bytes(body, usize::MAX).await {
            Ok(bytes) => bytes,
            Err(e) => {
                return ApiError::from(PortError::internal("audit", "the answer could not be read").with_source(e))
                    .into_response();
            }
        };
        let made: Value = serde_json::from_slice(&bytes).unwrap_or_default();
        let id = made["id"].as_str().or_else(|| made["node_id"].as_str()).or_else(|| made["name"].as_str());
        self.object = id.map(|id| Key::new(kind, id));
        Response::from_parts(parts, Body::from(bytes))
    }
}

/// The kind of object that a path is about.
fn kind(path: &str) -> Option<Kind> {
    let kinds = [
        ("/api/v1/deployments", Kind::Deployment),
        ("/api/v1/nodes", Kind::Node),
        ("/api/v1/secrets", Kind::Secret),
        ("/api/v1/webhooks", Kind::Webhook),
        ("/api/v1/keys", Kind::ApiKey),
        ("/api/v1/tokens", Kind::Token),
        ("/api/v1/users", Kind::User),
    ];
    kinds.into_iter().find(|(prefix, _)| path.starts_with(prefix)).map(|(_, kind)| kind)
}

/// The object that the parameters of a path name, by its id.
async fn named(state: &AppState, request: &mut Request) -> Option<Key> {
    let kind = kind(request.extensions().get::<MatchedPath>()?.as_str())?;
    let (mut parts, body) = std::mem::take(request).into_parts();
    let params =
        <RawPathParams as axum::extract::FromRequestParts<AppState>>::from_request_parts(&mut parts, state).await;
    *request = Request::from_parts(parts, body);
    let params = params.ok()?;
    let (_, value) = params.iter().find(|(name, _)| matches!(*name, "id" | "name"))?;
    let engine = state.orchestrator();
    let id = match kind {
        Kind::Deployment => engine.deployment(value).ok()?.id.to_string(),
        Kind::Node => engine.node(value).ok()?.id.to_string(),
        _ => value.to_owned(),
    };
    Some(Key::new(kind, id))
}

/// Where a request came from. One that another server forwarded says so, and that is not proven.
fn origin(request: &Request) -> String {
    let peer = request.extensions().get::<ConnectInfo<SocketAddr>>();
    let peer = peer.map_or_else(|| "unknown".to_owned(), |ConnectInfo(addr)| addr.ip().to_string());
    match claimed(request.headers()) {
        Some(client) => format!("{peer} for {client}"),
        None => peer,
    }
}

fn claimed(headers: &HeaderMap) -> Option<&str> {
    headers.get(&CLIENT)?.to_str().ok().filter(|text| text.len() <= 64)
}
