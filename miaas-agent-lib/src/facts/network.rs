//! Network interfaces.

use miaas_core::model::Interface;
use sysinfo::Networks;

/// Every interface with its addresses, by name.
pub(super) fn interfaces() -> Vec<Interface> {
    let Ok(networks) = Networks::new_with_refreshed_list() else { return Vec::new() };
    let mut all: Vec<Interface> = networks
        .iter()
        .map(|(name, data)| {
            let mut addresses: Vec<String> = data.ip_networks().iter().map(|n| n.addr.to_string()).collect();
            addresses.sort();
            Interface { name: name.to_string_lossy().into_owned(), addresses }
        })
        .collect();
    all.sort_by(|a, b| a.name.cmp(&b.name));
    all
}
