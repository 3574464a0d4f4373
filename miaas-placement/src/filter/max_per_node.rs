use miaas_core::{
    cluster::NodeView,
    port::{Demand, RejectReason},
};

use super::{Filter, Verdict};
use crate::score::Ask;

/// The node has room for one more workload of the deployment.
#[derive(Debug)]
pub struct MaxPerNode;

impl Filter for MaxPerNode {
    fn name(&self) -> &'static str {
        "max_per_node"
    }

    fn check(&self, ask: &Ask<'_>, node: &NodeView, verdict: &mut Verdict) {
        let Some(max) = ask.demand.policy.max_per_node else { return };
        let count = node.per_deployment.get(&ask.demand.deployment).copied().unwrap_or(0);
        if count >= max {
            verdict.reject(|| RejectReason::MaxPerNode { count, max });
        }
    }

    fn is_local(&self, _: &Demand) -> bool {
        true
    }
}
