use miaas_core::{
    cluster::NodeView,
    model::GpuRequest,
    port::{Demand, RejectReason},
};

use super::{Filter, Verdict};
use crate::{allot, score::Ask};

/// The node has enough GPUs of the vendor and model that the workload asks for, each with the memory and share that it asks
/// for or, when it asks for whole ones or the device is not divided, idle.
#[derive(Debug)]
pub struct Gpu;

impl Filter for Gpu {
    fn name(&self) -> &'static str {
        "gpu"
    }

    fn check(&self, ask: &Ask<'_>, node: &NodeView, verdict: &mut Verdict) {
        let Some(asked) = ask.demand.resources.gpu.as_ref().filter(|g| g.count > 0) else { return };
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

    fn is_local(&self, _: &Demand) -> bool {
        true
    }
}

/// `whole gpu (nvidia, H100)`, `gpu with 16384 MiB free` or `gpu with 250 of 1000 shares free`: what was counted. Says `gpu`
/// always.
fn describe(asked: &GpuRequest) -> String {
    let kind = asked.kind();
    let kind = if kind.is_empty() { kind } else { format!(" ({kind})") };
    match (asked.memory_mib, asked.share_milli) {
        (0, 0) => format!("whole gpu{kind}"),
        (mib, 0) => format!("gpu{kind} with {mib} MiB free"),
        (0, milli) => format!("gpu{kind} with {milli} of 1000 shares free"),
        (mib, milli) => format!("gpu{kind} with {milli} of 1000 shares and {mib} MiB free"),
    }
}
