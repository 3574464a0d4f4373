//! Whether what a specification refers to is there.

use std::collections::BTreeMap;

use super::Orchestrator;
use crate::{
    model::{DeploymentSpec, Reference, ServiceValue, reference},
    name::Name,
    port::Offers,
    spec::Issue,
    world::World,
};

/// What the services of a stack offer, by name; of one that is refused itself nobody knows it.
pub(super) type Beside = BTreeMap<Name, Option<Offers>>;

impl Orchestrator {
    /// An issue for every reference to what is not there; `services` are those of its stack with what they offer, itself
    /// excepted.
    pub(super) fn check_references(
        &self,
        world: &World,
        spec: &DeploymentSpec,
        services: &Beside,
        issues: &mut Vec<Issue>,
    ) {
        for (reference, path) in self.ports.renderer.references(spec) {
            let path = path.strip_prefix("/source").map_or(path.clone(), str::to_owned);
            if let Some(issue) = missing(world, spec, services, &reference) {
                issues.push(Issue { path, message: format!("{reference}: {}", issue.message), hint: issue.hint });
            }
        }
    }

    /// What the other services of its stack offer, as they are stored.
    pub(super) fn offers_beside(&self, world: &World, spec: &DeploymentSpec) -> Beside {
        let Some(own) = &spec.stack else { return Beside::new() };
        let members = world.deployments().values().map(|d| &d.value.spec);
        let beside = members.filter_map(|s| s.stack.as_ref().map(|m| (m, s)));
        beside
            .filter(|(m, _)| m.stack == own.stack && m.service != own.service)
            .map(|(m, s)| (m.service.clone(), Some(self.ports.renderer.offers(s))))
            .collect()
    }
}

fn missing(world: &World, spec: &DeploymentSpec, services: &Beside, reference: &Reference) -> Option<Issue> {
    match reference {
        Reference::Secret(name) if world.secrets().contains_key(name) => None,
        Reference::Secret(name) => {
            let known: Vec<&str> = world.secrets().keys().map(Name::as_str).collect();
            let issue = reference::unknown("secret", name.as_str(), &known);
            let hint = issue.hint.filter(|h| h.starts_with("did you"));
            Some(Issue { hint: hint.or_else(|| Some(format!("store it with `miaas secret set {name}`"))), ..issue })
        }
        Reference::Service { service, value } => {
            let Some(own) = &spec.stack else {
                let issue = Issue::new("", "the deployment is part of no stack");
                return Some(issue.with_hint("put the services into one file and run `miaas apply -f`"));
            };
            if *service == own.service {
                return Some(Issue::new("", "a service cannot refer to itself"));
            }
            let Some(offers) = services.get(service) else {
                let known: Vec<&str> = services.keys().map(Name::as_str).collect();
                return Some(reference::unknown("service", service.as_str(), &known));
            };
            let offers = offers.as_ref()?;
            let (what, name, known) = match value {
                ServiceValue::Output(name) => ("output", name, &offers.outputs),
                ServiceValue::Secret(name) => ("secret parameter", name, &offers.secrets),
            };
            let list: Vec<&str> = known.iter().map(String::as_str).collect();
            (!known.contains(name)).then(|| reference::unknown(what, name, &list))
        }
    }
}
