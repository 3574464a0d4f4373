use miaas_core::{
    cluster::NodeView,
    model::NodeStatus,
    port::{Demand, RejectReason},
};

use super::{Filter, Verdict};
use crate::score::Ask;

/// Only nodes that are online take new work.
#[derive(Debug)]
pub struct Schedulable;

impl Filter for Schedulable {
    fn name(&self) -> &'static str {
        "status"
    }

    fn check(&self, _: &Ask<'_>, node: &NodeView, verdict: &mut Verdict) {
        if node.status != NodeStatus::Online {
            verdict.reject(|| RejectReason::NotSchedulable { status: node.status.as_str().to_owned() });
        }
    }

    fn is_local(&self, _: &Demand) -> bool {
        true
    }
}
