//! What fetching has in common: folders that appear whole, and bounded downloads.

use std::{fs, io::ErrorKind as Io, path::Path, time::Duration};

use axum::{
    body::Bytes,
    http::{Request, header},
};
use http_body_util::{BodyExt as _, Empty, Limited};
use hyper_rustls::{HttpsConnector, HttpsConnectorBuilder};
use hyper_util::{
    client::legacy::{Client, connect::HttpConnector},
    rt::TokioExecutor,
};
use miaas_core::PortError;
use tokio::time::timeout;
use url::Url;

use crate::error::chain;

const OPERATION: &str = "catalog.fetch";

/// Removes a folder, if it is there.
pub(super) fn clear(path: &Path) -> Result<(), PortError> {
    match fs::remove_dir_all(path) {
        Err(e) if e.kind() != Io::NotFound => Err(failed("remove", path, e)),
        _ => Ok(()),
    }
}

/// Puts `fresh` in the place of `old`.
pub(super) fn replace(old: &Path, fresh: &Path) -> Result<(), PortError> {
    clear(old)?;
    fs::rename(fresh, old).map_err(|e| failed("put in place", old, e))
}

pub(super) fn failed(verb: &str, path: &Path, error: std::io::Error) -> PortError {
    PortError::unavailable(OPERATION, format!("cannot {verb} {}", path.display())).with_source(error)
}

/// Fetches over HTTP and HTTPS, with the roots of the web.
#[derive(Debug)]
pub(super) struct Web(Client<HttpsConnector<HttpConnector>, Empty<Bytes>>);

/// Redirects that are followed.
const REDIRECTS: usize = 5;
/// How long one download may take.
const LIMIT: Duration = Duration::from_secs(120);

impl Web {
    pub(super) fn new() -> Result<Self, PortError> {
        let connector = HttpsConnectorBuilder::new()
            .with_provider_and_webpki_roots(rustls::crypto::ring::default_provider())
            .map_err(|e| PortError::internal(OPERATION, "TLS does not start").with_source(e))?
            .https_or_http()
            .enable_http1()
            .build();
        Ok(Self(Client::builder(TokioExecutor::new()).build(connector)))
    }

    /// The body at an address, at most `limit` bytes. From HTTPS no redirect leads to plain HTTP.
    pub(super) async fn get(&self, url: &Url, limit: usize) -> Result<Vec<u8>, PortError> {
        match timeout(LIMIT, self.follow(url.clone(), limit)).await {
            Ok(Ok(body)) => Ok(body),
            Ok(Err(why)) => Err(PortError::unavailable(OPERATION, format!("{url} cannot be fetched: {why}"))),
            Err(_) => Err(PortError::unavailable(OPERATION, format!("{url} took longer than {LIMIT:?}"))),
        }
    }

    async fn follow(&self, mut url: Url, limit: usize) -> Result<Vec<u8>, String> {
        for _ in 0..=REDIRECTS {
            let request =
                Request::get(url.as_str()).header(header::USER_AGENT, concat!("miaas/", env!("CARGO_PKG_VERSION")));
            let request = request.body(Empty::new()).map_err(|e| e.to_string())?;
            let answer = self.0.request(request).await.map_err(|e| chain(&e))?;
            if answer.status().is_redirection() {
                let to = answer.headers().get(header::LOCATION).and_then(|l| l.to_str().ok());
                let next = url.join(to.ok_or("a redirect to nowhere")?).map_err(|e| e.to_string())?;
                if url.scheme() == "https" && next.scheme() != "https" {
                    return Err("it redirects to plain HTTP".to_owned());
                }
                url = next;
                continue;
            }
            if !answer.status().is_success() {
                return Err(format!("the answer is {}", answer.status()));
            }
            let body = Limited::new(answer.into_body(), limit).collect().await;
            return body.map(|b| b.to_bytes().to_vec()).map_err(|e| chain(&*e));
        }
        Err(format!("it redirects more than {REDIRECTS} times"))
    }
}
