//! The web page, which is built from `ui/` and lies in this program. A program that was built without it says how to get it.

use axum::{
    body::Body,
    extract::Path,
    http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, Uri, header},
    response::{Html, IntoResponse, Response},
};
use rust_embed::{Embed, EmbeddedFile};

use super::envelope::no_route;

/// What `make page` put there.
#[derive(Embed)]
#[folder = "page/"]
#[allow_missing = true]
struct Files;

const INDEX: &str = "index.html";
/// What the page may do: run the scripts that came with it and talk to the server that it came from.
const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; font-src 'self'; \
                      connect-src 'self'; manifest-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'";
/// Names of assets have a digest of what is in them.
const FOR_EVER: &str = "public, max-age=31536000, immutable";
const ASK_AGAIN: &str = "no-cache";

const ABSENT: &str = concat!(
    "<!doctype html><html lang=\"en\"><meta charset=\"utf-8\"><title>MIaaS</title><h1>MIaaS ",
    env!("CARGO_PKG_VERSION"),
    "</h1><p>This is the control plane of MIaaS. It was built without its web page: <code>make page</code> in a checkout makes that, ",
    "and wants Node.js; build the program again then.</p><p>The HTTP API is described in <a href=\"/openapi.json\">openapi.json</a>; ",
    "the command line is <code>miaas --help</code>.</p></html>\n"
);

/// The web page.
#[utoipa::path(get, path = "/", tag = "health", responses((status = 200, body = String, content_type = "text/html")))]
pub(crate) async fn index(headers: HeaderMap) -> Response {
    match Files::get(INDEX) {
        Some(file) => file_of(INDEX, file, &headers),
        None => Html(ABSENT).into_response(),
    }
}

/// A script, style, font or picture of the page.
#[utoipa::path(get, path = "/assets/{file}", tag = "health",
    params(("file" = String, Path, description = "Name of the file")), responses((status = 200)))]
pub(crate) async fn asset(Path(file): Path<String>, uri: Uri, headers: HeaderMap) -> Response {
    let name = format!("assets/{file}");
    match Files::get(&name) {
        Some(file) => file_of(&name, file, &headers),
        None => no_route(uri).await.into_response(),
    }
}

/// What no route answers: files beside the page, and its deep links, which the page itself understands.
pub(super) async fn fallback(method: Method, uri: Uri, headers: HeaderMap) -> Response {
    let path = uri.path().trim_start_matches('/');
    let reads = matches!(method, Method::GET | Method::HEAD);
    if let Some(file) = Files::get(path).filter(|_| reads && !path.starts_with('.')) {
        return file_of(path, file, &headers);
    }
    let accepts = headers.get(header::ACCEPT).and_then(|v| v.to_str().ok()).unwrap_or_default();
    let is_ours = !["api/", "ws/", "assets/"].iter().any(|prefix| path.starts_with(prefix));
    if reads && is_ours && accepts.contains("text/html") {
        return index(headers).await;
    }
    no_route(uri).await.into_response()
}

/// The forms that a file lies there in beside its own, the smallest first.
const FORMS: [(&str, &str); 2] = [("br", ".br"), ("gzip", ".gz")];

fn file_of(name: &str, plain: EmbeddedFile, asked: &HeaderMap) -> Response {
    let takes = asked.get(header::ACCEPT_ENCODING).and_then(|v| v.to_str().ok()).unwrap_or_default();
    let smaller = FORMS.iter().filter(|(encoding, _)| accepts(takes, encoding));
    let smaller = smaller.filter_map(|(encoding, end)| Some((*encoding, Files::get(&format!("{name}{end}"))?))).next();
    let (encoding, file) = match smaller {
        Some((encoding, file)) => (Some(encoding), file),
        None => (None, plain),
    };
    let digest: String = file.metadata.sha256_hash()[..16].iter().map(|b| format!("{b:02x}")).collect();
    let tag = format!("\"{digest}\"");
    let same = asked.get(header::IF_NONE_MATCH).and_then(|v| v.to_str().ok()).is_some_and(|known| known.contains(&tag));
    let mut response =
        if same { StatusCode::NOT_MODIFIED.into_response() } else { Body::from(file.data).into_response() };
    let keep = if name.starts_with("assets/") { FOR_EVER } else { ASK_AGAIN };
    let headers = response.headers_mut();
    let mut set = |name: HeaderName, value: &'static str| drop(headers.insert(name, HeaderValue::from_static(value)));
    set(header::CONTENT_TYPE, content_type(name));
    set(header::CACHE_CONTROL, keep);
    set(header::VARY, "accept-encoding");
    set(header::CONTENT_SECURITY_POLICY, POLICY);
    if let Some(encoding) = encoding {
        set(header::CONTENT_ENCODING, encoding);
    }
    // Sixteen bytes in hexadecimal and two quotes are always a value.
    if let Ok(tag) = HeaderValue::try_from(tag) {
        headers.insert(header::ETAG, tag);
    }
    response
}

/// Whether an encoding is among those of the header, and not refused by a quality of nought.
fn accepts(header: &str, encoding: &str) -> bool {
    header.split(',').any(|part| {
        let mut parts = part.split(';').map(str::trim);
        let named = parts.next().is_some_and(|name| name.eq_ignore_ascii_case(encoding));
        named && !parts.any(|p| p.strip_prefix("q=").is_some_and(|q| q.parse::<f32>().is_ok_and(|q| q == 0.0)))
    })
}

fn content_type(name: &str) -> &'static str {
    match name.rsplit('.').next().unwrap_or_default() {
        "html" => "text/html; charset=utf-8",
        "js" => "text/javascript; charset=utf-8",
        "css" => "text/css; charset=utf-8",
        "json" | "map" => "application/json",
        "webmanifest" => "application/manifest+json",
        "svg" => "image/svg+xml",
        "png" => "image/png",
        "ico" => "image/x-icon",
        "woff2" => "font/woff2",
        "txt" => "text/plain; charset=utf-8",
        _ => "application/octet-stream",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn encodings_are_taken_as_they_are_asked_for() {
        for (header, encoding, wanted) in [
            ("gzip, deflate, br", "br", true),
            ("gzip;q=1.0, BR;q=0.5", "br", true),
            ("gzip, br;q=0", "br", false),
            ("gzip, br; q=0.0", "br", false),
            ("gzip", "br", false),
            ("", "gzip", false),
        ] {
            assert_eq!(accepts(header, encoding), wanted, "{header}");
        }
    }
}
