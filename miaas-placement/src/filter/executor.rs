use miaas_core::{
    cluster::NodeView,
    model::ExecutorKind,
    port::{Demand, RejectReason},
};

use super::{Filter, Verdict};
use crate::allot;

/// The node offers an executor that can run the workload.
#[derive(Debug)]
pub struct Executor;

impl Filter for Executor {
    fn name(&self) -> &'static str {
        "executor"
    }

    fn check(&self, demand: &Demand, node: &NodeView, verdict: &mut Verdict) {
        let names = |kinds: &[ExecutorKind]| kinds.iter().map(ToString::to_string).collect();
        if allot::executor(demand, node).is_none() {
            verdict.reject(|| RejectReason::Executor {
                needed: names(&demand.executors),
                offered: names(&node.executors),
            });
        }
    }
}
