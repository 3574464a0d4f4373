//! Moving workloads because somebody asks for it (P3).

use std::time::Duration;

use super::{Orchestrator, events::about_workload, lookup::missing};
use crate::{
    error::PortError,
    id::{NodeId, WorkloadId},
    model::{Assignment, Relocate, Severity},
    plan::{MoveCost, movable},
    port::{Stored as _, When},
    spec::nearest,
};

/// How long a move may wait for room.
const PATIENCE: Duration = Duration::from_secs(15 * 60);

impl Orchestrator {
    /// The workloads that may be moved without anybody noticing, and what that costs.
    #[must_use]
    pub fn movable(&self) -> std::collections::BTreeMap<WorkloadId, MoveCost> {
        movable(&self.world())
    }

    /// Asks for moves, all of them or none. Each is made as soon as there is room, the new place first; one that found none within
    /// a quarter of an hour is given up. Several that make room for each other may be asked for at once.
    ///
    /// # Errors
    /// `NotFound` for what does not exist; `Conflict` when something was decided about a workload meanwhile; the store's.
    pub async fn relocate(&self, moves: &[(WorkloadId, NodeId)]) -> Result<(), PortError> {
        let _not_planning = self.planning.lock().await;
        self.catch_up().await?;
        let until = self.now().plus(PATIENCE);
        let mut writes = Vec::new();
        {
            let world = self.world();
            for (workload, to) in moves {
                let Some(known) = world.assignments().get(workload) else {
                    let near = nearest(workload.as_str(), world.assignments().keys().map(WorkloadId::as_str));
                    return Err(missing("workload", workload.as_str(), near, "`miaas ps` lists the workloads"));
                };
                let Some(node) = world.nodes().get(to) else {
                    return Err(missing("node", to.as_str(), None, "`miaas node ls` lists the nodes"));
                };
                let wish = Assignment { relocate: Some(Relocate { to: to.clone(), until }), ..(*known.value).clone() };
                writes.push(wish.put(When::At(known.revision))?);
                let d = world.deployments().get(&known.value.deployment).map(|d| &*d.value);
                let text = format!("is to move to node {}", node.value.name);
                writes.push(self.event(Severity::Info, "workload.relocating", about_workload(workload, d), text)?);
            }
        }
        self.commit(writes).await?;
        self.wake.notify_one();
        Ok(())
    }
}
