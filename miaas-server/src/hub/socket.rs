//! The WebSocket of a session: greeting, then reading and writing side by side until one of them ends.

use std::{sync::Arc, time::Duration};

use axum::{
    body::Bytes,
    extract::ws::{Message, WebSocket},
};
use futures_util::{
    SinkExt as _, StreamExt as _,
    stream::{SplitSink, SplitStream},
};
use miaas_core::{
    ErrorKind, PortError,
    model::{Facts, Generation},
    protocol::{self, FromAgent, FromServer},
};
use tokio::time::{Instant, MissedTickBehavior, interval, interval_at, timeout};

use super::{close::CloseReason, session::Session};
use crate::{auth::NodeGrant, state::AppState};

/// How long the agent may take for its first message, and the socket for each message that is sent.
const PATIENCE: Duration = Duration::from_secs(10);

/// None: the other side has gone without our doing.
type End = Option<CloseReason>;

/// Runs a session to its end.
pub(crate) async fn serve(socket: WebSocket, state: AppState, grant: NodeGrant) {
    let (mut sink, mut stream) = socket.split();
    let end = match greet(&mut stream, &state, &grant).await {
        Ok(()) => {
            let session = state.hub().open(&grant.node);
            tracing::info!(node = %grant.node, "session opened");
            // Asked for after the session can be found, so that no target is missed between.
            session.outbox().offer_target(&state.orchestrator().target(&grant.node));
            let end = tokio::select! {
                end = read(&mut stream, &session, &state, &grant) => end,
                end = write(&mut sink, &session, &state, &grant) => end,
                reason = session.ended() => Some(reason),
                () = state.stopping() => Some(CloseReason::GoingAway),
            };
            state.hub().forget(&session);
            session.close_logs();
            end
        }
        Err(end) => end,
    };
    tracing::info!(node = %grant.node, reason = ?end, "session ended");
    if let Some(reason) = end {
        // The other side may be gone already, and that is as good.
        timeout(PATIENCE, sink.send(Message::Close(Some(reason.frame())))).await.ok();
    }
}

async fn greet(stream: &mut SplitStream<WebSocket>, state: &AppState, grant: &NodeGrant) -> Result<(), End> {
    let first = async {
        loop {
            match receive(stream).await {
                Ok(FromAgent::Unknown) => {}
                other => break other,
            }
        }
    };
    let message = timeout(PATIENCE, first).await.map_err(|_| Some(CloseReason::Silent))??;
    let FromAgent::Hello { protocol, agent_version, generation, facts } = message else {
        return Err(Some(CloseReason::Protocol("the first message must be a hello".to_owned())));
    };
    if protocol.abs_diff(protocol::VERSION) > 1 {
        let ours = protocol::VERSION;
        let why =
            format!("agent {agent_version:.20} speaks protocol {protocol}, this server {ours}: update the older one");
        return Err(Some(CloseReason::Protocol(why)));
    }
    observe(state, grant, *facts, Some(generation))
}

fn observe(state: &AppState, grant: &NodeGrant, facts: Facts, generation: Option<Generation>) -> Result<(), End> {
    tracing::debug!(node = %grant.node, ?generation, "facts");
    alive(state, grant)?;
    state.orchestrator().observe_facts(&grant.node, facts).map_err(|e| Some(refusal(&e)))
}

async fn read(stream: &mut SplitStream<WebSocket>, session: &Arc<Session>, state: &AppState, grant: &NodeGrant) -> End {
    loop {
        let message = match timeout(state.config().session_idle, receive(stream)).await {
            Ok(Ok(message)) => message,
            Ok(Err(end)) => return end,
            Err(_) => return Some(CloseReason::Silent),
        };
        if let Err(end) = take(message, session, state, grant).await {
            return end;
        }
    }
}

async fn take(message: FromAgent, session: &Session, state: &AppState, grant: &NodeGrant) -> Result<(), End> {
    alive(state, grant)?;
    let node = &grant.node;
    match message {
        FromAgent::Heartbeat(beat) => {
            state.orchestrator().heartbeat(node, beat).map(drop).map_err(|e| Some(refusal(&e)))
        }
        FromAgent::Report(report) if report.node == *node => {
            state.orchestrator().report(report).await.map_err(|e| Some(refusal(&e)))
        }
        FromAgent::Report(report) => {
            Err(Some(CloseReason::Protocol(format!("the report is about node {}, not {node}", report.node))))
        }
        FromAgent::Facts { facts } => observe(state, grant, *facts, None),
        FromAgent::Log { request, lines } => {
            session.log_lines(request, lines).await;
            Ok(())
        }
        FromAgent::LogEnd { request, error } => {
            session.log_end(request, error);
            Ok(())
        }
        FromAgent::Hello { .. } => Err(Some(CloseReason::Protocol("a session has one hello".to_owned()))),
        FromAgent::Unknown => Ok(()),
    }
}

/// Ends the session of a node that was removed or whose tokens were revoked.
fn alive(state: &AppState, grant: &NodeGrant) -> Result<(), End> {
    match state.orchestrator().node_record(&grant.node) {
        None => Err(Some(CloseReason::Removed)),
        Some(node) if node.token_epoch != grant.epoch => Err(Some(CloseReason::Revoked)),
        Some(_) => Ok(()),
    }
}

/// A message is never dropped and forgotten: a new session says everything again.
fn refusal(error: &PortError) -> CloseReason {
    match error.kind() {
        ErrorKind::NotFound => CloseReason::Removed,
        _ => {
            tracing::warn!(error = %error.chain(), "a message of an agent was not taken");
            CloseReason::TryAgain
        }
    }
}

async fn receive(stream: &mut SplitStream<WebSocket>) -> Result<FromAgent, End> {
    match stream.next().await {
        Some(Ok(Message::Text(text))) => serde_json::from_str(&text)
            .map_err(|e| Some(CloseReason::Protocol(format!("a message does not read: {e}")))),
        // A sign of life without a meaning.
        Some(Ok(Message::Ping(_) | Message::Pong(_))) => Ok(FromAgent::Unknown),
        Some(Ok(Message::Binary(_))) => Err(Some(CloseReason::Protocol("messages are JSON text".to_owned()))),
        Some(Ok(Message::Close(_)) | Err(_)) | None => Err(None),
    }
}

async fn write(
    sink: &mut SplitSink<WebSocket, Message>,
    session: &Session,
    state: &AppState,
    grant: &NodeGrant,
) -> End {
    let mut ping = interval(state.config().session_ping);
    ping.set_missed_tick_behavior(MissedTickBehavior::Delay);
    // Long before the agent's present token expires, so that one failure does no harm.
    let half = (state.auth().node_tokens().ttl() / 2).max(Duration::from_millis(500));
    let mut rotation = interval_at(Instant::now() + half, half);
    loop {
        let message = tokio::select! {
            message = session.outbox().next() => encode(&message),
            _ = rotation.tick() => fresh_token(state, grant),
            _ = ping.tick() => Ok(Message::Ping(Bytes::new())),
        };
        let message = match message {
            Ok(message) => message,
            Err(error) => {
                tracing::error!(node = %grant.node, error = %error.chain(), "a message to an agent was not sent");
                continue;
            }
        };
        match timeout(PATIENCE, sink.send(message)).await {
            Ok(Ok(())) => {}
            Ok(Err(_)) => return None,
            Err(_) => return Some(CloseReason::Silent),
        }
    }
}

fn fresh_token(state: &AppState, grant: &NodeGrant) -> Result<Message, PortError> {
    let token = state.auth().node_tokens().issue(&grant.node, grant.epoch, state.orchestrator().now())?;
    encode(&FromServer::Token { token })
}

fn encode(message: &FromServer) -> Result<Message, PortError> {
    let text = serde_json::to_string(message)
        .map_err(|e| PortError::internal("hub.encode", "a message does not serialise").with_source(e))?;
    Ok(Message::Text(text.into()))
}
