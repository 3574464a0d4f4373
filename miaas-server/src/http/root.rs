//! What a person sees who opens the server's address, and the description of the API.

use axum::{
    http::header,
    response::{Html, IntoResponse},
};

/// A page that says what this is.
#[utoipa::path(get, path = "/", tag = "health", responses((status = 200, body = String, content_type = "text/html")))]
pub(crate) async fn page() -> Html<&'static str> {
    Html(concat!(
        "<!doctype html><html lang=\"en\"><meta charset=\"utf-8\"><title>MIaaS</title>",
        "<h1>MIaaS ",
        env!("CARGO_PKG_VERSION"),
        "</h1><p>This is the control plane of MIaaS. Its HTTP API is described in ",
        "<a href=\"openapi.json\">openapi.json</a>; the command line is <code>miaas --help</code>.</p></html>\n"
    ))
}

/// The OpenAPI document of this server.
#[utoipa::path(get, path = "/openapi.json", tag = "health", responses((status = 200, body = Object)))]
pub(crate) async fn openapi() -> impl IntoResponse {
    ([(header::CONTENT_TYPE, "application/json")], crate::openapi::openapi())
}
