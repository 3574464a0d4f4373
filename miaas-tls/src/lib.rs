//! Whom MIaaS trusts over TLS.
//!
//! A server makes an authority of its own at its first start. Whoever is told the digest of its certificate ([`CaPin`]) needs nothing
//! else to know the server again, whatever name or address it is reached under. Without a pin the authorities of the system are
//! believed, as everywhere. Clients may be known as well: a node by its key, another server by the authority.
//!
//! # A pin
//!
//! ```
//! use miaas_tls::CaPin;
//!
//! let shown = format!("sha256:{}", "0".repeat(64));
//! let pin: CaPin = shown.parse()?;
//! assert_eq!(pin.to_string(), shown);
//! assert!("sha256:0".parse::<CaPin>().is_err());
//! # Ok::<(), miaas_core::PortError>(())
//! ```
//!
//! # Features
//!
//! | feature | adds | and depends on |
//! |---|---|---|
//! | `authority` | `Authority`: issues certificates, and `client_verifier`, which knows clients; only servers do | `rcgen` |
//! | `identity` | `Identity::of_key`: shows a key of one's own in the handshake; agents do | `rcgen` |

#![warn(missing_docs)]

#[cfg(feature = "authority")]
mod authority;
mod identity;
#[cfg(feature = "authority")]
mod peer;
mod pin;
mod trust;

#[cfg(feature = "authority")]
pub use authority::{Authority, Issued};
pub use identity::Identity;
#[cfg(feature = "authority")]
pub use peer::{Peer, client_verifier, peer};
pub use pin::CaPin;
pub use trust::{UNTRUSTED_HINT, client_config, http, is_untrusted};

use std::sync::Arc;

use rustls::crypto::CryptoProvider;

/// A name with nothing but a common name.
#[cfg(feature = "identity")]
fn named(name: &str) -> rcgen::DistinguishedName {
    let mut distinguished = rcgen::DistinguishedName::new();
    distinguished.push(rcgen::DnType::CommonName, name);
    distinguished
}

/// The one implementation of cryptography for TLS. It is handed to every configuration, so that the process needs no default.
#[must_use]
pub fn provider() -> Arc<CryptoProvider> {
    Arc::new(rustls::crypto::ring::default_provider())
}
