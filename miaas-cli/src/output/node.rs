//! Nodes for people.

use std::fmt::Write as _;

use miaas_core::{
    api::v1::{GpuItem, NodeItem},
    cluster::GpuSharing,
    model::Gpu,
    time::Timestamp,
};

use super::{Table, mib, or_dash};
use crate::seconds;

/// One row a node.
pub(crate) fn list(items: &[NodeItem], now: Timestamp, wide: bool) -> String {
    let mut head = vec!["NAME", "STATUS", "EXECUTORS", "CPU", "MEMORY", "GPUS", "WORKLOADS", "SEEN"];
    if wide {
        head.extend(["ADDRESS", "OS", "AGENT", "LABELS", "ID"]);
    }
    let mut table = Table::new(head);
    for item in items {
        let facts = &item.capabilities;
        let mut row = vec![
            item.name.to_string(),
            status(item).to_owned(),
            or_dash(facts.executors.iter().map(ToString::to_string).collect::<Vec<_>>().join(",")),
            format!("{}/{}", cores(item.reserved.cpu_milli), cores(item.reserved.cpu_milli_total)),
            format!("{}/{}", mib(item.reserved.mem_mib), mib(item.reserved.mem_mib_total)),
            or_dash(gpus(&facts.gpus)),
            item.workloads.len().to_string(),
            item.last_seen.map_or_else(|| "never".to_owned(), |at| format!("{} ago", seconds::age(at, now))),
        ];
        if wide {
            row.extend([
                item.ip.clone(),
                or_dash(facts.os_version.as_str()),
                or_dash(item.agent_version.as_deref().unwrap_or_default()),
                or_dash(labels(item)),
                item.id.to_string(),
            ]);
        }
        table.row(row);
    }
    table.text()
}

/// Everything about one node.
pub(crate) fn details(item: &NodeItem, now: Timestamp) -> String {
    let facts = &item.capabilities;
    let mut text = format!("{} ({}): {}\n", item.name, item.ip, status(item));
    let mut field = |name: &str, value: String| {
        if !value.is_empty() {
            // Writing to a String cannot fail.
            let _ = writeln!(text, "  {name:<11} {value}");
        }
    };
    field("id", item.id.to_string());
    field("seen", item.last_seen.map_or_else(|| "never".to_owned(), |at| format!("{} ago", seconds::age(at, now))));
    field("agent", item.agent_version.clone().unwrap_or_default());
    field("system", format!("{} {} {}", facts.os_version, facts.arch, facts.kernel).trim().to_owned());
    field("processors", format!("{} × {}", facts.cpu_count, facts.cpu_model));
    field("memory", mib(facts.mem_mb));
    for disk in &facts.disks {
        field("disk", format!("{}: {} free of {}", disk.mount, mib(disk.free_mb), mib(disk.total_mb)));
    }
    for gpu in &item.gpus {
        ledger(gpu, &mut field);
    }
    let engines = [("docker", &facts.docker), ("podman", &facts.podman), ("kubernetes", &facts.kubernetes)];
    for (name, engine) in engines.into_iter().filter_map(|(name, engine)| Some((name, engine.as_ref()?))) {
        let problem = engine.error.clone().unwrap_or_else(|| "not available".to_owned());
        field(name, if engine.available { engine.version.clone() } else { problem });
    }
    field("executors", facts.executors.iter().map(ToString::to_string).collect::<Vec<_>>().join(", "));
    field("labels", labels(item));
    field("taints", item.taints.iter().map(|t| format!("{}={}", t.key, t.value)).collect::<Vec<_>>().join(", "));
    let reserved = &item.reserved;
    field(
        "reserved",
        format!(
            "{} of {} processors, {} of {} memory",
            cores(reserved.cpu_milli),
            cores(reserved.cpu_milli_total),
            mib(reserved.mem_mib),
            mib(reserved.mem_mib_total),
        ),
    );
    if let Some(drain) = &item.drain {
        let deadline = drain.deadline.map(|at| format!(", deadline {at}")).unwrap_or_default();
        field("draining", format!("since {}{deadline}", drain.since));
    }
    for workload in &item.workloads {
        field("workload", workload.clone());
    }
    text.trim_end().to_owned()
}

/// A GPU with its sums, and a line a claim. What is claimed and what is in use are told apart.
fn ledger(gpu: &GpuItem, field: &mut impl FnMut(&str, String)) {
    let kind = match (&gpu.card, gpu.sharing) {
        (Some(card), _) => format!(", slice of {card}"),
        (None, GpuSharing::Shared) => String::new(),
        (None, sharing) => format!(", {}", sharing.as_str()),
    };
    field("gpu", format!("{} {} ({}{kind})", gpu.model, mib(gpu.memory_mib), gpu.uuid));
    let used = gpu.used_mib.map_or_else(|| "use unknown".to_owned(), |used| format!("{} in use", mib(used)));
    let others = if gpu.foreign_mib > 0 { format!(" ({} by others)", mib(gpu.foreign_mib)) } else { String::new() };
    let margin = if gpu.margin_mib > 0 { format!(", {} margin", mib(gpu.margin_mib)) } else { String::new() };
    let claimed = format!("{} and {} claimed", mib(gpu.claimed_mib), percent(gpu.claimed_milli));
    field(
        "",
        format!(
            "{claimed}, {} and {} free to claim{margin}; {used}{others}",
            mib(gpu.free_mib),
            percent(gpu.free_milli)
        ),
    );
    for claim in &gpu.claims {
        let alone = if claim.exclusive { ", alone" } else { "" };
        field("", format!("{}: {} and {}{alone}", claim.workload, mib(claim.memory_mib), percent(claim.share_milli)));
    }
}

/// Thousandths of a device's compute, as percent.
fn percent(milli: u32) -> String {
    if milli.is_multiple_of(10) { format!("{} %", milli / 10) } else { format!("{}.{} %", milli / 10, milli % 10) }
}

fn labels(item: &NodeItem) -> String {
    item.labels.0.iter().map(|(k, v)| format!("{k}={v}")).collect::<Vec<_>>().join(",")
}

fn gpus(gpus: &[Gpu]) -> String {
    match gpus {
        [] => String::new(),
        [one] => one.model.clone(),
        [first, ..] => format!("{} × {}", gpus.len(), first.model),
    }
}

fn cores(milli: u64) -> String {
    format!("{}.{}", milli / 1000, milli % 1000 / 100)
}

fn status(item: &NodeItem) -> &'static str {
    if item.approved { item.status.as_str() } else { "unapproved" }
}

#[cfg(test)]
mod tests {
    use miaas_core::api::v1::GpuClaim;

    use super::*;

    #[test]
    fn p2_claims_and_live_use_are_told_apart() {
        let claim = |workload: &str, memory_mib, share_milli, exclusive| GpuClaim {
            workload: workload.into(),
            memory_mib,
            share_milli,
            exclusive,
        };
        let shared = GpuItem {
            uuid: "GPU-a".into(),
            model: "H100".into(),
            memory_mib: 81_920,
            margin_mib: 2_048,
            claimed_mib: 16_384,
            claimed_milli: 205,
            used_mib: Some(20_480),
            foreign_mib: 4_096,
            free_mib: 59_392,
            free_milli: 795,
            claims: vec![claim("vllm-0-x", 16_384, 205, false)],
            ..GpuItem::default()
        };
        let slice = GpuItem {
            uuid: "MIG-0".into(),
            card: Some("GPU-b".into()),
            sharing: GpuSharing::Mig,
            margin_mib: 0,
            used_mib: None,
            foreign_mib: 0,
            claims: vec![claim("tei-0-y", 16_384, 1000, true)],
            ..shared.clone()
        };
        let mut lines = Vec::new();
        for gpu in [shared, slice] {
            ledger(&gpu, &mut |name, value| lines.push(format!("{name}|{value}")));
        }
        assert_eq!(
            lines,
            [
                "gpu|H100 80.0 GiB (GPU-a)",
                "|16.0 GiB and 20.5 % claimed, 58.0 GiB and 79.5 % free to claim, 2.0 GiB margin; 20.0 GiB in use (4.0 GiB by others)",
                "|vllm-0-x: 16.0 GiB and 20.5 %",
                "gpu|H100 80.0 GiB (MIG-0, slice of GPU-b)",
                "|16.0 GiB and 20.5 % claimed, 58.0 GiB and 79.5 % free to claim; use unknown",
                "|tei-0-y: 16.0 GiB and 100 %, alone",
            ]
        );
    }
}
