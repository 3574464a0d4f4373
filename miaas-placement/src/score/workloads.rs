use miaas_core::{cluster::NodeView, port::Demand};

use super::{Ask, Score};

/// Fewer workloads of all deployments on the node; decides where nothing is reserved. Beyond [`Workloads::MOST`] all are
/// the same.
#[derive(Debug)]
pub struct Workloads;

impl Workloads {
    /// The largest count that is told from the next, so that the score stays below that of scorers that matter more.
    pub const MOST: i64 = 999;
}

impl Score for Workloads {
    fn name(&self) -> &'static str {
        "workloads"
    }

    fn score(&self, _: &Ask<'_>, node: &NodeView) -> i64 {
        -i64::try_from(node.workloads.len()).unwrap_or(Self::MOST).min(Self::MOST)
    }

    fn because(&self, _: &Demand) -> String {
        "fewest workloads".to_owned()
    }

    fn is_local(&self, _: &Demand) -> bool {
        true
    }
}
