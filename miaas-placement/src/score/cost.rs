use miaas_core::{cluster::NodeView, port::Demand};

use super::{Ask, Score};

/// Cheaper by the hour, in thousandths of the operator's currency. A node of which nobody said what it costs is taken to
/// cost nothing, as one's own machines do beside rented ones. Beyond [`Cost::MOST`] all are the same.
#[derive(Debug)]
pub struct Cost;

impl Cost {
    /// The largest price that is told from the next, so that no sum of weighted scores is too large for a number.
    pub const MOST: i64 = 9_999_999;
}

impl Score for Cost {
    fn name(&self) -> &'static str {
        "cost"
    }

    fn score(&self, _: &Ask<'_>, node: &NodeView) -> i64 {
        -node.cost_milli.map_or(0, |milli| i64::try_from(milli).unwrap_or(Self::MOST)).min(Self::MOST)
    }

    fn because(&self, _: &Demand) -> String {
        "the cheapest".to_owned()
    }

    fn is_local(&self, _: &Demand) -> bool {
        true
    }
}
