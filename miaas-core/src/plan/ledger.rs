//! The GPUs of a node as people see them: who may use what, and what is in use.

use crate::{
    api::v1::{GpuClaim, GpuItem},
    cluster::{GpuSharing, GpuView, NodeView},
    model::Facts,
};

/// One entry for each device that can be claimed, in the order of the facts.
#[must_use]
pub fn gpu_ledger(view: &NodeView, facts: &Facts) -> Vec<GpuItem> {
    view.gpus.iter().map(|gpu| item(gpu, view, facts)).collect()
}

fn item(gpu: &GpuView, view: &NodeView, facts: &Facts) -> GpuItem {
    // A device that is not divided is had wholly or not at all.
    let open = gpu.sharing == GpuSharing::Shared || gpu.is_idle();
    let held = view.workloads.values().flat_map(|h| h.devices.iter().map(move |d| (h, d)));
    GpuItem {
        uuid: gpu.uuid.clone(),
        vendor: gpu.vendor.clone(),
        model: gpu.model.clone(),
        card: facts.gpus.iter().find(|c| c.mig.iter().any(|s| s.uuid == gpu.uuid)).map(|c| c.uuid.clone()),
        sharing: gpu.sharing,
        memory_mib: gpu.memory_mib,
        margin_mib: gpu.margin_mib,
        claimed_mib: gpu.claimed_mib,
        claimed_milli: gpu.claimed_milli,
        used_mib: facts.gpus.iter().find(|c| c.uuid == gpu.uuid).map(|c| c.memory_used_mb),
        foreign_mib: gpu.foreign_mib,
        free_mib: if open { gpu.free_mib() } else { 0 },
        free_milli: if open { gpu.free_milli() } else { 0 },
        claims: held
            .filter(|(_, d)| d.uuid == gpu.uuid)
            .map(|(h, d)| GpuClaim {
                workload: h.workload.to_string(),
                memory_mib: d.memory_mib,
                share_milli: d.share_milli,
                exclusive: d.exclusive,
            })
            .collect(),
    }
}
