//! The nodes by number, with what is tried out on them.

use miaas_core::{
    cluster::{Fork, NodeView},
    id::{NodeId, WorkloadId},
    port::Decision,
};

/// The nodes in order of their ids, and which of them changed in which order: who keeps something about nodes looks only at
/// those again.
#[derive(Debug)]
pub(crate) struct Nodes<'v> {
    base: Vec<&'v NodeView>,
    fork: Fork<'v>,
    /// Whether the fork may have another state than the base.
    touched: Vec<bool>,
    /// Numbers of nodes in the order in which they changed, with repetitions.
    changes: Vec<u32>,
}

impl<'v> Nodes<'v> {
    /// Starts from what was tried already. O(N).
    pub(crate) fn new(fork: Fork<'v>) -> Self {
        let base: Vec<&NodeView> = fork.base().nodes().collect();
        let mut nodes = Self { touched: vec![false; base.len()], base, fork, changes: Vec::new() };
        let changed: Vec<usize> = nodes.fork.changed().filter_map(|id| nodes.find(id)).collect();
        for at in changed {
            nodes.touched[at] = true;
        }
        nodes
    }

    pub(crate) const fn len(&self) -> usize {
        self.base.len()
    }

    /// The nodes as they are now.
    pub(crate) const fn fork(&self) -> &Fork<'v> {
        &self.fork
    }

    /// One node as it is now.
    pub(crate) fn get(&self, at: usize) -> &NodeView {
        let base = self.base[at];
        if self.touched[at] { self.fork.node(&base.id).unwrap_or(base) } else { base }
    }

    /// The number of a node. O(log N).
    pub(crate) fn find(&self, id: &NodeId) -> Option<usize> {
        self.base.binary_search_by(|n| n.id.cmp(id)).ok()
    }

    /// Everything that changed so far; what is added later is behind it.
    pub(crate) fn changes(&self) -> &[u32] {
        &self.changes
    }

    /// Tries a decision out on the node of this number.
    pub(crate) fn commit(&mut self, at: usize, decision: &Decision) {
        self.fork.commit(decision);
        self.changed(at);
    }

    /// Takes it back.
    pub(crate) fn release(&mut self, at: usize, workload: &WorkloadId) {
        self.fork.release(workload);
        self.changed(at);
    }

    fn changed(&mut self, at: usize) {
        self.touched[at] = true;
        self.changes.push(at as u32);
    }
}
