//! The phase of a workload, from what was observed and what is being done to it.

use crate::{
    model::{Phase, RenderedWorkload, RestartPolicy, Service, ServiceState},
    port::Observed,
};

/// What the node is doing to a workload at the moment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Doing {
    /// Nothing.
    Nothing,
    /// Making it ready to start.
    Preparing,
    /// Starting or replacing it.
    Starting,
    /// Ending it.
    Stopping,
}

/// Whether what is there is what is wanted and needs no action: the right hash, every service there, each running or ended
/// as its restart policy allows. Health is not part of it: an unhealthy service is shown, not restarted.
#[must_use]
pub fn satisfied(wanted: &RenderedWorkload, observed: &Observed) -> bool {
    observed.hash.as_ref() == Some(&wanted.hash)
        && wanted.spec.services.iter().all(|(name, service)| {
            observed.services.get(name).is_some_and(|s| s.running || ended_as_allowed(service, s))
        })
}

fn ended_as_allowed(service: &Service, state: &ServiceState) -> bool {
    match service.restart {
        RestartPolicy::Always => false,
        RestartPolicy::OnFailure => {
            let given_up = !state.restarting && service.max_restarts.is_some_and(|max| state.restarts >= max);
            state.exit_code.is_some_and(|code| code == 0 || given_up)
        }
        RestartPolicy::No => state.exit_code.is_some(),
    }
}

/// The phase of a workload that should exist; `run` says whether it should and may run. `failing` is true when the last attempt
/// to change it failed.
#[must_use]
pub fn phase(run: bool, wanted: &RenderedWorkload, observed: Option<&Observed>, doing: Doing, failing: bool) -> Phase {
    let any_running = observed.is_some_and(|o| o.services.values().any(|s| s.running));
    match doing {
        Doing::Stopping => return Phase::Stopping,
        Doing::Starting => return Phase::Starting,
        // An update is prepared while the old version serves.
        Doing::Preparing if !any_running => return Phase::Preparing,
        Doing::Preparing | Doing::Nothing => {}
    }
    if !run {
        let restarting = observed.is_some_and(|o| o.services.values().any(|s| s.restarting));
        return if any_running || restarting { Phase::Stopping } else { Phase::Stopped };
    }
    let Some(observed) = observed else {
        return if failing { Phase::Failed } else { Phase::Pending };
    };
    if !any_running {
        let done = wanted
            .spec
            .services
            .iter()
            .all(|(name, service)| observed.services.get(name).is_some_and(|s| ended_as_allowed(service, s)));
        return match done {
            true if observed.services.values().all(|s| s.exit_code == Some(0)) => Phase::Completed,
            true => Phase::Failed,
            false if failing => Phase::Failed,
            false => Phase::Starting,
        };
    }
    if observed.services.values().any(|s| s.running && s.healthy == Some(false)) {
        return Phase::Unhealthy;
    }
    let same = observed.hash.as_ref() == Some(&wanted.hash);
    let all_up = !same
        || wanted.spec.services.iter().all(|(name, service)| {
            observed.services.get(name).is_some_and(|s| {
                let checked = service.healthcheck.is_none() || s.healthy == Some(true);
                (s.running && checked) || (!s.running && ended_as_allowed(service, s) && s.exit_code == Some(0))
            })
        });
    match (all_up, failing) {
        (true, _) => Phase::Running,
        (false, true) if same => Phase::Failed,
        (false, _) => Phase::Starting,
    }
}
