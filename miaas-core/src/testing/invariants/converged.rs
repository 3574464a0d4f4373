use crate::{
    api::v1::{DeploymentItem, DeploymentStatus, WorkloadItem},
    model::{NodeHealth, Phase, RolloutPhase},
    testing::simulator::Snapshot,
};

fn updates(d: &DeploymentItem) -> bool {
    d.rollout.as_ref().is_some_and(|r| r.phase == RolloutPhase::Progressing)
}

/// What is assigned runs on its machine in the wanted version, and nothing else of ours runs anywhere.
pub(super) fn check(s: &Snapshot<'_>) -> Result<(), String> {
    for d in s.deployments {
        // Nobody can tell what is on a lost node, or clean up there.
        let lost = |w: &&WorkloadItem| s.seen.get(&w.node).is_some_and(|n| n.health == NodeHealth::Offline);
        let waits = d.workloads.iter().any(|w| lost(&w));
        match d.status {
            DeploymentStatus::Ready | DeploymentStatus::Stopped | DeploymentStatus::Degraded => {}
            // It waits for whoever paused it.
            DeploymentStatus::Progressing if d.update.paused && updates(d) => {}
            _ if waits => {}
            DeploymentStatus::Progressing | DeploymentStatus::Removing => {
                let states: Vec<_> =
                    d.workloads.iter().map(|w| (w.id.as_str(), w.state.phase, w.ready, w.leaving)).collect();
                return Err(format!("{} is still {}: {states:?}", d.name, d.status.as_str()));
            }
        }
        for w in d.workloads.iter().filter(|w| !lost(w)) {
            let runs = s.running.contains(&(w.node.to_string(), w.id.clone()));
            let should = w.state.phase != Phase::Stopped && w.state.phase != Phase::Failed;
            if runs != should {
                let health = s.seen.get(&w.node).map(|n| n.health);
                return Err(format!(
                    "{} is {} on {} ({health:?}) and runs: {runs}",
                    w.id,
                    w.state.phase.as_str(),
                    w.node
                ));
            }
        }
    }
    for (node, workload) in s.running {
        let assigned = s.world.assignments().get(workload).is_some_and(|a| a.value.node.as_str() == node);
        if !assigned && s.world.nodes().contains_key(node.as_str()) {
            return Err(format!("{workload} runs on {node} and should not"));
        }
    }
    Ok(())
}
