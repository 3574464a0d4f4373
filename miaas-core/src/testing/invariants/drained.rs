use crate::testing::simulator::Snapshot;

/// A node that is drained has no work any more, or the deployment of what is left says why. After its deadline nothing runs.
pub(super) fn check(s: &Snapshot<'_>) -> Result<(), String> {
    for node in s.world.nodes().values().map(|n| &n.value).filter(|n| n.drain.is_some()) {
        for a in s.world.assigned_to(&node.id) {
            let explained = s.deployments.iter().any(|d| d.id == a.deployment && !d.problems.is_empty());
            if s.running.contains(&(node.id.to_string(), a.workload.clone()))
                && node.drain.as_ref().is_some_and(|d| d.deadline.is_some())
            {
                return Err(format!("{} still runs on {}, whose drain is over", a.workload, node.name));
            }
            if !explained {
                return Err(format!("{} is drained and still has {}, and nobody says why", node.name, a.workload));
            }
        }
    }
    Ok(())
}
