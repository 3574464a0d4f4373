//! The session of a browser as a cookie, and what keeps other sites from using it.
//!
//! Scripts cannot read the cookie and other sites cannot send it (`HttpOnly`, `SameSite=Strict`). Beyond that a request from another
//! site is refused where the browser tells, and what changes something must carry a word that only the page of this server knows.

use std::time::Duration;

use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, header};
use miaas_core::{
    ErrorKind, PortError,
    secret::{Secret, constant_time_eq},
};

use super::opaque;

/// The header with the word.
pub(crate) const CSRF: HeaderName = HeaderName::from_static("x-miaas-csrf");
const FETCH_SITE: HeaderName = HeaderName::from_static("sec-fetch-site");

/// The name of the cookie. Over TLS a browser takes the first one from this host alone.
const fn name(https: bool) -> &'static str {
    if https { "__Host-miaas_session" } else { "miaas_session" }
}

/// The value of a cookie.
pub(crate) fn read<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    let all = headers.get_all(header::COOKIE).iter().filter_map(|value| value.to_str().ok());
    all.flat_map(|text| text.split(';'))
        .filter_map(|pair| pair.trim().split_once('='))
        .find(|(n, _)| *n == name)
        .map(|(_, v)| v)
}

/// The token of the session that a request carries.
pub(crate) fn session(headers: &HeaderMap, https: bool) -> Option<&str> {
    read(headers, name(https))
}

/// Tells the browser to keep the token until the session ends.
pub(crate) fn keep(token: &Secret, https: bool, lifetime: Duration) -> Result<HeaderValue, PortError> {
    set(name(https), token.expose(), https, "Strict", lifetime.as_secs())
}

/// Tells the browser to forget the token.
pub(crate) fn forget(https: bool) -> Result<HeaderValue, PortError> {
    set(name(https), "", https, "Strict", 0)
}

/// A cookie for this server that scripts cannot read.
pub(crate) fn set(name: &str, value: &str, https: bool, site: &str, seconds: u64) -> Result<HeaderValue, PortError> {
    let secure = if https { "; Secure" } else { "" };
    let text = format!("{name}={value}; Path=/; HttpOnly; SameSite={site}; Max-Age={seconds}{secure}");
    let mut value = HeaderValue::try_from(text)
        .map_err(|e| PortError::internal("auth.cookie", "a cookie cannot be written").with_source(e))?;
    value.set_sensitive(true);
    Ok(value)
}

/// The word that belongs to a session.
pub(crate) fn csrf(token: &str) -> String {
    opaque::hash(&format!("csrf:{token}"))
}

/// Refuses what another site makes a browser ask with the session `token`.
///
/// # Errors
/// `Forbidden`.
pub(crate) fn check_site(headers: &HeaderMap, method: &Method, token: &str) -> Result<(), PortError> {
    let forbidden =
        |message: &str, hint: &str| Err(PortError::new(ErrorKind::Forbidden, "auth.csrf", message).with_hint(hint));
    if is_foreign(headers) {
        return forbidden(
            "the session was used by a page of another site",
            "open the page of this server itself; a proxy before it must hand on the header Host",
        );
    }
    if matches!(*method, Method::GET | Method::HEAD) {
        return Ok(());
    }
    let given = headers.get(CSRF).map_or(&[][..], HeaderValue::as_bytes);
    if constant_time_eq(given, csrf(token).as_bytes()) {
        return Ok(());
    }
    forbidden(
        "the header x-miaas-csrf is missing or wrong",
        "send what `GET /api/v1/session` gives as `csrf`, or call with an API key in place of a session",
    )
}

fn is_foreign(headers: &HeaderMap) -> bool {
    let text = |name: &HeaderName| headers.get(name).map(|value| value.to_str().unwrap_or("?"));
    if text(&FETCH_SITE).is_some_and(|site| site != "same-origin" && site != "none") {
        return true;
    }
    let Some(origin) = text(&header::ORIGIN) else { return false };
    let host = text(&header::HOST).unwrap_or_default();
    !origin.split_once("://").is_some_and(|(_, authority)| authority.eq_ignore_ascii_case(host))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn headers(pairs: &[(&'static str, &str)]) -> HeaderMap {
        pairs.iter().map(|(n, v)| (HeaderName::from_static(n), v.parse().unwrap())).collect()
    }

    #[test]
    fn the_cookie_is_found_among_others() {
        let found = |cookie: &str| session(&headers(&[("cookie", cookie)]), true).map(str::to_owned);
        assert_eq!(found("a=1; __Host-miaas_session=x_y; b=2"), Some("x_y".to_owned()));
        assert_eq!(found("miaas_session=x"), None, "over TLS the one of plain HTTP does not count");
        let set = keep(&Secret::new("t"), true, Duration::from_secs(5)).unwrap();
        assert_eq!(set, "__Host-miaas_session=t; Path=/; HttpOnly; SameSite=Strict; Max-Age=5; Secure");
    }

    #[test]
    fn s4_requests_of_other_sites_are_refused() {
        let word = csrf("t");
        type Headers<'a> = &'a [(&'static str, &'a str)];
        let table: [(&str, Headers<'_>, bool); 10] = [
            ("GET", &[], true),
            ("GET", &[("host", "h:1"), ("origin", "https://h:1")], true),
            ("GET", &[("host", "h:1"), ("origin", "https://evil.example")], false),
            ("GET", &[("host", "h:1"), ("origin", "null")], false),
            ("GET", &[("sec-fetch-site", "cross-site")], false),
            ("GET", &[("sec-fetch-site", "same-site")], false),
            ("POST", &[("sec-fetch-site", "same-origin")], false),
            ("POST", &[("x-miaas-csrf", "0000")], false),
            ("POST", &[("x-miaas-csrf", &word)], true),
            ("DELETE", &[("x-miaas-csrf", &word), ("sec-fetch-site", "cross-site")], false),
        ];
        for (method, pairs, fine) in table {
            let done = check_site(&headers(pairs), &method.parse().unwrap(), "t");
            assert_eq!(done.is_ok(), fine, "{method} {pairs:?}");
        }
    }
}
