//! What changed since it was last planned.

use std::collections::BTreeSet;

use crate::{
    id::{DeploymentId, NodeId},
    model::NodeTarget,
};

/// What a plan has to look at again because the stored state changed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Dirty {
    /// Nothing was planned yet, or something changed that anything may depend on.
    pub everything: bool,
    /// Deployments of which something changed.
    pub deployments: BTreeSet<DeploymentId>,
    /// Nodes that changed, so that everything on them may have to.
    pub nodes: BTreeSet<NodeId>,
    /// Nodes on which something came, went or changed.
    pub touched: BTreeSet<NodeId>,
}

/// Nothing was planned yet.
impl Default for Dirty {
    fn default() -> Self {
        Self { everything: true, ..Self::none() }
    }
}

impl Dirty {
    /// Everything is as it was when it was planned.
    #[must_use]
    pub const fn none() -> Self {
        Self { everything: false, deployments: BTreeSet::new(), nodes: BTreeSet::new(), touched: BTreeSet::new() }
    }

    /// Takes over what another one says.
    pub fn merge(&mut self, mut other: Self) {
        self.everything |= other.everything;
        self.deployments.append(&mut other.deployments);
        self.nodes.append(&mut other.nodes);
        self.touched.append(&mut other.touched);
    }
}

/// The workloads of which two targets of a node say something different, in order of ids.
pub(super) fn told_anew<'a>(
    old: Option<&'a NodeTarget>,
    new: Option<&'a NodeTarget>,
) -> impl Iterator<Item = &'a crate::id::WorkloadId> {
    let missing_in = |other: Option<&'a NodeTarget>| {
        move |w: &&crate::model::RenderedWorkload| other.and_then(|t| t.find(&w.id)) != Some(*w)
    };
    let workloads = |t: Option<&'a NodeTarget>| t.into_iter().flat_map(|t| &t.workloads);
    let gone = workloads(old).filter(missing_in(new));
    let came = workloads(new).filter(missing_in(old));
    gone.chain(came).map(|w| &w.id)
}
