//! Typed HTTP client for the MIaaS API: one method per route, the wire types of [`miaas_core::api::v1`], one error.
//!
//! Start at [`Client`]. Lists come whole (the client follows the pages); logs and events come as streams.

mod audit;
mod backup;
mod client;
mod deployments;
mod error;
mod events;
mod keys;
mod lines;
mod nodes;
mod placement;
mod request;
mod secrets;
mod sse;
mod stacks;
mod templates;
mod tokens;
mod users;
mod webhooks;

pub use client::Client;
pub use error::ClientError;
pub use miaas_core::{ErrorKind, api::v1, port::BoxStream, secret::Secret};
