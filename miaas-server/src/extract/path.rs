//! Path parameters.

use axum::{
    extract::{FromRequestParts, Path},
    http::request::Parts,
};
use miaas_core::spec::Issue;
use serde::de::DeserializeOwned;

use crate::error::ApiError;

/// The parameters of the path.
#[derive(Debug)]
pub(crate) struct ApiPath<T>(pub(crate) T);

impl<T: DeserializeOwned + Send, S: Send + Sync> FromRequestParts<S> for ApiPath<T> {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, ApiError> {
        match Path::<T>::from_request_parts(parts, state).await {
            Ok(Path(value)) => Ok(Self(value)),
            Err(refusal) => {
                let message = format!("the path cannot be read: {}", refusal.body_text());
                Err(ApiError::refused(&message, Issue::new("", &message)))
            }
        }
    }
}
