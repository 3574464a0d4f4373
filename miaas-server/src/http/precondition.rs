//! `ETag` and `If-Match` of deployments: the generation is the tag.

use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use miaas_core::api::v1::DeploymentItem;

use crate::error::ApiError;

/// The tag of a deployment.
pub(super) fn etag(item: &DeploymentItem) -> [(header::HeaderName, HeaderValue); 1] {
    let tag = HeaderValue::from_str(&format!("\"{}\"", item.generation));
    [(header::ETAG, tag.unwrap_or_else(|_| HeaderValue::from_static("\"\"")))]
}

/// Refuses with 412 when the caller has seen another generation than the present one.
pub(super) fn check(headers: &HeaderMap, present: &DeploymentItem) -> Result<(), ApiError> {
    let Some(wanted) = headers.get(header::IF_MATCH) else { return Ok(()) };
    let wanted = wanted.to_str().unwrap_or_default();
    let tag = format!("\"{}\"", present.generation);
    if wanted.split(',').map(str::trim).any(|w| w == "*" || w == tag) {
        return Ok(());
    }
    let message =
        format!("deployment {} is at generation {}, If-Match wants {wanted}", present.name, present.generation);
    Err(ApiError::new(StatusCode::PRECONDITION_FAILED, "precondition_failed", message)
        .with_hint("read the deployment again and decide again"))
}
