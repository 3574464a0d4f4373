//! Networks of a workload: its own, those that workloads of the node share by name, and those that somebody else made.

mod attach;
mod ensure;
mod request;
mod shared;

use miaas_core::model::{Network, RenderedWorkload};

pub(super) use self::{
    attach::{first, others, refuses},
    ensure::{Change, require_others},
    shared::{Joining, Sharing, sweep},
};

/// Whose a network of a workload is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Whose {
    /// The workload's.
    Own,
    /// That of every workload of the node that names it.
    Shared,
    /// Somebody else's.
    Foreign,
}

/// A network that services of a workload are on.
#[derive(Debug, Clone)]
struct Used<'a> {
    /// Its name in the workload.
    key: &'a str,
    /// Its name on the engine.
    name: String,
    whose: Whose,
    definition: Network,
}

/// The engine's name of a network of the workload.
fn engine_name(w: &RenderedWorkload, key: &str) -> String {
    match w.spec.networks.get(key) {
        Some(Network { name: Some(name), .. }) => name.clone(),
        Some(network) if network.external => key.to_owned(),
        _ => format!("{}_{key}", w.id),
    }
}

/// The networks that services of the workload are on, each once.
fn used(w: &RenderedWorkload) -> Vec<Used<'_>> {
    let keys: std::collections::BTreeSet<&str> =
        w.spec.services.values().flat_map(|service| w.spec.networks_of(service)).collect();
    let used = keys.into_iter().map(|key| {
        let definition = w.spec.networks.get(key).cloned().unwrap_or_default();
        let whose = match &definition {
            Network { external: true, .. } => Whose::Foreign,
            Network { name: Some(_), .. } => Whose::Shared,
            Network { .. } => Whose::Own,
        };
        Used { key, name: engine_name(w, key), whose, definition }
    });
    used.collect()
}

/// The engine's names of the networks that a service is put on; none when it is alone or in the namespace of another.
pub(super) fn put_on(w: &RenderedWorkload, service: &str) -> Vec<String> {
    let service = &w.spec.services[service];
    if service.namespaces.network.is_some() {
        return Vec::new();
    }
    w.spec.networks_of(service).into_iter().map(|key| engine_name(w, key)).collect()
}

/// The engine's names of the shared networks that a service is on.
pub(super) fn shared_by(w: &RenderedWorkload, service: &str) -> Vec<String> {
    let on = w.spec.networks_of(&w.spec.services[service]);
    let shared = used(w).into_iter().filter(|n| n.whose == Whose::Shared && on.contains(&n.key));
    shared.map(|n| n.name).collect()
}
