//! The request that makes a network, and how it is found again. Pure.

use std::collections::BTreeMap;

use bollard::models::{Ipam as EngineIpam, IpamConfig, NetworkCreateRequest};
use miaas_core::{
    hash::ContentHash,
    model::{Ipam, IpamRange, Network, RenderedWorkload},
};

use super::{Used, Whose};
use crate::executor::docker::{container::some_map, labels};

/// What a network is known by that was made from this definition.
pub(super) fn hash(definition: &Network) -> Option<ContentHash> {
    // Nothing in it is left without a form in JSON.
    ContentHash::of(definition).ok()
}

pub(super) fn create(w: &RenderedWorkload, scope: &str, used: &Used<'_>) -> NetworkCreateRequest {
    let definition = &used.definition;
    let mut labels: BTreeMap<String, String> = definition.labels.clone();
    labels.extend(match used.whose {
        Whose::Shared => labels::shared(scope),
        Whose::Own | Whose::Foreign => labels::network(w, scope, used.key),
    });
    labels.extend(hash(definition).map(|hash| (labels::HASH.to_owned(), hash.to_string())));
    NetworkCreateRequest {
        name: used.name.clone(),
        driver: Some(definition.driver.clone().unwrap_or_else(|| "bridge".to_owned())),
        internal: definition.internal.then_some(true),
        attachable: definition.attachable.then_some(true),
        ipam: ipam(&definition.ipam),
        enable_ipv4: definition.enable_ipv4,
        enable_ipv6: definition.enable_ipv6,
        options: some_map(&definition.driver_opts),
        labels: Some(labels.into_iter().collect()),
        ..NetworkCreateRequest::default()
    }
}

fn ipam(ipam: &Ipam) -> Option<EngineIpam> {
    (*ipam != Ipam::default()).then(|| EngineIpam {
        driver: ipam.driver.clone(),
        options: some_map(&ipam.options),
        config: (!ipam.config.is_empty()).then(|| ipam.config.iter().map(range).collect()),
    })
}

fn range(range: &IpamRange) -> IpamConfig {
    IpamConfig {
        subnet: range.subnet.clone(),
        ip_range: range.ip_range.clone(),
        gateway: range.gateway.clone(),
        auxiliary_addresses: some_map(&range.aux_addresses),
    }
}
