//! How a service finds others: name servers, host names, links.

use std::{collections::BTreeMap, net::IpAddr};

use miaas_core::model::{Dns, ExtraHost};

use super::{
    cursor::{Cursor, Report},
    short,
};
use crate::yaml::Value;

/// Sets a field; false when it is none of these.
pub(super) fn set(name: &str, at: &Cursor<'_>, out: &mut Dns, report: &mut Report) -> bool {
    match name {
        "dns" => {
            let items = if let Value::Scalar(_) = at.value { vec![at.clone()] } else { at.items(report) };
            out.servers = items.iter().filter_map(|item| item.parsed(report, ip)).collect();
        }
        "dns_search" => out.search = at.plains(report),
        "dns_opt" => out.options = at.plains(report),
        "domainname" => out.domain = at.plain(report),
        "extra_hosts" => out.hosts = hosts(at, report),
        "links" => out.links = links(at, report),
        _ => return false,
    }
    true
}

fn ip(text: &str) -> Result<String, &'static str> {
    let bare = text.strip_prefix('[').and_then(|t| t.strip_suffix(']')).unwrap_or(text);
    bare.parse::<IpAddr>().map(|ip| ip.to_string()).map_err(|_| "is no IP address")
}

/// `name=address` or `name:address`, or a mapping of names to one address or several.
fn hosts(at: &Cursor<'_>, report: &mut Report) -> Vec<ExtraHost> {
    let mut out = Vec::new();
    let address = |text: &str| if text == "host-gateway" { Ok(text.to_owned()) } else { ip(text) };
    if let Value::Map(_) = at.value {
        for (key, entry) in at.entries(report) {
            let items = if let Value::Scalar(_) = entry.value { vec![entry.clone()] } else { entry.items(report) };
            for item in items {
                if let Some(address) = item.parsed(report, address) {
                    out.push(ExtraHost { name: key.text.clone(), address });
                }
            }
        }
        return out;
    }
    for item in at.items(report) {
        let read = item.parsed(report, |text| {
            let (name, rest) = text.split_once('=').or_else(|| text.split_once(':')).ok_or("is not `name=address`")?;
            if name.is_empty() {
                return Err("is not `name=address`");
            }
            Ok(ExtraHost {
                name: name.to_owned(),
                address: address(rest).map_err(|_| "has no IP address after the name")?,
            })
        });
        out.extend(read);
    }
    out
}

/// `service` or `service:alias`.
fn links(at: &Cursor<'_>, report: &mut Report) -> BTreeMap<String, String> {
    let mut out = BTreeMap::new();
    for item in at.items(report) {
        let Some(text) = item.plain(report) else { continue };
        let (service, alias) = text.split_once(':').unwrap_or((&text, &text));
        if out.insert(alias.to_owned(), service.to_owned()).is_some() {
            report.issue(&item, format!("{:?} is given twice", short(alias)));
        }
    }
    out
}
