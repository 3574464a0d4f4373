//! The event log (D8): pages of it, or as Server-Sent Events.

use std::convert::Infallible;

use axum::{
    Json,
    extract::State,
    http::{HeaderMap, header},
    response::{
        IntoResponse, Response,
        sse::{self, KeepAlive, Sse},
    },
};
use futures_util::{Stream, StreamExt as _, stream};
use miaas_core::{
    PortError,
    api::v1::{EventItem, Page},
    model::Event,
    spec::Issue,
};
use serde::Deserialize;
use utoipa::IntoParams;

use super::page::{self, Part};
use crate::{error::ApiError, extract::ApiQuery, state::AppState};

/// Which events.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(default, deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct EventQuery {
    /// Only events behind this cursor.
    after: Option<u64>,
    /// At most about so many, 1 to 1000; 100 unless given. Does not limit the stream.
    limit: Option<usize>,
    /// Only the newest, at most so many, 1 to 1000. A stream begins with them.
    tail: Option<usize>,
}

/// Events, oldest first. With `Accept: text/event-stream` they are streamed: each has its cursor as id, `Last-Event-ID` goes
/// on behind it, and new ones follow for as long as the connection lasts.
#[utoipa::path(get, path = "/api/v1/events", tag = "events",
    params(EventQuery, ("Last-Event-ID" = Option<u64>, Header, description = "Cursor to go on behind, for the stream")),
    responses((status = 200, content((Page<EventItem> = "application/json"), (EventItem = "text/event-stream")))))]
pub(crate) async fn events(
    State(state): State<AppState>,
    ApiQuery(query): ApiQuery<EventQuery>,
    headers: HeaderMap,
) -> Result<Response, ApiError> {
    let part = page::part(query.limit, query.tail)?;
    let after = query.after.unwrap_or(0);
    if wants_stream(&headers) {
        let (newest, after) = match (last_event_id(&headers)?, part) {
            (Some(last), _) => (Vec::new(), last),
            (None, Part::Oldest(_)) => (Vec::new(), after),
            (None, Part::Newest(tail)) => {
                let newest = state.orchestrator().newest_events(after, tail);
                let last = newest.last().map_or(after, |(cursor, _)| *cursor);
                (newest, last)
            }
        };
        let stream = Sse::new(live(state, newest, after)).keep_alive(KeepAlive::default());
        // Proxies that gather answers before they pass them on would hold events back.
        return Ok(([(NO_BUFFERING, "no")], stream).into_response());
    }
    let (found, more) = match part {
        Part::Newest(tail) => (state.orchestrator().newest_events(after, tail), false),
        Part::Oldest(limit) => {
            let found = state.orchestrator().events(after, limit);
            let more = found.len() >= limit;
            (found, more)
        }
    };
    let next = more.then(|| found.last().map(|(cursor, _)| cursor.to_string())).flatten();
    let items = found.into_iter().map(|(cursor, event)| EventItem { cursor, event }).collect();
    Ok(Json(Page { items, next }).into_response())
}

fn wants_stream(headers: &HeaderMap) -> bool {
    headers.get(header::ACCEPT).and_then(|v| v.to_str().ok()).is_some_and(|v| v.contains("text/event-stream"))
}

fn last_event_id(headers: &HeaderMap) -> Result<Option<u64>, ApiError> {
    let Some(value) = headers.get("last-event-id") else { return Ok(None) };
    value.to_str().ok().and_then(|v| v.parse().ok()).map(Some).ok_or_else(|| {
        let message = "the header Last-Event-ID is not a cursor of this log";
        ApiError::refused(message, Issue::new("", message))
    })
}

/// How many events at most are looked at together.
const CHUNK: usize = 256;

/// A header that nginx and those like it know.
const NO_BUFFERING: &str = "x-accel-buffering";

fn live(state: AppState, newest: Vec<(u64, Event)>, after: u64) -> impl Stream<Item = Result<sse::Event, Infallible>> {
    let first = stream::iter(newest.into_iter().map(Ok));
    let events = first.chain(state.orchestrator().watch_events(after));
    let events = events.ready_chunks(CHUNK).flat_map(|chunk| stream::iter(number(chunk)));
    events.take_until(async move { state.stopping().await })
}

/// One commit can write several events under one cursor. Only the last of them carries it as id, so that a client which
/// was cut off in between gets all of them again and none is lost.
fn number(chunk: Vec<Result<(u64, Event), PortError>>) -> Vec<Result<sse::Event, Infallible>> {
    let cursors: Vec<Option<u64>> = chunk.iter().map(|e| e.as_ref().ok().map(|(cursor, _)| *cursor)).collect();
    let numbered = chunk.into_iter().enumerate().map(|(i, item)| {
        let last = cursors.get(i + 1).is_none_or(|next| *next != cursors[i]);
        Ok(message(item, last))
    });
    numbered.collect()
}

fn message(item: Result<(u64, Event), PortError>, last_of_cursor: bool) -> sse::Event {
    let written = match item {
        Ok((cursor, event)) => {
            let message = sse::Event::default().json_data(EventItem { cursor, event });
            if last_of_cursor { message.map(|m| m.id(cursor.to_string())) } else { message }
        }
        Err(error) => sse::Event::default().event("error").json_data(ApiError::from(error).body()),
    };
    written.unwrap_or_else(|error| {
        tracing::error!(%error, "an event does not serialise");
        sse::Event::default().comment("an event does not serialise")
    })
}
