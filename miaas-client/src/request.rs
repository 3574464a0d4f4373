//! One request: path, query, body, and the ways to read its answer.

use miaas_core::{ErrorKind, api::v1::Page, port::BoxStream};
use reqwest::{Method, Response, Url};
use serde::{Serialize, de::DeserializeOwned};

use crate::{client::Client, error::ClientError, lines::lines};

/// A request under construction.
#[must_use]
pub(crate) struct Request<'a> {
    client: &'a Client,
    method: Method,
    url: Result<Url, ClientError>,
    accept: &'static str,
    body: Option<Result<Vec<u8>, ClientError>>,
    seen: Option<u64>,
}

/// How many items are asked for at once.
const PAGE: &str = "500";

impl Client {
    /// A request for `/api/v1/{path…}`; every segment is escaped.
    pub(crate) fn request(&self, method: Method, path: &[&str]) -> Request<'_> {
        let mut url = self.base.clone();
        let extended = url.path_segments_mut().map(|mut segments| {
            segments.pop_if_empty().extend(["api", "v1"]).extend(path);
        });
        let url = match extended {
            Ok(()) => Ok(url),
            Err(()) => Err(ClientError::new(ErrorKind::Invalid, format!("{url} can have no path"))),
        };
        Request { client: self, method, url, accept: "application/json", body: None, seen: None }
    }

    /// Every item of a paged list.
    pub(crate) async fn all<T: DeserializeOwned>(&self, path: &[&str]) -> Result<Vec<T>, ClientError> {
        let mut items = Vec::new();
        let mut after: Option<String> = None;
        loop {
            let request = self.request(Method::GET, path).query("limit", Some(PAGE)).query("after", after.as_deref());
            let page: Page<T> = request.json().await?;
            items.extend(page.items);
            match page.next {
                // A server that hands out the same cursor again would keep us here for ever.
                Some(next) if after.as_ref() != Some(&next) => after = Some(next),
                _ => return Ok(items),
            }
        }
    }
}

impl Request<'_> {
    /// Adds a query parameter when there is a value.
    pub(crate) fn query(mut self, name: &str, value: Option<&str>) -> Self {
        if let (Ok(url), Some(value)) = (&mut self.url, value) {
            url.query_pairs_mut().append_pair(name, value);
        }
        self
    }

    /// Sends a JSON body.
    pub(crate) fn body(mut self, body: &impl Serialize) -> Self {
        self.body =
            Some(serde_json::to_vec(body).map_err(|e| {
                ClientError::new(ErrorKind::Invalid, format!("the request cannot be written as JSON: {e}"))
            }));
        self
    }

    /// Has it refused with 412 unless the deployment still is at this generation.
    pub(crate) const fn only_at(mut self, generation: u64) -> Self {
        self.seen = Some(generation);
        self
    }

    /// Sends it and reads the answer as JSON.
    pub(crate) async fn json<T: DeserializeOwned>(self) -> Result<T, ClientError> {
        let body = self.bytes().await?;
        serde_json::from_slice(&body).map_err(ClientError::unexpected)
    }

    /// Sends it; what the answer holds does not matter.
    pub(crate) async fn done(self) -> Result<(), ClientError> {
        self.bytes().await.map(drop)
    }

    /// Sends it and reads the answer line by line, for as long as the server sends.
    pub(crate) async fn lines(
        mut self,
        accept: &'static str,
    ) -> Result<BoxStream<'static, Result<String, ClientError>>, ClientError> {
        self.accept = accept;
        let base = self.client.base.clone();
        let answer = self.send(false).await?;
        Ok(lines(answer.bytes_stream(), move |e| ClientError::transport(&base, &e)))
    }

    /// Says what kind of answer is wanted.
    pub(crate) const fn accept(mut self, accept: &'static str) -> Self {
        self.accept = accept;
        self
    }

    /// Sends it and reads the answer as it is.
    pub(crate) async fn bytes(self) -> Result<Vec<u8>, ClientError> {
        let base = self.client.base.clone();
        let answer = self.send(true).await?;
        Ok(answer.bytes().await.map_err(|e| ClientError::transport(&base, &e))?.into())
    }

    async fn send(self, limited: bool) -> Result<Response, ClientError> {
        let client = self.client;
        let mut request =
            client.http.request(self.method, self.url?).header("accept", self.accept).bearer_auth(client.key.expose());
        if limited {
            request = request.timeout(client.timeout);
        }
        if let Some(body) = self.body {
            request = request.header("content-type", "application/json").body(body?);
        }
        if let Some(generation) = self.seen {
            request = request.header("if-match", format!("\"{generation}\""));
        }
        let answer = request.send().await.map_err(|e| ClientError::transport(&client.base, &e))?;
        let status = answer.status();
        if status.is_success() {
            return Ok(answer);
        }
        let body = answer.bytes().await.map_err(|e| ClientError::transport(&client.base, &e))?;
        Err(ClientError::answer(status, &body))
    }
}
