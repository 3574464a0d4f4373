use miaas_core::{cluster::NodeView, port::Demand};

use super::{Ask, Score, share::reserved_share};

/// The share of the node that is reserved once it has taken the workload, in hundredths of a percent.
#[derive(Debug)]
pub struct ReservedShare;

impl Score for ReservedShare {
    fn name(&self) -> &'static str {
        "reserved_share"
    }

    fn score(&self, ask: &Ask<'_>, node: &NodeView) -> i64 {
        reserved_share(ask.demand, node)
    }

    fn because(&self, _: &Demand) -> String {
        "largest reserved share".to_owned()
    }

    fn is_local(&self, _: &Demand) -> bool {
        true
    }
}
