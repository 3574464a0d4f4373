use std::collections::{BTreeMap, BTreeSet};

use miaas_core::{
    cluster::NodeView,
    id::DeploymentId,
    port::{Demand, RejectReason},
};

use super::{Filter, Verdict};
use crate::score::Ask;

/// Workloads of every deployment that it wants to be near to are on the node, or on one with the same value of a label.
/// The first workload of a deployment that wants to be near to itself may go anywhere.
#[derive(Debug)]
pub struct Affinity;

impl Filter for Affinity {
    fn name(&self) -> &'static str {
        "affinity"
    }

    fn check(&self, ask: &Ask<'_>, node: &NodeView, verdict: &mut Verdict) {
        for (i, other) in ask.demand.near.iter().enumerate() {
            if ask.near(i).count(node) == 0 && !ask.is_first_of(other) {
                verdict.reject(|| RejectReason::Affinity {
                    deployment: other.name.to_string(),
                    place: super::anti_affinity::place(other, node),
                });
            }
        }
    }

    fn is_local(&self, demand: &Demand) -> bool {
        demand.near.iter().all(|n| n.by.is_none() && n.deployment.as_ref() != Some(&demand.deployment))
    }
}

/// How late each demand of a group is to be placed, so that those that others want to be near to come first. Demands that
/// wait for each other in a circle are equally late. O(D²) where any wants to be near to another, with D deployments.
#[must_use]
pub fn order_of(demands: &[Demand]) -> Vec<usize> {
    let mut waits_for: BTreeMap<&DeploymentId, BTreeSet<&DeploymentId>> = BTreeMap::new();
    for demand in demands {
        let others = demand.near.iter().filter_map(|n| n.deployment.as_ref());
        waits_for.entry(&demand.deployment).or_default().extend(others);
    }
    if waits_for.values().all(BTreeSet::is_empty) {
        return vec![0; demands.len()];
    }
    // Who waits for another waits for all that the other waits for, and for itself, so its count is larger.
    let mut count: BTreeMap<&DeploymentId, usize> = BTreeMap::new();
    for first in waits_for.keys().copied() {
        let mut seen = BTreeSet::from([first]);
        let mut open = vec![first];
        while let Some(next) = open.pop() {
            open.extend(waits_for.get(next).into_iter().flatten().copied().filter(|other| seen.insert(other)));
        }
        count.insert(first, seen.len());
    }
    demands.iter().map(|d| count.get(&d.deployment).copied().unwrap_or(0)).collect()
}
