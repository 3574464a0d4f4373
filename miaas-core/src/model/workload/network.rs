//! Networks of a workload, and how services are on them.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::{Service, WorkloadSpec};
use crate::model::is_zero;

/// The name of the network that a workload has for itself.
pub const OWN_NETWORK: &str = "default";

impl WorkloadSpec {
    /// The networks that a service is on, by their names in the workload, those first that are to be connected first. None
    /// when it shares somebody's network or has none, and when it is alone and names none: then there is nobody to reach.
    #[must_use]
    pub fn networks_of<'a>(&'a self, service: &'a Service) -> Vec<&'a str> {
        if service.namespaces.network.is_some() {
            return Vec::new();
        }
        if service.networks.is_empty() {
            let own = self.services.len() > 1 || self.networks.contains_key(OWN_NETWORK);
            return own.then_some(OWN_NETWORK).into_iter().collect();
        }
        let mut all: Vec<(&str, &Attachment)> = service.networks.iter().map(|(n, a)| (n.as_str(), a)).collect();
        all.sort_by_key(|(name, attachment)| (std::cmp::Reverse(attachment.priority), *name));
        all.into_iter().map(|(name, _)| name).collect()
    }
}

/// A network of the workload.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Network {
    /// Name on the engine; none means one of the workload's own.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// Somebody else makes and removes it: it must be there.
    #[serde(skip_serializing_if = "is_zero")]
    pub external: bool,
    /// Driver; none means `bridge`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub driver: Option<String>,
    /// Options of the driver.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub driver_opts: BTreeMap<String, String>,
    /// Without a way out.
    #[serde(skip_serializing_if = "is_zero")]
    pub internal: bool,
    /// Containers that are none of a service may join.
    #[serde(skip_serializing_if = "is_zero")]
    pub attachable: bool,
    /// With IPv4; none leaves it to the engine.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub enable_ipv4: Option<bool>,
    /// With IPv6; none leaves it to the engine.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub enable_ipv6: Option<bool>,
    /// Addresses.
    #[serde(skip_serializing_if = "is_zero")]
    pub ipam: Ipam,
    /// Labels.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub labels: BTreeMap<String, String>,
}

/// Where the addresses of a network come from.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Ipam {
    /// Driver; none means the engine's.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub driver: Option<String>,
    /// Options of the driver.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub options: BTreeMap<String, String>,
    /// Ranges; none means one that the engine chooses.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub config: Vec<IpamRange>,
}

/// A range of addresses.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct IpamRange {
    /// The subnet, for example `10.5.0.0/16`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub subnet: Option<String>,
    /// The part of it that containers get addresses from.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ip_range: Option<String>,
    /// The gateway.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub gateway: Option<String>,
    /// Addresses that others have, by name.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub aux_addresses: BTreeMap<String, String>,
}

/// How a service is on a network.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Attachment {
    /// Names that it has there besides its own.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub aliases: Vec<String>,
    /// Its address.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ipv4: Option<String>,
    /// Its IPv6 address.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ipv6: Option<String>,
    /// Link-local addresses.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub link_local: Vec<String>,
    /// Its hardware address.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub mac_address: Option<String>,
    /// Name of the interface inside.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub interface: Option<String>,
    /// Networks with a higher one are connected first.
    #[serde(skip_serializing_if = "is_zero")]
    pub priority: i64,
    /// The network with the highest one has the default gateway.
    #[serde(skip_serializing_if = "is_zero")]
    pub gateway_priority: i64,
    /// Options of the driver.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub driver_opts: BTreeMap<String, String>,
}

/// How a service finds others by name.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Dns {
    /// Addresses of name servers.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub servers: Vec<String>,
    /// Domains in which short names are searched.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub search: Vec<String>,
    /// Options of the resolver.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub options: Vec<String>,
    /// Domain of the service.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub domain: Option<String>,
    /// Addresses of names, in order; an address may be `host-gateway`, the node as it is seen from inside.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub hosts: Vec<ExtraHost>,
    /// Services by the names under which this service alone knows them.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub links: BTreeMap<String, String>,
}

/// A name with its address.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ExtraHost {
    /// The name.
    pub name: String,
    /// The address, or `host-gateway`.
    pub address: String,
}
