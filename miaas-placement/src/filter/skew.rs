use miaas_core::{
    cluster::NodeView,
    port::{Demand, RejectReason},
};

use super::{Filter, Verdict};
use crate::score::Ask;

/// With `max_skew`, no value of the label `spread_by` gets more workloads of the deployment than that above the value with
/// the fewest. Values count where a node with them is online and carries the selector's labels; a node without the label
/// takes none.
#[derive(Debug)]
pub struct Skew;

impl Filter for Skew {
    fn name(&self) -> &'static str {
        "skew"
    }

    fn check(&self, ask: &Ask<'_>, node: &NodeView, verdict: &mut Verdict) {
        let policy = &ask.demand.policy;
        let (Some(label), Some(max)) = (&policy.spread_by, policy.max_skew) else { return };
        let (count, least) = (ask.same_in_domain(node), ask.least_in_a_domain());
        let value = node.labels.get(label);
        if value.is_none() || count.saturating_sub(least) >= u64::from(max) {
            let value = value.map(str::to_owned);
            verdict.reject(|| RejectReason::Skew { label: label.clone(), value, count, least, max });
        }
    }

    fn is_local(&self, demand: &Demand) -> bool {
        demand.policy.spread_by.is_none() || demand.policy.max_skew.is_none()
    }
}
