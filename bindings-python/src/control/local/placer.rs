//! The placer of an orchestrator whose filters and scorers may be the caller's. When one fails, the decision fails with it,
//! and the next is made as if nothing had been.

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex, PoisonError},
};

use miaas_core::{
    cluster::ClusterView,
    name::Name,
    port::{DemandGroup, Placement, Placer, Placing, Preemption, Unplaceable},
};
use miaas_placement::Engine;

use crate::{callback::Trouble, error::Failure};

/// The last failure of a callable, by deployment.
#[derive(Debug, Clone, Default)]
pub(super) struct Failures(Arc<Mutex<BTreeMap<Name, Failure>>>);

impl Failures {
    fn keep(&self, deployment: &Name, failure: Failure) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).insert(deployment.clone(), failure);
    }

    /// That of a deployment, once.
    pub(super) fn take(&self, deployment: &str) -> Option<Failure> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).remove(deployment)
    }
}

/// See the [module](self).
#[derive(Debug)]
pub(super) struct GuardedPlacer {
    pub(super) engine: Engine,
    pub(super) trouble: Trouble,
    pub(super) failures: Failures,
}

impl GuardedPlacer {
    /// The answer, unless a callable failed while it was found.
    fn checked<T>(&self, group: &DemandGroup, answer: Result<T, Unplaceable>) -> Result<T, Unplaceable> {
        let Some(first) = group.demands.first() else { return answer };
        let Err(failure) = self.trouble.settle() else { return answer };
        let refusal = Unplaceable::new(first.workload.clone(), failure.to_string());
        self.failures.keep(&first.name, failure);
        Err(refusal)
    }
}

impl Placer for GuardedPlacer {
    fn strategies(&self) -> Vec<&'static str> {
        self.engine.strategies()
    }

    fn place(&self, view: &ClusterView, group: &DemandGroup) -> Result<Placement, Unplaceable> {
        self.checked(group, self.engine.place(view, group))
    }

    fn placing(&self) -> Box<dyn Placing + '_> {
        Box::new(GuardedPlacing { placer: self, placing: self.engine.placing() })
    }

    fn preempt(&self, view: &ClusterView, group: &DemandGroup) -> Option<Preemption> {
        let first = group.demands.first()?;
        let found = self.engine.preempt(view, group);
        match self.trouble.settle() {
            Ok(()) => found,
            Err(failure) => {
                self.failures.keep(&first.name, failure);
                None
            }
        }
    }
}

#[derive(Debug)]
struct GuardedPlacing<'p> {
    placer: &'p GuardedPlacer,
    placing: Box<dyn Placing + 'p>,
}

impl Placing for GuardedPlacing<'_> {
    fn place(&mut self, view: &ClusterView, group: &DemandGroup) -> Result<Placement, Unplaceable> {
        let answer = self.placing.place(view, group);
        self.placer.checked(group, answer)
    }
}
