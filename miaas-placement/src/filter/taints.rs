use miaas_core::{
    cluster::NodeView,
    model::Taint,
    port::{Demand, RejectReason},
};

use super::{Filter, Verdict};
use crate::score::Ask;

/// Every taint of the node is tolerated. A toleration without a value tolerates every value of its key.
#[derive(Debug)]
pub struct Taints;

impl Filter for Taints {
    fn name(&self) -> &'static str {
        "taints"
    }

    fn check(&self, ask: &Ask<'_>, node: &NodeView, verdict: &mut Verdict) {
        for taint in node.taints.iter().filter(|t| !tolerated(t, &ask.demand.policy.tolerations)) {
            verdict.reject(|| RejectReason::Taint { key: taint.key.clone(), value: taint.value.clone() });
        }
    }

    fn is_local(&self, _: &Demand) -> bool {
        true
    }
}

fn tolerated(taint: &Taint, by: &[Taint]) -> bool {
    by.iter().any(|t| t.key == taint.key && (t.value.is_empty() || t.value == taint.value))
}
