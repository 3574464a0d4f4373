//! The nodes by number, with what is tried out on them.

use miaas_core::{
    cluster::{Fork, NodeView},
    id::WorkloadId,
    port::Decision,
};

/// The nodes in order of their ids, and which of them changed in which order: who keeps something about nodes looks only at
/// those again.
#[derive(Debug)]
pub(crate) struct Nodes<'v> {
    fork: Fork<'v>,
    /// By number, whether the fork may have another state than the base; not for those behind the last that may.
    touched: Vec<bool>,
    /// Numbers of nodes in the order in which they changed, with repetitions.
    changes: Vec<u32>,
}

impl<'v> Nodes<'v> {
    /// Starts from what was tried already.
    pub(crate) fn new(fork: Fork<'v>) -> Self {
        let changed: Vec<usize> = fork.changed().filter_map(|id| fork.base().find(id)).collect();
        let mut nodes = Self { fork, touched: Vec::new(), changes: Vec::new() };
        changed.into_iter().for_each(|at| nodes.touch(at));
        nodes
    }

    pub(crate) fn len(&self) -> usize {
        self.fork.base().nodes().len()
    }

    /// The nodes as they are now.
    pub(crate) const fn fork(&self) -> &Fork<'v> {
        &self.fork
    }

    /// One node as it is now.
    pub(crate) fn get(&self, at: usize) -> &NodeView {
        let base = self.fork.base().at(at);
        let touched = self.touched.get(at).is_some_and(|touched| *touched);
        if touched { self.fork.node(&base.id).unwrap_or(base) } else { base }
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
        self.touch(at);
        self.changes.push(at as u32);
    }

    fn touch(&mut self, at: usize) {
        if self.touched.len() <= at {
            self.touched.resize(at + 1, false);
        }
        self.touched[at] = true;
    }
}
