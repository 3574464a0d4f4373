//! Planning of the fleet: deployments in, assignments and node targets out.

use std::{
    collections::{BTreeMap, BTreeSet},
    time::Duration,
};

use super::{
    SeenNodes, cluster_view, fence, rebind,
    refusals::Refusals,
    relocate, rollout,
    slots::{Fate, fate},
    stacks, target,
};
use crate::{
    api::v1::Problem,
    cluster::ClusterView,
    id::{DeploymentId, NodeId, WorkloadId},
    model::{Assignment, Deployment, NodeHealth, NodeTarget, Rollout, RunState, WorkloadStatus},
    port::{Placer, Placing, Renderer},
    time::Timestamp,
    world::World,
};

/// Everything that planning depends on.
#[derive(Debug, Clone, Copy)]
pub struct PlanInput<'a> {
    /// The stored state.
    pub world: &'a World,
    /// What was seen of the nodes.
    pub seen: &'a SeenNodes,
    /// Decides where.
    pub placer: &'a dyn Placer,
    /// Decides what.
    pub renderer: &'a dyn Renderer,
    /// Now.
    pub now: Timestamp,
    /// Now, by the clock that leases are measured with.
    pub uptime: Duration,
}

/// What to change in the store. Empty when everything is as wanted.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Plan {
    /// Assignments to write: new ones, and those that begin to leave.
    pub assign: Vec<Assignment>,
    /// Assignments to delete.
    pub unassign: Vec<WorkloadId>,
    /// Node targets to write, with their next generations.
    pub targets: Vec<NodeTarget>,
    /// First statuses of new workloads.
    pub statuses: Vec<WorkloadStatus>,
    /// Statuses of workloads that nobody will report any more.
    pub forget: Vec<WorkloadId>,
    /// Rollouts that begin or come a step further.
    pub rollouts: Vec<Rollout>,
    /// Deployments that are gone from every node.
    pub finished: Vec<DeploymentId>,
}

impl Plan {
    /// Whether there is nothing to do.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.assign.is_empty()
            && self.unassign.is_empty()
            && self.targets.is_empty()
            && self.statuses.is_empty()
            && self.forget.is_empty()
            && self.rollouts.is_empty()
            && self.finished.is_empty()
    }
}

/// Why a plan is what it is.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct PlanReport {
    /// What stands in the way, by deployment.
    pub problems: BTreeMap<DeploymentId, Vec<Problem>>,
    /// Why workloads go, by workload.
    pub leaving: BTreeMap<WorkloadId, String>,
    /// When to plan again although nothing will have changed, by deployment.
    pub wakes: BTreeMap<DeploymentId, Timestamp>,
}

impl PlanReport {
    /// When to plan again although nothing will have changed.
    #[must_use]
    pub fn wake(&self) -> Option<Timestamp> {
        self.wakes.values().min().copied()
    }

    pub(super) fn wake_at(&mut self, deployment: &DeploymentId, at: Timestamp) {
        let first = self.wakes.entry(deployment.clone()).or_insert(at);
        *first = at.min(*first);
    }

    pub(super) fn problem(&mut self, deployment: &DeploymentId, problem: Problem) {
        self.problems.entry(deployment.clone()).or_default().push(problem);
    }
}

/// Part of a fleet, complete in this: nothing outside of it has to change.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Part {
    /// Deployments; some may be gone.
    pub(super) deployments: BTreeSet<DeploymentId>,
    /// Nodes whose target may be another one, beside those of the deployments.
    pub(super) nodes: BTreeSet<NodeId>,
}

/// Plans the fleet. Deterministic: higher priority first, then older, then by id. O(deployments + assignments + nodes)
/// beside what the placer does for each missing replica.
#[must_use]
pub fn plan_cluster(input: PlanInput<'_>) -> (Plan, PlanReport) {
    plan(input, &mut cluster_view(input.world, input.seen), &mut Refusals::default(), None)
}

/// Most placements in one plan, so that a plan and its commit stay small. The others come in the next, at once. Each plan writes
/// the targets of its nodes anew, so many small ones take longer than a few.
const AT_ONCE: usize = 20_000;

/// Plans the whole fleet, or part of it. What is decided is taken into the view.
pub(super) fn plan(
    input: PlanInput<'_>,
    view: &mut ClusterView,
    refusals: &mut Refusals,
    part: Option<&Part>,
) -> (Plan, PlanReport) {
    let mut state = Planning {
        input,
        part,
        view,
        refusals,
        placing: input.placer.placing(),
        remembered: false,
        plan: Plan::default(),
        report: PlanReport::default(),
    };
    let all = input.world.deployments();
    let mut deployments: Vec<&Deployment> = match part {
        None => all.values().map(|d| &*d.value).collect(),
        Some(part) => part.deployments.iter().filter_map(|id| all.get(id)).map(|d| &*d.value).collect(),
    };
    deployments.sort_by(|a, b| {
        b.spec.priority.cmp(&a.spec.priority).then(a.created_at.cmp(&b.created_at)).then_with(|| a.id.cmp(&b.id))
    });
    // What goes makes room for what comes, so all removals are planned before the first placement.
    let mut missing: Vec<_> = deployments.iter().map(|d| (*d, state.settle(d))).collect();
    for (deployment, slots) in &mut missing {
        rollout::advance(&mut state, deployment, slots);
    }
    for together in stacks::groups(input.world, missing) {
        stacks::place(&mut state, together);
    }
    deployments.iter().for_each(|d| relocate::advance(&mut state, d));
    deployments.iter().for_each(|d| rebind::advance(&mut state, d));
    state.drop_orphans();
    for deployment in &deployments {
        state.finish(deployment);
    }
    target::plan_targets(&mut state, &deployments);
    (state.plan, state.report)
}

/// A slot that needs a workload.
#[derive(Debug, Clone)]
pub(super) struct Missing {
    pub(super) slot: u32,
    pub(super) incarnation: u32,
    /// The revision that it gets.
    pub(super) revision: u64,
    /// The workload that it takes over from, and whether that one runs on until the successor is ready.
    pub(super) predecessor: Option<(WorkloadId, NodeId, Handover, String)>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Handover {
    /// The old one runs until the new one is ready, which goes to another node.
    WhenReady,
    /// The same, and the new one may be on the same node.
    Beside,
    AtOnce,
}

impl Handover {
    /// What may run only once goes before its successor starts.
    pub(super) const fn of(self, d: &Deployment) -> Self {
        if d.spec.placement.exclusive { Self::AtOnce } else { self }
    }
}

pub(super) struct Planning<'a> {
    pub(super) input: PlanInput<'a>,
    /// What is planned; none for the whole fleet.
    pub(super) part: Option<&'a Part>,
    pub(super) view: &'a mut ClusterView,
    /// What is known to have no place.
    pub(super) refusals: &'a mut Refusals,
    pub(super) placing: Box<dyn Placing + 'a>,
    /// The view knows what placed workloads asked for.
    pub(super) remembered: bool,
    pub(super) plan: Plan,
    pub(super) report: PlanReport,
}

impl Planning<'_> {
    /// Whether the rest has to wait for the next plan.
    pub(super) fn is_full(&self) -> bool {
        self.plan.assign.len() >= AT_ONCE
    }

    /// Decides over the existing assignments of a deployment and returns the slots that need a new one.
    fn settle(&mut self, d: &Deployment) -> Vec<Missing> {
        let world = self.input.world;
        let mut by_slot: BTreeMap<u32, Vec<&Assignment>> = BTreeMap::new();
        for a in world.assignments_of(&d.id) {
            by_slot.entry(a.slot).or_default().push(a);
        }
        let mut missing = Vec::new();
        let replicas = if d.deleted_at.is_some() { 0 } else { d.spec.replicas };
        for (slot, all) in &by_slot {
            self.settle_slot(d, *slot, all, replicas, &mut missing);
        }
        // Seconds since creation keep incarnations apart when every trace of an earlier one is gone.
        let age = u32::try_from(self.input.now.since(d.created_at).as_secs()).unwrap_or(u32::MAX);
        for slot in (0..replicas).filter(|s| !by_slot.contains_key(s)) {
            missing.push(Missing { slot, incarnation: age, revision: d.revision, predecessor: None });
        }
        missing.sort_by_key(|m| m.slot);
        missing
    }

    fn settle_slot(
        &mut self,
        d: &Deployment,
        slot: u32,
        all: &[&Assignment],
        replicas: u32,
        missing: &mut Vec<Missing>,
    ) {
        let newest = all.iter().map(|a| a.incarnation).max().unwrap_or(0);
        let age = u32::try_from(self.input.now.since(d.created_at).as_secs()).unwrap_or(u32::MAX);
        let incarnation = age.max(newest.saturating_add(1));
        let mut holder = false;
        let mut predecessor = None;
        for a in all {
            let node = self.input.world.nodes().get(&a.node);
            let health = self.input.seen.get(&a.node).map_or(NodeHealth::Pending, |s| s.health);
            // A leaving one is done once a newer one of its slot is ready.
            if a.incarnation < newest && self.successor_ready(d, all, newest) {
                self.unassign(a, "its successor is ready");
                continue;
            }
            let deadline = node.and_then(|n| n.value.drain.as_ref()?.deadline).filter(|at| *at > self.input.now);
            deadline.into_iter().for_each(|at| self.report.wake_at(&d.id, at));
            match fate(a, d, node.map(|n| (&*n.value, health)), self.input.now) {
                Fate::Keep(None) => holder |= a.incarnation == newest,
                Fate::Keep(Some(why)) => {
                    holder |= a.incarnation == newest;
                    self.report.problem(&d.id, problem("node", why, None));
                }
                // An older one is leaving already; the one that a successor takes over from is the newest.
                Fate::Leave(_) if a.incarnation < newest => {}
                Fate::Leave(why) => {
                    let handover = Handover::WhenReady.of(d);
                    predecessor = Some((a.workload.clone(), a.node.clone(), handover, why));
                }
                Fate::Replace(why) if a.incarnation < newest => self.unassign(a, &why),
                Fate::Replace(why) => predecessor = Some((a.workload.clone(), a.node.clone(), Handover::AtOnce, why)),
                Fate::Drop => self.unassign(a, "it is no longer wanted there"),
            }
        }
        if !holder && slot < replicas {
            missing.push(Missing { slot, incarnation, revision: d.revision, predecessor });
        }
    }

    /// A deployment that should not run needs nobody to run on until the successor does.
    fn successor_ready(&self, d: &Deployment, all: &[&Assignment], newest: u32) -> bool {
        if d.spec.state == RunState::Stopped {
            return true;
        }
        all.iter().filter(|a| a.incarnation == newest).any(|a| {
            self.input.world.statuses().get(&a.workload).is_some_and(|s| s.value.state.phase.ready())
                && self.input.seen.get(&a.node).is_some_and(|s| s.health == NodeHealth::Online)
        })
    }

    pub(super) fn unassign(&mut self, a: &Assignment, why: &str) {
        self.view.release(&a.workload);
        self.report.leaving.entry(a.workload.clone()).or_insert_with(|| why.to_owned());
        self.plan.unassign.push(a.workload.clone());
    }

    /// Assignments whose deployment is gone from the store, and statuses that nobody will change any more.
    fn drop_orphans(&mut self) {
        let world = self.input.world;
        let (assigned, reported): (Vec<_>, Vec<_>) = match self.part {
            None => (world.assigned_deployments().collect(), world.reported_deployments().collect()),
            Some(part) => (part.deployments.iter().collect(), part.deployments.iter().collect()),
        };
        for id in assigned.into_iter().filter(|id| !world.deployments().contains_key(*id)) {
            world.assignments_of(id).for_each(|a| self.unassign(a, "its deployment is gone"));
        }
        for status in reported.into_iter().flat_map(|id| world.statuses_of(id)) {
            let nobody =
                !world.nodes().contains_key(&status.node) && !world.assignments().contains_key(&status.workload);
            if nobody && !fence::kept(self.input, status) {
                self.plan.forget.push(status.workload.clone());
            }
        }
    }

    /// A deployment that is to go is gone when no reachable node has anything of it.
    fn finish(&mut self, d: &Deployment) {
        if d.deleted_at.is_none() || self.input.world.assignments_of(&d.id).next().is_some() {
            return;
        }
        let reachable = |node: &NodeId| {
            self.input.world.nodes().contains_key(node)
                && self.input.seen.get(node).is_some_and(|s| s.health != NodeHealth::Offline)
        };
        let statuses: Vec<_> = self.input.world.statuses_of(&d.id).collect();
        if statuses.iter().any(|s| reachable(&s.node)) {
            return;
        }
        for status in statuses {
            if !self.plan.forget.contains(&status.workload) {
                self.plan.forget.push(status.workload.clone());
            }
        }
        self.plan.finished.push(d.id.clone());
    }
}

pub(super) fn problem(kind: &str, message: String, hint: Option<String>) -> Problem {
    Problem { kind: kind.to_owned(), message, hint, unplaceable: None }
}
