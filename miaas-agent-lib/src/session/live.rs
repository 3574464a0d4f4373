//! One session, from its hello to its end.

use std::{sync::Arc, time::Duration};

use futures_util::{SinkExt as _, StreamExt as _, stream::SplitSink};
use miaas_core::{
    PortError,
    model::{Facts, Heartbeat, NodeReport},
    protocol::{self, FromAgent, FromServer},
};
use tokio::time::{Instant, MissedTickBehavior, interval, timeout};
use tokio_tungstenite::tungstenite::Message;

use super::{Session, dial::Socket, log_streams::LogStreams};

const OPERATION: &str = "session";
/// How long one message may take to leave.
const SEND_LIMIT: Duration = Duration::from_secs(10);
/// A server that says nothing for so many heartbeats, each of which asks for an answer, is gone.
const SILENT_BEATS: u32 = 4;

/// Talks until the session ends; says why.
pub(super) async fn live(session: &mut Session, socket: Socket) -> PortError {
    let (sink, mut stream) = socket.split();
    let mut out = Outgoing { sink };
    let mut facts = session.facts.clone();
    let mut logs = LogStreams::new(Arc::clone(&session.node_loop));
    // Subscribed anew in every session: the first report says everything, so that nothing said in vain is lost.
    let mut reports = session.node_loop.reports();
    let mut beat = interval(session.options.heartbeat_interval);
    beat.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let mut known_ports = None;
    let mut heard = Instant::now();
    let patience = session.options.heartbeat_interval.saturating_mul(SILENT_BEATS).max(Duration::from_secs(2));

    let newest = facts.borrow_and_update().clone();
    if let Err(e) = out.say(&hello(session, &newest)).await {
        return e;
    }
    loop {
        let said = tokio::select! {
            message = stream.next() => {
                heard = Instant::now();
                match message {
                    Some(Ok(Message::Text(text))) => session.take(&text, &mut logs).await,
                    Some(Ok(Message::Close(frame))) => {
                        let why = frame.map(|f| format!(": {} ({})", f.reason, f.code)).unwrap_or_default();
                        Err(PortError::unavailable(OPERATION, format!("the server closed the session{why}")))
                    }
                    Some(Ok(_)) => Ok(()),
                    Some(Err(e)) => Err(PortError::unavailable(OPERATION, "the session broke").with_source(e)),
                    None => Err(PortError::unavailable(OPERATION, "the session ended")),
                }
            }
            Some(report) = reports.next() => out.say(&FromAgent::Report(report)).await,
            message = logs.next() => out.say(&message).await,
            changed = facts.changed() => match changed {
                Ok(()) => {
                    let newest = facts.borrow_and_update().clone();
                    out.say(&FromAgent::Facts { facts: Box::new((*newest).clone()) }).await
                }
                Err(e) => Err(PortError::internal(OPERATION, "facts are not looked at any more").with_source(e)),
            },
            _ = beat.tick() => {
                if heard.elapsed() > patience {
                    Err(PortError::unavailable(OPERATION, format!("the server is silent for {} s", patience.as_secs())))
                } else {
                    let message = session.beat(&facts.borrow(), &mut known_ports);
                    out.beat(&message).await
                }
            }
        };
        if let Err(e) = said {
            return e;
        }
    }
}

fn hello(session: &Session, facts: &Facts) -> FromAgent {
    FromAgent::Hello {
        protocol: protocol::VERSION,
        agent_version: env!("CARGO_PKG_VERSION").to_owned(),
        generation: session.node_loop.generation(),
        facts: Box::new(facts.clone()),
    }
}

impl Session {
    /// Does what the server says.
    async fn take(&mut self, text: &str, logs: &mut LogStreams) -> Result<(), PortError> {
        let message: FromServer = match serde_json::from_str(text) {
            Ok(message) => message,
            // Not shown: it may hold rendered environments.
            Err(e) => {
                return Err(PortError::unavailable(OPERATION, "a message of the server does not read").with_source(e));
            }
        };
        match message {
            FromServer::Target(target) => {
                let generation = target.generation;
                // On failure the session ends, and the next one brings the target again.
                let held = self.node_loop.accept(target).await?;
                tracing::debug!(generation, held, "target");
            }
            FromServer::Lease(lease) => self.node_loop.renew(&lease),
            FromServer::Token { token } => self.keep_token(token),
            FromServer::LogStart { request, workload, options } => logs.start(request, &workload, options),
            FromServer::LogStop { request } => logs.stop(request),
            FromServer::Unknown => tracing::debug!("a kind of message that this version does not know"),
        }
        Ok(())
    }

    fn beat(&mut self, facts: &Facts, known_ports: &mut Option<Vec<u16>>) -> FromAgent {
        let mut beat = self.sampler.heartbeat(!facts.gpus.is_empty());
        beat.stamp = Some(self.node_loop.stamp());
        beat.running_containers = running(&self.node_loop.full_report());
        leave_out_known(&mut beat, known_ports);
        FromAgent::Heartbeat(beat)
    }
}

/// Names as Compose gives them.
fn running(report: &NodeReport) -> Vec<String> {
    let services = |w: &miaas_core::model::WorkloadReport| {
        let id = w.workload.clone();
        w.state
            .services
            .iter()
            .filter(|(_, s)| s.running)
            .map(move |(name, _)| format!("{id}-{name}-1"))
            .collect::<Vec<_>>()
    };
    report.workloads.iter().flat_map(services).collect()
}

/// Absent means unchanged.
fn leave_out_known(beat: &mut Heartbeat, known: &mut Option<Vec<u16>>) {
    if beat.listening_ports == *known {
        beat.listening_ports = None;
    } else if beat.listening_ports.is_some() {
        known.clone_from(&beat.listening_ports);
    }
}

struct Outgoing {
    sink: SplitSink<Socket, Message>,
}

impl Outgoing {
    async fn say(&mut self, message: &FromAgent) -> Result<(), PortError> {
        let text = serde_json::to_string(message)
            .map_err(|e| PortError::internal(OPERATION, "a message does not serialise").with_source(e))?;
        self.send(Message::text(text)).await
    }

    /// A heartbeat, and a ping that the server's side answers by itself: so a dead connection is noticed.
    async fn beat(&mut self, message: &FromAgent) -> Result<(), PortError> {
        self.say(message).await?;
        self.send(Message::Ping(Vec::new().into())).await
    }

    async fn send(&mut self, message: Message) -> Result<(), PortError> {
        match timeout(SEND_LIMIT, self.sink.send(message)).await {
            Ok(Ok(())) => Ok(()),
            Ok(Err(e)) => Err(PortError::unavailable(OPERATION, "the session broke").with_source(e)),
            Err(_) => Err(PortError::unavailable(
                OPERATION,
                format!("the server takes nothing for {} s", SEND_LIMIT.as_secs()),
            )),
        }
    }
}
