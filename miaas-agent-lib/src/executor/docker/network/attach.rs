//! How a container is on its networks. Pure.

use bollard::models::{EndpointIpamConfig, EndpointSettings, NetworkingConfig};
use miaas_core::model::{Attachment, RenderedWorkload, Service};

use super::engine_name;
use crate::executor::docker::container;

/// The option by which the engine's bridge names the interface inside.
const INTERFACE: &str = "com.docker.network.endpoint.ifname";

/// The network that a container is created on, as mode and as endpoint. Engines before 25.0 take no more than one here.
pub(in super::super) fn first(
    w: &RenderedWorkload,
    name: &str,
    service: &Service,
) -> (Option<String>, Option<NetworkingConfig>) {
    if let Some(space) = &service.namespaces.network {
        return (Some(container::network_mode(w, space)), None);
    }
    let Some((network, endpoint)) = endpoints(w, name, service).next() else { return (None, None) };
    let config = NetworkingConfig { endpoints_config: Some([(network.clone(), endpoint)].into()) };
    (Some(network), Some(config))
}

/// The networks that a container joins after it was created, by the engine's names.
pub(in super::super) fn others(w: &RenderedWorkload, name: &str) -> Vec<(String, EndpointSettings)> {
    endpoints(w, name, &w.spec.services[name]).skip(1).collect()
}

fn endpoints<'a>(
    w: &'a RenderedWorkload,
    name: &'a str,
    service: &'a Service,
) -> impl Iterator<Item = (String, EndpointSettings)> + 'a {
    let keys = w.spec.networks_of(service).into_iter().enumerate();
    keys.map(move |(i, key)| {
        let attachment = service.networks.get(key).cloned().unwrap_or_default();
        let mac = attachment.mac_address.clone().or_else(|| service.mac_address.clone().filter(|_| i == 0));
        (engine_name(w, key), endpoint(w, name, service, attachment, mac))
    })
}

fn endpoint(
    w: &RenderedWorkload,
    name: &str,
    service: &Service,
    attachment: Attachment,
    mac_address: Option<String>,
) -> EndpointSettings {
    let Attachment { aliases, ipv4, ipv6, link_local, interface, gateway_priority, mut driver_opts, .. } = attachment;
    driver_opts.extend(interface.map(|interface| (INTERFACE.to_owned(), interface)));
    let mut names = vec![name.to_owned()];
    names.extend(aliases.into_iter().filter(|alias| alias != name));
    let links = service.dns.links.iter().map(|(alias, of)| format!("{}:{alias}", container::name(w, of)));
    let links: Vec<String> = links.collect();
    EndpointSettings {
        aliases: Some(names),
        ipam_config: (ipv4.is_some() || ipv6.is_some() || !link_local.is_empty()).then(|| EndpointIpamConfig {
            ipv4_address: ipv4,
            ipv6_address: ipv6,
            link_local_ips: (!link_local.is_empty()).then_some(link_local),
        }),
        links: (!links.is_empty()).then_some(links),
        mac_address,
        gw_priority: (gateway_priority != 0).then_some(gateway_priority),
        driver_opts: (!driver_opts.is_empty()).then(|| driver_opts.into_iter().collect()),
        ..EndpointSettings::default()
    }
}

/// Why a service cannot be on the networks that it names.
pub(in super::super) fn refuses(w: &RenderedWorkload, service: &Service) -> Option<String> {
    let known = |key: &&String| *key == miaas_core::model::OWN_NETWORK || w.spec.networks.contains_key(*key);
    if let Some(key) = service.networks.keys().find(|key| !known(key)) {
        return Some(format!("it is on the network {key:?}, which the workload does not have"));
    }
    let alone = w.spec.networks_of(service).is_empty();
    let of = service.dns.links.values().next().filter(|_| alone)?;
    Some(format!("it is linked to {of:?}, but is on no network with it"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::executor::docker::fixtures::workload;

    #[test]
    fn the_network_with_the_highest_priority_comes_first_and_the_name_is_never_given_twice() {
        let on = |priority, aliases: &[&str]| Attachment {
            priority,
            aliases: aliases.iter().map(|a| (*a).to_owned()).collect(),
            ipv4: (priority == 5).then(|| "10.0.0.2".to_owned()),
            ..Attachment::default()
        };
        let networks = [("a".to_owned(), on(0, &["web", "w"])), ("b".to_owned(), on(5, &[]))];
        let service = Service { networks: networks.into(), ..Service::default() };
        let w = workload([("web", service)]);
        let (mode, config) = first(&w, "web", &w.spec.services["web"]);
        assert_eq!(mode.as_deref(), Some("w_b"));
        let first = &config.unwrap().endpoints_config.unwrap()["w_b"];
        assert_eq!(first.ipam_config.as_ref().unwrap().ipv4_address.as_deref(), Some("10.0.0.2"));
        let others = others(&w, "web");
        assert_eq!(others[0].0, "w_a");
        assert_eq!(others[0].1.aliases.as_ref().unwrap(), &["web", "w"]);
    }

    #[test]
    fn a_service_alone_is_on_the_engines_own_bridge() {
        let w = workload([("web", Service::default())]);
        assert_eq!(first(&w, "web", &w.spec.services["web"]), (None, None));
        assert_eq!(refuses(&w, &w.spec.services["web"]), None);
        let w = workload([("a", Service::default()), ("b", Service::default())]);
        assert_eq!(first(&w, "a", &w.spec.services["a"]).0.as_deref(), Some("w_default"));
    }
}
