//! How much of a node is reserved once it has taken a workload.

use miaas_core::{
    cluster::{GpuView, NodeView, WHOLE_MILLI},
    model::GpuRequest,
    port::Demand,
};

use crate::allot;

/// All of a node, in the unit of shares: they are hundredths of a percent.
pub const SCALE: i64 = 10_000;

/// The mean share over the resources that the demand asks for; over processor and memory when it asks for none.
pub(super) fn reserved_share(demand: &Demand, node: &NodeView) -> i64 {
    let (asked, held, total) = (&demand.resources, &node.allocated, &node.allocatable);
    let any = asked.cpu_milli > 0 || asked.mem_mib > 0 || asked.disk_mib > 0 || wanted_gpu(demand).is_some();
    let mut shares = Shares::default();
    if asked.cpu_milli > 0 || !any {
        shares.add(held.cpu_milli, asked.cpu_milli, total.cpu_milli);
    }
    if asked.mem_mib > 0 || !any {
        shares.add(held.mem_mib, asked.mem_mib, total.mem_mib);
    }
    if asked.disk_mib > 0 {
        shares.add(held.disk_mib, asked.disk_mib, total.disk_mib);
    }
    if let Some(gpu) = wanted_gpu(demand) {
        let (mib, milli) = allot::claimed(gpu, node);
        let sum = |mib: fn(&GpuView) -> u64| node.gpus.iter().map(mib).fold(0, u64::saturating_add);
        let total = sum(|g| g.memory_mib);
        // Who asks for a share means the compute; it also counts where a driver does not tell the memory.
        if gpu.share_milli > 0 || total == 0 {
            shares.add(sum(|g| u64::from(WHOLE_MILLI - g.free_milli())), milli, sum(|_| u64::from(WHOLE_MILLI)));
        } else {
            shares.add(total.saturating_sub(sum(GpuView::free_mib)), mib, total);
        }
    }
    shares.mean()
}

/// The GPUs asked for, when there are any.
pub(super) fn wanted_gpu(demand: &Demand) -> Option<&GpuRequest> {
    demand.resources.gpu.as_ref().filter(|g| g.count > 0)
}

#[derive(Default)]
struct Shares {
    sum: i64,
    count: i64,
}

impl Shares {
    fn add(&mut self, held: u64, asked: u64, total: u64) {
        let reserved = (u128::from(held) + u128::from(asked)).min(u128::from(total));
        // A node that has nothing of a resource counts as full of it.
        let share = (reserved * SCALE as u128).checked_div(u128::from(total)).unwrap_or(SCALE as u128);
        self.sum += share as i64;
        self.count += 1;
    }

    const fn mean(&self) -> i64 {
        self.sum / self.count
    }
}
