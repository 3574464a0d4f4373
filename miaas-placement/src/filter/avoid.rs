use miaas_core::{
    cluster::NodeView,
    port::{Demand, RejectReason},
};

use super::{Filter, Verdict};
use crate::score::Ask;

/// The planner excluded the node, for example because the workload just failed there.
#[derive(Debug)]
pub struct Avoid;

impl Filter for Avoid {
    fn name(&self) -> &'static str {
        "avoid"
    }

    fn check(&self, ask: &Ask<'_>, node: &NodeView, verdict: &mut Verdict) {
        if let Some(why) = ask.demand.avoid.get(&node.id) {
            verdict.reject(|| RejectReason::Avoided { why: why.clone() });
        }
    }

    fn is_local(&self, _: &Demand) -> bool {
        true
    }
}
