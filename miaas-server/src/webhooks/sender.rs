//! One request to a receiver.

use std::time::Duration;

use axum::{
    body::{Body, Bytes},
    http::{Request, StatusCode, header},
};
use http_body_util::{BodyExt as _, Limited};
use hyper_rustls::{HttpsConnector, HttpsConnectorBuilder};
use hyper_util::{
    client::legacy::{Client, connect::HttpConnector},
    rt::TokioExecutor,
};
use ipnet::IpNet;
use miaas_core::{PortError, model::Event, secret::Secret, time::Timestamp};
use serde_json::json;
use tokio::time::timeout;
use url::Url;

use super::{
    address::{Allowed, Resolver},
    signature::sign,
};
use crate::error::chain;

/// So much of an answer that refuses is read, for people.
const LARGEST_ANSWER: usize = 1024;

/// Sends events. Redirects are not followed.
#[derive(Debug)]
pub(super) struct Sender {
    client: Client<HttpsConnector<HttpConnector<Resolver>>, Body>,
    allowed: Allowed,
    timeout: Duration,
}

impl Sender {
    pub(super) fn new(networks: &[IpNet], timeout: Duration) -> Result<Self, PortError> {
        let allowed = Allowed::new(networks);
        let mut http = HttpConnector::new_with_resolver(Resolver(allowed.clone()));
        http.enforce_http(false);
        http.set_connect_timeout(Some(timeout));
        let connector = HttpsConnectorBuilder::new()
            .with_provider_and_webpki_roots(rustls::crypto::ring::default_provider())
            .map_err(|e| PortError::internal("webhook", "TLS does not start").with_source(e))?
            .https_or_http()
            .enable_http1()
            .wrap_connector(http);
        let client = Client::builder(TokioExecutor::new()).pool_max_idle_per_host(1).build(connector);
        Ok(Self { client, allowed, timeout })
    }

    /// The address, when it can be sent to.
    pub(super) fn address(&self, text: &str) -> Result<Url, String> {
        const LONGEST: usize = 2048;
        if text.len() > LONGEST {
            return Err(format!("it is longer than {LONGEST} bytes"));
        }
        let url = Url::parse(text).map_err(|e| format!("it is no address: {e}"))?;
        if !matches!(url.scheme(), "http" | "https") || url.host_str().is_none_or(str::is_empty) {
            return Err("it does not begin with https:// or http:// and a host".to_owned());
        }
        if !url.username().is_empty() || url.password().is_some() {
            return Err("it holds credentials, which everybody would see".to_owned());
        }
        self.allowed.check(&url)?;
        Ok(url)
    }

    /// Sends one event, signed at `now`. The error is for people.
    pub(super) async fn send(&self, url: &str, key: &Secret, event: &Event, now: Timestamp) -> Result<(), String> {
        let url = self.address(url)?;
        let seconds = now.as_millis().div_euclid(1000);
        let body = json!({"type": event.reason, "timestamp": event.at, "data": event}).to_string();
        let id = event.id.as_str();
        let signature = sign(key, id, seconds, &body).map_err(|e| e.chain())?;
        let request = Request::post(url.as_str())
            .header(header::CONTENT_TYPE, "application/json")
            .header(header::USER_AGENT, concat!("miaas/", env!("CARGO_PKG_VERSION")))
            .header("webhook-id", id)
            .header("webhook-timestamp", seconds)
            .header("webhook-signature", signature)
            .body(Body::from(body))
            .map_err(|e| e.to_string())?;
        match timeout(self.timeout, self.answer(request)).await {
            Ok(answer) => answer,
            Err(_) => Err(format!("no answer within {} s", self.timeout.as_secs_f64())),
        }
    }

    async fn answer(&self, request: Request<Body>) -> Result<(), String> {
        let answer = self.client.request(request).await.map_err(|e| chain(&e))?;
        let status = answer.status();
        // Read in any case, so that the connection can be used again.
        let body = Limited::new(answer.into_body(), LARGEST_ANSWER).collect().await.map(|b| b.to_bytes());
        if status.is_success() { Ok(()) } else { Err(refusal(status, &body.unwrap_or_default())) }
    }
}

fn refusal(status: StatusCode, body: &Bytes) -> String {
    const SHOWN: usize = 200;
    let text = String::from_utf8_lossy(body);
    let line: String = text.trim().chars().filter(|c| !c.is_control()).take(SHOWN).collect();
    if line.is_empty() { format!("the answer is {status}") } else { format!("the answer is {status}: {line}") }
}
