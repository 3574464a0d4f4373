use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
    time::Duration,
};

use tokio::sync::Notify;

use crate::{
    fsm::{
        lease::{Leases, Right},
        workload::{Doing, phase},
    },
    hash::ContentHash,
    id::{NodeId, WorkloadId},
    model::{
        ExecutorKind, HostPort, NextState, NodeReport, NodeTarget, Phase, PullProgress, RenderedWorkload,
        WorkloadReport, WorkloadState,
    },
    plan::Attempts,
    port::Observed,
};

/// What the loop knows. Only `target` is durable; the rest is observed or rebuilt.
#[derive(Debug)]
pub(super) struct State {
    pub(super) target: NodeTarget,
    pub(super) leases: Leases,
    /// What may be done with workloads that need a lease, as the last look found it.
    pub(super) right: Right,
    pub(super) observed: BTreeMap<WorkloadId, (ExecutorKind, Observed)>,
    pub(super) observed_once: bool,
    pub(super) doing: BTreeMap<WorkloadId, Doing>,
    /// Done, but not observed since: shown as being done until then, so that no phase is made up from an old observation.
    pub(super) finished: BTreeSet<WorkloadId>,
    pub(super) attempts: BTreeMap<WorkloadId, Attempts>,
    /// What the last attempt found taken.
    pub(super) taken_ports: BTreeMap<WorkloadId, HostPort>,
    pub(super) progress: BTreeMap<WorkloadId, PullProgress>,
    pub(super) engine_error: Option<String>,
    /// What is known of the revisions that are to come, by workload.
    pub(super) next: BTreeMap<WorkloadId, NextState>,
    /// Workloads whose next revision is being pulled.
    pub(super) pulling: BTreeSet<WorkloadId>,
    /// Pulls of next revisions so far.
    pub(super) pulls: BTreeMap<WorkloadId, Attempts>,
    /// Preparations and starts under way, by workload, so that one that is no longer wanted can be given up.
    pub(super) preparing: BTreeMap<WorkloadId, (ContentHash, Arc<Notify>)>,
}

impl State {
    pub(super) const fn new(target: NodeTarget, leases: Leases) -> Self {
        Self {
            target,
            leases,
            right: Right::Keep,
            observed: BTreeMap::new(),
            observed_once: false,
            doing: BTreeMap::new(),
            finished: BTreeSet::new(),
            attempts: BTreeMap::new(),
            taken_ports: BTreeMap::new(),
            progress: BTreeMap::new(),
            engine_error: None,
            next: BTreeMap::new(),
            pulling: BTreeSet::new(),
            pulls: BTreeMap::new(),
            preparing: BTreeMap::new(),
        }
    }

    pub(super) fn accept(&mut self, target: NodeTarget) {
        for (id, (hash, given_up)) in &self.preparing {
            if target.find(id).is_none_or(|w| w.hash != *hash || !w.run) {
                given_up.notify_one();
            }
        }
        self.next.retain(|id, n| target.prepare.iter().any(|p| p.workload == *id && p.revision == n.revision));
        self.pulls.retain(|id, _| self.next.contains_key(id));
        // What is wanted anew, differently or no more is seen to without the pauses of what failed before.
        self.attempts.retain(|id, a| target.find(id).is_some_and(|w| w.hash == a.hash));
        self.taken_ports.retain(|id, _| self.attempts.contains_key(id));
        self.leases.accepted(target.generation);
        self.target = target;
    }

    /// Notes what may be done now; gives up what is being started without a right to it.
    pub(super) fn look_at_leases(&mut self, uptime: Duration) {
        self.right = self.leases.right(uptime);
        let exclusive = |id: &WorkloadId| self.target.find(id).is_some_and(|w| w.exclusive);
        if self.right != Right::Run {
            self.preparing.iter().filter(|(id, _)| exclusive(id)).for_each(|(_, (_, given_up))| given_up.notify_one());
        }
    }

    /// Whether the workload should run and may be started.
    pub(super) fn may_start(&self, wanted: &RenderedWorkload) -> bool {
        let same = self.target.find(&wanted.id).is_some_and(|now| now.hash == wanted.hash && now.run);
        same && (!wanted.exclusive || self.right == Right::Run)
    }

    /// A workload that should run and is not allowed to.
    fn fenced(&self, w: &RenderedWorkload) -> bool {
        w.run && w.exclusive && self.right == Right::Stop
    }

    pub(super) fn executor_of(&self, id: &WorkloadId) -> Option<ExecutorKind> {
        self.observed.get(id).map(|(kind, _)| *kind).or_else(|| self.target.find(id).map(|w| w.executor))
    }

    pub(super) fn any_starting(&self) -> bool {
        self.target.workloads.iter().any(|w| matches!(self.state_of(w).phase, Phase::Starting))
    }

    pub(super) fn report(&self, node: &NodeId) -> NodeReport {
        let wanted = self.target.workloads.iter().map(|w| (&w.id, Some(w)));
        let listed: BTreeSet<&WorkloadId> = self.target.workloads.iter().map(|w| &w.id).collect();
        let extra = self.observed.keys().filter(|id| !listed.contains(id)).map(|id| (id, None));
        let mut workloads: Vec<WorkloadReport> = wanted
            .chain(extra)
            .map(|(id, w)| WorkloadReport {
                workload: id.clone(),
                state: w.map_or_else(|| self.leftover(id), |w| self.state_of(w)),
            })
            .collect();
        workloads.sort_by(|a, b| a.workload.cmp(&b.workload));
        NodeReport { node: node.clone(), generation: self.target.generation, full: true, workloads }
    }

    fn state_of(&self, w: &RenderedWorkload) -> WorkloadState {
        let observed = self.observed.get(&w.id).map(|(_, o)| o);
        let doing = self.doing.get(&w.id).copied().unwrap_or(Doing::Nothing);
        let error = self.attempts.get(&w.id).filter(|a| a.hash == w.hash).and_then(|a| a.error.as_ref());
        let at_rest = doing == Doing::Nothing;
        let satisfied = observed.is_some_and(|o| crate::fsm::workload::satisfied(w, o));
        let fenced = self.fenced(w);
        let message = match (&self.engine_error, error) {
            (Some(engine), _) => Some(engine.clone()),
            _ if fenced => Some("it may run only once, and this node has no lease from the control plane".to_owned()),
            // What was wrong is of no interest once it runs as wanted.
            (None, Some(error)) if !satisfied => Some(error.clone()),
            (None, _) => observed.filter(|_| at_rest && w.run).and_then(service_error),
        };
        WorkloadState {
            phase: phase(w.run && !fenced, w, observed, doing, error.is_some() && !satisfied),
            running_hash: observed.and_then(|o| o.hash.clone()),
            running_generation: observed.map(|o| o.generation),
            message,
            services: observed.map(|o| o.services.clone()).unwrap_or_default(),
            progress: self.progress.get(&w.id).cloned(),
            wanted_hash: Some(w.hash.clone()),
            next: self.next.get(&w.id).cloned(),
            taken_port: self.taken_ports.get(&w.id).copied().filter(|_| error.is_some() && !satisfied),
        }
    }

    /// Something that is there and no longer wanted.
    fn leftover(&self, id: &WorkloadId) -> WorkloadState {
        let observed = self.observed.get(id).map(|(_, o)| o);
        WorkloadState {
            phase: Phase::Stopping,
            running_hash: observed.and_then(|o| o.hash.clone()),
            running_generation: observed.map(|o| o.generation),
            message: self.attempts.get(id).and_then(|a| a.error.clone()),
            services: observed.map(|o| o.services.clone()).unwrap_or_default(),
            progress: None,
            wanted_hash: None,
            next: None,
            taken_port: None,
        }
    }
}

fn service_error(observed: &Observed) -> Option<String> {
    observed.services.iter().filter(|(_, s)| !s.running).find_map(|(name, s)| {
        let error = s.error.as_deref().unwrap_or_default();
        match s.exit_code {
            Some(0) | None if error.is_empty() => None,
            Some(code) if error.is_empty() => Some(format!("service {name} ended with exit code {code}")),
            Some(code) => Some(format!("service {name} ended with exit code {code}: {error}")),
            None => Some(format!("service {name}: {error}")),
        }
    })
}
