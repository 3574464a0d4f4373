//! How much less would fit.

use miaas_core::{
    cluster::NodeView,
    port::{Demand, RejectReason},
};

use super::Case;
use crate::{
    allot,
    explain::units,
    filter::{self, Verdict},
    score::Ask,
};

/// A demand that asks for less.
struct Smaller {
    demand: Demand,
    /// What it asks for instead, in words.
    words: Vec<String>,
    /// How much is given up, in thousandths of what was asked for, summed over the resources.
    cost: u64,
}

/// The node where the least has to be given up.
pub(super) fn smaller(case: &Case<'_>) -> Vec<String> {
    let fits = |node: &NodeView, less: &Smaller| {
        Verdict::passes(&case.engine.filters, &Ask::new(&less.demand, case.nodes), node)
    };
    case.only(|r| matches!(r, RejectReason::Insufficient { .. }))
        .filter_map(|(node, reasons)| Some((node, smaller_for(case.demand, node, reasons)?)))
        .filter(|(node, less)| fits(node, less))
        .min_by_key(|(_, less)| less.cost)
        .map(|(node, less)| format!("fits on {} if it asks for {}", node.name, less.words.join(" and ")))
        .into_iter()
        .collect()
}

fn smaller_for(demand: &Demand, node: &NodeView, reasons: &[RejectReason]) -> Option<Smaller> {
    let mut less = Smaller { demand: demand.clone(), words: Vec::new(), cost: 0 };
    for reason in reasons {
        let RejectReason::Insufficient { resource, needed, free, .. } = reason else { return None };
        let asked = &mut less.demand.resources;
        match resource.as_str() {
            filter::CPU => asked.cpu_milli = *free,
            filter::MEMORY => asked.mem_mib = *free,
            filter::DISK => asked.disk_mib = *free,
            _ => {
                smaller_gpu(&mut less, node)?;
                continue;
            }
        }
        if *free == 0 {
            return None;
        }
        less.words.push(format!("{} (asks {})", units::amount(resource, *free), units::plain(resource, *needed)));
        less.cost += given_up(*needed, *free);
    }
    Some(less)
}

/// As many GPUs with less memory; when whole ones are asked for, shares instead.
fn smaller_gpu(less: &mut Smaller, node: &NodeView) -> Option<()> {
    // A share stays a share: less memory would not help where its compute is what is short.
    let asked = less.demand.resources.gpu.as_mut().filter(|g| g.share_milli == 0)?;
    let mut free: Vec<u64> = node.gpus.iter().filter(|g| allot::gpu_matches(asked, g)).map(|g| g.free_mib()).collect();
    free.sort_unstable_by(|a, b| b.cmp(a));
    let got = *free.get((asked.count as usize).checked_sub(1)?).filter(|mib| **mib > 0)?;
    let before = if asked.memory_mib == 0 { "the whole".to_owned() } else { units::mib(asked.memory_mib) };
    less.words.push(format!("{} of GPU memory (asks {before})", units::mib(got)));
    // A share instead of a whole device is much less, whatever its size.
    less.cost += if asked.memory_mib == 0 { 1000 } else { given_up(asked.memory_mib, got) };
    asked.memory_mib = got;
    Some(())
}

fn given_up(needed: u64, got: u64) -> u64 {
    let lost = u128::from(needed.saturating_sub(got)) * 1000;
    u64::try_from(lost.div_ceil(u128::from(needed.max(1)))).unwrap_or(1000)
}

/// More is asked for than the largest node has, even empty.
pub(super) fn too_large_for_all(case: &Case<'_>) -> Vec<String> {
    let mut hints = Vec::new();
    for resource in [filter::CPU, filter::MEMORY, filter::DISK] {
        let short = case.verdicts.iter().map(|v| v.reasons.iter().find_map(|r| lacking(r, resource)));
        // A node that is not short of it, or only because of others, is large enough.
        let Some(totals) = short.collect::<Option<Vec<_>>>() else { continue };
        let largest = totals.iter().zip(case.verdicts).max_by(|a, b| a.0.1.cmp(&b.0.1).then(b.1.node.cmp(&a.1.node)));
        let Some(((needed, total), verdict)) = largest else { continue };
        let (needed, total) = (units::amount(resource, *needed), units::plain(resource, *total));
        hints.push(format!("no node has {needed}: the largest, {}, has {total}", verdict.name));
    }
    let gpu = |r: &RejectReason| match r {
        RejectReason::Insufficient { resource, total: 0, .. } => resource.contains("gpu").then(|| resource.clone()),
        _ => None,
    };
    if case.everywhere(|r| gpu(r).is_some())
        && let Some(what) = case.verdicts.iter().flat_map(|v| &v.reasons).find_map(gpu)
    {
        hints.push(format!("no node has a {what}: `miaas node show NODE` lists what its agent found"));
    }
    hints
}

/// How much is needed and how much the whole node has, when that is less.
fn lacking(reason: &RejectReason, of: &str) -> Option<(u64, u64)> {
    match reason {
        RejectReason::Insufficient { resource, needed, total, .. } if resource == of && needed > total => {
            Some((*needed, *total))
        }
        _ => None,
    }
}
