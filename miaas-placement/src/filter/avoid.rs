use miaas_core::{
    cluster::NodeView,
    port::{Demand, RejectReason},
};

use super::{Filter, Verdict};

/// The planner excluded the node, for example because the workload just failed there.
#[derive(Debug)]
pub struct Avoid;

impl Filter for Avoid {
    fn name(&self) -> &'static str {
        "avoid"
    }

    fn check(&self, demand: &Demand, node: &NodeView, verdict: &mut Verdict) {
        if let Some(why) = demand.avoid.get(&node.id) {
            verdict.reject(|| RejectReason::Avoided { why: why.clone() });
        }
    }
}
