//! Signs of life (N2, N4): in memory at once, in the store coalesced.

use super::{Orchestrator, events::about_node};
use crate::{
    engine::observations::Transition,
    error::PortError,
    id::NodeId,
    model::{Facts, Heartbeat, NodeHealth, Severity},
    port::{Stored as _, When},
    spec::Issue,
    time::Timestamp,
};

/// Label of nodes that may fail together: a room, a rack, a provider.
const ZONE: &str = "zone";

impl Orchestrator {
    /// Takes a heartbeat; touches memory only.
    ///
    /// # Errors
    /// `NotFound` for an unknown node; `Invalid` for a use that is no percentage, and then nothing was taken.
    pub fn heartbeat(&self, node: &NodeId, beat: Heartbeat) -> Result<Timestamp, PortError> {
        check_percentages(&beat)?;
        let now = self.now();
        let mut seen = self.seen();
        let heard =
            seen.heard(node, now, &self.config.patience).ok_or_else(|| PortError::not_found("heartbeat", node))?;
        let changed = seen.beat(node, beat);
        drop(seen);
        if changed || heard.is_some() {
            self.wake.notify_one();
        }
        Ok(now)
    }

    /// Takes the facts of a node; also a sign of life.
    ///
    /// # Errors
    /// `NotFound` for an unknown node.
    pub fn observe_facts(&self, node: &NodeId, facts: Facts) -> Result<(), PortError> {
        let now = self.now();
        let mut seen = self.seen();
        let heard = seen.heard(node, now, &self.config.patience).ok_or_else(|| PortError::not_found("facts", node))?;
        let changed = seen.set_facts(node, facts);
        drop(seen);
        if changed || heard.is_some() {
            self.wake.notify_one();
        }
        Ok(())
    }

    /// Notes that a node came with credentials that are no longer valid, so that it may register its name again.
    pub fn credentials_lapsed(&self, node: &NodeId) {
        self.seen().lapse(node);
    }

    /// Runs the failure detector once; true when a node's state changed.
    ///
    /// # Errors
    /// The store's, when the events cannot be written; the states hold all the same.
    pub async fn detect(&self) -> Result<bool, PortError> {
        let now = self.now();
        let transitions = {
            let (world, mut seen) = (self.world(), self.seen());
            let zone = |node: &NodeId| {
                world.nodes().get(node).and_then(|n| n.value.labels.get(ZONE)).unwrap_or_default().to_owned()
            };
            seen.detect(now, &self.config.patience, zone)
        };
        if transitions.is_empty() {
            return Ok(false);
        }
        let mut writes = Vec::new();
        for transition in &transitions {
            if let Some(node) = self.node_record(&transition.node) {
                let (severity, reason, mut text) = words(transition);
                if !transition.hold.is_zero() {
                    text += &format!(
                        "; when it is back it gets no work before {} s have passed",
                        transition.hold.as_secs()
                    );
                }
                writes.push(self.event(severity, reason, about_node(&node), format!("node {} {text}", node.name))?);
            }
        }
        self.wake.notify_one();
        self.commit(writes).await?;
        Ok(true)
    }

    /// Writes what was observed since the last call, in one commit.
    ///
    /// # Errors
    /// The store's; what was not written is written by the next call for every node that is heard of again.
    pub async fn flush(&self) -> Result<(), PortError> {
        let dirty = self.seen().take_dirty();
        let writes = dirty.iter().map(|o| o.put(When::Any)).collect::<Result<Vec<_>, _>>()?;
        self.commit(writes).await?;
        self.prune_requests().await?;
        self.prune_events().await
    }
}

fn check_percentages(beat: &Heartbeat) -> Result<(), PortError> {
    let issues: Vec<Issue> = [("/cpu_usage", beat.cpu_usage), ("/mem_usage", beat.mem_usage)]
        .into_iter()
        .filter_map(|(path, value)| value.filter(|v| !(0.0..=100.0).contains(v)).map(|v| (path, v)))
        .map(|(path, v)| Issue::new(path, format!("{v} is no percentage")).with_hint("a number from 0 to 100"))
        .collect();
    if issues.is_empty() { Ok(()) } else { Err(PortError::invalid("heartbeat", issues)) }
}

fn words(t: &Transition) -> (Severity, &'static str, String) {
    let (severity, reason, text) = match t.to {
        NodeHealth::Online => (Severity::Info, "node.online", "is heard of"),
        NodeHealth::Unreachable => (Severity::Warning, "node.unreachable", "is silent; its work stays for now"),
        NodeHealth::Offline => (Severity::Error, "node.offline", "is lost; work that may move is placed elsewhere"),
        NodeHealth::Pending => (Severity::Info, "node.pending", "was not heard of yet"),
    };
    (severity, reason, text.to_owned())
}
