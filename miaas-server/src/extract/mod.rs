//! Extractors whose refusals are in the error envelope and name what is wrong where.

mod explain;
mod json;
mod path;
mod query;

pub(crate) use json::{ApiJson, OptionalJson};
pub(crate) use path::ApiPath;
pub(crate) use query::ApiQuery;
