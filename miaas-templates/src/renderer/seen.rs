//! What a workload tells of itself: outputs, and the addresses of its ports as somebody sees them.

use std::collections::BTreeMap;

use miaas_core::{
    model::{Attachment, Deployment, Network, PortBinding, PublishedPort, WorkloadSpec},
    port::Viewpoint,
};

/// Name of a service's containers on the network of the stack: `db.rag`. Compose services cannot have a dot in common with
/// it, so it never hides one of them. A second service of the workload that publishes ports is `SERVICE.db.rag`.
pub(super) fn alias(deployment: &Deployment, spec: &WorkloadSpec, service: &str) -> Option<String> {
    let member = deployment.spec.stack.as_ref()?;
    let publishing = spec.services.iter().filter(|(_, s)| !s.ports.is_empty()).map(|(name, _)| name.as_str());
    let first = first_port(deployment, spec).or_else(|| publishing.min());
    let name = format!("{}.{}", member.service, member.stack);
    Some(if first == Some(service) { name } else { format!("{service}.{name}") })
}

/// A service with the name of the member itself is the one that is meant, else the first that publishes.
fn first_port<'a>(deployment: &Deployment, spec: &'a WorkloadSpec) -> Option<&'a str> {
    let member = deployment.spec.stack.as_ref()?;
    let (name, service) = spec.services.get_key_value(member.service.as_str())?;
    (!service.ports.is_empty()).then_some(name.as_str())
}

/// Host and port of every published port by its name, for templates as `endpoints.NAME`.
pub(super) fn endpoints(
    deployment: &Deployment,
    spec: &WorkloadSpec,
    ports: &[PortBinding],
    ip: &str,
    from: Viewpoint,
) -> BTreeMap<String, String> {
    let found = ports.iter().filter_map(|bound| {
        let (service, port) = publisher(spec, bound)?;
        let (host, number) = match from {
            Viewpoint::User => (address(port, ip).to_owned(), bound.host),
            Viewpoint::OtherNode => (ip.to_owned(), bound.host),
            Viewpoint::SameNode => (alias(deployment, spec, service)?, port.container),
        };
        Some((bound.name.clone(), format!("{}:{number}", bracketed(&host))))
    });
    found.collect()
}

fn publisher<'a>(spec: &'a WorkloadSpec, bound: &PortBinding) -> Option<(&'a str, &'a PublishedPort)> {
    let mut all = spec.services.iter().flat_map(|(name, s)| s.ports.iter().map(move |p| (name, p)));
    all.find(|(_, p)| p.host == bound.host && p.protocol == bound.protocol).map(|(name, p)| (name.as_str(), p))
}

/// Where a user reaches a port: on the address that it is published on, and that of the node when that is every one.
fn address<'a>(port: &'a PublishedPort, ip: &'a str) -> &'a str {
    match port.host_ip.as_str() {
        "" | "0.0.0.0" | "::" => ip,
        one => one,
    }
}

fn bracketed(host: &str) -> String {
    if host.contains(':') { format!("[{host}]") } else { host.to_owned() }
}

/// Ports that other nodes have to reach are published on the node's address in place of loopback.
pub(super) fn open(spec: &mut WorkloadSpec, ip: &str) {
    for port in spec.services_mut().flat_map(|(_, s)| &mut s.ports) {
        if matches!(port.host_ip.as_str(), "127.0.0.1" | "::1") {
            ip.clone_into(&mut port.host_ip);
        }
    }
}

/// Puts every service of a member of a stack on the network that the members on a node share; those that publish ports are
/// known there by their [`alias`].
pub(super) fn join(deployment: &Deployment, spec: &mut WorkloadSpec) {
    let Some(member) = &deployment.spec.stack else { return };
    let network = Network { name: Some(format!("miaas-stack-{}", member.stack)), ..Network::default() };
    spec.networks.insert(SHARED.to_owned(), network);
    let aliases: BTreeMap<String, Option<String>> = spec
        .services
        .iter()
        .map(|(name, s)| (name.clone(), (!s.ports.is_empty()).then(|| alias(deployment, spec, name)).flatten()))
        .collect();
    for (name, service) in spec.services_mut() {
        if service.namespaces.network.is_some() {
            // It shares the network of somebody else, or has none.
            continue;
        }
        if service.networks.is_empty() {
            service.networks.insert(OWN.to_owned(), Attachment::default());
        }
        let aliases = aliases.get(name).cloned().flatten().into_iter().collect();
        service.networks.insert(SHARED.to_owned(), Attachment { aliases, ..Attachment::default() });
    }
}

/// The network that a workload has for itself, as Compose calls it.
const OWN: &str = "default";
/// The network of the stack, by its name in the workload; no name of Compose has a dot.
const SHARED: &str = "miaas.stack";
