//! Networks of the document, and how services are on them.

use std::{
    collections::BTreeMap,
    net::{IpAddr, Ipv4Addr, Ipv6Addr},
};

use miaas_core::{
    model::{Attachment, Ipam, IpamRange, Network},
    spec::nearest,
};

use super::{
    cursor::{Cursor, Report},
    environment::{labels, options},
    mounts::is_volume_name,
    short, support,
};
use crate::yaml::Value;

/// The top-level `networks`.
pub(super) fn read(at: &Cursor<'_>, report: &mut Report) -> BTreeMap<String, Network> {
    let mut out = BTreeMap::new();
    for (key, entry) in at.parts(report) {
        if !is_volume_name(&key.text) {
            report.issue(&entry, format!("{:?} is no name of a network", short(&key.text)));
            continue;
        }
        let fields = entry.fields(support::NETWORK, report);
        let mut network = Network::default();
        for (name, at) in &fields {
            match *name {
                "name" => network.name = at.parsed(report, engine_name),
                "external" => network.external = at.bool(report).unwrap_or_default(),
                "driver" => network.driver = at.plain(report),
                "driver_opts" => network.driver_opts = options(at, report),
                "internal" => network.internal = at.bool(report).unwrap_or_default(),
                "attachable" => network.attachable = at.bool(report).unwrap_or_default(),
                "enable_ipv4" => network.enable_ipv4 = at.bool(report),
                "enable_ipv6" => network.enable_ipv6 = at.bool(report),
                "ipam" => network.ipam = ipam(at, report),
                "labels" => network.labels = labels(at, report),
                _ => {}
            }
        }
        if network.external && network.name.is_none() {
            network.name = Some(key.text.clone());
        }
        if network.external && fields.keys().any(|f| !matches!(*f, "name" | "external")) {
            report.issue_hint(
                &entry,
                "an external network is made by somebody else",
                "leave `external` out, or everything else than `name`",
            );
        }
        out.insert(key.text.clone(), network);
    }
    out
}

fn engine_name(text: &str) -> Result<String, &'static str> {
    if is_volume_name(text) { Ok(text.to_owned()) } else { Err("is no name of a network") }
}

fn ipam(at: &Cursor<'_>, report: &mut Report) -> Ipam {
    let fields = at.fields(support::IPAM, report);
    let mut out = Ipam::default();
    if let Some(at) = fields.get("driver") {
        // Compose's own word for the engine's choice.
        out.driver = at.plain(report).filter(|d| d != "default");
    }
    if let Some(at) = fields.get("options") {
        out.options = options(at, report);
    }
    if let Some(at) = fields.get("config") {
        for item in at.items(report) {
            let fields = item.fields(support::IPAM_RANGE, report);
            let mut range = IpamRange::default();
            for (name, at) in &fields {
                match *name {
                    "subnet" => range.subnet = at.parsed(report, subnet),
                    "ip_range" => range.ip_range = at.parsed(report, subnet),
                    "gateway" => range.gateway = at.parsed(report, address::<IpAddr>),
                    "aux_addresses" => range.aux_addresses = options(at, report),
                    _ => {}
                }
            }
            out.config.push(range);
        }
    }
    out
}

fn subnet(text: &str) -> Result<String, &'static str> {
    const RULE: &str = "is no subnet: write for example 10.5.0.0/16";
    let (ip, bits) = text.split_once('/').ok_or(RULE)?;
    let ip: IpAddr = ip.parse().map_err(|_| RULE)?;
    let bits: u8 = bits.parse().map_err(|_| RULE)?;
    if bits > if ip.is_ipv4() { 32 } else { 128 } { Err(RULE) } else { Ok(text.to_owned()) }
}

fn address<T: std::str::FromStr + ToString>(text: &str) -> Result<String, &'static str> {
    text.parse::<T>().map(|ip| ip.to_string()).map_err(|_| "is no IP address of this kind")
}

/// The `networks` of a service: a list of names, or a mapping.
pub(super) fn attachments(at: &Cursor<'_>, report: &mut Report) -> BTreeMap<String, Attachment> {
    if let Value::Seq(_) = at.value {
        return at.plains(report).into_iter().map(|name| (name, Attachment::default())).collect();
    }
    let mut out = BTreeMap::new();
    for (key, entry) in at.entries(report) {
        let mut on = Attachment::default();
        for (name, at) in &entry.fields(support::ATTACHMENT, report) {
            match *name {
                "aliases" => on.aliases = at.plains(report),
                "ipv4_address" => on.ipv4 = at.parsed(report, address::<Ipv4Addr>),
                "ipv6_address" => on.ipv6 = at.parsed(report, address::<Ipv6Addr>),
                "link_local_ips" => {
                    let items = at.items(report);
                    on.link_local = items.iter().filter_map(|i| i.parsed(report, address::<IpAddr>)).collect();
                }
                "mac_address" => on.mac_address = at.parsed(report, mac),
                "interface_name" => on.interface = at.plain(report),
                "priority" => on.priority = at.number(report, -1_000_000..=1_000_000).unwrap_or_default(),
                "gw_priority" => on.gateway_priority = at.number(report, -1_000_000..=1_000_000).unwrap_or_default(),
                "driver_opts" => on.driver_opts = options(at, report),
                _ => {}
            }
        }
        out.insert(key.text.clone(), on);
    }
    out
}

/// A hardware address.
pub(super) fn mac(text: &str) -> Result<String, &'static str> {
    let parts: Vec<&str> = text.split([':', '-']).collect();
    let ok = parts.len() == 6 && parts.iter().all(|p| p.len() == 2 && p.bytes().all(|b| b.is_ascii_hexdigit()));
    if ok { Ok(parts.join(":").to_ascii_lowercase()) } else { Err("is no hardware address: write 02:42:ac:11:00:02") }
}

/// Networks that services are on must be there; `default` always is.
pub(super) fn check(spec: &mut miaas_core::model::WorkloadSpec, services: &Cursor<'_>, report: &mut Report) {
    for (name, service) in &spec.services {
        for network in service.networks.keys() {
            if network == "default" {
                spec.networks.entry(network.clone()).or_default();
            }
            if spec.networks.contains_key(network) {
                continue;
            }
            let at = services.find(name).find("networks");
            let text = format!("network {:?} is not declared under the top-level `networks`", short(network));
            match nearest(network, spec.networks.keys().map(String::as_str)) {
                Some(near) => report.issue_hint(&at, text, format!("did you mean {near:?}?")),
                None => report.issue_hint(&at, text, format!("add `networks: {{{}: {{}}}}`", short(network))),
            }
        }
    }
}
