//! The error envelope (U3): one table from the kind of an error to its HTTP status.

use axum::{
    Json,
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use miaas_core::{
    ErrorKind, PortError,
    api::v1::{ErrorBody, ErrorDetail},
    spec::Issue,
};

/// The status for each kind of error.
#[must_use]
pub const fn status_of(kind: ErrorKind) -> StatusCode {
    match kind {
        ErrorKind::Invalid => StatusCode::BAD_REQUEST,
        ErrorKind::NotFound => StatusCode::NOT_FOUND,
        ErrorKind::AlreadyExists | ErrorKind::Conflict => StatusCode::CONFLICT,
        ErrorKind::Compacted => StatusCode::GONE,
        ErrorKind::Unauthenticated => StatusCode::UNAUTHORIZED,
        ErrorKind::Forbidden => StatusCode::FORBIDDEN,
        ErrorKind::Unsupported => StatusCode::NOT_IMPLEMENTED,
        ErrorKind::Unavailable => StatusCode::SERVICE_UNAVAILABLE,
        ErrorKind::Timeout => StatusCode::GATEWAY_TIMEOUT,
        // A kind that is newer than this table is a defect of this program, like `Internal`.
        _ => StatusCode::INTERNAL_SERVER_ERROR,
    }
}

/// An error on its way to the client.
#[derive(Debug)]
pub struct ApiError {
    status: StatusCode,
    detail: Box<ErrorDetail>,
}

impl ApiError {
    /// An error that only HTTP knows, for example a body over the limit. `code` is a stable word.
    pub fn new(status: StatusCode, code: &str, message: impl Into<String>) -> Self {
        let detail = ErrorDetail { code: code.to_owned(), message: message.into(), hint: None, details: Vec::new() };
        Self { status, detail: Box::new(detail) }
    }

    /// A refused document or query with one issue.
    #[must_use]
    pub fn refused(message: impl Into<String>, issue: Issue) -> Self {
        let mut error = Self::new(status_of(ErrorKind::Invalid), ErrorKind::Invalid.code(), message);
        error.detail.hint.clone_from(&issue.hint);
        error.detail.details.push(issue);
        error
    }

    /// Says what the user can do next.
    #[must_use]
    pub fn with_hint(mut self, hint: impl Into<String>) -> Self {
        self.detail.hint = Some(hint.into());
        self
    }

    /// The status that the client sees.
    #[must_use]
    pub const fn status(&self) -> StatusCode {
        self.status
    }

    /// The envelope.
    #[must_use]
    pub fn body(&self) -> ErrorBody {
        ErrorBody { error: (*self.detail).clone() }
    }
}

impl From<PortError> for ApiError {
    fn from(error: PortError) -> Self {
        let status = status_of(error.kind());
        if status.is_server_error() {
            // The client gets this layer only: what lies below may name files and addresses of the server.
            tracing::error!(operation = error.operation(), kind = %error.kind(), "{}", error.chain());
        }
        Self { status, detail: Box::new(ErrorBody::from(&error).error) }
    }
}

impl IntoResponse for ApiError {
    fn into_response(self) -> Response {
        let mut response = (self.status, Json(ErrorBody { error: *self.detail })).into_response();
        if self.status == StatusCode::UNAUTHORIZED {
            response.headers_mut().insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
        }
        response
    }
}

/// An error with everything below it, for people.
pub(crate) fn chain(error: &(dyn std::error::Error + 'static)) -> String {
    let (mut text, mut cause) = (error.to_string(), error.source());
    while let Some(below) = cause {
        text += &format!(": {below}");
        cause = below.source();
    }
    text
}
