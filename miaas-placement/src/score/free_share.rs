use miaas_core::{cluster::NodeView, port::Demand};

use super::{Ask, SCALE, Score, share::reserved_share};

/// The share of the node that is left once it has taken the workload, in hundredths of a percent.
#[derive(Debug)]
pub struct FreeShare;

impl Score for FreeShare {
    fn name(&self) -> &'static str {
        "free_share"
    }

    fn score(&self, ask: &Ask<'_>, node: &NodeView) -> i64 {
        SCALE - reserved_share(ask.demand, node)
    }

    fn because(&self, _: &Demand) -> String {
        "largest free share".to_owned()
    }

    fn is_local(&self, _: &Demand) -> bool {
        true
    }
}
