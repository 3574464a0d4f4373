use miaas_core::{
    cluster::NodeView,
    model::NodeStatus,
    port::{Demand, RejectReason},
};

use super::{Filter, Verdict};

/// Only nodes that are online take new work.
#[derive(Debug)]
pub struct Schedulable;

impl Filter for Schedulable {
    fn name(&self) -> &'static str {
        "status"
    }

    fn check(&self, _: &Demand, node: &NodeView, verdict: &mut Verdict) {
        if node.status != NodeStatus::Online {
            verdict.reject(|| RejectReason::NotSchedulable { status: node.status.as_str().to_owned() });
        }
    }
}
