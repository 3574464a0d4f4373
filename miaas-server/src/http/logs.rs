//! Logs of deployments over HTTP and WebSocket (D6).

use axum::{
    body::{Body, Bytes},
    extract::{
        State, WebSocketUpgrade,
        ws::{CloseFrame, Message, WebSocket, rejection::WebSocketUpgradeRejection},
    },
    http::{HeaderMap, header},
    response::{IntoResponse, Response},
};
use futures_util::{FutureExt as _, SinkExt as _, Stream, StreamExt as _, stream};
use miaas_core::{
    PortError,
    port::{BoxStream, LogLine, LogOptions},
    time::Timestamp,
};
use serde::Deserialize;
use utoipa::IntoParams;

use super::session::upgraded;
use crate::{
    error::ApiError,
    extract::{ApiPath, ApiQuery},
    state::AppState,
};

type Lines = BoxStream<'static, Result<LogLine, PortError>>;

/// Which lines.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(default, deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct LogQuery {
    /// Wait for more.
    follow: bool,
    /// At most so many lines from the end, per service.
    tail: Option<u64>,
    /// Not older than this.
    #[param(value_type = Option<String>, format = DateTime)]
    since: Option<Timestamp>,
    /// Only this service.
    service: Option<String>,
}

/// Which lines of which deployment.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct SocketQuery {
    /// Id or name of the deployment.
    deployment: String,
    /// Wait for more; true unless given.
    follow: Option<bool>,
    /// At most so many lines from the end, per service.
    tail: Option<u64>,
    /// Not older than this.
    #[param(value_type = Option<String>, format = DateTime)]
    since: Option<Timestamp>,
    /// Only this service.
    service: Option<String>,
}

/// The output of a deployment, of all its workloads. Text with `workload/service | ` before each line; with
/// `Accept: application/x-ndjson` one JSON object a line, an error as the envelope.
#[utoipa::path(get, path = "/api/v1/deployments/{id}/logs", tag = "deployments",
    params(LogQuery, ("id" = String, Path, description = "Id or name")),
    responses((status = 200, content((String = "text/plain"), (LogLine = "application/x-ndjson")))))]
pub(crate) async fn lines(
    State(state): State<AppState>,
    ApiPath(id): ApiPath<String>,
    ApiQuery(query): ApiQuery<LogQuery>,
    headers: HeaderMap,
) -> Result<Response, ApiError> {
    let LogQuery { follow, tail, since, service } = query;
    let lines = state.orchestrator().logs(&id, &LogOptions { follow, tail, since, service })?;
    let json = headers.get(header::ACCEPT).and_then(|v| v.to_str().ok()).is_some_and(|v| v.contains("ndjson"));
    let kind = if json { "application/x-ndjson" } else { "text/plain; charset=utf-8" };
    let write = move |line| if json { as_json(line) } else { as_text(line) };
    let lines = begin(lines)?.take_until(async move { state.stopping().await });
    let body = Body::from_stream(lines.map(move |l| Ok::<_, std::convert::Infallible>(Bytes::from(write(l)))));
    Ok(([(header::CONTENT_TYPE, kind)], body).into_response())
}

/// The output of a deployment as a WebSocket: one JSON object a message, an error as the envelope.
#[utoipa::path(get, path = "/ws/logs", tag = "deployments", params(SocketQuery),
    responses((status = 101, description = "`LogLine` as JSON text messages follow")))]
pub(crate) async fn socket(
    State(state): State<AppState>,
    ApiQuery(query): ApiQuery<SocketQuery>,
    upgrade: Result<WebSocketUpgrade, WebSocketUpgradeRejection>,
) -> Result<Response, ApiError> {
    let SocketQuery { deployment, follow, tail, since, service } = query;
    let options = LogOptions { follow: follow.unwrap_or(true), tail, since, service };
    let lines = state.orchestrator().logs(&deployment, &options)?;
    Ok(upgraded(upgrade)?.on_upgrade(move |socket| pump(socket, lines, state)))
}

/// Takes what is there at once. When that is nothing but errors and the end, the answer is an error, not an empty log.
fn begin(mut lines: Lines) -> Result<impl Stream<Item = Result<LogLine, PortError>> + Send + 'static, ApiError> {
    let mut ready = Vec::new();
    while let Some(next) = lines.next().now_or_never() {
        match next {
            Some(Ok(line)) => {
                ready.push(Ok(line));
                break;
            }
            Some(Err(error)) => ready.push(Err(error)),
            None => match ready.pop() {
                Some(Err(error)) => return Err(error.into()),
                _ => break,
            },
        }
    }
    Ok(stream::iter(ready).chain(lines))
}

fn as_json(line: Result<LogLine, PortError>) -> String {
    let written = match line {
        Ok(line) => serde_json::to_string(&line),
        Err(error) => serde_json::to_string(&ApiError::from(error).body()),
    };
    written.map(|text| text + "\n").unwrap_or_default()
}

fn as_text(line: Result<LogLine, PortError>) -> String {
    match line {
        Ok(l) => format!("{}/{} | {}\n", l.workload, l.service, l.text),
        Err(error) => format!("miaas: {}\n", ApiError::from(error).body().error.message),
    }
}

async fn pump(socket: WebSocket, mut lines: Lines, state: AppState) {
    let (mut sink, mut stream) = socket.split();
    // The client says nothing; its end is heard only by reading.
    let gone = async { while let Some(Ok(_)) = stream.next().await {} };
    let sending = async {
        while let Some(line) = lines.next().await {
            if sink.send(Message::Text(as_json(line).trim_end().into())).await.is_err() {
                return;
            }
        }
    };
    tokio::select! {
        () = gone => {}
        () = sending => {}
        () = state.stopping() => {}
    }
    // When the client is gone there is nobody to tell.
    sink.send(Message::Close(Some(CloseFrame { code: 1000, reason: "the log has ended".into() }))).await.ok();
}
