//! The replicas of a deployment are mostly alike: what is equal of them is kept once. A service takes two kilobytes.

use std::{collections::BTreeMap, sync::Arc};

use crate::{
    id::DeploymentId,
    model::{NodeTarget, Service},
};

/// Of each deployment the service of each name that was seen last.
#[derive(Debug, Default, Clone)]
pub(super) struct Alike(BTreeMap<DeploymentId, BTreeMap<String, Arc<Service>>>);

impl Alike {
    /// Lets a target that was just read share what others have.
    pub(super) fn share(&mut self, target: &mut NodeTarget) {
        for workload in &mut target.workloads {
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
