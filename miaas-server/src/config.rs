//! Limits and times of the API.

use std::time::Duration;

use miaas_tls::CaPin;

use crate::auth::RateLimits;

/// How the API behaves. Every value has a default that suits production.
#[derive(Debug, Clone)]
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
    /// After this an answer that has not begun is given up (504). Streams are not limited by it.
    pub request_timeout: Duration,
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
            request_timeout: Duration::from_secs(30),
            rates: RateLimits::default(),
            session_ping: Duration::from_secs(20),
            session_idle: Duration::from_secs(60),
        }
    }
}
