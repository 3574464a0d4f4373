use std::sync::Arc;

use crate::id::DeploymentId;

/// How many changes are remembered for each node; a reader that is further behind looks at everything again.
const REMEMBERED: usize = 4;

/// What changed in a view since it was made, so that a reader looks only at that again.
#[derive(Debug, Default)]
pub(super) struct Journal {
    /// Tells views apart, so that what was remembered of one is not taken for another's.
    view: Arc<()>,
    /// The first is the change number `forgotten`.
    changes: Vec<Change>,
    forgotten: usize,
}

/// A workload came to a node or left it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Change {
    /// The [number](super::ClusterView::find) of the node.
    pub node: usize,
    /// The workload's deployment.
    pub deployment: DeploymentId,
}

/// A point in the history of one view.
#[derive(Debug, Clone)]
pub struct Version {
    view: Arc<()>,
    changes: usize,
}

impl Journal {
    pub(super) fn add(&mut self, change: Change, nodes: usize) {
        if self.changes.len() >= REMEMBERED * nodes.max(256) {
            self.forgotten += self.changes.len();
            self.changes.clear();
        }
        self.changes.push(change);
    }

    pub(super) fn version(&self) -> Version {
        Version { view: Arc::clone(&self.view), changes: self.forgotten + self.changes.len() }
    }

    pub(super) fn since(&self, version: &Version) -> Option<&[Change]> {
        let known = Arc::ptr_eq(&version.view, &self.view) && version.changes >= self.forgotten;
        known.then(|| &self.changes[version.changes - self.forgotten..])
    }
}

/// A copy goes its own way from here on.
impl Clone for Journal {
    fn clone(&self) -> Self {
        Self::default()
    }
}

/// How a view came to be what it is makes no difference.
impl PartialEq for Journal {
    fn eq(&self, _: &Self) -> bool {
        true
    }
}
