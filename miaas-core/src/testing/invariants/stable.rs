use crate::{model::Phase, testing::simulator::Snapshot};

/// Nothing is decided or done once everything is as wanted, except for trying again what cannot work.
pub(super) fn check(s: &Snapshot<'_>) -> Result<(), String> {
    let mut workloads = s.deployments.iter().flat_map(|d| &d.workloads);
    let tried_again = workloads.any(|w| {
        let next = w.state.next.as_ref().is_some_and(|n| n.error.is_some());
        next || matches!(w.state.phase, Phase::Failed | Phase::Pending | Phase::Preparing | Phase::Starting)
    });
    match s.restless {
        0 => Ok(()),
        _ if tried_again => Ok(()),
        n => Err(format!("{n} decisions or effects after everything had converged")),
    }
}
