use crate::testing::simulator::Snapshot;

/// A node that is drained has no work any more, or the deployment of what is left says why.
pub(super) fn check(s: &Snapshot<'_>) -> Result<(), String> {
    for node in s.world.nodes().values().map(|n| &n.value).filter(|n| n.drain.is_some()) {
        for a in s.world.assigned_to(&node.id) {
            let explained = s.deployments.iter().any(|d| d.id == a.deployment && !d.problems.is_empty());
            if !explained {
                return Err(format!("{} is drained and still has {}, and nobody says why", node.name, a.workload));
            }
        }
    }
    Ok(())
}
