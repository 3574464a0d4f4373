//! How much less would fit.

use miaas_core::{
    cluster::NodeView,
    model::{GpuRequest, Resources},
    port::{Counterfactual, RejectReason},
};

use super::{Case, Found, TRIED, smaller_gpu};
use crate::{
    explain::{exclusion::Kind, units},
    filter,
};

/// What amounts the obstacles are about.
const AMOUNTS: [Kind; 4] = [Kind::Cpu, Kind::Memory, Kind::Disk, Kind::Gpu];

/// A demand that asks for less.
struct Smaller<'n> {
    node: &'n NodeView,
    resources: Resources,
    /// How much is given up, in thousandths of what was asked for, summed over the resources.
    cost: u64,
}

/// The node where the least has to be given up.
pub(super) fn smaller(case: &Case<'_>, found: &mut Found) {
    let asked = &case.demand.resources;
    // Each gives up less than the one before; of equal costs the first node counts.
    let mut better: Vec<Smaller<'_>> = Vec::new();
    for node in case.first_with_only(AMOUNTS) {
        let bound = better.last().map_or(u64::MAX, |best| best.cost);
        if at_least(asked, node) < bound {
            better.extend(smaller_for(asked, node).filter(|less| less.cost < bound));
        }
    }
    for Smaller { node, resources, .. } in better.into_iter().rev().take(TRIED) {
        let words = words(asked, &resources);
        let (id, name) = (node.id.clone(), node.name.clone());
        let change = Counterfactual::SmallerDemand { node: id, name, resources };
        if case.trial.fits(&change) {
            found.change(change, format!("fits on {} if it asks for {words}", node.name));
            return;
        }
    }
}

/// What has to be given up on the node at least: quickly found, so that most nodes need no closer look.
fn at_least(asked: &Resources, node: &NodeView) -> u64 {
    let free = node.free();
    let part = |asked: u64, free: u64| if asked > free { given_up(asked, free) } else { 0 };
    part(asked.cpu_milli, free.cpu_milli)
        + part(asked.mem_mib, free.mem_mib)
        + part(asked.disk_mib, free.disk_mib)
        + asked.gpu.as_ref().map_or(0, |gpu| smaller_gpu::at_least(gpu, node))
}

/// The most that the node has of what is asked for. None when it has nothing of something.
fn smaller_for<'n>(asked: &Resources, node: &'n NodeView) -> Option<Smaller<'n>> {
    let (free, mut resources, mut cost) = (node.free(), asked.clone(), 0);
    let rows = [
        (&mut resources.cpu_milli, free.cpu_milli),
        (&mut resources.mem_mib, free.mem_mib),
        (&mut resources.disk_mib, free.disk_mib),
    ];
    for (amount, free) in rows {
        if *amount > free {
            cost += given_up(*amount, free);
            *amount = free;
            if free == 0 {
                return None;
            }
        }
    }
    if let Some(gpu) = &mut resources.gpu {
        let (less, given_up) = smaller_gpu::smaller(gpu, node)?;
        *gpu = less;
        cost += given_up;
    }
    Some(Smaller { node, resources, cost })
}

/// Thousandths that are given up, rounded up.
pub(super) fn given_up(needed: u64, got: u64) -> u64 {
    let lost = u128::from(needed.saturating_sub(got)) * 1000;
    u64::try_from(lost.div_ceil(u128::from(needed.max(1)))).unwrap_or(1000)
}

/// What is asked for instead: `12 GiB memory (asks 16 GiB)`.
fn words(asked: &Resources, less: &Resources) -> String {
    let rows = [
        (filter::CPU, asked.cpu_milli, less.cpu_milli),
        (filter::MEMORY, asked.mem_mib, less.mem_mib),
        (filter::DISK, asked.disk_mib, less.disk_mib),
    ];
    let mut words: Vec<String> = rows
        .iter()
        .filter(|(_, before, after)| before != after)
        .map(|(resource, before, after)| {
            format!("{} (asks {})", units::amount(resource, *after), units::plain(resource, *before))
        })
        .collect();
    if let (Some(before), Some(after)) = (&asked.gpu, &less.gpu) {
        words.extend(gpu_words(before, after));
    }
    words.join(" and ")
}

fn gpu_words(before: &GpuRequest, after: &GpuRequest) -> Vec<String> {
    let mut words = Vec::new();
    if before.count != after.count {
        let gpus = if after.count == 1 { "GPU" } else { "GPUs" };
        words.push(format!("{} {gpus} (asks {})", after.count, before.count));
    }
    if before.memory_mib != after.memory_mib {
        let was = if before.memory_mib == 0 { "the whole".to_owned() } else { units::mib(before.memory_mib) };
        words.push(format!("{} of GPU memory (asks {was})", units::mib(after.memory_mib)));
    }
    if before.share_milli != after.share_milli {
        words.push(format!("{} of 1000 shares of the GPU (asks {})", after.share_milli, before.share_milli));
    }
    words
}

/// More is asked for than the largest node has, even empty.
pub(super) fn too_large_for_all(case: &Case<'_>, found: &mut Found) {
    for resource in [filter::CPU, filter::MEMORY, filter::DISK] {
        if let Some((needed, total, node)) = too_large(case.firsts(), &case.demand.resources, resource) {
            let (needed, total) = (units::amount(resource, needed), units::plain(resource, total));
            found.say(format!("no node has {needed}: the largest, {}, has {total}", node.name));
        }
    }
    let none = |r: &RejectReason| match r {
        RejectReason::Insufficient { resource, total: 0, .. } => resource.contains("gpu").then(|| resource.clone()),
        _ => None,
    };
    if !case.obstacles.everywhere(Kind::Gpu) {
        return;
    }
    let of: Option<Vec<String>> = case.firsts().map(|n| case.reasons(n).iter().find_map(none)).collect();
    if let Some(what) = of.and_then(|all| all.into_iter().next()) {
        found.say(format!("no node has a {what}: `miaas node show NODE` lists what its agent found"));
    }
}

/// How much is needed, how much the largest node has, and which that is, when no node has so much of a resource.
pub(in crate::explain) fn too_large<'n>(
    nodes: impl Iterator<Item = &'n NodeView>,
    asked: &Resources,
    resource: &str,
) -> Option<(u64, u64, &'n NodeView)> {
    let of = |n: &NodeView| match resource {
        filter::CPU => (asked.cpu_milli, n.allocatable.cpu_milli),
        filter::MEMORY => (asked.mem_mib, n.allocatable.mem_mib),
        _ => (asked.disk_mib, n.allocatable.disk_mib),
    };
    let (needed, total, node) = nodes
        .map(|n| {
            let (needed, total) = of(n);
            (needed, total, n)
        })
        .max_by(|a, b| a.1.cmp(&b.1).then_with(|| b.2.id.cmp(&a.2.id)))?;
    (needed > total).then_some((needed, total, node))
}
