use miaas_core::{
    cluster::NodeView,
    port::{Demand, RejectReason},
};

use super::{Filter, Verdict};
use crate::score::Ask;

/// The deployment is pinned to one node, by its name or its id.
#[derive(Debug)]
pub struct Pin;

impl Filter for Pin {
    fn name(&self) -> &'static str {
        "pin"
    }

    fn check(&self, ask: &Ask<'_>, node: &NodeView, verdict: &mut Verdict) {
        let Some(wanted) = &ask.demand.policy.node else { return };
        if *wanted != node.name && wanted.as_str() != node.id.as_str() {
            verdict.reject(|| RejectReason::OtherNode { wanted: wanted.to_string() });
        }
    }

    fn is_local(&self, _: &Demand) -> bool {
        true
    }
}
