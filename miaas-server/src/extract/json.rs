//! JSON bodies.

use axum::{
    body::Bytes,
    extract::{FromRequest, Request},
    http::{HeaderMap, StatusCode, header},
};
use miaas_core::spec::Issue;
use serde::de::DeserializeOwned;
use serde_json::error::Category;

use super::explain::{explain, pointer};
use crate::error::ApiError;

/// A body that must be a JSON document of type `T`.
#[derive(Debug)]
pub(crate) struct ApiJson<T>(pub(crate) T);

/// The same, where an empty body means `T::default()`.
#[derive(Debug)]
pub(crate) struct OptionalJson<T>(pub(crate) T);

impl<T: DeserializeOwned, S: Send + Sync> FromRequest<S> for ApiJson<T> {
    type Rejection = ApiError;

    async fn from_request(request: Request, state: &S) -> Result<Self, ApiError> {
        require_json(request.headers())?;
        parse(&body(request, state).await?).map(Self)
    }
}

impl<T: DeserializeOwned + Default, S: Send + Sync> FromRequest<S> for OptionalJson<T> {
    type Rejection = ApiError;

    async fn from_request(request: Request, state: &S) -> Result<Self, ApiError> {
        let is_json = require_json(request.headers());
        let bytes = body(request, state).await?;
        if bytes.is_empty() {
            return Ok(Self(T::default()));
        }
        is_json?;
        parse(&bytes).map(Self)
    }
}

fn require_json(headers: &HeaderMap) -> Result<(), ApiError> {
    let kind = headers.get(header::CONTENT_TYPE).and_then(|v| v.to_str().ok()).unwrap_or("");
    let essence = kind.split(';').next().unwrap_or("").trim().to_ascii_lowercase();
    if essence == "application/json" || (essence.starts_with("application/") && essence.ends_with("+json")) {
        return Ok(());
    }
    let found = if essence.is_empty() { "no content type".to_owned() } else { format!("content type {essence:?}") };
    Err(ApiError::new(StatusCode::UNSUPPORTED_MEDIA_TYPE, "unsupported_media_type", format!("the body has {found}"))
        .with_hint("send JSON with the header `Content-Type: application/json`"))
}

async fn body<S: Send + Sync>(request: Request, state: &S) -> Result<Bytes, ApiError> {
    Bytes::from_request(request, state).await.map_err(|refusal| match refusal.status() {
        StatusCode::PAYLOAD_TOO_LARGE => {
            ApiError::new(StatusCode::PAYLOAD_TOO_LARGE, "too_large", "the body is larger than the server takes")
                .with_hint(format!("at most {} bytes are allowed", crate::http::BODY_LIMIT))
        }
        status => ApiError::new(status, "unreadable_body", refusal.body_text()),
    })
}

/// Parses a document. Every body of this API is an object; serde would also take an array, field by field.
fn parse<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, ApiError> {
    if bytes.iter().find(|b| !b.is_ascii_whitespace()) == Some(&b'[') {
        let message = "the body must be a JSON object, not an array";
        return Err(ApiError::refused(message, Issue::new("", message)));
    }
    let mut json = serde_json::Deserializer::from_slice(bytes);
    let value = serde_path_to_error::deserialize(&mut json).map_err(|e| refuse(&pointer(e.path()), e.inner()))?;
    json.end().map_err(|e| refuse("", &e))?;
    Ok(value)
}

fn refuse(path: &str, error: &serde_json::Error) -> ApiError {
    let place = format!(" at line {} column {}", error.line(), error.column());
    let full = error.to_string();
    let text = full.strip_suffix(&place).unwrap_or(&full);
    match error.classify() {
        Category::Data => explain(path, text),
        Category::Syntax | Category::Eof | Category::Io => {
            let message = format!("malformed JSON at line {}, column {}: {text}", error.line(), error.column());
            ApiError::refused(&message, Issue::new("", &message))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use miaas_core::api::v1::{CreateDeployment, UpdateDeployment};

    fn refusal<T: DeserializeOwned + std::fmt::Debug>(text: &str) -> String {
        parse::<T>(text.as_bytes()).expect_err(text).body().error.message
    }

    #[test]
    fn bad_documents_are_refused_with_the_place() {
        let table = [
            (r#"{"replcas": 2}"#, "unknown field `replcas` at /replcas: did you mean `replicas`?"),
            (r#"{"placement": {"nod": "a"}}"#, "unknown field `nod` at /placement/nod: did you mean `node`?"),
            (r#"{"replicas": -1}"#, "/replicas: invalid value: integer `-1`, expected u32"),
            (r#"{"replicas": 99999999999}"#, "/replicas: invalid value: integer `99999999999`, expected u32"),
            (r#"{"replicas": 1e999}"#, "malformed JSON at line 1, column 18: number out of range"),
            (r#"{"replicas": NaN}"#, "malformed JSON at line 1, column 14: expected value"),
            ("{\"name\": \"a\",\n  oops}", "malformed JSON at line 2, column 3: key must be a string"),
            (r#"{"name": "a"} x"#, "malformed JSON at line 1, column 15: trailing characters"),
            (r#"{"name": "a", "name": "b"}"#, "field `name` stands twice at /name"),
            (r#" ["a", "redis"]"#, "the body must be a JSON object, not an array"),
            ("", "malformed JSON at line 1, column 0: EOF while parsing a value"),
        ];
        for (text, wanted) in table {
            assert_eq!(refusal::<CreateDeployment>(text), wanted, "{text}");
        }
        let wanted = "unknown value `runing` at /state: did you mean `running`?";
        assert_eq!(refusal::<UpdateDeployment>(r#"{"state": "runing"}"#), wanted);
    }
}
