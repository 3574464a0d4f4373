//! Query strings.

use axum::{
    extract::{FromRequestParts, Query},
    http::request::Parts,
};
use serde::de::DeserializeOwned;

use super::explain::explain;
use crate::error::ApiError;

/// The query string. Its type refuses unknown names.
#[derive(Debug)]
pub(crate) struct ApiQuery<T>(pub(crate) T);

impl<T: DeserializeOwned, S: Send + Sync> FromRequestParts<S> for ApiQuery<T> {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, ApiError> {
        match Query::<T>::try_from_uri(&parts.uri) {
            Ok(Query(value)) => Ok(Self(value)),
            Err(refusal) => Err(refuse(&refusal.body_text())),
        }
    }
}

/// axum answers `Failed to deserialize query string: name: reason`, where the name is left out for the whole.
fn refuse(text: &str) -> ApiError {
    let text = text.split_once("query string: ").map_or(text, |(_, t)| t);
    if text.starts_with("unknown ") || text.starts_with("missing ") || text.starts_with("duplicate ") {
        return explain("", text);
    }
    match text.split_once(": ") {
        Some((name, reason)) => explain(&format!("/{name}"), reason),
        None => explain("", text),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Debug, serde::Deserialize)]
    #[serde(default, deny_unknown_fields)]
    #[derive(Default)]
    struct Paging {
        limit: Option<u32>,
        after: Option<String>,
    }

    #[test]
    fn bad_queries_name_the_parameter() {
        let table = [
            ("/x?limt=1", "unknown field `limt` at /limt: did you mean `limit`?"),
            ("/x?limit=-1", "/limit: invalid digit found in string"),
            ("/x?limit=1&limit=2", "field `limit` stands twice at /limit"),
        ];
        for (uri, wanted) in table {
            let refusal = Query::<Paging>::try_from_uri(&uri.parse().unwrap()).expect_err(uri);
            assert_eq!(refuse(&refusal.body_text()).body().error.message, wanted, "{uri}");
        }
        let Query(paging) = Query::<Paging>::try_from_uri(&"/x?limit=3&after=a%2Fb".parse().unwrap()).unwrap();
        assert_eq!((paging.limit, paging.after.as_deref()), (Some(3), Some("a/b")));
    }
}
