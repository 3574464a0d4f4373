//! Signing in over a provider of OpenID Connect. Both routes are visited by a browser, so what goes wrong is shown by the page.

use std::net::SocketAddr;

use axum::{
    Extension,
    extract::{ConnectInfo, RawQuery, State},
    http::{HeaderMap, HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use miaas_core::{ErrorKind, PortError};
use url::form_urlencoded;

use super::register::public_url;
use crate::{
    auth::{
        cookies,
        oidc::{COOKIE_SECONDS, Oidc, Pending, local},
    },
    error::ApiError,
    state::AppState,
};

pub(super) const PATH: &str = "/api/v1/session/oidc";
const CALLBACK: &str = "/api/v1/session/oidc/callback";

/// Over TLS a browser takes the first one from this host alone.
const fn cookie_name(https: bool) -> &'static str {
    if https { "__Host-miaas_oidc" } else { "miaas_oidc" }
}

/// Sends the browser to the provider. `?to=/path` is the page that it comes back to.
#[utoipa::path(get, path = "/api/v1/session/oidc", tag = "session",
    params(("to" = Option<String>, Query, description = "The page to come back to")), responses((status = 303)))]
pub(crate) async fn begin(
    State(state): State<AppState>,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
) -> Result<Response, ApiError> {
    let oidc = provider(&state)?;
    let query = query.unwrap_or_default();
    let to =
        form_urlencoded::parse(query.as_bytes()).find(|(name, _)| name == "to").map(|(_, value)| value.into_owned());
    let to = to.filter(|path| local(path)).unwrap_or_else(|| "/".to_owned());
    match oidc.begin(&callback(&state, &headers), to, state.orchestrator().now()).await {
        Ok((address, pending)) => {
            let https = state.config().https;
            let kept = cookies::set(cookie_name(https), &pending.write()?, https, "Lax", COOKIE_SECONDS)?;
            see(&address, [kept])
        }
        Err(e) => problem(&e),
    }
}

/// Where the provider sends the browser back to: it is signed in then.
#[utoipa::path(get, path = "/api/v1/session/oidc/callback", tag = "session", responses((status = 303)))]
pub(crate) async fn finish(
    State(state): State<AppState>,
    peer: Option<Extension<ConnectInfo<SocketAddr>>>,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
) -> Result<Response, ApiError> {
    let oidc = provider(&state)?;
    let https = state.config().https;
    let address = peer.map_or_else(|| "unknown".to_owned(), |Extension(ConnectInfo(peer))| peer.ip().to_string());
    let done = async {
        let pending = Pending::read(cookies::read(&headers, cookie_name(https)))?;
        let now = state.orchestrator().now();
        let named = oidc.finish(&callback(&state, &headers), &query.unwrap_or_default(), &pending, now).await?;
        Ok::<_, PortError>((state.auth().sign_in_over_oidc(named, address, now).await?, pending))
    };
    match done.await {
        Ok((begun, pending)) => {
            let kept = cookies::keep(&begun.token, https, begun.lifetime)?;
            let spent = cookies::set(cookie_name(https), "", https, "Lax", 0)?;
            let mut response = see(&pending.to, [kept, spent])?;
            response.extensions_mut().insert(begun.caller);
            Ok(response)
        }
        Err(e) => problem(&e),
    }
}

fn provider(state: &AppState) -> Result<&Oidc, PortError> {
    state.oidc().ok_or_else(|| {
        PortError::not_found("auth.oidc", "a provider of OpenID Connect")
            .with_hint("the server was started without --oidc-issuer")
    })
}

fn callback(state: &AppState, headers: &HeaderMap) -> String {
    format!("{}{CALLBACK}", public_url(state, headers).trim_end_matches('/'))
}

fn see<const N: usize>(address: &str, cookies: [HeaderValue; N]) -> Result<Response, ApiError> {
    let location = HeaderValue::try_from(address)
        .map_err(|e| PortError::internal("auth.oidc", "an address cannot be written").with_source(e))?;
    let mut response = (StatusCode::SEE_OTHER, [(header::LOCATION, location)]).into_response();
    for cookie in cookies {
        response.headers_mut().append(header::SET_COOKIE, cookie);
    }
    Ok(response)
}

/// The page says what went wrong, by a word; the log says all of it.
fn problem(error: &PortError) -> Result<Response, ApiError> {
    tracing::warn!(error = %error.chain(), "a sign-in over OpenID Connect was refused");
    let word = match error.kind() {
        ErrorKind::Forbidden => "no_role",
        ErrorKind::Unauthenticated => "refused",
        ErrorKind::Invalid => "expired",
        ErrorKind::Unavailable | ErrorKind::Timeout => "unavailable",
        _ => "failed",
    };
    see(&format!("/sign-in?problem={word}"), [])
}
