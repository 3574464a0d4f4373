//! How much less of GPUs a node could give.

use miaas_core::{
    cluster::{GpuView, NodeView},
    model::GpuRequest,
};

use super::resources::given_up;

/// What is given up when a share is taken in place of a whole device, beside what that lacks: much.
const SHARE_FOR_WHOLE: u64 = 1000;

/// The request that the node can take for which least is given up: less memory of each, a smaller share, or fewer devices.
/// The request itself when the node takes it. None when it has nothing of what is asked for.
pub(super) fn smaller(asked: &GpuRequest, node: &NodeView) -> Option<(GpuRequest, u64)> {
    if asked.count == 0 || takes(node, asked) {
        return Some((asked.clone(), 0));
    }
    let options = [less_memory(asked, node), less_share(asked, node), less_of_both(asked, node), fewer(asked, node)];
    options.into_iter().flatten().min_by_key(|(_, cost)| *cost)
}

/// What of [`smaller`] has to be given up at least: exact where one device and nothing but memory is asked for.
pub(super) fn at_least(asked: &GpuRequest, node: &NodeView) -> u64 {
    if asked.count != 1 || asked.share_milli > 0 || asked.memory_mib == 0 {
        return 0;
    }
    let most = |g: &GpuView| if g.is_idle() { g.free_mib().max(g.alone_mib()) } else { g.free_mib() };
    let most = node.gpus.iter().filter(|g| g.matches(asked)).map(most).max().unwrap_or(0);
    if most >= asked.memory_mib { 0 } else { given_up(asked.memory_mib, most) }
}

fn takes(node: &NodeView, asked: &GpuRequest) -> bool {
    node.gpus.iter().filter(|g| g.matches(asked) && g.has_room(asked)).count() as u64 >= u64::from(asked.count)
}

/// As many devices with less memory each; a share of memory when whole ones are asked for.
fn less_memory(asked: &GpuRequest, node: &NodeView) -> Option<(GpuRequest, u64)> {
    if asked.memory_mib == 0 && asked.share_milli > 0 {
        return None;
    }
    let with = |mib| GpuRequest { memory_mib: mib, ..asked.clone() };
    let most = if asked.is_whole() { node.gpus.iter().map(|g| g.memory_mib).max()? } else { asked.memory_mib - 1 };
    let mib = most_that(most, |mib| takes(node, &with(mib)))?;
    let cost = if asked.is_whole() { SHARE_FOR_WHOLE + given_up(most, mib) } else { given_up(asked.memory_mib, mib) };
    Some((with(mib), cost))
}

/// A smaller share of one device, the memory as it is.
fn less_share(asked: &GpuRequest, node: &NodeView) -> Option<(GpuRequest, u64)> {
    let with = |milli: u64| GpuRequest { share_milli: milli as u32, ..asked.clone() };
    let before = u64::from(asked.share_milli);
    let milli = most_that(before.checked_sub(1)?, |milli| takes(node, &with(milli)))?;
    Some((with(milli), given_up(before, milli)))
}

/// On each device, as much of memory and share as it has.
fn less_of_both(asked: &GpuRequest, node: &NodeView) -> Option<(GpuRequest, u64)> {
    if asked.memory_mib == 0 || asked.share_milli == 0 {
        return None;
    }
    let of = |gpu: &GpuView| {
        let memory_mib = asked.memory_mib.min(gpu.free_mib());
        let share_milli = asked.share_milli.min(gpu.free_milli());
        let less = GpuRequest { memory_mib, share_milli, ..asked.clone() };
        let cost = given_up(asked.memory_mib, memory_mib) + given_up(asked.share_milli.into(), share_milli.into());
        (memory_mib > 0 && share_milli > 0 && takes(node, &less)).then_some((less, cost))
    };
    node.gpus.iter().filter(|g| g.matches(asked)).filter_map(of).min_by_key(|(_, cost)| *cost)
}

/// Fewer devices of the same kind.
fn fewer(asked: &GpuRequest, node: &NodeView) -> Option<(GpuRequest, u64)> {
    let with = |count: u64| GpuRequest { count: count as u32, ..asked.clone() };
    let before = u64::from(asked.count);
    let count = most_that(before - 1, |count| takes(node, &with(count)))?;
    Some((with(count), given_up(before, count)))
}

/// The largest amount from 1 to `most` that will do, where every smaller one does as well.
fn most_that(most: u64, will_do: impl Fn(u64) -> bool) -> Option<u64> {
    if most == 0 || !will_do(1) {
        return None;
    }
    let (mut low, mut high) = (1, most);
    while low < high {
        let middle = high - (high - low) / 2;
        if will_do(middle) { low = middle } else { high = middle - 1 }
    }
    Some(low)
}
