//! The replicas of a deployment are mostly alike: what is equal of them is kept once. A service takes two kilobytes.

use std::{collections::BTreeMap, sync::Arc};

use super::Table;
use crate::{
    id::DeploymentId,
    model::{Deployment, NodeTarget, Service},
};

/// Of each deployment the service of each name that was seen last.
#[derive(Debug, Default, Clone)]
pub(super) struct Alike(BTreeMap<DeploymentId, BTreeMap<String, Arc<Service>>>);

impl Alike {
    /// Lets a target that was just read share what others have, of deployments that are there: a node may hold for long what is
    /// left of one that is gone.
    pub(super) fn share(&mut self, target: &mut NodeTarget, there: &Table<DeploymentId, Deployment>) {
        for workload in target.workloads.iter_mut().filter(|w| there.contains_key(&w.deployment)) {
            let seen = self.0.entry(workload.deployment.clone()).or_default();
            for (name, service) in &mut workload.spec.services {
                match seen.get_mut(name) {
                    Some(same) if same == service => *service = Arc::clone(same),
                    Some(other) => *other = Arc::clone(service),
                    None => drop(seen.insert(name.clone(), Arc::clone(service))),
                }
            }
        }
    }

    pub(super) fn forget(&mut self, deployment: &DeploymentId) {
        self.0.remove(deployment);
    }
}
