//! Typed HTTP client for the MIaaS API: one method per route, the wire types of [`miaas_core::api::v1`], one error.
//!
//! Start at [`Client`]. Lists come whole (the client follows the pages); logs and events come as streams.
//!
//! ```no_run
//! use futures_util::StreamExt as _;
//! use miaas_client::{Client, Secret, v1::CreateDeployment};
//!
//! # async fn example() -> Result<(), miaas_client::ClientError> {
//! let client = Client::new("http://127.0.0.1:7070", Secret::new("miaas_key_…"))?;
//! let made = client.create(&CreateDeployment::from_template("redis").with_name("cache")).await?;
//!
//! // What happens from the newest event on, for as long as the server lives.
//! let mut events = client.watch_events(0).await?;
//! while let Some(event) = events.next().await {
//!     println!("{}", event?.event.message);
//! }
//! # let _ = made;
//! # Ok(())
//! # }
//! ```
//!
//! # Errors
//!
//! A [`ClientError`] has the [`ErrorKind`] that the server meant, or `Unavailable` when it does not answer, the message and hint for
//! people, and every issue of a document with its path. [`ClientError::retryable`] says whether the same call may succeed later.
//!
//! # Trust
//!
//! [`Client::trusting`] takes the pin of a server's own authority; without one the authorities of the system are believed. Keys are
//! [`Secret`]s: they are not printed. The base address may have a path, where the API is nested in another application.

#![warn(missing_docs)]

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
