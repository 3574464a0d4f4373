//! Planning of one machine: the wanted target and what is there in, actions out.

use std::{
    collections::{BTreeMap, BTreeSet},
    time::Duration,
};

use crate::{
    fsm::{lease::Right, workload::satisfied},
    hash::ContentHash,
    id::WorkloadId,
    model::{NextState, NodeTarget, Preparation, RenderedWorkload},
    port::Observed,
    time::Timestamp,
};

/// One thing to do on the machine.
#[derive(Debug, Clone, PartialEq)]
pub enum Action<'a> {
    /// Make ready, then start or replace.
    Run(&'a RenderedWorkload),
    /// End it, keeping its volumes.
    Stop(&'a RenderedWorkload),
    /// Remove it with its volumes.
    Remove(&'a WorkloadId),
}

/// The attempts at one workload.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Attempts {
    /// What was attempted.
    pub hash: ContentHash,
    /// Starts and failures since it last ran for long enough.
    pub count: u32,
    /// When the last attempt ended.
    pub last: Timestamp,
    /// Why it failed, when it did.
    pub error: Option<String>,
}

/// A workload whose last attempt is this long ago starts again without a pause. Longer than the longest pause, so that one
/// that keeps failing keeps waiting.
pub const STABLE_AFTER: Duration = Duration::from_secs(45);

/// The longest pause before what may not run any more is stopped again: others count on its end.
const FENCED_PAUSE: Duration = Duration::from_secs(1);

impl Attempts {
    /// When the next attempt may begin: at once after the first, then 0.5 s, 1 s, 2 s … at most 30 s later.
    #[must_use]
    pub fn not_before(&self) -> Timestamp {
        self.last.plus(self.pause())
    }

    fn pause(&self) -> Duration {
        match self.count {
            0 | 1 if self.error.is_none() => Duration::ZERO,
            n => Duration::from_millis(250).saturating_mul(1 << n.min(7)).min(Duration::from_secs(30)),
        }
    }

    /// The record after one more attempt that ended at `now`.
    #[must_use]
    pub fn next(previous: Option<&Self>, hash: &ContentHash, now: Timestamp, error: Option<String>) -> Self {
        let count = match previous {
            Some(p) if p.hash == *hash && now.since(p.last) < STABLE_AFTER => p.count + 1,
            _ => 1,
        };
        Self { hash: hash.clone(), count, last: now, error }
    }
}

/// What the planner of a machine decides on.
#[derive(Debug, Clone, Copy)]
pub struct NodePlanInput<'a> {
    /// What should run.
    pub target: &'a NodeTarget,
    /// What is there.
    pub observed: &'a BTreeMap<WorkloadId, Observed>,
    /// Workloads that something is being done to.
    pub busy: &'a BTreeSet<WorkloadId>,
    /// What may be done with workloads that need a lease.
    pub right: Right,
    /// Attempts so far.
    pub attempts: &'a BTreeMap<WorkloadId, Attempts>,
    /// Now.
    pub now: Timestamp,
}

/// What of `target.prepare` to pull now, and when to look again because a pause ends. `known` is what was found out about the
/// next revisions, `busy` are workloads whose next revision is being pulled.
#[must_use]
pub fn plan_pulls<'a>(
    target: &'a NodeTarget,
    known: &BTreeMap<WorkloadId, NextState>,
    busy: &BTreeSet<WorkloadId>,
    attempts: &BTreeMap<WorkloadId, Attempts>,
    now: Timestamp,
) -> (Vec<&'a Preparation>, Option<Timestamp>) {
    let mut pulls = Vec::new();
    let mut wake: Option<Timestamp> = None;
    for wanted in target.prepare.iter().filter(|p| !busy.contains(&p.workload)) {
        let about = known.get(&wanted.workload).filter(|n| n.revision == wanted.revision);
        if about.is_some_and(|n| n.ready) {
            continue;
        }
        match attempts.get(&wanted.workload).map(Attempts::not_before).filter(|at| about.is_some() && *at > now) {
            Some(at) => wake = Some(wake.map_or(at, |w| w.min(at))),
            None => pulls.push(wanted),
        }
    }
    (pulls, wake)
}

/// The actions for a machine, and when to look again because a pause ends. Removals come first: they free ports and memory
/// that others wait for. Pure; O(workloads).
#[must_use]
pub fn plan_node<'a>(input: NodePlanInput<'a>) -> (Vec<Action<'a>>, Option<Timestamp>) {
    let mut actions = Vec::new();
    let mut wake: Option<Timestamp> = None;
    let mut ready = |id: &WorkloadId, hash: Option<&ContentHash>, longest: Duration| match input.attempts.get(id) {
        Some(a) if hash.is_none_or(|h| *h == a.hash) && a.pause().min(longest) > input.now.since(a.last) => {
            let at = a.last.plus(a.pause().min(longest));
            wake = Some(wake.map_or(at, |w| w.min(at)));
            false
        }
        _ => true,
    };
    // A node that was never given a target (a new or a lost ledger) does not know what is unwanted.
    let told = input.target.generation > 0;
    for id in input.observed.keys().filter(|_| told) {
        if input.target.find(id).is_none() && !input.busy.contains(id) && ready(id, None, Duration::MAX) {
            actions.push(Action::Remove(id));
        }
    }
    for wanted in &input.target.workloads {
        if input.busy.contains(&wanted.id) {
            continue;
        }
        let observed = input.observed.get(&wanted.id);
        let alive = observed.is_some_and(|o| o.services.values().any(|s| s.running || s.restarting));
        let (run, start) = match input.right {
            Right::Run => (wanted.run, true),
            Right::Keep => (wanted.run, !wanted.exclusive),
            Right::Stop => (wanted.run && !wanted.exclusive, true),
        };
        let longest = if wanted.run { FENCED_PAUSE } else { Duration::MAX };
        match (run, observed) {
            (false, _) if alive && ready(&wanted.id, None, longest) => actions.push(Action::Stop(wanted)),
            (true, Some(o)) if satisfied(wanted, o) => {}
            (true, _) if start && ready(&wanted.id, Some(&wanted.hash), Duration::MAX) => {
                actions.push(Action::Run(wanted));
            }
            _ => {}
        }
    }
    (actions, wake)
}
