//! What workloads ask for: those that have a place, so that others can be told who could move, and those that wait.

use std::{collections::BTreeMap, sync::Arc};

use super::neighbours;
use crate::{
    cluster::ClusterView,
    id::WorkloadId,
    model::{Deployment, image_name},
    port::{Demand, RenderedDemand, Renderer},
    world::World,
};

/// Tells the view what every workload that has a place asked for. Deployments that cannot be rendered any more are left
/// out. O(deployments + assignments), each deployment rendered once.
pub fn remember_demands(view: &mut ClusterView, world: &World, renderer: &dyn Renderer) {
    for_each_kind(world, renderer, |d, kinds| {
        for a in world.assignments_of(&d.id) {
            if let Some((_, like)) = kinds.iter().find(|(variant, _)| *variant == a.variant) {
                view.remember(Arc::new(Demand { workload: a.workload.clone(), ..like.clone() }));
            }
        }
    });
}

/// What the replicas ask for that have no place, in their preferred variant, by deployment and slot. Their ids are not those that they will get.
#[must_use]
pub fn waiting_demands(world: &World, renderer: &dyn Renderer) -> Vec<Demand> {
    let mut waiting = Vec::new();
    for_each_kind(world, renderer, |d, kinds| {
        let Some((_, like)) = kinds.first() else { return };
        let taken: Vec<u32> = world.assignments_of(&d.id).map(|a| a.slot).collect();
        let open = (0..d.spec.replicas).filter(|slot| !taken.contains(slot));
        waiting
            .extend(open.map(|slot| Demand { workload: WorkloadId::derive(&d.name, &d.id, slot, 0), ..like.clone() }));
    });
    waiting
}

/// Every deployment that is not to go, with what one workload of it asks for in each variant.
fn for_each_kind(
    world: &World,
    renderer: &dyn Renderer,
    mut each: impl FnMut(&Deployment, &[(Option<String>, Demand)]),
) {
    for d in world.deployments().values().map(|d| &*d.value).filter(|d| d.deleted_at.is_none()) {
        let Ok(variants) = renderer.demand(d) else { continue };
        let workload = WorkloadId::derive(&d.name, &d.id, 0, 0);
        let kinds: Vec<_> = variants
            .iter()
            .map(|rendered| {
                let near = neighbours::near(&rendered.policy, world);
                let apart = neighbours::apart(d, &rendered.policy, world);
                (rendered.variant.clone(), Demand { near, apart, ..demand(d, workload.clone(), rendered) })
            })
            .collect();
        each(d, &kinds);
    }
}

/// What a workload of the deployment asks for, without neighbours and history.
pub(super) fn demand(d: &Deployment, workload: WorkloadId, rendered: &RenderedDemand) -> Demand {
    Demand {
        workload,
        deployment: d.id.clone(),
        name: d.name.clone(),
        resources: rendered.resources.clone(),
        ports: rendered.ports.clone(),
        executors: rendered.executors.clone(),
        architectures: rendered.architectures.clone(),
        policy: rendered.policy.clone(),
        priority: d.spec.priority,
        stateful: rendered.stateful,
        // Volumes are named after the instance, so a new one has none yet; the instance that has is kept on its node.
        volume_node: None,
        near: Vec::new(),
        apart: Vec::new(),
        images: rendered.images.iter().map(|i| image_name(i)).collect(),
        avoid: BTreeMap::new(),
    }
}
