use miaas_core::{
    cluster::NodeView,
    port::{Demand, RejectReason},
};

use super::{Filter, Verdict};
use crate::score::Ask;

/// The node carries every label of the selector.
#[derive(Debug)]
pub struct SelectorLabels;

impl Filter for SelectorLabels {
    fn name(&self) -> &'static str {
        "labels"
    }

    fn check(&self, ask: &Ask<'_>, node: &NodeView, verdict: &mut Verdict) {
        for (key, wanted) in &ask.demand.policy.node_selector.0 {
            let found = node.labels.0.get(key);
            if found != Some(wanted) {
                verdict.reject(|| RejectReason::Label {
                    key: key.to_string(),
                    wanted: wanted.clone(),
                    found: found.cloned(),
                });
            }
        }
    }

    fn is_local(&self, _: &Demand) -> bool {
        true
    }
}
