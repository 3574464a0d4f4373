//! What was refused while the nodes were as they are now. Asked again, it would be refused again and for the same reasons, so
//! replicas of which none fits, and deployments that wait for room, cost one question and not one for each replica and plan.

use std::collections::BTreeMap;

use crate::{
    cluster::{ClusterView, Version},
    id::{DeploymentId, WorkloadId},
    port::{Demand, DemandGroup, Unplaceable},
};

/// Most refusals that are kept. A refusal of a large fleet is some ten kilobytes.
const MOST: usize = 1_000;

/// Refusals of groups that differ in nothing but the ids of their workloads.
#[derive(Debug, Default)]
pub(super) struct Refusals {
    /// The nodes that all that is kept was asked of.
    version: Option<Version>,
    /// By deployment of the first demand.
    kept: BTreeMap<DeploymentId, Vec<Kept>>,
    count: usize,
}

#[derive(Debug)]
struct Kept {
    group: DemandGroup,
    /// Why it has no place as things are.
    refused: Option<Unplaceable>,
    /// It has no place whoever goes.
    hopeless: bool,
}

impl Refusals {
    /// Why the group has no place, if that is known. O(kept of the deployment).
    pub(super) fn find(&mut self, view: &ClusterView, group: &DemandGroup) -> Option<Unplaceable> {
        let kept = self.known(view, group)?;
        Some(renamed(kept.refused.as_ref()?, &kept.group, group))
    }

    /// Whether it is known that the group has no place whoever goes.
    pub(super) fn is_hopeless(&mut self, view: &ClusterView, group: &DemandGroup) -> bool {
        self.known(view, group).is_some_and(|kept| kept.hopeless)
    }

    /// Keeps why a group has no place. A refusal that explains no node may be about something that passes, such as a callable of
    /// the user that failed, and is not kept.
    pub(super) fn keep(&mut self, view: &ClusterView, group: &DemandGroup, refused: &Unplaceable) {
        if refused.by_node.is_empty() && view.nodes().len() > 0 {
            return;
        }
        if let Some(kept) = self.entry(view, group) {
            kept.refused.get_or_insert_with(|| refused.clone());
        }
    }

    /// Keeps that a group has no place whoever goes.
    pub(super) fn keep_hopeless(&mut self, view: &ClusterView, group: &DemandGroup) {
        if let Some(kept) = self.entry(view, group) {
            kept.hopeless = true;
        }
    }

    /// Something else may be said from now on.
    pub(super) fn clear(&mut self) {
        *self = Self::default();
    }

    fn known(&mut self, view: &ClusterView, group: &DemandGroup) -> Option<&mut Kept> {
        let same = self.version.as_ref().and_then(|v| view.changes_since(v)).is_some_and(<[_]>::is_empty);
        if !same {
            self.clear();
        }
        let first = group.demands.first()?;
        self.kept.get_mut(&first.deployment)?.iter_mut().find(|kept| alike(&kept.group, group))
    }

    /// What is kept of the group; none when there is too much already.
    fn entry(&mut self, view: &ClusterView, group: &DemandGroup) -> Option<&mut Kept> {
        if self.known(view, group).is_none() {
            if self.count >= MOST {
                return None;
            }
            let first = group.demands.first()?;
            self.version = Some(view.version());
            self.count += 1;
            let kept = Kept { group: group.clone(), refused: None, hopeless: false };
            self.kept.entry(first.deployment.clone()).or_default().push(kept);
        }
        self.known(view, group)
    }
}

fn alike(a: &DemandGroup, b: &DemandGroup) -> bool {
    let alike = |(a, b): (&Demand, &Demand)| a.deployment == b.deployment && a.name == b.name && a.asks_like(b);
    a.demands.len() == b.demands.len() && a.demands.iter().zip(&b.demands).all(alike)
}

/// The refusal with the workload that stands at the same place of another group.
fn renamed(refused: &Unplaceable, of: &DemandGroup, other: &DemandGroup) -> Unplaceable {
    let at = |w: &WorkloadId| of.demands.iter().position(|d| d.workload == *w);
    let workload = at(&refused.workload).and_then(|at| other.demands.get(at)).map(|d| d.workload.clone());
    Unplaceable { workload: workload.unwrap_or_else(|| refused.workload.clone()), ..refused.clone() }
}
