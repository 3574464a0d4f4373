//! The view that placement decides on: allocatable and allocated resources of every node. Committing or releasing one
//! placement costs time independent of the number of nodes; a [`Fork`] tries placements out without copying the fleet.

mod fork;
mod gpu_view;
mod invariants;
mod node_view;

use std::{collections::BTreeMap, sync::Arc};

pub use fork::*;
pub use gpu_view::*;
pub use node_view::*;

use crate::{
    id::{NodeId, WorkloadId},
    port::{Decision, Demand},
};

/// All nodes as placement sees them. Cloning is O(N) in pointers: nodes are shared until one is changed. To try something
/// out, [`fork`](Self::fork) instead.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct ClusterView {
    nodes: BTreeMap<NodeId, Arc<NodeView>>,
    placed: BTreeMap<WorkloadId, NodeId>,
    /// What placed workloads asked for, as far as it is known.
    demands: BTreeMap<WorkloadId, Arc<Demand>>,
}

impl ClusterView {
    /// A view of these nodes.
    #[must_use]
    pub fn new(nodes: impl IntoIterator<Item = NodeView>) -> Self {
        let mut view = Self::default();
        for node in nodes {
            view.upsert(node);
        }
        view
    }

    /// Adds or replaces a node.
    pub fn upsert(&mut self, node: NodeView) {
        self.remove(&node.id);
        for workload in node.workloads.keys() {
            self.placed.insert(workload.clone(), node.id.clone());
        }
        self.nodes.insert(node.id.clone(), Arc::new(node));
    }

    /// Takes a node out, with what is on it. None when it was not there.
    pub fn remove(&mut self, id: &NodeId) -> Option<Arc<NodeView>> {
        let old = self.nodes.remove(id)?;
        for workload in old.workloads.keys() {
            // A workload may have been seen on another node since: that one keeps it.
            if self.placed.get(workload) == Some(id) {
                self.placed.remove(workload);
            }
        }
        Some(old)
    }

    /// The nodes in order of their ids.
    pub fn nodes(&self) -> impl ExactSizeIterator<Item = &NodeView> {
        self.nodes.values().map(|n| &**n)
    }

    /// One node.
    #[must_use]
    pub fn node(&self, id: &NodeId) -> Option<&NodeView> {
        self.nodes.get(id).map(|n| &**n)
    }

    /// Where a workload is.
    #[must_use]
    pub fn location(&self, workload: &WorkloadId) -> Option<&NodeId> {
        self.placed.get(workload)
    }

    /// Remembers what a placed workload asked for: what is known so can be placed elsewhere, the others stay where they are.
    /// Says nothing about where it is.
    pub fn remember(&mut self, demand: Arc<Demand>) {
        self.demands.insert(demand.workload.clone(), demand);
    }

    /// What a workload asked for. None when nobody said.
    #[must_use]
    pub fn demand_of(&self, workload: &WorkloadId) -> Option<&Arc<Demand>> {
        self.demands.get(workload)
    }

    /// A view on top of this one that can be changed and thrown away. O(1).
    #[must_use]
    pub const fn fork(&self) -> Fork<'_> {
        Fork::new(self)
    }

    /// Takes a decision into account. False, and no change, when the node is unknown or the workload is placed already.
    pub fn commit(&mut self, decision: &Decision) -> bool {
        if self.placed.contains_key(&decision.workload) {
            return false;
        }
        let Some(node) = self.nodes.get_mut(&decision.node) else { return false };
        Arc::make_mut(node).add(Held::from(decision));
        debug_assert_eq!(node.check(), Ok(()), "after committing {}", decision.workload);
        self.placed.insert(decision.workload.clone(), decision.node.clone());
        true
    }

    /// Forgets a workload; undoes [`Self::commit`]. False when it was not placed.
    pub fn release(&mut self, workload: &WorkloadId) -> bool {
        let Some(node) = self.placed.remove(workload) else { return false };
        if let Some(node) = self.nodes.get_mut(&node) {
            Arc::make_mut(node).remove(workload);
            debug_assert_eq!(node.check(), Ok(()), "after releasing {workload}");
        }
        true
    }
}
