use miaas_core::{
    cluster::{Capacity, ClusterView, GpuView},
    model::NodeStatus,
};

/// How much the nodes that take work have, and how much of it is free.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct RoomInfo {
    /// How many nodes.
    pub nodes: usize,
    /// What can be reserved.
    pub total: Capacity,
    /// What is left of it.
    pub free: Capacity,
    /// Memory of GPUs in MiB.
    pub gpu_mib: u64,
    /// What is left of that for shared claims.
    pub gpu_free_mib: u64,
}

impl RoomInfo {
    /// Counts the nodes that are online. O(N).
    #[must_use]
    pub fn of(view: &ClusterView) -> Self {
        let mut sum = Self::default();
        for node in view.nodes().filter(|n| n.status == NodeStatus::Online) {
            sum.nodes += 1;
            add(&mut sum.total, &node.allocatable);
            add(&mut sum.free, &node.free());
            let gpus = |mib: fn(&GpuView) -> u64| node.gpus.iter().map(mib).fold(0, u64::saturating_add);
            sum.gpu_mib = sum.gpu_mib.saturating_add(gpus(|g| g.memory_mib));
            sum.gpu_free_mib = sum.gpu_free_mib.saturating_add(gpus(GpuView::free_mib));
        }
        sum
    }
}

const fn add(sum: &mut Capacity, more: &Capacity) {
    sum.cpu_milli = sum.cpu_milli.saturating_add(more.cpu_milli);
    sum.mem_mib = sum.mem_mib.saturating_add(more.mem_mib);
    sum.disk_mib = sum.disk_mib.saturating_add(more.disk_mib);
}
