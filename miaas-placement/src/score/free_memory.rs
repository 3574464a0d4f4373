use miaas_core::{cluster::NodeView, port::Demand};

use super::{Ask, Score};

/// Free memory in MiB.
#[derive(Debug)]
pub struct FreeMemory;

impl Score for FreeMemory {
    fn name(&self) -> &'static str {
        "free_memory"
    }

    fn score(&self, _: &Ask<'_>, node: &NodeView) -> i64 {
        i64::try_from(node.free().mem_mib).unwrap_or(i64::MAX)
    }

    fn because(&self, _: &Demand) -> String {
        "most free memory".to_owned()
    }

    fn is_local(&self, _: &Demand) -> bool {
        true
    }
}
