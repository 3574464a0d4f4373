//! Demands that no node could take even if nothing ran on it.

use miaas_core::{
    cluster::{GpuView, NodeView},
    model::GpuRequest,
    port::Demand,
};

use super::{hint::too_large, units};
use crate::filter;

/// Why no node is large enough; none when one is. `nodes` are those that differ, in order, of so many.
pub(super) fn fits(demand: &Demand, nodes: &[&NodeView], count: usize) -> Option<String> {
    if nodes.iter().any(|node| is_large_enough(demand, node)) {
        return None;
    }
    let asked = &demand.resources;
    for resource in [filter::CPU, filter::MEMORY, filter::DISK] {
        if let Some((needed, total, node)) = too_large(nodes.iter().copied(), asked, resource) {
            let (needed, total) = (units::amount(resource, needed), units::plain(resource, total));
            return Some(match count {
                1 => format!("it needs {needed}, {} has {total}", node.name),
                _ => format!(
                    "it needs {needed}, the largest of {} nodes, {}, has {total}",
                    units::count(count as u64),
                    node.name
                ),
            });
        }
    }
    match &asked.gpu {
        Some(gpu) if nodes.iter().all(|n| emptied(gpu, n) < gpu.count as usize) => {
            Some(format!("it needs {}, {}", gpus(gpu), most(gpu, nodes)))
        }
        _ => Some("no node has all of what it asks for".to_owned()),
    }
}

/// The most that a node has of such GPUs: their number, or else the memory of the largest.
fn most(asked: &GpuRequest, nodes: &[&NodeView]) -> String {
    let count = nodes.iter().map(|n| emptied(asked, n)).max().unwrap_or(0);
    if count > 0 {
        return format!("the most that a node has is {count}");
    }
    let kind = nodes.iter().flat_map(|n| &n.gpus).filter(|g| g.matches(asked));
    match kind.map(GpuView::offered_mib).max() {
        Some(mib) if asked.memory_mib > mib => format!("the largest that a node has offers {}", units::mib(mib)),
        Some(_) => "no node has one that would do".to_owned(),
        None => "no node has one".to_owned(),
    }
}

fn is_large_enough(demand: &Demand, node: &NodeView) -> bool {
    let (asked, total) = (&demand.resources, &node.allocatable);
    asked.cpu_milli <= total.cpu_milli
        && asked.mem_mib <= total.mem_mib
        && asked.disk_mib <= total.disk_mib
        && asked.gpu.as_ref().is_none_or(|gpu| emptied(gpu, node) >= gpu.count as usize)
}

/// How many devices of the node would do if nobody used them.
fn emptied(asked: &GpuRequest, node: &NodeView) -> usize {
    let would_do = |gpu: &&GpuView| {
        // Without its names, which only `matches` reads.
        let empty = GpuView {
            sharing: gpu.sharing,
            memory_mib: gpu.memory_mib,
            margin_mib: gpu.margin_mib,
            ..GpuView::default()
        };
        gpu.matches(asked) && empty.has_room(asked)
    };
    node.gpus.iter().filter(would_do).count()
}

/// `2 GPUs with 40 GiB each`, `a whole GPU`.
fn gpus(asked: &GpuRequest) -> String {
    let kind = asked.kind();
    let kind = if kind.is_empty() { kind } else { format!(" ({kind})") };
    let memory = if asked.memory_mib == 0 { String::new() } else { format!(" with {}", units::mib(asked.memory_mib)) };
    match asked.count {
        1 => format!("a GPU{kind}{memory}"),
        n => format!("{n} GPUs{kind}{memory}{}", if memory.is_empty() { "" } else { " each" }),
    }
}
