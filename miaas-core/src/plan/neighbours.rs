//! Whom a deployment has to be near to and apart from: the names of its policy, resolved.

use crate::{
    model::{AffinityTerm, Deployment, PlacementPolicy},
    name::Name,
    port::Neighbour,
    world::World,
};

/// Those that the policy wants to be near to.
pub(super) fn near(policy: &PlacementPolicy, world: &World) -> Vec<Neighbour> {
    policy.affinity.iter().map(|term| resolve(term, world)).collect()
}

/// Those that the policy wants to be apart from, and those that want to be apart from `d`: who comes second must not undo
/// what the first was promised. `choosy` are the deployments with such a wish.
pub(super) fn apart(d: &Deployment, policy: &PlacementPolicy, choosy: &[&Deployment], world: &World) -> Vec<Neighbour> {
    let mut all: Vec<Neighbour> = policy.anti_affinity.iter().map(|term| resolve(term, world)).collect();
    for other in choosy.iter().filter(|o| o.id != d.id) {
        let about_it = other.spec.placement.anti_affinity.iter().filter(|term| term.deployment == d.name);
        all.extend(about_it.map(|term| neighbour(other, &other.name, term.by.clone())));
    }
    all.sort();
    all.dedup();
    all
}

/// The deployments that want to be apart from some other. O(deployments).
pub(super) fn choosy(world: &World) -> Vec<&Deployment> {
    world.deployments().values().map(|d| &*d.value).filter(|d| !d.spec.placement.anti_affinity.is_empty()).collect()
}

fn resolve(term: &AffinityTerm, world: &World) -> Neighbour {
    match world.find_deployment(term.deployment.as_str()) {
        Some(other) => neighbour(&other.value, &term.deployment, term.by.clone()),
        None => Neighbour { deployment: None, name: term.deployment.clone(), by: term.by.clone() },
    }
}

fn neighbour(other: &Deployment, name: &Name, by: Option<String>) -> Neighbour {
    Neighbour { deployment: Some(other.id.clone()), name: name.clone(), by }
}
