//! The event log (D8), in pages and as a stream.

use futures_util::StreamExt as _;
use miaas_core::{
    api::v1::{ErrorBody, EventItem, Page},
    port::BoxStream,
};
use reqwest::Method;

use crate::{
    client::Client,
    error::ClientError,
    sse::{Message, Parser},
};

impl Client {
    /// At most `limit` events behind the cursor `after`, oldest first.
    ///
    /// # Errors
    /// See [`ClientError`].
    pub async fn events(&self, after: u64, limit: usize) -> Result<Vec<EventItem>, ClientError> {
        let (after, limit) = (after.to_string(), limit.to_string());
        let request = self.request(Method::GET, &["events"]).query("after", Some(&after)).query("limit", Some(&limit));
        Ok(request.json::<Page<EventItem>>().await?.items)
    }

    /// The newest events, at most `tail`, oldest first.
    ///
    /// # Errors
    /// See [`ClientError`].
    pub async fn newest_events(&self, tail: usize) -> Result<Vec<EventItem>, ClientError> {
        let request = self.request(Method::GET, &["events"]).query("tail", Some(&tail.to_string()));
        Ok(request.json::<Page<EventItem>>().await?.items)
    }

    /// Every event behind the cursor `after` and those to come, until the connection ends. Several events can have one cursor:
    /// who goes on behind the last one seen may miss others of the same cursor, who goes on before it sees some again.
    ///
    /// # Errors
    /// See [`ClientError`]; also as an item of the stream.
    pub async fn watch_events(
        &self,
        after: u64,
    ) -> Result<BoxStream<'static, Result<EventItem, ClientError>>, ClientError> {
        let after = after.to_string();
        let request = self.request(Method::GET, &["events"]).query("after", Some(&after));
        let lines = request.lines("text/event-stream").await?;
        let mut parser = Parser::default();
        let items = lines.filter_map(move |line| {
            let item = match line {
                Ok(line) => parser.line(&line).map(|message| parse(&message)),
                Err(e) => Some(Err(e)),
            };
            std::future::ready(item)
        });
        Ok(Box::pin(items))
    }
}

/// `data` is an entry with its cursor; with `event: error` it is the envelope of what went wrong.
fn parse(message: &Message) -> Result<EventItem, ClientError> {
    if message.event == "error" {
        return Err(match serde_json::from_str::<ErrorBody>(&message.data) {
            Ok(body) => ClientError::from_body(body, None),
            Err(e) => ClientError::unexpected(e),
        });
    }
    serde_json::from_str(&message.data).map_err(ClientError::unexpected)
}
