//! What a rebalance may move, and what that costs.

use std::{collections::BTreeMap, time::Duration};

use super::slots::immovable;
use crate::{
    id::WorkloadId,
    model::{Assignment, RolloutPhase, RunState},
    world::World,
};

/// How long a workload takes to start anew beside what it loads.
const START: Duration = Duration::from_secs(5);
/// How fast weights are loaded into the memory of a GPU, in MiB a second: a disk of the usual kind.
const LOAD_MIB_PER_S: u64 = 1024;

/// What moving a workload costs: an estimate from what it claims.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct MoveCost {
    /// Bytes that the new node has to load: as much as it claims of GPU memory.
    pub bytes: u64,
    /// Until it works again there.
    pub time: Duration,
}

/// The workloads that may be moved without anybody noticing: they serve, keep no data on their node, are bound to none, may run
/// twice for a while, and are not being updated or moved already. O(assignments).
#[must_use]
pub fn movable(world: &World) -> BTreeMap<WorkloadId, MoveCost> {
    let all = world.assignments().values().map(|a| &*a.value);
    all.filter(|a| is_movable(world, a)).map(|a| (a.workload.clone(), cost(a))).collect()
}

fn is_movable(world: &World, a: &Assignment) -> bool {
    let Some(d) = world.deployments().get(&a.deployment).map(|d| &d.value) else { return false };
    let Some(node) = world.nodes().get(&a.node) else { return false };
    let rests = world.rollouts().get(&a.deployment).is_none_or(|r| r.value.phase != RolloutPhase::Progressing);
    let serves = world.statuses().get(&a.workload).is_some_and(|s| s.value.state.phase.ready());
    let policy = &d.spec.placement;
    d.deleted_at.is_none()
        && d.spec.state == RunState::Running
        && !policy.exclusive
        && policy.node.is_none()
        && !a.stateful
        && !a.leaving
        && a.relocate.is_none()
        && rests
        && serves
        && immovable(a, d, &node.value).is_none()
}

fn cost(a: &Assignment) -> MoveCost {
    let claimed: u64 = a.devices.iter().map(|share| share.memory_mib).sum();
    MoveCost {
        bytes: claimed.saturating_mul(1024 * 1024),
        time: START.saturating_add(Duration::from_secs(claimed / LOAD_MIB_PER_S)),
    }
}
