//! What may run only once (`placement.exclusive`): a replica is told to a node only when no earlier instance of its slot can
//! live any more. That is so when the node of the earlier one said that it is gone, or when the lease of that node has ended.
//!
//! A status is the trace of an instance that may live: for exclusive workloads it is made in the same commit that first tells
//! a node of them, and goes with the report that they are gone.

use std::time::Duration;

use super::cluster::{PlanInput, PlanReport};
use crate::{
    model::{Assignment, WorkloadStatus},
    world::World,
};

/// Why the workload must not be told to its node yet. Plans again when the lease in question has ended. O(statuses of its
/// deployment).
pub(super) fn held_back(report: &mut PlanReport, input: PlanInput<'_>, a: &Assignment) -> Option<String> {
    let others = input.world.statuses_of(&a.deployment).filter(|s| s.slot == a.slot && s.workload != a.workload);
    let (left, other) =
        others.map(|s| (left(input, s), s)).filter(|(left, _)| !left.is_zero()).max_by_key(|(t, _)| *t)?;
    report.wake_at(&a.deployment, input.now.plus(left));
    let name = input.world.nodes().get(&other.node).map_or(other.node.as_str(), |n| n.value.name.as_str());
    Some(format!(
        "{} may still run on node {name}; it is certainly gone in {} s, or when the node says so",
        other.workload,
        left.as_secs() + 1
    ))
}

/// How much longer the instance can live.
fn left(input: PlanInput<'_>, status: &WorkloadStatus) -> Duration {
    match (input.world.nodes().contains_key(&status.node), status.fenced) {
        (true, _) => input.seen.get(&status.node).map_or(Duration::ZERO, |s| s.fenced.saturating_sub(input.uptime)),
        (false, Some(until)) => until.since(input.now),
        (false, None) => Duration::ZERO,
    }
}

/// Whether the status of a workload whose node was removed has to stay for now.
pub(super) fn kept(input: PlanInput<'_>, status: &WorkloadStatus) -> bool {
    is_exclusive(input.world, status) && !left(input, status).is_zero()
}

fn is_exclusive(world: &World, status: &WorkloadStatus) -> bool {
    world.deployments().get(&status.deployment).is_some_and(|d| d.value.spec.placement.exclusive)
}
