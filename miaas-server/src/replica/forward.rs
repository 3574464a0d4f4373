//! Hands requests to the leader, WebSockets and endless answers included.

use std::{net::SocketAddr, time::Duration};

use axum::{
    body::Body,
    extract::{ConnectInfo, Request},
    http::{HeaderName, HeaderValue, StatusCode, Uri, header},
    response::Response,
};
use hyper::upgrade::OnUpgrade;
use hyper_rustls::{HttpsConnector, HttpsConnectorBuilder};
use hyper_util::{
    client::legacy::{Client, connect::HttpConnector},
    rt::{TokioExecutor, TokioIo},
};
use miaas_core::{ErrorKind, PortError, engine::SystemClock, model::to_hex, port::Clock as _};
use miaas_tls::{Peer, client_config};

use crate::{auth::shown_key::SHOWN, error::ApiError, server::Tls};

const OPERATION: &str = "server.forward";
/// Names the replica that forwarded a request: none forwards it a second time.
const FORWARDED: HeaderName = HeaderName::from_static("x-miaas-forwarded-by");
/// Names whom a request was forwarded for.
pub(crate) const CLIENT: HeaderName = HeaderName::from_static("x-miaas-client");
/// Headers of one connection and not of the request.
const HOP: [HeaderName; 6] = [
    header::CONNECTION,
    header::PROXY_AUTHENTICATE,
    header::PROXY_AUTHORIZATION,
    header::TE,
    header::TRAILER,
    header::TRANSFER_ENCODING,
];

#[derive(Debug)]
pub(super) struct Forwarder {
    client: Client<HttpsConnector<HttpConnector>, Body>,
    own: String,
}

/// Checks an address for the other replicas.
///
/// # Errors
/// `Invalid` when nobody could be reached under it.
pub(super) fn check(url: &str) -> Result<String, PortError> {
    let url = url.trim_end_matches('/');
    let usable = url.parse::<Uri>().is_ok_and(|uri| {
        matches!(uri.scheme_str(), Some("http" | "https"))
            && uri.authority().is_some()
            && matches!(uri.path(), "" | "/")
            && uri.query().is_none()
    });
    if usable && HeaderValue::try_from(url).is_ok() {
        return Ok(url.to_owned());
    }
    Err(PortError::new(ErrorKind::Invalid, "server.replica", format!("{url:?} is no address for other replicas"))
        .with_hint("give --advertise-url as https://host:port"))
}

impl Forwarder {
    /// The other replicas are believed by the authority that all of them share, or without one by those of the system; and they know
    /// this one by that authority.
    ///
    /// # Errors
    /// When TLS cannot be set up.
    pub(super) fn new(own: String, tls: Option<&Tls>) -> Result<Self, PortError> {
        let identity = tls.map(|tls| tls.identity(SystemClock.now())).transpose()?;
        let mut tcp = HttpConnector::new();
        tcp.set_connect_timeout(Some(Duration::from_secs(2)));
        tcp.set_nodelay(true);
        tcp.enforce_http(false);
        let tls = HttpsConnectorBuilder::new()
            .with_tls_config(client_config(tls.and_then(|tls| tls.pin), identity.as_ref())?);
        let connector = tls.https_or_http().enable_http1().wrap_connector(tcp);
        Ok(Self { client: Client::builder(TokioExecutor::new()).build(connector), own })
    }

    /// The answer of the leader at `leader`.
    ///
    /// # Errors
    /// What is answered in its place: it cannot be reached, or does not lead.
    pub(super) async fn forward(&self, leader: &str, mut request: Request) -> Result<Response, ApiError> {
        if request.headers().contains_key(&FORWARDED) || leader == self.own {
            return Err(super::nobody_leads());
        }
        let path = request.uri().path_and_query().map_or("/", |p| p.as_str());
        *request.uri_mut() = format!("{leader}{path}").parse().map_err(|e| unreachable(leader, e))?;
        let upgrade = request.extensions_mut().remove::<OnUpgrade>().filter(|_| is_upgrade(&request));
        let client = request.extensions().get::<ConnectInfo<SocketAddr>>().map(|c| c.0.ip().to_string());
        let key = request.extensions().get::<Peer>().and_then(|peer| match peer {
            Peer::Key(key) => Some(to_hex(key)),
            Peer::Server => None,
        });
        let headers = request.headers_mut();
        headers.remove(&CLIENT);
        headers.remove(&SHOWN);
        if let Some(key) = key {
            headers.insert(SHOWN, HeaderValue::try_from(key).map_err(|e| unreachable(leader, e))?);
        }
        if let Some(client) = client {
            headers.insert(CLIENT, HeaderValue::try_from(client).map_err(|e| unreachable(leader, e))?);
        }
        if upgrade.is_none() {
            HOP.iter().chain([&header::UPGRADE]).for_each(|name| drop(headers.remove(name)));
        }
        headers.insert(FORWARDED, HeaderValue::try_from(&self.own).map_err(|e| unreachable(leader, e))?);
        let mut answer = self.client.request(request).await.map_err(|e| unreachable(leader, e))?;
        match upgrade {
            Some(ours) if answer.status() == StatusCode::SWITCHING_PROTOCOLS => {
                let theirs = hyper::upgrade::on(&mut answer);
                tokio::spawn(join(ours, theirs));
            }
            _ => HOP.iter().for_each(|name| drop(answer.headers_mut().remove(name))),
        }
        Ok(answer.map(Body::new))
    }
}

fn is_upgrade(request: &Request) -> bool {
    request.headers().contains_key(header::UPGRADE)
}

/// Carries bytes both ways until one side ends.
async fn join(ours: OnUpgrade, theirs: OnUpgrade) {
    let both = async { tokio::try_join!(ours, theirs) }.await;
    let (ours, theirs) = match both {
        Ok(both) => both,
        Err(error) => return tracing::debug!(%error, "a forwarded session was not opened"),
    };
    if let Err(error) = tokio::io::copy_bidirectional(&mut TokioIo::new(ours), &mut TokioIo::new(theirs)).await {
        tracing::debug!(%error, "a forwarded session broke");
    }
}

fn unreachable(leader: &str, error: impl std::error::Error + Send + Sync + 'static) -> ApiError {
    ApiError::from(
        PortError::unavailable(OPERATION, format!("the leader at {leader} does not answer"))
            .with_hint("ask again in a few seconds; another replica takes over when it stays away")
            .with_source(error),
    )
}
