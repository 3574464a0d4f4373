//! Ports: those of containers, and the Services under which pods are found.

use miaas_core::model::{Protocol, PublishedPort, Service};
use serde_json::{Value, json};

use super::{Source, names, objects::Objects};

/// Published ports of a service by the names of the manifest, each port of the container once.
fn ports(source: &Source<'_>, service: &Service) -> Vec<(String, u16, &'static str)> {
    let mut out: Vec<(String, u16, &'static str)> = Vec::new();
    for port in &service.ports {
        let protocol = if port.protocol == Protocol::Udp { "UDP" } else { "TCP" };
        if !out.iter().any(|(_, number, p)| *number == port.container && *p == protocol) {
            out.push((name(source, port), port.container, protocol));
        }
    }
    out
}

fn name(source: &Source<'_>, port: &PublishedPort) -> String {
    // The renderer gave every port of the manifest the number of its container as the port of the host.
    let found = source
        .manifest()
        .ports
        .iter()
        .find(|p| p.container.0 == port.container.to_string() && p.protocol == port.protocol);
    found.map_or_else(|| format!("{}-{}", port.protocol.as_str(), port.container), |p| names::port(&p.name))
}

pub(super) fn container_ports(source: &Source<'_>, service: &Service) -> Vec<Value> {
    let port = |(name, number, protocol)| json!({"name": name, "containerPort": number, "protocol": protocol});
    ports(source, service).into_iter().map(port).collect()
}

/// The Service under whose name the pods of a service are found. One without published ports has no address of its own: its
/// name leads to the pods, and so to all of their ports.
pub(super) fn service(source: &Source<'_>, name: &str, service: &Service, out: &mut Objects) {
    let selector = source.selector(name);
    let metadata = source.metadata(&names::object(name), Some(name));
    let ports: Vec<Value> = ports(source, service)
        .into_iter()
        .map(|(port, number, protocol)| json!({"name": port, "port": number, "targetPort": port, "protocol": protocol}))
        .collect();
    let spec = match ports.is_empty() {
        true => json!({"clusterIP": "None", "publishNotReadyAddresses": true, "selector": selector}),
        false => json!({"type": "ClusterIP", "ports": ports, "selector": selector}),
    };
    out.add("v1", "Service", metadata, json!({"spec": spec}));
}
