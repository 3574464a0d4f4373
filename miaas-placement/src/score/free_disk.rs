use miaas_core::{cluster::NodeView, port::Demand};

use super::{Ask, Score};

/// Free disk in MiB.
#[derive(Debug)]
pub struct FreeDisk;

impl Score for FreeDisk {
    fn name(&self) -> &'static str {
        "free_disk"
    }

    fn score(&self, _: &Ask<'_>, node: &NodeView) -> i64 {
        i64::try_from(node.free().disk_mib).unwrap_or(i64::MAX)
    }

    fn because(&self, _: &Demand) -> String {
        "most free disk".to_owned()
    }

    fn is_local(&self, _: &Demand) -> bool {
        true
    }
}
