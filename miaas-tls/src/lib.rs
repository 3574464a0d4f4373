//! Whom MIaaS trusts over TLS.
//!
//! A server makes an authority of its own at its first start. Whoever is told the digest of its certificate ([`CaPin`]) needs nothing
//! else to know the server again, whatever name or address it is reached under. Without a pin the authorities of the system are
//! believed, as everywhere.
//!
//! | feature | adds | and depends on |
//! |---|---|---|
//! | `authority` | `Authority`: issues certificates; only servers do | `rcgen` |
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

#![warn(missing_docs)]

#[cfg(feature = "authority")]
mod authority;
mod pin;
mod trust;

#[cfg(feature = "authority")]
pub use authority::{Authority, Issued};
pub use pin::CaPin;
pub use trust::{UNTRUSTED_HINT, client_config, http, is_untrusted};

use std::sync::Arc;

use rustls::crypto::CryptoProvider;

/// The one implementation of cryptography for TLS. It is handed to every configuration, so that the process needs no default.
#[must_use]
pub fn provider() -> Arc<CryptoProvider> {
    Arc::new(rustls::crypto::ring::default_provider())
}
