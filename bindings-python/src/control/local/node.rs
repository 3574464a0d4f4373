//! A node in this process: its loop, its signs of life, its reports.

use std::{sync::Arc, time::Duration};

use futures_util::StreamExt as _;
use miaas_core::{
    ErrorKind, PortError,
    api::v1::RegisterNode,
    engine::{NodeLoop, Orchestrator},
    id::NodeId,
    model::{Facts, Heartbeat, NodeReport},
    name::{Labels, NodeName},
};
use tokio::time::{MissedTickBehavior, interval};

/// Far below the silence after which a node counts as lost.
const BEAT: Duration = Duration::from_secs(1);
/// Before a report is tried again that the store did not take.
const PAUSE: Duration = Duration::from_millis(200);

/// The id of the node of this name, registered when it is not known.
pub(super) async fn enrol(
    orchestrator: &Orchestrator,
    name: &NodeName,
    facts: &Facts,
    labels: Labels,
) -> Result<NodeId, PortError> {
    match orchestrator.node(name.as_str()) {
        Ok(node) => return Ok(node.id),
        Err(e) if e.kind() == ErrorKind::NotFound => {}
        Err(e) => return Err(e),
    }
    let body = RegisterNode {
        name: name.to_string(),
        ip: "127.0.0.1".to_owned(),
        capabilities: facts.clone(),
        agent_version: Some(env!("CARGO_PKG_VERSION").to_owned()),
        public_key: None,
    };
    Ok(orchestrator.register_node(body, labels).await?.id)
}

/// Tells the orchestrator of the node, for ever.
pub(super) async fn inform(orchestrator: Arc<Orchestrator>, node: NodeId, node_loop: Arc<NodeLoop>, beat: Beat) {
    tokio::join!(beating(&orchestrator, &node, &node_loop, beat), reporting(&orchestrator, &node_loop));
}

/// Makes heartbeats.
pub(super) type Beat = Box<dyn FnMut() -> Heartbeat + Send>;

async fn beating(orchestrator: &Orchestrator, node: &NodeId, node_loop: &NodeLoop, mut beat: Beat) {
    let mut timer = interval(BEAT);
    timer.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        timer.tick().await;
        let beat = Heartbeat { stamp: Some(node_loop.stamp()), ..beat() };
        if let Err(error) = orchestrator.heartbeat(node, beat) {
            tracing::warn!(%node, error = %error.chain(), "a heartbeat was refused");
        }
    }
}

async fn reporting(orchestrator: &Orchestrator, node_loop: &Arc<NodeLoop>) {
    let mut reports = node_loop.reports();
    while let Some(report) = reports.next().await {
        report_until_taken(orchestrator, report, node_loop).await;
    }
}

async fn report_until_taken(orchestrator: &Orchestrator, mut report: NodeReport, node_loop: &NodeLoop) {
    while let Err(error) = orchestrator.report(report).await {
        if !error.retryable() {
            tracing::warn!(error = %error.chain(), "a report was refused");
            return;
        }
        tokio::time::sleep(PAUSE).await;
        report = node_loop.full_report();
    }
}
