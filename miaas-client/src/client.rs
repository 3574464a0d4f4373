//! The client itself: where the server is, who asks, and how long to wait.

use std::{fmt, time::Duration};

use miaas_core::{ErrorKind, api::v1::Status, secret::Secret};
use miaas_tls::CaPin;
use reqwest::{Method, Url};

use crate::error::ClientError;

/// Longest time for a connection to stand.
const CONNECT: Duration = Duration::from_secs(5);
/// Longest time for an answer, unless [`Client::with_timeout`] says otherwise. Streams have no such limit.
const ANSWER: Duration = Duration::from_secs(30);
/// A peer that went away without a word is noticed on a stream after about this long.
const KEEPALIVE: Duration = Duration::from_secs(30);

/// A client for one server. Clones share their connections.
#[derive(Clone)]
pub struct Client {
    pub(crate) base: Url,
    pub(crate) key: Secret,
    pub(crate) http: reqwest::Client,
    pub(crate) timeout: Duration,
}

impl fmt::Debug for Client {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Client").field("base", &self.base.as_str()).finish_non_exhaustive()
    }
}

impl Client {
    /// A client for the server at `url` (for example `http://127.0.0.1:7070`) that identifies itself with an API key.
    /// Opens no connection yet.
    ///
    /// # Errors
    /// [`ErrorKind::Invalid`] when `url` is no `http` or `https` URL.
    pub fn new(url: &str, key: Secret) -> Result<Self, ClientError> {
        Self::trusting(url, key, None)
    }

    /// The same for a server whose certificate is signed by a pinned authority.
    ///
    /// # Errors
    /// [`ErrorKind::Invalid`] when `url` is none, or is one without TLS although there is a pin.
    pub fn trusting(url: &str, key: Secret, pin: Option<CaPin>) -> Result<Self, ClientError> {
        let base = parse(url)?;
        if pin.is_some() && base.scheme() != "https" {
            let message = format!("there is a pin for the authority of {base}, and that is an address without TLS");
            return Err(ClientError::new(ErrorKind::Invalid, message).with_hint("write it with https://"));
        }
        let http = miaas_tls::http(pin)
            .map_err(|e| ClientError::new(e.kind(), e.chain()))?
            .user_agent(concat!("miaas/", env!("CARGO_PKG_VERSION")))
            .connect_timeout(CONNECT)
            .tcp_keepalive(KEEPALIVE)
            .build()
            .map_err(|e| ClientError::transport(&base, &e))?;
        Ok(Self { base, key, http, timeout: ANSWER })
    }

    /// Waits at most this long for an answer.
    #[must_use]
    pub const fn with_timeout(mut self, timeout: Duration) -> Self {
        self.timeout = timeout;
        self
    }

    /// The URL of the server, without a path.
    #[must_use]
    pub fn url(&self) -> &str {
        self.base.as_str().trim_end_matches('/')
    }

    /// `GET /api/v1/status`.
    ///
    /// # Errors
    /// See [`ClientError`].
    pub async fn status(&self) -> Result<Status, ClientError> {
        self.request(Method::GET, &["status"]).json().await
    }
}

fn parse(url: &str) -> Result<Url, ClientError> {
    let refuse = |why: &str| {
        let shown: String = url.chars().take(200).collect();
        ClientError::new(ErrorKind::Invalid, format!("{shown:?} is no address of a server: {why}"))
            .with_hint("it looks like http://127.0.0.1:7070")
    };
    let parsed = Url::parse(url).map_err(|e| refuse(&e.to_string()))?;
    match parsed.scheme() {
        "http" | "https" if parsed.host_str().is_some_and(|h| !h.is_empty()) => Ok(parsed),
        "http" | "https" => Err(refuse("it names no host")),
        _ => Err(refuse("it must start with http:// or https://")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_checked_before_anything_is_sent() {
        for bad in ["", "127.0.0.1:7070", "ftp://x", "http://"] {
            let error = Client::new(bad, Secret::new("k")).expect_err(bad);
            assert_eq!(error.kind(), ErrorKind::Invalid, "{bad}");
            assert!(error.hint().is_some(), "{bad}");
        }
        assert_eq!(Client::new("http://h:1/", Secret::new("k")).expect("good").url(), "http://h:1");
        let pin = Some(format!("sha256:{}", "0".repeat(64)).parse().expect("a pin"));
        assert!(Client::trusting("https://h", Secret::new("k"), pin).is_ok());
        let error = Client::trusting("http://h", Secret::new("k"), pin).expect_err("a key in clear");
        assert!(error.to_string().contains("without TLS"), "{error}");
    }

    #[test]
    fn debug_shows_no_key() {
        let client = Client::new("http://h:1", Secret::new("mia_geheim")).expect("good");
        assert!(!format!("{client:?}").contains("geheim"));
    }
}
