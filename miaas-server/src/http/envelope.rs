//! What no handler answers: unknown routes and methods, panics, answers that take too long. All in the error envelope.

use std::{panic::AssertUnwindSafe, time::Duration};

use axum::{
    extract::{Request, State},
    http::{HeaderName, HeaderValue, Method, StatusCode, Uri, header},
    middleware::Next,
    response::{IntoResponse as _, Response},
};
use futures_util::FutureExt as _;
use miaas_core::{ErrorKind, PortError};

use crate::error::ApiError;

pub(super) async fn no_route(uri: Uri) -> ApiError {
    let path: String = uri.path().chars().take(80).collect();
    ApiError::new(StatusCode::NOT_FOUND, "not_found", format!("there is no route {path}"))
        .with_hint("GET /openapi.json lists the routes")
}

pub(super) async fn no_method(method: Method, uri: Uri) -> ApiError {
    let path: String = uri.path().chars().take(80).collect();
    ApiError::new(StatusCode::METHOD_NOT_ALLOWED, "method_not_allowed", format!("{path} has no method {method}"))
        .with_hint("GET /openapi.json lists the routes")
}

/// What browsers are told about every answer: nothing of it is to be guessed, framed, run or told to others. A page that needs more
/// says so itself.
const HARD: [(HeaderName, &str); 5] = [
    (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    (header::X_FRAME_OPTIONS, "DENY"),
    (header::REFERRER_POLICY, "no-referrer"),
    (
        header::CONTENT_SECURITY_POLICY,
        "default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'",
    ),
    (HeaderName::from_static("cross-origin-resource-policy"), "same-origin"),
];

/// Turns a panic and an answer that does not come into errors, and marks every answer as not to be sniffed or kept.
pub(super) async fn contain(State(limit): State<Duration>, request: Request, next: Next) -> Response {
    let (method, path) = (request.method().clone(), request.uri().path().to_owned());
    let answer = AssertUnwindSafe(next.run(request)).catch_unwind();
    let mut response = match tokio::time::timeout(limit, answer).await {
        Ok(Ok(response)) => response,
        Ok(Err(panic)) => {
            let text = panic.downcast_ref::<String>().map(String::as_str).or(panic.downcast_ref::<&str>().copied());
            tracing::error!(%method, path, panic = text.unwrap_or("of unknown kind"), "a handler panicked");
            ApiError::from(PortError::internal("http", "the server has a defect; its log says more")).into_response()
        }
        Err(_) => {
            let message = format!("the answer took longer than {limit:?}");
            ApiError::from(PortError::new(ErrorKind::Timeout, "http", message)).into_response()
        }
    };
    let headers = response.headers_mut();
    for (name, value) in HARD {
        headers.entry(name).or_insert(HeaderValue::from_static(value));
    }
    headers.entry(header::CACHE_CONTROL).or_insert(HeaderValue::from_static("no-store"));
    response
}

#[cfg(test)]
mod tests {
    // Panics and timeouts need handlers that no real route has, so they are tested on a router of their own.
    use super::*;
    use axum::{Router, middleware::from_fn_with_state, routing::get};
    use tokio::net::TcpListener;

    async fn broken() -> &'static str {
        panic!("as planned")
    }

    #[tokio::test]
    async fn panics_and_timeouts_are_in_the_envelope() {
        let app: Router = Router::new()
            .route("/broken", get(broken))
            .route("/endless", get(std::future::pending::<&'static str>))
            .layer(from_fn_with_state(Duration::from_millis(50), contain));
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let addr = listener.local_addr().unwrap();
        let server = tokio::spawn(async move { axum::serve(listener, app).await });
        for (path, status, code) in [("broken", 500, "internal"), ("endless", 504, "timeout")] {
            let client = miaas_tls::http(None).unwrap().build().unwrap();
            let response = client.get(format!("http://{addr}/{path}")).send().await.unwrap();
            assert_eq!(response.status().as_u16(), status);
            assert_eq!(response.headers()["x-content-type-options"], "nosniff");
            let body: serde_json::Value = response.json().await.unwrap();
            assert_eq!(body["error"]["code"], code);
        }
        server.abort();
    }
}
