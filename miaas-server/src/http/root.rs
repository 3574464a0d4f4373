//! The description of the API, and the certificate of the authority.

use axum::{extract::State, http::header, response::IntoResponse};
use miaas_core::PortError;

use crate::{error::ApiError, state::AppState};

/// The OpenAPI document of this server.
#[utoipa::path(get, path = "/openapi.json", tag = "health", responses((status = 200, body = Object)))]
pub(crate) async fn openapi() -> impl IntoResponse {
    ([(header::CONTENT_TYPE, "application/json")], crate::openapi::openapi())
}

/// The certificate of the authority that signs those of the servers, as PEM, for programs that want a file. Whoever knows the pin
/// compares: it is the SHA-256 of the DER form.
#[utoipa::path(get, path = "/ca.pem", tag = "health",
    responses((status = 200, content_type = "application/x-pem-file", body = String)))]
pub(crate) async fn ca(State(state): State<AppState>) -> Result<impl IntoResponse, ApiError> {
    let none = || {
        PortError::not_found("server.ca", "an authority of this server")
            .with_hint("it speaks plain HTTP, or its certificate was brought")
    };
    let pem = state.config().ca_pem.clone().ok_or_else(none)?;
    Ok(([(header::CONTENT_TYPE, "application/x-pem-file")], pem))
}
