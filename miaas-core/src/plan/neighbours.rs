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
/// what the first was promised. O(deployments with such a wish).
pub(super) fn apart(d: &Deployment, policy: &PlacementPolicy, world: &World) -> Vec<Neighbour> {
    let mut all: Vec<Neighbour> = policy.anti_affinity.iter().map(|term| resolve(term, world)).collect();
    for other in world.choosy().filter(|o| o.id != d.id) {
        let about_it = other.spec.placement.anti_affinity.iter().filter(|term| term.deployment == d.name);
        all.extend(about_it.map(|term| neighbour(other, &other.name, term.by.clone())));
    }
    all.sort();
    all.dedup();
    all
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        id::DeploymentId,
        port::{Stored as _, Value},
    };

    fn deployment(name: &str, apart_from: &[(&str, Option<&str>)]) -> Deployment {
        let term = |(name, by): &(&str, Option<&str>)| AffinityTerm {
            deployment: Name::parse(name).unwrap(),
            by: by.map(str::to_owned),
        };
        let placement = PlacementPolicy {
            anti_affinity: apart_from.iter().map(term).collect(),
            affinity: vec![term(&("redis", None)), term(&("nobody", None))],
            ..PlacementPolicy::default()
        };
        Deployment {
            id: DeploymentId::parse(&format!("id-{name}")).unwrap(),
            name: Name::parse(name).unwrap(),
            spec: crate::model::DeploymentSpec {
                source: crate::model::Source::Compose(crate::model::ComposeSource::default()),
                replicas: 1,
                placement,
                priority: 0,
                labels: crate::name::Labels::default(),
                state: crate::model::RunState::Running,
                restarts: 0,
                update: crate::model::UpdatePolicy::default(),
                stack: None,
            },
            generation: 1,
            revision: 1,
            created_at: crate::time::Timestamp::default(),
            updated_at: crate::time::Timestamp::default(),
            deleted_at: None,
        }
    }

    fn world(all: &[Deployment]) -> World {
        let mut world = World::default();
        for (revision, d) in (1..).zip(all) {
            let value = Value(serde_json::to_string(d).unwrap().into());
            world.apply(&d.key(), Some(&value), revision).unwrap();
        }
        world
    }

    fn shown(all: &[Neighbour]) -> Vec<(Option<&str>, &str, Option<&str>)> {
        all.iter()
            .map(|n| (n.deployment.as_ref().map(DeploymentId::as_str), n.name.as_str(), n.by.as_deref()))
            .collect()
    }

    #[test]
    fn p1_names_are_resolved_and_a_wish_to_be_apart_binds_both() {
        let all = [deployment("redis", &[("web", Some("zone"))]), deployment("web", &[("redis", None)])];
        let world = world(&all);
        let [redis, web] = &all;
        assert_eq!(
            shown(&near(&web.spec.placement, &world)),
            [(Some("id-redis"), "redis", None), (None, "nobody", None)]
        );
        let both = [(Some("id-redis"), "redis", None), (Some("id-redis"), "redis", Some("zone"))];
        assert_eq!(shown(&apart(web, &web.spec.placement, &world)), both);
        let both = [(Some("id-web"), "web", None), (Some("id-web"), "web", Some("zone"))];
        assert_eq!(shown(&apart(redis, &redis.spec.placement, &world)), both);
    }
}
