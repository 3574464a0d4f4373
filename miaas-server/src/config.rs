//! Limits and times of the API.

use std::time::Duration;

use miaas_tls::CaPin;

use crate::auth::{OidcConfig, RateLimits};

/// Who may register a machine as a node.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum Registration {
    /// Holders of a join token.
    #[default]
    Token,
    /// Everybody; without a join token it waits until an operator accepts it.
    Approval,
    /// Everybody.
    Open,
}

/// How the API behaves. Every value has a default that suits production.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct ApiConfig {
    /// The address that nodes and users reach this server under, for example `https://miaas.example.org`; none takes the
    /// `Host` header of the request.
    pub public_url: Option<String>,
    /// Whether requests come over TLS. A server sets this and the next two by itself; an application that nests the router says
    /// how it is reached.
    pub https: bool,
    /// By which nodes and users know the authority of the certificate.
    pub ca_pin: Option<CaPin>,
    /// The certificate of that authority as PEM.
    pub ca_pem: Option<String>,
    /// Whether nodes must show their key in the TLS handshake; one that is shown counts anyhow.
    pub mutual_tls: bool,
    /// After this an answer that has not begun is given up (504). Streams are not limited by it.
    pub request_timeout: Duration,
    /// Who may register a machine as a node.
    pub registration: Registration,
    /// A provider of OpenID Connect that users can sign in over; it is told that `public_url` is where they come back to.
    pub oidc: Option<OidcConfig>,
    /// Limits of requests in time.
    pub rates: RateLimits,
    /// Time between two pings of a session.
    pub session_ping: Duration,
    /// A session on which nothing was heard for this long is closed.
    pub session_idle: Duration,
}

impl Default for ApiConfig {
    fn default() -> Self {
        Self {
            public_url: None,
            https: false,
            ca_pin: None,
            ca_pem: None,
            mutual_tls: false,
            request_timeout: Duration::from_secs(30),
            registration: Registration::default(),
            oidc: None,
            rates: RateLimits::default(),
            session_ping: Duration::from_secs(20),
            session_idle: Duration::from_secs(60),
        }
    }
}
