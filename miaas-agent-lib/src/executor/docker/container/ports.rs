//! Published ports.

use bollard::models::{PortBinding, PortMap};
use miaas_core::model::PublishedPort;

pub(super) fn key(port: &PublishedPort) -> String {
    format!("{}/{}", port.container, port.protocol.as_str())
}

pub(super) fn bindings(ports: &[PublishedPort]) -> PortMap {
    let mut map = PortMap::new();
    for port in ports {
        let binding = PortBinding { host_ip: Some(port.host_ip.clone()), host_port: Some(port.host.to_string()) };
        map.entry(key(port)).or_default().get_or_insert_default().push(binding);
    }
    map
}
