use std::cmp::Ordering;

use miaas_core::{
    cluster::{GpuView, NodeView},
    model::{DeviceShare, GpuRequest},
};

/// Whether the device is of the vendor and model asked for.
#[must_use]
pub fn gpu_matches(asked: &GpuRequest, gpu: &GpuView) -> bool {
    gpu.matches(asked)
}

/// Whether the device can give what is asked for: all of it, or so much memory and compute.
#[must_use]
pub fn gpu_fits(asked: &GpuRequest, gpu: &GpuView) -> bool {
    gpu.has_room(asked) && gpu.matches(asked)
}

/// The devices given on the node; none when there are too few. The tightest fit first, so that large claims find room
/// later; among equal ones the first by its identity.
#[must_use]
pub fn devices(asked: &GpuRequest, node: &NodeView) -> Option<Vec<DeviceShare>> {
    let count = asked.count as usize;
    let mut fitting: Vec<&GpuView> = node.gpus.iter().filter(|g| gpu_fits(asked, g)).collect();
    if fitting.len() < count {
        return None;
    }
    fitting.sort_by(|a, b| tightest(a, b));
    Some(fitting[..count].iter().map(|g| g.claim_for(asked)).collect())
}

/// Memory in MiB and thousandths of compute of all that [`devices`] gives; zero when it gives none. Scores ask it of every
/// node, so for one device it allocates nothing.
#[must_use]
pub fn claimed(asked: &GpuRequest, node: &NodeView) -> (u64, u64) {
    if asked.count == 1 {
        let device = node.gpus.iter().filter(|g| gpu_fits(asked, g)).min_by(|a, b| tightest(a, b));
        let (mib, milli) = device.map_or((0, 0), |g| g.claim_amounts(asked));
        return (mib, u64::from(milli));
    }
    let all = devices(asked, node).unwrap_or_default();
    all.iter().fold((0, 0), |(mib, milli), s| (mib.saturating_add(s.memory_mib), milli + u64::from(s.share_milli)))
}

fn tightest(a: &GpuView, b: &GpuView) -> Ordering {
    (a.free_mib(), a.free_milli(), &a.uuid).cmp(&(b.free_mib(), b.free_milli(), &b.uuid))
}
