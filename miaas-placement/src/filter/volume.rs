use miaas_core::{
    cluster::NodeView,
    port::{Demand, RejectReason},
};

use super::{Filter, Verdict};
use crate::score::Ask;

/// The workload's volume is on the node, when it has one already.
#[derive(Debug)]
pub struct Volume;

impl Filter for Volume {
    fn name(&self) -> &'static str {
        "volume"
    }

    fn check(&self, ask: &Ask<'_>, node: &NodeView, verdict: &mut Verdict) {
        let Some(on) = ask.demand.volume_node.as_ref().filter(|on| **on != node.id) else { return };
        verdict.reject(|| RejectReason::Volume {
            on: ask.nodes.node(on).map_or_else(|| on.to_string(), |n| n.name.to_string()),
        });
    }

    fn is_local(&self, _: &Demand) -> bool {
        true
    }
}
