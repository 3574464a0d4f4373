//! Whether a workload fits on a node, written as plainly as possible: everything is recounted from the workloads there.

use std::collections::BTreeSet;

use crate::{
    cluster::{Fork, GpuSharing, GpuView, Held, NodeView},
    model::{DeviceShare, GpuRequest, NodeStatus, Protocol},
    port::{AUTO_PORTS, Decision, Demand, Neighbour},
};

/// The first thing that keeps the demand off the node.
#[must_use]
pub fn obstacle(d: &Demand, n: &NodeView) -> Option<String> {
    let held = || n.workloads.values();
    if n.status != NodeStatus::Online {
        return Some(format!("the node is {}", n.status.as_str()));
    }
    if d.avoid.contains_key(&n.id) {
        return Some("the node is to be avoided".into());
    }
    if d.policy
        .node
        .as_ref()
        .is_some_and(|wanted| wanted.as_str() != n.name.as_str() && wanted.as_str() != n.id.as_str())
    {
        return Some("another node was asked for".into());
    }
    if !d.executors.iter().any(|e| n.executors.contains(e)) {
        return Some("no executor".into());
    }
    if !d.architectures.is_empty() && !d.architectures.contains(&n.arch) {
        return Some("another architecture".into());
    }
    if d.policy.node_selector.0.iter().any(|(k, v)| n.labels.0.get(k) != Some(v)) {
        return Some("a label is missing".into());
    }
    for taint in &n.taints {
        if !d.policy.tolerations.iter().any(|t| t.key == taint.key && (t.value.is_empty() || t.value == taint.value)) {
            return Some(format!("taint {}", taint.key));
        }
    }
    if let Some(max) = d.policy.max_per_node
        && held().filter(|h| h.deployment == d.deployment).count() >= max as usize
    {
        return Some("too many of the deployment".into());
    }
    let r = &d.resources;
    let fits = |asked: u64, total: u64, held: u64| asked <= total.saturating_sub(held);
    if !fits(r.cpu_milli, n.allocatable.cpu_milli, held().map(|h| h.resources.cpu_milli).sum()) {
        return Some("cpu".into());
    }
    if !fits(r.mem_mib, n.allocatable.mem_mib, held().map(|h| h.resources.mem_mib).sum()) {
        return Some("memory".into());
    }
    if !fits(r.disk_mib, n.allocatable.disk_mib, held().map(|h| h.resources.disk_mib).sum()) {
        return Some("disk".into());
    }
    if let Some(gpu) = &r.gpu
        && n.gpus.iter().filter(|g| device_obstacle(gpu, g, n).is_none()).count() < gpu.count as usize
    {
        return Some("gpu".into());
    }
    if d.volume_node.as_ref().is_some_and(|on| *on != n.id) {
        return Some("its volume is elsewhere".into());
    }
    ports_obstacle(d, n)
}

/// What is wrong with the other workloads around a node, in a view without the demand's own.
#[must_use]
pub fn neighbour_obstacle(d: &Demand, n: &NodeView, view: &Fork<'_>) -> Option<String> {
    let around = |other: &Neighbour| {
        let same = |at: &&NodeView| match &other.by {
            None => at.id == n.id,
            Some(by) => n.labels.get(by).is_some() && at.labels.get(by) == n.labels.get(by),
        };
        let held = view.nodes().filter(same).flat_map(|at| at.workloads.values());
        held.filter(|h| Some(&h.deployment) == other.deployment.as_ref()).count()
    };
    let exists = |other: &Neighbour| {
        view.nodes().any(|at| at.workloads.values().any(|h| Some(&h.deployment) == other.deployment.as_ref()))
    };
    let first = |other: &Neighbour| other.deployment.as_ref() == Some(&d.deployment) && !exists(other);
    if let Some(lost) = d.near.iter().find(|other| around(other) == 0 && !first(other)) {
        return Some(format!("{} is not near", lost.name));
    }
    d.apart.iter().find(|other| around(other) > 0).map(|other| format!("{} is not apart", other.name))
}

/// Whether the spread of the deployment would become too uneven, in a view without the demand's own workload.
#[must_use]
pub fn skew_obstacle(d: &Demand, n: &NodeView, view: &Fork<'_>) -> Option<String> {
    let (Some(label), Some(max)) = (&d.policy.spread_by, d.policy.max_skew) else { return None };
    let Some(here) = n.labels.get(label) else { return Some(format!("no label {label}")) };
    let count = |value: &str| {
        let nodes = view.nodes().filter(|at| at.labels.get(label) == Some(value));
        nodes.flat_map(|at| at.workloads.values()).filter(|h| h.deployment == d.deployment).count()
    };
    let eligible = |at: &&NodeView| {
        at.status == NodeStatus::Online && d.policy.node_selector.0.iter().all(|(k, v)| at.labels.0.get(k) == Some(v))
    };
    let least = view.nodes().filter(eligible).filter_map(|at| at.labels.get(label)).map(count).min().unwrap_or(0);
    (count(here) + 1 > least + max as usize).then(|| format!("{} of it are where {label}={here}", count(here)))
}

/// What is wrong with the GPUs that a decision gives, beside those of the `others` on the node.
#[must_use]
pub(super) fn wrong_devices(d: &Demand, decision: &Decision, others: &NodeView) -> Option<String> {
    let Some(gpu) = d.resources.gpu.as_ref().filter(|g| g.count > 0) else {
        return (!decision.devices.is_empty()).then(|| "devices that nobody asked for".to_owned());
    };
    let distinct: BTreeSet<&str> = decision.devices.iter().map(|s| s.uuid.as_str()).collect();
    if decision.devices.len() != gpu.count as usize || distinct.len() != decision.devices.len() {
        return Some(format!("{} distinct devices were asked for", gpu.count));
    }
    decision.devices.iter().find_map(|share| {
        let Some(device) = others.gpus.iter().find(|g| g.uuid == share.uuid) else {
            return Some(format!("{} is not of the node", share.uuid));
        };
        if share.exclusive != alone(gpu, device)
            || share.memory_mib < gpu.memory_mib
            || share.share_milli < gpu.share_milli
        {
            return Some(format!("{share:?} is not what was asked for"));
        }
        if share.exclusive && share.share_milli != 1000 || share.device_mib != device.memory_mib {
            return Some(format!("{share:?} says something else than {device:?}"));
        }
        if share.memory_mib + device.foreign_mib > device.memory_mib {
            return Some(format!("{share:?} is more than others leave"));
        }
        device_obstacle(gpu, device, others)
    })
}

/// What is wrong with the host ports that a decision gives, beside those of the `others` on the node.
#[must_use]
pub(super) fn wrong_ports(d: &Demand, decision: &Decision, others: &NodeView) -> Option<String> {
    if d.ports.len() != decision.ports.len() {
        return Some("one binding a port was asked for".into());
    }
    let distinct: BTreeSet<_> = decision.ports.iter().map(|b| (b.protocol, b.host)).collect();
    if distinct.len() != decision.ports.len() {
        return Some("a port was given twice".into());
    }
    d.ports.iter().zip(&decision.ports).find_map(|(p, b)| {
        let same = p.name == b.name && p.container == b.container && p.protocol == b.protocol;
        let host = p.host.map_or_else(|| AUTO_PORTS.contains(&b.host), |fixed| fixed == b.host);
        if same && host && !taken(b.protocol, b.host, others) { None } else { Some(format!("{b:?} for {p:?}")) }
    })
}

fn device_obstacle(asked: &GpuRequest, g: &GpuView, n: &NodeView) -> Option<String> {
    let claims: Vec<&DeviceShare> =
        n.workloads.values().flat_map(|h: &Held| &h.devices).filter(|s| s.uuid == g.uuid).collect();
    if asked.vendor.as_ref().is_some_and(|v| !v.eq_ignore_ascii_case(&g.vendor)) {
        return Some("another vendor".into());
    }
    if let Some(least) = asked.compute
        && g.compute.is_none_or(|has| (has.major, has.minor) < (least.major, least.minor))
    {
        return Some("too old".into());
    }
    if let Some(models) = &asked.model
        && !models.split('|').any(|m| g.model.to_lowercase().contains(&m.to_lowercase()))
    {
        return Some("another model".into());
    }
    if g.sharing == GpuSharing::Mig && asked.count > 1 {
        return Some("one of several slices".into());
    }
    if alone(asked, g) {
        let used = !claims.is_empty() || g.foreign_mib * 10 > g.memory_mib;
        return (used || g.memory_mib - g.foreign_mib < asked.memory_mib).then(|| "in use".to_owned());
    }
    if claims.iter().any(|s| s.exclusive) {
        return Some("exclusive".into());
    }
    let free =
        g.memory_mib.saturating_sub(g.margin_mib + g.foreign_mib + claims.iter().map(|s| s.memory_mib).sum::<u64>());
    let memory = if asked.memory_mib == 0 {
        (g.memory_mib - g.margin_mib) * u64::from(asked.share_milli) / 1000
    } else {
        asked.memory_mib
    };
    let share = match asked.share_milli {
        0 => (asked.memory_mib * 1000 / g.memory_mib).clamp(1, 1000) as u32,
        share => share,
    };
    if free < memory {
        return Some("too little memory".to_owned());
    }
    (claims.iter().map(|s| s.share_milli).sum::<u32>() + share > 1000).then(|| "too little compute".to_owned())
}

/// Whether the answer takes the device alone.
fn alone(asked: &GpuRequest, g: &GpuView) -> bool {
    g.sharing != GpuSharing::Shared || (asked.memory_mib == 0 && asked.share_milli == 0)
}

fn ports_obstacle(d: &Demand, n: &NodeView) -> Option<String> {
    let mut own = BTreeSet::new();
    for p in &d.ports {
        if let Some(host) = p.host
            && (taken(p.protocol, host, n) || !own.insert((p.protocol, host)))
        {
            return Some(format!("port {host}"));
        }
    }
    for protocol in [Protocol::Tcp, Protocol::Udp] {
        let needed = d.ports.iter().filter(|p| p.host.is_none() && p.protocol == protocol).count();
        let free =
            AUTO_PORTS.filter(|p| !taken(protocol, *p, n) && !own.contains(&(protocol, *p))).take(needed).count();
        if free < needed {
            return Some("no automatic port is free".into());
        }
    }
    None
}

fn taken(protocol: Protocol, port: u16, n: &NodeView) -> bool {
    (protocol == Protocol::Tcp && n.foreign_ports.contains(&port))
        || n.workloads.values().flat_map(|h| &h.ports).any(|p| p.protocol == protocol && p.host == port)
}
