use miaas_core::{
    cluster::NodeView,
    model::ExecutorKind,
    port::{Demand, RejectReason},
};

use super::{Filter, Verdict};
use crate::{allot, score::Ask};

/// The node offers an executor that can run the workload.
#[derive(Debug)]
pub struct Executor;

impl Filter for Executor {
    fn name(&self) -> &'static str {
        "executor"
    }

    fn check(&self, ask: &Ask<'_>, node: &NodeView, verdict: &mut Verdict) {
        let names = |kinds: &[ExecutorKind]| kinds.iter().map(ToString::to_string).collect();
        if allot::executor(ask.demand, node).is_none() {
            verdict.reject(|| RejectReason::Executor {
                needed: names(&ask.demand.executors),
                offered: names(&node.executors),
            });
        }
    }

    fn is_local(&self, _: &Demand) -> bool {
        true
    }
}
