//! Leases for what may run only once: answers to heartbeats. Never while something is being planned, so that a lease always
//! names the target that the planner left behind, and only after the store has confirmed that this process still decides.

use super::Orchestrator;
use crate::{
    id::NodeId,
    model::{Lease, NodeHealth},
};

impl Orchestrator {
    /// Renews the lease of every node that needs one and sent a heartbeat since the last time. O(workloads).
    pub async fn renew_leases(&self) {
        // A node waits for its lease for many heartbeats, and this for the next.
        let Ok(_not_planning) = self.planning.try_lock() else { return };
        let due = self.leases_due();
        if due.is_empty() {
            return;
        }
        // An empty commit is refused when another process has taken over.
        if let Err(e) = self.ports.store.commit(Vec::new()).await {
            tracing::warn!(error = %e.chain(), "no lease is renewed: the store does not answer");
            return;
        }
        for (node, lease) in due {
            // Noted before it leaves: from here on it may arrive.
            self.seen().granted(&node, lease.stamp, self.ports.clock.uptime());
            if let Err(e) = self.ports.link.renew(&node, lease).await {
                tracing::debug!(%node, error = %e.chain(), "a lease did not leave");
            }
        }
    }

    fn leases_due(&self) -> Vec<(NodeId, Lease)> {
        let terms = self.config.patience.lease;
        let millis = |d: std::time::Duration| u64::try_from(d.as_millis()).unwrap_or(u64::MAX);
        let (world, seen) = (self.world(), self.seen());
        let needed = world.targets().values().map(|t| &t.value).filter(|t| t.workloads.iter().any(|w| w.exclusive));
        let due = needed.filter_map(|target| {
            let live = seen.get(&target.node).filter(|live| live.health == NodeHealth::Online)?;
            let stamp = live.heartbeat.stamp.filter(|stamp| live.answered != Some(*stamp))?;
            let lease = Lease {
                stamp,
                generation: target.generation,
                length_ms: millis(terms.length),
                stop_within_ms: millis(terms.stop_within),
            };
            Some((target.node.clone(), lease))
        });
        due.collect()
    }
}
