//! Who may call: API keys, users with passwords and the sessions of their browsers, join tokens for machines that become nodes, and the signed tokens of nodes.
//!
//! Nothing but hashes of API keys and join tokens is stored. Every lookup goes to the store, so that a deletion counts at
//! once; the tokens of nodes need no store, since heartbeats must not.

mod access;
pub(crate) mod cookies;
mod guard;
mod join;
mod keys;
mod links;
mod node_token;
pub(crate) mod oidc;
mod opaque;
mod passwords;
mod rates;
mod service;
mod sessions;
pub(crate) mod shown_key;
mod signing_keys;
mod users;

pub use access::{Actor, Caller};
pub(crate) use guard::{Group, guard, too_many};
pub use join::JoinGrant;
pub use node_token::{DEFAULT_TTL as NODE_TOKEN_TTL, NodeGrant, NodeTokens};
pub use oidc::{OidcConfig, RoleRule};
pub(crate) use opaque::random_bytes;
pub(crate) use rates::{Buckets, network};
pub use rates::{Rate, RateLimits};
pub use service::{Auth, Principal};
pub(crate) use sessions::{Begun, info};

use miaas_core::{ErrorKind, PortError};

/// The refusal of credentials that are not valid; it never says which part was wrong.
pub(crate) fn unauthenticated(message: impl Into<String>) -> PortError {
    PortError::new(ErrorKind::Unauthenticated, "auth", message)
}
