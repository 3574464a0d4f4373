//! Privileges and namespaces. What of them is allowed is decided by the policy, not here.

use miaas_core::model::{Device, Isolation, Namespace, Namespaces};

use super::{
    cursor::{Cursor, Report},
    environment::options,
    mounts, short, support,
};
use crate::yaml::Value;

/// Sets a field of the privileges; false when it is none.
pub(super) fn set(name: &str, at: &Cursor<'_>, out: &mut Isolation, report: &mut Report) -> bool {
    match name {
        "privileged" => out.privileged = at.bool(report).unwrap_or_default(),
        "cap_add" => out.cap_add = capabilities(at, report),
        "cap_drop" => out.cap_drop = capabilities(at, report),
        "devices" => {
            let items = at.items(report);
            out.devices = items.iter().filter_map(|item| device(item, report)).collect();
        }
        "device_cgroup_rules" => {
            let items = at.items(report);
            out.device_cgroup_rules = items.iter().filter_map(|i| i.parsed(report, device_rule)).collect();
        }
        "security_opt" => out.security_opt = at.plains(report),
        "sysctls" => out.sysctls = options(at, report),
        "cgroup_parent" => out.cgroup_parent = at.plain(report),
        "group_add" => out.groups = at.plains(report),
        _ => return false,
    }
    true
}

/// Sets a namespace; false when it is none.
pub(super) fn namespace(name: &str, at: &Cursor<'_>, out: &mut Namespaces, report: &mut Report) -> bool {
    let (slot, words, shared): (_, &[&str], bool) = match name {
        "network_mode" => (&mut out.network, &["none", "host", "bridge"], true),
        "pid" => (&mut out.pid, &["host"], true),
        "ipc" => (&mut out.ipc, &["none", "private", "host", "shareable"], true),
        "uts" => (&mut out.uts, &["host"], false),
        "userns_mode" => (&mut out.user, &["host"], false),
        "cgroup" => (&mut out.cgroup, &["host", "private"], false),
        _ => return false,
    };
    *slot = at.parsed(report, |text| {
        match (text, text.split_once(':')) {
            (word, None) if words.contains(&word) => match word {
                "host" => return Ok(Namespace::Host),
                "none" => return Ok(Namespace::None),
                "bridge" => return Ok(Namespace::Bridge),
                "private" => return Ok(Namespace::Private),
                _ => return Ok(Namespace::Shareable),
            },
            (_, Some(("service", name))) if shared && !name.is_empty() => {
                return Ok(Namespace::Service(name.to_owned()));
            }
            (_, Some(("container", name))) if shared && !name.is_empty() => {
                return Ok(Namespace::Container(name.to_owned()));
            }
            _ => {}
        }
        let more = if shared { ", service:NAME, container:NAME" } else { "" };
        Err(format!("is none of {}{more}", words.join(", ")))
    });
    true
}

fn capabilities(at: &Cursor<'_>, report: &mut Report) -> Vec<String> {
    let read = |text: &str| {
        let name = text.to_ascii_uppercase();
        let name = name.strip_prefix("CAP_").unwrap_or(&name).to_owned();
        let ok = !name.is_empty() && name.bytes().all(|b| b.is_ascii_uppercase() || b.is_ascii_digit() || b == b'_');
        if ok { Ok(name) } else { Err("is no capability: write for example NET_ADMIN") }
    };
    let items = at.items(report);
    items.iter().filter_map(|item| item.parsed(report, read)).collect()
}

fn device(item: &Cursor<'_>, report: &mut Report) -> Option<Device> {
    let (host, container, permissions) = if let Value::Scalar(_) = item.value {
        let text = item.plain(report)?;
        let mut parts = text.split(':');
        let host = parts.next().unwrap_or_default().to_owned();
        let container = parts.next().map_or_else(|| host.clone(), str::to_owned);
        let permissions = parts.next().unwrap_or("rwm").to_owned();
        if parts.next().is_some() {
            report.issue_hint(item, format!("{:?} has too many parts", short(&text)), "write `host:container:rwm`");
            return None;
        }
        (host, container, permissions)
    } else {
        let fields = item.fields(support::DEVICE, report);
        let Some(source) = fields.get("source") else {
            report.issue(item, "the device has no `source`");
            return None;
        };
        let host = source.plain(report)?;
        let container = fields.get("target").map_or(Some(host.clone()), |at| at.plain(report))?;
        let permissions = fields.get("permissions").map_or(Some("rwm".to_owned()), |at| at.plain(report))?;
        (host, container, permissions)
    };
    if permissions.is_empty() || !permissions.chars().all(|c| "rwm".contains(c)) {
        report.issue(item, format!("permissions {:?} are not made of the letters rwm", short(&permissions)));
        return None;
    }
    if !host.starts_with('/') {
        report.issue_hint(
            item,
            format!("{:?} is no path of a device", short(&host)),
            "for GPUs write `gpus: [{count: 1}]`",
        );
        return None;
    }
    Some(Device { host, container: mounts::target(&container, item, report)?, permissions })
}

/// `c 1:3 mr`.
fn device_rule(text: &str) -> Result<String, &'static str> {
    let parts: Vec<&str> = text.split_whitespace().collect();
    let number = |n: &str| n == "*" || (!n.is_empty() && n.bytes().all(|b| b.is_ascii_digit()));
    let ok = match parts.as_slice() {
        [kind, numbers, access] => {
            matches!(*kind, "a" | "b" | "c")
                && numbers.split_once(':').is_some_and(|(major, minor)| number(major) && number(minor))
                && access.chars().all(|c| "rwm".contains(c))
        }
        _ => false,
    };
    if ok { Ok(parts.join(" ")) } else { Err("is no rule for devices: write for example `c 1:3 mr`") }
}
