use miaas_core::{
    cluster::{GpuView, NodeView},
    model::{DeviceShare, GpuRequest},
};

/// Whether the device is of the vendor and model asked for.
#[must_use]
pub fn gpu_matches(asked: &GpuRequest, gpu: &GpuView) -> bool {
    let vendor = asked.vendor.as_ref().is_none_or(|v| v.eq_ignore_ascii_case(&gpu.vendor));
    vendor && asked.model.as_ref().is_none_or(|m| gpu.model.to_lowercase().contains(&m.to_lowercase()))
}

/// Whether the device can give what is asked for: all of it when no amount of memory is, else so much memory.
#[must_use]
pub fn gpu_fits(asked: &GpuRequest, gpu: &GpuView) -> bool {
    let room = if asked.memory_mib == 0 { gpu.is_idle() } else { gpu.free_mib() >= asked.memory_mib };
    room && gpu_matches(asked, gpu)
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
    fitting.sort_by(|a, b| (a.free_mib(), &a.uuid).cmp(&(b.free_mib(), &b.uuid)));
    let share = |gpu: &GpuView| match asked.memory_mib {
        // What others already use is not ours to promise.
        0 => DeviceShare { uuid: gpu.uuid.clone(), memory_mib: gpu.free_mib(), exclusive: true },
        memory_mib => DeviceShare { uuid: gpu.uuid.clone(), memory_mib, exclusive: false },
    };
    Some(fitting[..count].iter().map(|g| share(g)).collect())
}
