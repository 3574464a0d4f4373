//! Who may call: API keys of users, join tokens for machines that become nodes, and the signed tokens of nodes.
//!
//! Nothing but hashes of API keys and join tokens is stored. Every lookup goes to the store, so that a deletion counts at
//! once; the tokens of nodes need no store, since heartbeats must not.

mod access;
mod guard;
mod join;
mod keys;
mod node_token;
mod opaque;
mod rates;
mod service;
mod signing_keys;

pub use access::Caller;
pub(crate) use guard::{Group, guard};
pub use join::JoinGrant;
pub use node_token::{DEFAULT_TTL as NODE_TOKEN_TTL, NodeGrant, NodeTokens};
pub(crate) use opaque::random_bytes;
pub(crate) use rates::{Buckets, network};
pub use rates::{Rate, RateLimits};
pub use service::{Auth, Principal};

use miaas_core::{ErrorKind, PortError};

/// The refusal of credentials that are not valid; it never says which part was wrong.
pub(crate) fn unauthenticated(message: impl Into<String>) -> PortError {
    PortError::new(ErrorKind::Unauthenticated, "auth", message)
}
