use std::collections::BTreeMap;

use crate::{id::WorkloadId, testing::simulator::Snapshot};

/// Of what may run only once, no slot has two live instances.
pub(super) fn check(s: &Snapshot<'_>) -> Result<(), String> {
    let mut live = BTreeMap::new();
    for (node, workload) in s.running.iter().filter(|(node, _)| !s.out_of_hand.contains(node)) {
        let Some((deployment, slot)) = place(s, workload) else { continue };
        if !s.world.deployments().get(deployment).is_some_and(|d| d.value.spec.placement.exclusive) {
            continue;
        }
        if let Some(other) = live.insert((deployment, slot), (node, workload)) {
            return Err(format!(
                "slot {slot} of {deployment} lives as {} on {} and as {workload} on {node}",
                other.1, other.0
            ));
        }
    }
    Ok(())
}

fn place<'a>(s: &'a Snapshot<'_>, workload: &WorkloadId) -> Option<(&'a crate::id::DeploymentId, u32)> {
    let assigned = s.world.assignments().get(workload).map(|a| (&a.value.deployment, a.value.slot));
    assigned.or_else(|| s.world.statuses().get(workload).map(|st| (&st.value.deployment, st.value.slot)))
}
