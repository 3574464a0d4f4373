//! One error for every call: what the server said in its envelope, or what went wrong on the way.

use std::{error::Error as _, fmt};

use miaas_core::{ErrorKind, api::v1::ErrorBody, spec::Issue};
use reqwest::{StatusCode, Url};

/// Why a call failed. `Display` prints the message; the hint says what to do next and stands apart.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct ClientError {
    kind: ErrorKind,
    message: String,
    hint: Option<String>,
    issues: Vec<Issue>,
    status: Option<u16>,
}

impl ClientError {
    /// An error that the client itself found.
    pub(crate) fn new(kind: ErrorKind, message: impl Into<String>) -> Self {
        Self { kind, message: message.into(), hint: None, issues: Vec::new(), status: None }
    }

    /// Says what to do next.
    #[must_use]
    pub fn with_hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }

    /// What the caller can do about it.
    #[must_use]
    pub const fn kind(&self) -> ErrorKind {
        self.kind
    }

    /// What went wrong.
    #[must_use]
    pub fn message(&self) -> &str {
        &self.message
    }

    /// What to do next, when that is known.
    #[must_use]
    pub fn hint(&self) -> Option<&str> {
        self.hint.as_deref()
    }

    /// Every issue of a refused document, each with its path.
    #[must_use]
    pub fn issues(&self) -> &[Issue] {
        &self.issues
    }

    /// HTTP status of the answer; none when there was none.
    #[must_use]
    pub const fn status(&self) -> Option<u16> {
        self.status
    }

    /// Whether the same call may succeed later.
    #[must_use]
    pub const fn retryable(&self) -> bool {
        self.kind.retryable()
    }

    /// No answer, or a broken one.
    pub(crate) fn transport(base: &Url, error: &reqwest::Error) -> Self {
        let url = base.as_str().trim_end_matches('/');
        let cause = deepest(error);
        if miaas_tls::is_untrusted(error) {
            let message = format!("the certificate of {url} is not signed by an authority that is believed: {cause}");
            return Self::new(ErrorKind::Forbidden, message).with_hint(miaas_tls::UNTRUSTED_HINT);
        }
        if error.is_connect() {
            let hint = "is the server running? `miaas dev` starts one; `--server` names another address";
            return Self::new(ErrorKind::Unavailable, format!("no server answers at {url}: {cause}")).with_hint(hint);
        }
        if error.is_timeout() {
            return Self::new(ErrorKind::Timeout, format!("the server at {url} did not answer in time"));
        }
        Self::new(ErrorKind::Unavailable, format!("the connection to {url} broke: {cause}"))
    }

    /// An answer that is not what the route promises.
    pub(crate) fn unexpected(what: impl fmt::Display) -> Self {
        Self::new(ErrorKind::Internal, format!("the server's answer was not understood: {what}"))
            .with_hint("client and server may be of different versions; compare `miaas --version` and `miaas status`")
    }

    /// An answer with a status that means failure.
    pub(crate) fn answer(status: StatusCode, body: &[u8]) -> Self {
        let mut error = match serde_json::from_slice::<ErrorBody>(body) {
            Ok(body) => Self::from_body(body, Some(status)),
            Err(_) => {
                let text: String = String::from_utf8_lossy(body).trim().chars().take(200).collect();
                let text = if text.is_empty() { String::new() } else { format!(": {text}") };
                Self::new(kind_of(status), format!("the server answered {status}{text}"))
            }
        };
        error.status = Some(status.as_u16());
        if error.kind == ErrorKind::Unauthenticated && error.hint.is_none() {
            error.hint = Some("check the API key: --api-key-file, --api-key or MIAAS_API_KEY".to_owned());
        }
        error
    }

    /// The envelope of the API.
    pub(crate) fn from_body(body: ErrorBody, status: Option<StatusCode>) -> Self {
        let detail = body.error;
        let by_code = serde_json::from_value(serde_json::Value::String(detail.code)).ok();
        let kind = by_code.or_else(|| status.map(kind_of)).unwrap_or(ErrorKind::Internal);
        Self { kind, message: detail.message, hint: detail.hint, issues: detail.details, status: None }
    }
}

/// For codes that this version does not know, and for answers of proxies in between.
fn kind_of(status: StatusCode) -> ErrorKind {
    match status.as_u16() {
        401 => ErrorKind::Unauthenticated,
        403 => ErrorKind::Forbidden,
        404 => ErrorKind::NotFound,
        408 | 504 => ErrorKind::Timeout,
        409 | 412 => ErrorKind::Conflict,
        410 => ErrorKind::Compacted,
        429 | 502 | 503 => ErrorKind::Unavailable,
        501 => ErrorKind::Unsupported,
        400..=499 => ErrorKind::Invalid,
        _ => ErrorKind::Internal,
    }
}

/// The innermost cause: the layers above only repeat that something failed.
fn deepest(error: &reqwest::Error) -> String {
    let mut text = error.to_string();
    let mut next = error.source();
    while let Some(cause) = next {
        text = cause.to_string();
        next = cause.source();
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_envelope_is_read() {
        let body =
            br#"{"error":{"code":"invalid","message":"2 issues","hint":"h","details":[{"path":"/a","message":"m"}]}}"#;
        let error = ClientError::answer(StatusCode::UNPROCESSABLE_ENTITY, body);
        assert_eq!((error.kind(), error.status()), (ErrorKind::Invalid, Some(422)));
        assert_eq!((error.to_string().as_str(), error.hint()), ("2 issues", Some("h")));
        assert_eq!(error.issues().len(), 1);
    }

    #[test]
    fn other_answers_are_judged_by_their_status() {
        let cases = [
            (404, ErrorKind::NotFound),
            (413, ErrorKind::Invalid),
            (502, ErrorKind::Unavailable),
            (500, ErrorKind::Internal),
        ];
        for (status, kind) in cases {
            let status = StatusCode::from_u16(status).expect("valid");
            let error = ClientError::answer(status, b"<html>no</html>");
            assert_eq!(error.kind(), kind);
            assert!(error.to_string().contains("<html>no</html>"), "{error}");
        }
        let unknown = br#"{"error":{"code":"brand_new","message":"m"}}"#;
        assert_eq!(ClientError::answer(StatusCode::CONFLICT, unknown).kind(), ErrorKind::Conflict);
        let no_key = ClientError::answer(StatusCode::UNAUTHORIZED, b"");
        assert!(no_key.hint().is_some_and(|h| h.contains("MIAAS_API_KEY")));
    }
}
