//! The view that placement decides on: allocatable and allocated resources of every node. Committing or releasing one
//! placement costs time independent of the number of nodes; a [`Fork`] tries placements out without copying the fleet.

mod fork;
mod gpu_view;
mod invariants;
mod journal;
mod node_view;

use std::{collections::BTreeMap, sync::Arc};

pub use fork::*;
pub use gpu_view::*;
pub use journal::{Change, Version};
pub use node_view::*;

use self::journal::Journal;
use crate::{
    id::{NodeId, WorkloadId},
    port::{Decision, Demand},
};

/// All nodes as placement sees them. Cloning is O(N) in pointers: nodes are shared until one is changed. To try something
/// out, [`fork`](Self::fork) instead.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct ClusterView {
    /// In order of their ids.
    nodes: Vec<Arc<NodeView>>,
    placed: BTreeMap<WorkloadId, NodeId>,
    /// What placed workloads asked for, as far as it is known.
    demands: BTreeMap<WorkloadId, Arc<Demand>>,
    journal: Journal,
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

    /// Adds or replaces a node; nothing changes when it is there as it is. O(1) beside what runs on it for the last by id, O(N)
    /// pointers for others.
    pub fn upsert(&mut self, node: NodeView) {
        let at = self.nodes.binary_search_by(|n| n.id.cmp(&node.id));
        let here = |w: &WorkloadId| self.placed.get(w) == Some(&node.id);
        if at.is_ok_and(|at| *self.nodes[at] == node) && node.workloads.keys().all(here) {
            return;
        }
        self.journal = Journal::default();
        if let Ok(at) = at {
            self.forget_places(&Arc::clone(&self.nodes[at]));
        }
        for workload in node.workloads.keys() {
            self.placed.insert(workload.clone(), node.id.clone());
        }
        match at {
            Ok(at) => self.nodes[at] = Arc::new(node),
            Err(at) => self.nodes.insert(at, Arc::new(node)),
        }
    }

    fn forget_places(&mut self, node: &NodeView) {
        for workload in node.workloads.keys() {
            // A workload may have been seen on another node since: that one keeps it.
            if self.placed.get(workload) == Some(&node.id) {
                self.placed.remove(workload);
            }
        }
    }

    /// Takes a node out, with what is on it. None when it was not there.
    pub fn remove(&mut self, id: &NodeId) -> Option<Arc<NodeView>> {
        let old = self.nodes.remove(self.find(id)?);
        self.journal = Journal::default();
        self.forget_places(&old);
        Some(old)
    }

    /// The nodes in order of their ids.
    pub fn nodes(&self) -> impl ExactSizeIterator<Item = &NodeView> {
        self.nodes.iter().map(|n| &**n)
    }

    /// One node.
    #[must_use]
    pub fn node(&self, id: &NodeId) -> Option<&NodeView> {
        self.find(id).map(|at| &*self.nodes[at])
    }

    /// The number of a node: how many have smaller ids. O(log N).
    #[must_use]
    pub fn find(&self, id: &NodeId) -> Option<usize> {
        self.nodes.binary_search_by(|n| n.id.cmp(id)).ok()
    }

    /// The node of this number. O(1).
    ///
    /// # Panics
    /// When there are not so many nodes.
    #[must_use]
    pub fn at(&self, number: usize) -> &NodeView {
        &self.nodes[number]
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

    /// Forgets what was [remembered](Self::remember).
    pub(crate) fn forget_demands(&mut self) {
        self.demands.clear();
    }

    /// What a workload asked for. None when nobody said.
    #[must_use]
    pub fn demand_of(&self, workload: &WorkloadId) -> Option<&Arc<Demand>> {
        self.demands.get(workload)
    }

    /// Now, as a point that [`Self::changes_since`] can start from.
    #[must_use]
    pub fn version(&self) -> Version {
        self.journal.version()
    }

    /// What was committed and released since, in order. None when that is not known any more, nodes came or went, or the
    /// version is of another view: a copy is another one.
    #[must_use]
    pub fn changes_since(&self, version: &Version) -> Option<&[Change]> {
        self.journal.since(version)
    }

    /// A view on top of this one that can be changed and thrown away. O(1).
    #[must_use]
    pub const fn fork(&self) -> Fork<'_> {
        Fork::new(self)
    }

    /// Takes a decision into account. False, and no change, when the node is unknown or the workload is placed already.
    pub fn commit(&mut self, decision: &Decision) -> bool {
        self.put_back(&decision.node, Held::from(decision))
    }

    /// Undoes a [release](Self::release), as [`Self::commit`] does it.
    pub(crate) fn put_back(&mut self, node: &NodeId, held: Held) -> bool {
        if self.placed.contains_key(&held.workload) {
            return false;
        }
        let Some(at) = self.find(node) else { return false };
        self.placed.insert(held.workload.clone(), node.clone());
        self.journal.add(Change { node: at, deployment: held.deployment.clone() }, self.nodes.len());
        let view = Arc::make_mut(&mut self.nodes[at]);
        view.add(held);
        debug_assert_eq!(view.check(), Ok(()), "after a commit to {node}");
        true
    }

    /// Forgets a workload; undoes [`Self::commit`]. What it held; none when it was not placed.
    pub fn release(&mut self, workload: &WorkloadId) -> Option<Held> {
        let node = self.placed.remove(workload)?;
        let at = self.find(&node)?;
        let count = self.nodes.len();
        let node = Arc::make_mut(&mut self.nodes[at]);
        let held = node.remove(workload)?;
        debug_assert_eq!(node.check(), Ok(()), "after releasing {workload}");
        self.journal.add(Change { node: at, deployment: held.deployment.clone() }, count);
        Some(held)
    }
}
