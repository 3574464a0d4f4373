//! The client itself: where the server is, who asks, and how long to wait.

use std::{fmt, time::Duration};

use miaas_core::{ErrorKind, api::v1::Status, secret::Secret};
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
    /// [`ErrorKind::Invalid`] when `url` is no `http` URL.
    pub fn new(url: &str, key: Secret) -> Result<Self, ClientError> {
        let base = parse(url)?;
        let http = reqwest::Client::builder()
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
        "http" if parsed.host_str().is_some_and(|h| !h.is_empty()) => Ok(parsed),
        "http" => Err(refuse("it names no host")),
        "https" => Err(refuse("this build speaks http only; put a TLS proxy or tunnel in between")),
        _ => Err(refuse("it must start with http://")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_checked_before_anything_is_sent() {
        for bad in ["", "127.0.0.1:7070", "ftp://x", "https://example.org", "http://"] {
            let error = Client::new(bad, Secret::new("k")).expect_err(bad);
            assert_eq!(error.kind(), ErrorKind::Invalid, "{bad}");
            assert!(error.hint().is_some(), "{bad}");
        }
        assert_eq!(Client::new("http://h:1/", Secret::new("k")).expect("good").url(), "http://h:1");
    }

    #[test]
    fn debug_shows_no_key() {
        let client = Client::new("http://h:1", Secret::new("mia_geheim")).expect("good");
        assert!(!format!("{client:?}").contains("geheim"));
    }
}
