//! Tries changes out: the group is placed for real on a fork to which the change was applied.

use std::cell::Cell;

use miaas_core::{
    cluster::{Fork, NodeView},
    id::NodeId,
    model::NodeStatus,
    port::{Counterfactual, Demand},
};

use crate::engine::{Engine, decide};

/// Most times that a whole group, or a workload that would move, is placed for one explanation …
const PLACED: usize = 8;
/// … and how often a node may be looked at for a demand in doing so; once it is placed in any case.
const LOOKS: usize = 800_000;

/// A group that has no place, and what is needed to place it anew.
#[derive(Debug)]
pub(in crate::explain) struct Trial<'a> {
    pub(in crate::explain) engine: &'a Engine,
    /// The nodes before anything of the group was placed.
    pub(in crate::explain) start: &'a Fork<'a>,
    pub(in crate::explain) demands: &'a [Demand],
    /// Which of the demands found no place.
    pub(in crate::explain) failed: usize,
    most: usize,
    placed: Cell<usize>,
}

impl<'a> Trial<'a> {
    pub(in crate::explain) fn new(
        engine: &'a Engine,
        start: &'a Fork<'a>,
        demands: &'a [Demand],
        failed: usize,
    ) -> Self {
        let looks = start.nodes().len().saturating_mul(demands.len());
        let most = (LOOKS / looks.max(1)).clamp(1, PLACED);
        Self { engine, start, demands, failed, most, placed: Cell::new(0) }
    }

    /// Whether the group has a place after the change.
    pub(super) fn fits(&self, change: &Counterfactual) -> bool {
        let mut nodes = self.start.clone();
        let mut demands = self.demands.to_vec();
        self.apply(change, &mut nodes, &mut demands) && self.all_fit(change, &nodes, &demands)
    }

    fn all_fit(&self, change: &Counterfactual, nodes: &Fork<'_>, demands: &[Demand]) -> bool {
        let [demand] = demands else {
            return self.may_place() && self.engine.try_place(nodes, demands).is_some();
        };
        // One demand goes where the change makes room, or nowhere: no other node has to be asked.
        let fits = |id| nodes.node(id).is_some_and(|node| decide(self.engine, demand, nodes, node).is_some());
        fits(place_of(change))
    }

    /// Counts what is expensive; false once that was done often enough for one explanation.
    pub(super) fn may_place(&self) -> bool {
        self.placed.set(self.placed.get() + 1);
        self.placed.get() <= self.most
    }

    /// Applies the change. False when that is not possible.
    fn apply(&self, change: &Counterfactual, nodes: &mut Fork<'_>, demands: &mut [Demand]) -> bool {
        let demand = &mut demands[self.failed];
        match change {
            Counterfactual::SmallerDemand { resources, .. } => demand.resources = resources.clone(),
            Counterfactual::Tolerate { taints, .. } => demand.policy.tolerations.extend(taints.iter().cloned()),
            Counterfactual::Unpin { .. } => demand.policy.node = None,
            Counterfactual::AutomaticPorts { .. } => demand.ports.iter_mut().for_each(|p| p.host = None),
            Counterfactual::MaxPerNode { max, .. } => {
                let of = demand.deployment.clone();
                for demand in demands.iter_mut().filter(|d| d.deployment == of) {
                    demand.policy.max_per_node = Some(*max);
                }
            }
            Counterfactual::Uncordon { node, .. } | Counterfactual::NodeReturns { node, .. } => {
                return changed(nodes, node, |n| n.status = NodeStatus::Online);
            }
            Counterfactual::Label { node, labels, .. } => {
                return changed(nodes, node, |n| n.labels.0.extend(labels.0.clone()));
            }
            Counterfactual::Leave { workload, .. } => return nodes.release(workload),
            Counterfactual::Move { workload, to, .. } => {
                let Some(moving) = nodes.base().demand_of(workload).cloned() else { return false };
                nodes.release(workload);
                let decision = nodes.node(to).and_then(|node| decide(self.engine, &moving, nodes, node));
                return decision.is_some_and(|decision| nodes.commit(&decision));
            }
        }
        true
    }
}

fn changed(nodes: &mut Fork<'_>, id: &NodeId, change: impl FnOnce(&mut NodeView)) -> bool {
    let Some(mut node) = nodes.node(id).cloned() else { return false };
    change(&mut node);
    nodes.replace(node)
}

/// The node on which a change makes room.
const fn place_of(change: &Counterfactual) -> &NodeId {
    match change {
        Counterfactual::Move { from, .. } => from,
        Counterfactual::SmallerDemand { node, .. }
        | Counterfactual::Leave { node, .. }
        | Counterfactual::Uncordon { node, .. }
        | Counterfactual::NodeReturns { node, .. }
        | Counterfactual::Label { node, .. }
        | Counterfactual::Tolerate { node, .. }
        | Counterfactual::Unpin { node, .. }
        | Counterfactual::MaxPerNode { node, .. }
        | Counterfactual::AutomaticPorts { node, .. } => node,
    }
}
