use std::collections::BTreeSet;

use crate::{api::v1::WorkloadItem, model::Phase, testing::simulator::Snapshot};

/// Nothing is decided once everything is as wanted, and machines do nothing, except for trying again what cannot work.
pub(super) fn check(s: &Snapshot<'_>) -> Result<(), String> {
    if s.restless.decisions > 0 {
        return Err(format!("{} decisions after everything had converged", s.restless.decisions));
    }
    let workloads = s.deployments.iter().flat_map(|d| &d.workloads);
    let tries_again: BTreeSet<&str> = workloads.filter(|w| cannot_work(w)).map(|w| w.node.as_str()).collect();
    match s.restless.effects.iter().find(|(node, n)| **n > 0 && !tries_again.contains(node.as_str())) {
        Some((node, n)) => Err(format!("{n} effects on {node} after everything had converged")),
        None => Ok(()),
    }
}

fn cannot_work(w: &WorkloadItem) -> bool {
    w.state.next.as_ref().is_some_and(|next| next.error.is_some())
        || matches!(w.state.phase, Phase::Failed | Phase::Pending | Phase::Preparing | Phase::Starting)
}
