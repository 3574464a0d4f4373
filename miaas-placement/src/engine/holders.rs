use std::collections::{BTreeMap, BTreeSet};

use miaas_core::{
    cluster::{Change, ClusterView},
    id::DeploymentId,
};

/// On which nodes, by number, workloads of each deployment are, and may have been.
#[derive(Debug, Default)]
pub(crate) struct Holders(BTreeMap<DeploymentId, BTreeSet<usize>>);

impl Holders {
    /// O(nodes + workloads).
    pub(super) fn of(view: &ClusterView) -> Self {
        let mut this = Self::default();
        for (node, view) in view.nodes().enumerate() {
            for deployment in view.per_deployment.keys() {
                this.0.entry(deployment.clone()).or_default().insert(node);
            }
        }
        this
    }

    pub(super) fn add(&mut self, change: &Change) {
        match self.0.get_mut(&change.deployment) {
            Some(nodes) => _ = nodes.insert(change.node),
            None => _ = self.0.insert(change.deployment.clone(), BTreeSet::from([change.node])),
        }
    }

    /// The nodes that have workloads of the deployment now.
    pub(super) fn of_deployment(&mut self, deployment: &DeploymentId, view: &ClusterView) -> Vec<usize> {
        let Some(nodes) = self.0.get_mut(deployment) else { return Vec::new() };
        nodes.retain(|node| view.at(*node).per_deployment.contains_key(deployment));
        nodes.iter().copied().collect()
    }

    /// As [`Self::of_deployment`], where what is not so any more is kept.
    pub(crate) fn on<'h>(
        &'h self,
        deployment: &'h DeploymentId,
        view: &'h ClusterView,
    ) -> impl Iterator<Item = usize> + 'h {
        let has = |node: &usize| view.at(*node).per_deployment.contains_key(deployment);
        self.0.get(deployment).into_iter().flatten().copied().filter(has)
    }
}
