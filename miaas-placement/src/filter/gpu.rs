use miaas_core::{
    cluster::NodeView,
    model::GpuRequest,
    port::{Demand, RejectReason},
};

use super::{Filter, Verdict};
use crate::allot;

/// The node has enough GPUs of the vendor and model that the workload asks for, each with the memory it asks for or, when
/// it asks for whole ones, idle.
#[derive(Debug)]
pub struct Gpu;

impl Filter for Gpu {
    fn name(&self) -> &'static str {
        "gpu"
    }

    fn check(&self, demand: &Demand, node: &NodeView, verdict: &mut Verdict) {
        let Some(asked) = demand.resources.gpu.as_ref().filter(|g| g.count > 0) else { return };
        let count = |fits: fn(&GpuRequest, &miaas_core::cluster::GpuView) -> bool| {
            node.gpus.iter().filter(|g| fits(asked, g)).count() as u64
        };
        let free = count(allot::gpu_fits);
        if free < u64::from(asked.count) {
            verdict.reject(|| RejectReason::Insufficient {
                resource: describe(asked),
                needed: u64::from(asked.count),
                free,
                total: count(allot::gpu_matches),
            });
        }
    }
}

/// `gpu`, `whole gpu (nvidia, H100)` or `gpu with 16384 MiB free`: what was counted. Starts or goes on with `gpu` always.
fn describe(asked: &GpuRequest) -> String {
    let kind: Vec<&str> = [&asked.vendor, &asked.model].into_iter().flatten().map(String::as_str).collect();
    let kind = if kind.is_empty() { String::new() } else { format!(" ({})", kind.join(", ")) };
    match asked.memory_mib {
        0 => format!("whole gpu{kind}"),
        mib => format!("gpu{kind} with {mib} MiB free"),
    }
}
