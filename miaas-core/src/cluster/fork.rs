use std::collections::BTreeMap;

use super::{ClusterView, Held, NodeView};
use crate::{
    id::{NodeId, WorkloadId},
    port::Decision,
};

/// A changeable layer over a [`ClusterView`], for trying placements out. Only the nodes that were touched are copied.
#[derive(Debug, Clone)]
pub struct Fork<'v> {
    base: &'v ClusterView,
    /// Nodes that differ from the base.
    changed: BTreeMap<NodeId, NodeView>,
    /// Where workloads are that moved; none means released.
    moved: BTreeMap<WorkloadId, Option<NodeId>>,
}

impl<'v> Fork<'v> {
    pub(super) const fn new(base: &'v ClusterView) -> Self {
        Self { base, changed: BTreeMap::new(), moved: BTreeMap::new() }
    }

    /// The view below.
    #[must_use]
    pub const fn base(&self) -> &'v ClusterView {
        self.base
    }

    /// The nodes in order of their ids. O(log C) a node, with C nodes touched.
    pub fn nodes(&self) -> impl ExactSizeIterator<Item = &NodeView> {
        let untouched = self.changed.is_empty();
        self.base.nodes().map(move |n| if untouched { n } else { self.changed.get(&n.id).unwrap_or(n) })
    }

    /// One node.
    #[must_use]
    pub fn node(&self, id: &NodeId) -> Option<&NodeView> {
        self.changed.get(id).or_else(|| self.base.node(id))
    }

    /// Where a workload is.
    #[must_use]
    pub fn location(&self, workload: &WorkloadId) -> Option<&NodeId> {
        match self.moved.get(workload) {
            Some(place) => place.as_ref(),
            None => self.base.location(workload),
        }
    }

    /// As [`ClusterView::commit`]; the base stays as it is.
    pub fn commit(&mut self, decision: &Decision) -> bool {
        if self.location(&decision.workload).is_some() {
            return false;
        }
        let Some(node) = self.touch(&decision.node) else { return false };
        node.add(Held::from(decision));
        self.moved.insert(decision.workload.clone(), Some(decision.node.clone()));
        true
    }

    /// As [`ClusterView::release`]; the base stays as it is.
    pub fn release(&mut self, workload: &WorkloadId) -> bool {
        let Some(node) = self.location(workload).cloned() else { return false };
        if let Some(node) = self.touch(&node) {
            node.remove(workload);
        }
        self.moved.insert(workload.clone(), None);
        true
    }

    /// Puts another state of a node in place of the one it has, for example one that takes work again; the workloads of both
    /// must be the same. False, and no change, when the base does not know the node.
    pub fn replace(&mut self, node: NodeView) -> bool {
        let known = self.base.node(&node.id).is_some();
        if known {
            self.changed.insert(node.id.clone(), node);
        }
        known
    }

    /// The nodes that may differ from the base, in order of their ids.
    pub fn changed(&self) -> impl Iterator<Item = &NodeId> {
        self.changed.keys()
    }

    fn touch(&mut self, id: &NodeId) -> Option<&mut NodeView> {
        if !self.changed.contains_key(id) {
            self.changed.insert(id.clone(), self.base.node(id)?.clone());
        }
        self.changed.get_mut(id)
    }
}
