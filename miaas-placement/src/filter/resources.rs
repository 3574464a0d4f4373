use miaas_core::{
    cluster::NodeView,
    port::{Demand, RejectReason},
};

use super::{Filter, Verdict};
use crate::score::Ask;

/// Name of the processor in reasons.
pub const CPU: &str = "cpu (milli)";
/// Name of the memory in reasons.
pub const MEMORY: &str = "memory (MiB)";
/// Name of the disk in reasons.
pub const DISK: &str = "disk (MiB)";

/// The node has the processor, memory and disk that the workload reserves.
#[derive(Debug)]
pub struct Resources;

impl Filter for Resources {
    fn name(&self) -> &'static str {
        "resources"
    }

    fn check(&self, ask: &Ask<'_>, node: &NodeView, verdict: &mut Verdict) {
        let (asked, free, total) = (&ask.demand.resources, node.free(), &node.allocatable);
        let rows = [
            (CPU, asked.cpu_milli, free.cpu_milli, total.cpu_milli),
            (MEMORY, asked.mem_mib, free.mem_mib, total.mem_mib),
            (DISK, asked.disk_mib, free.disk_mib, total.disk_mib),
        ];
        for (resource, needed, free, total) in rows {
            if needed > free {
                verdict.reject(|| RejectReason::Insufficient { resource: resource.to_owned(), needed, free, total });
            }
        }
    }

    fn is_local(&self, _: &Demand) -> bool {
        true
    }
}
