use std::sync::Arc;

use super::{Shape, State};

/// How many changes are remembered for each node; a reader that is further behind looks at everything again.
const REMEMBERED: usize = 4;

/// The nodes of a fleet, the preferred first: of nodes that are equally good the earlier one is taken.
///
/// ```
/// use miaas_placement::fleet::{Fleet, Models, Shape, State};
/// let mut fleet = Fleet::new([State::idle(8000, 65_536, 2, 0)]);
/// let half = Shape { cpu_milli: 1000, mem_mib: 1024, gpus: 1, gpu_milli: 500, models: Models::ANY };
/// let undo = fleet.commit(0, &half, 1);
/// assert_eq!(fleet.states()[0].devices(), [1000, 500]);
/// fleet.undo(undo);
/// assert_eq!(fleet.gpu_free(), 2000);
/// ```
#[derive(Debug)]
pub struct Fleet {
    /// Tells fleets apart, so that what was remembered of one is not taken for another's.
    id: Arc<()>,
    states: Vec<State>,
    gpu_free: u64,
    /// Nodes in the order of their changes; the first entry is the change number `forgotten`.
    changes: Vec<u32>,
    forgotten: usize,
}

/// Takes one [`Fleet::commit`] back.
#[derive(Debug, Clone, Copy)]
#[must_use = "dropping it keeps the commit"]
pub struct Undo {
    node: usize,
    before: State,
}

/// A point in the history of one fleet.
#[derive(Debug, Clone)]
pub(super) struct Version {
    fleet: Arc<()>,
    changes: usize,
}

impl Fleet {
    /// A fleet of these nodes, in order of preference.
    #[must_use]
    pub fn new(nodes: impl IntoIterator<Item = State>) -> Self {
        let states: Vec<State> = nodes.into_iter().collect();
        let gpu_free = states.iter().map(|s| u64::from(s.gpu_free())).sum();
        Self { id: Arc::default(), states, gpu_free, changes: Vec::new(), forgotten: 0 }
    }

    /// The states of the nodes.
    #[must_use]
    pub fn states(&self) -> &[State] {
        &self.states
    }

    /// Free thousandths of all GPUs.
    #[must_use]
    pub const fn gpu_free(&self) -> u64 {
        self.gpu_free
    }

    /// Puts a shape on a node where it [fits](Shape::fits); a share of a GPU on `device`. O(1).
    pub fn commit(&mut self, node: usize, shape: &Shape, device: u8) -> Undo {
        let before = self.states[node];
        self.set(node, before.with(shape, device));
        Undo { node, before }
    }

    /// Takes a commit back. Commits to the same node are taken back in reverse order. O(1).
    pub fn undo(&mut self, undo: Undo) {
        self.set(undo.node, undo.before);
    }

    /// Sets what is free on a node, as when a workload ended there. O(1).
    pub fn set(&mut self, node: usize, state: State) {
        let old = std::mem::replace(&mut self.states[node], state);
        self.gpu_free = self.gpu_free - u64::from(old.gpu_free()) + u64::from(state.gpu_free());
        if self.changes.len() >= REMEMBERED * self.states.len().max(64) {
            self.forgotten += self.changes.len();
            self.changes.clear();
        }
        self.changes.push(node as u32);
    }

    /// Now.
    pub(super) fn version(&self) -> Version {
        Version { fleet: Arc::clone(&self.id), changes: self.forgotten + self.changes.len() }
    }

    /// The nodes that changed since a version; none when that is not remembered any more, or of another fleet.
    pub(super) fn since(&self, version: &Version) -> Option<&[u32]> {
        let known = Arc::ptr_eq(&version.fleet, &self.id) && version.changes >= self.forgotten;
        known.then(|| &self.changes[version.changes - self.forgotten..])
    }
}
