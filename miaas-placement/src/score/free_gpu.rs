use miaas_core::{cluster::NodeView, port::Demand};

use super::{Ask, Score, share::wanted_gpu};

/// Free memory in MiB of the node's GPUs. Says nothing about workloads that want no GPU, or it would send them where
/// those that do are needed.
#[derive(Debug)]
pub struct FreeGpu;

impl Score for FreeGpu {
    fn name(&self) -> &'static str {
        "gpu"
    }

    fn score(&self, _: &Ask<'_>, node: &NodeView) -> i64 {
        let free = node.gpus.iter().map(|g| g.free_mib()).fold(0, u64::saturating_add);
        i64::try_from(free).unwrap_or(i64::MAX)
    }

    fn because(&self, _: &Demand) -> String {
        "most free GPU memory".to_owned()
    }

    fn applies(&self, demand: &Demand) -> bool {
        wanted_gpu(demand).is_some()
    }

    fn is_local(&self, _: &Demand) -> bool {
        true
    }
}
