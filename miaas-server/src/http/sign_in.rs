//! Signing in and out at a browser.

use std::net::SocketAddr;

use axum::{
    Extension, Json,
    extract::{ConnectInfo, State},
    http::{HeaderMap, StatusCode, header},
    response::{IntoResponse, Response},
};
use miaas_core::{
    PortError,
    api::v1::{ChangePassword, OidcMethod, Page, SessionInfo, SessionItem, SignIn, SignInLink, SignInMethods},
};
use tokio::time::Instant;

use super::page::whole;
use crate::{
    auth::{Begun, Caller, cookies, info, network, too_many},
    error::ApiError,
    extract::{ApiJson, ApiPath},
    state::AppState,
};

/// How users can sign in here.
#[utoipa::path(get, path = "/api/v1/session/methods", tag = "session", responses((status = 200, body = SignInMethods)))]
pub(crate) async fn methods(State(state): State<AppState>) -> Json<SignInMethods> {
    let oidc = state.oidc().map(|oidc| OidcMethod { name: oidc.name().to_owned(), path: super::oidc::PATH.to_owned() });
    Json(SignInMethods { password: true, key: true, oidc })
}

/// Signs in with a password or an API key: the answer sets the cookie of the session.
#[utoipa::path(post, path = "/api/v1/session", tag = "session", request_body = SignIn,
    responses((status = 200, body = SessionInfo)))]
pub(crate) async fn create(
    State(state): State<AppState>,
    peer: Option<Extension<ConnectInfo<SocketAddr>>>,
    ApiJson(body): ApiJson<SignIn>,
) -> Result<Response, Response> {
    let peer = peer.map(|Extension(ConnectInfo(peer))| peer.ip());
    // Passwords are chosen by people: they must not be tried out.
    if let (Some(user), Some(peer)) = (&body.user, peer) {
        let who = (user.chars().take(64).collect(), network(peer));
        state
            .guesses()
            .take(who, Instant::now())
            .map_err(|pause| too_many("attempts to sign in as this user", pause))?;
    }
    let address = peer.map_or_else(|| "unknown".to_owned(), |peer| peer.to_string());
    let begun = state.auth().sign_in(&body, address, state.orchestrator().now()).await;
    let begun = begun.map_err(|e| {
        tracing::warn!(
            user = body.user.as_deref().unwrap_or("-").escape_debug().to_string(),
            ?peer,
            "a sign-in was refused"
        );
        ApiError::from(e).into_response()
    })?;
    answer(&state, begun).map_err(|e| ApiError::from(e).into_response())
}

/// What the browser gets, and who that is, for the audit log.
fn answer(state: &AppState, begun: Begun) -> Result<Response, PortError> {
    let Begun { token, caller, lifetime, expires_at } = begun;
    let https = state.config().https;
    let cookie = cookies::keep(&token, https, lifetime)?;
    let body = info(&caller, Some(cookies::csrf(token.expose())), Some(expires_at));
    let mut response = ([(header::SET_COOKIE, cookie)], Json(body)).into_response();
    response.extensions_mut().insert(caller);
    Ok(response)
}

/// Makes what signs the caller in at a browser, once and within a minute.
#[utoipa::path(post, path = "/api/v1/session/link", tag = "session", responses((status = 201, body = SignInLink)))]
pub(crate) async fn link(
    State(state): State<AppState>,
    Extension(caller): Extension<Caller>,
) -> Result<(StatusCode, Json<SignInLink>), ApiError> {
    Ok((StatusCode::CREATED, Json(state.auth().link(&caller, state.orchestrator().now())?)))
}

/// Who calls, and what they may do.
#[utoipa::path(get, path = "/api/v1/session", tag = "session", responses((status = 200, body = SessionInfo)))]
pub(crate) async fn show(
    State(state): State<AppState>,
    Extension(caller): Extension<Caller>,
    headers: HeaderMap,
) -> Result<Json<SessionInfo>, ApiError> {
    let word =
        caller.session.as_ref().and_then(|_| cookies::session(&headers, state.config().https)).map(cookies::csrf);
    let until = state.auth().session_end(&caller).await?;
    Ok(Json(info(&caller, word, until)))
}

/// Signs out: the session ends, and the browser forgets it.
#[utoipa::path(delete, path = "/api/v1/session", tag = "session", responses((status = 204)))]
pub(crate) async fn remove(
    State(state): State<AppState>,
    Extension(caller): Extension<Caller>,
) -> Result<impl IntoResponse, ApiError> {
    if let Some(id) = &caller.session {
        state.auth().end_session(&caller, id.as_str()).await?;
    }
    Ok((StatusCode::NO_CONTENT, [(header::SET_COOKIE, cookies::forget(state.config().https)?)]))
}

/// Gives the caller another password. Their other sessions end.
#[utoipa::path(post, path = "/api/v1/session/password", tag = "session", request_body = ChangePassword,
    responses((status = 204)))]
pub(crate) async fn password(
    State(state): State<AppState>,
    Extension(caller): Extension<Caller>,
    ApiJson(body): ApiJson<ChangePassword>,
) -> Result<StatusCode, ApiError> {
    state.auth().change_password(&caller, &body.old, &body.new).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Lists the sessions of the caller, the newest first; an administrator sees those of all.
#[utoipa::path(get, path = "/api/v1/sessions", tag = "session", responses((status = 200, body = Page<SessionItem>)))]
pub(crate) async fn list(
    State(state): State<AppState>,
    Extension(caller): Extension<Caller>,
) -> Result<Json<Page<SessionItem>>, ApiError> {
    Ok(whole(state.auth().sessions(&caller, state.orchestrator().now()).await?))
}

/// Ends a session: its browser must sign in again.
#[utoipa::path(delete, path = "/api/v1/sessions/{session}", tag = "session",
    params(("session" = String, Path, description = "Id of the session")), responses((status = 204)))]
pub(crate) async fn end(
    State(state): State<AppState>,
    Extension(caller): Extension<Caller>,
    ApiPath(session): ApiPath<String>,
) -> Result<StatusCode, ApiError> {
    state.auth().end_session(&caller, &session).await?;
    Ok(StatusCode::NO_CONTENT)
}
