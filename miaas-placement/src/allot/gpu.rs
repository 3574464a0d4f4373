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
    fitting.sort_by(|a, b| (a.free_mib(), a.free_milli(), &a.uuid).cmp(&(b.free_mib(), b.free_milli(), &b.uuid)));
    Some(fitting[..count].iter().map(|g| g.claim_for(asked)).collect())
}
