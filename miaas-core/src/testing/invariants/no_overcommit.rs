use std::collections::BTreeMap;

use crate::testing::simulator::Snapshot;

/// No node is given more than it has, and no host port twice.
pub(super) fn check(s: &Snapshot<'_>) -> Result<(), String> {
    let mut used: BTreeMap<&str, (u64, u64)> = BTreeMap::new();
    let mut ports = BTreeMap::new();
    for a in s.world.assignments().values().map(|a| &a.value) {
        let sum = used.entry(a.node.as_str()).or_default();
        sum.0 += a.resources.cpu_milli;
        sum.1 += a.resources.mem_mib;
        for port in &a.ports {
            if let Some(other) = ports.insert((a.node.as_str(), port.host), &a.workload) {
                return Err(format!("port {} of {} is given to {other} and {}", port.host, a.node, a.workload));
            }
        }
    }
    for (node, (cpu, mem)) in used {
        let Some(seen) = s.seen.get(node) else { continue };
        let (has_cpu, has_mem) = (u64::from(seen.facts.cpu_count) * 1000, seen.facts.mem_mb);
        if cpu > has_cpu || mem > has_mem {
            return Err(format!("{node} is given {cpu} milli and {mem} MiB, it has {has_cpu} and {has_mem}"));
        }
    }
    Ok(())
}
