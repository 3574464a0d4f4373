//! Planning again and again: only what may have changed is looked at ([ADR 11](docs/adr/0011-plan-what-may-have-changed.md)).
//!
//! Between two plans it is kept how placement sees the nodes, and which deployments are not settled: those that wait for
//! something. A plan looks at these and at what changed. In debug builds each is compared with a plan of the whole fleet.

use std::{collections::BTreeSet, sync::Arc, time::Duration};

use super::{
    Plan, PlanInput, PlanReport, Seen, SeenNodes,
    cluster::{Part, plan, plan_cluster},
    cluster_view, node_view, place,
    refusals::Refusals,
};
use crate::{
    cluster::ClusterView,
    id::{DeploymentId, NodeId},
    model::RolloutPhase,
    port::{Placer, Renderer},
    time::Timestamp,
    world::{Dirty, World},
};

/// What a planner depends on and does not remember.
#[derive(Debug, Clone, Copy)]
pub struct Situation<'a> {
    /// The stored state.
    pub world: &'a World,
    /// Decides where.
    pub placer: &'a dyn Placer,
    /// Decides what.
    pub renderer: &'a dyn Renderer,
    /// Now.
    pub now: Timestamp,
    /// Now, by the clock that leases are measured with.
    pub uptime: Duration,
}

impl<'a> Situation<'a> {
    /// With what was seen of the nodes.
    #[must_use]
    pub const fn with_seen(self, seen: &'a SeenNodes) -> PlanInput<'a> {
        let Self { world, placer, renderer, now, uptime } = self;
        PlanInput { world, seen, placer, renderer, now, uptime }
    }
}

/// Plans one state of a fleet after the other.
#[derive(Debug, Default)]
pub struct Planner {
    seen: SeenNodes,
    /// How placement sees the nodes, except for those that are `stale`.
    view: ClusterView,
    stale: BTreeSet<NodeId>,
    /// What had no place in the view as it is.
    refusals: Refusals,
    /// What may differ from the state whose plan was carried out last.
    dirty: Dirty,
    /// Deployments that may change although nothing else does: they wait.
    unsettled: BTreeSet<DeploymentId>,
    /// When everything was planned the last time.
    whole_at: Timestamp,
}

impl Planner {
    /// Takes note of what was seen of a node; none when nothing is known of it any more.
    pub fn observe(&mut self, node: NodeId, seen: Option<Seen>) {
        let old = self.seen.get(&node);
        let facts = |s: Option<&Seen>| s.map(|s| Arc::clone(&s.facts));
        let same = match (old, &seen) {
            (Some(a), Some(b)) => {
                a.health == b.health && (Arc::ptr_eq(&a.facts, &b.facts) || a.facts.is_same_machine(&b.facts))
            }
            (a, b) => a.is_none() && b.is_none(),
        };
        if !same {
            self.dirty.nodes.insert(node.clone());
        } else if facts(old) != facts(seen.as_ref()) {
            self.stale.insert(node.clone());
        }
        match seen {
            Some(seen) => self.seen.insert(node, seen),
            None => self.seen.remove(&node),
        };
    }

    /// Takes note of what changed in the stored state.
    pub fn note(&mut self, dirty: Dirty) {
        self.dirty.merge(dirty);
    }

    /// Plans what may have to change. O(deployments in question, with all that is on their nodes), beside what the placer does.
    pub fn plan(&mut self, s: Situation<'_>) -> (Plan, PlanReport) {
        if self.dirty.everything {
            return self.plan_everything(s);
        }
        if !self.dirty.deployments.is_empty() && s.world.deployments().len() <= place::EXPLAINED {
            // What they ask for plays a part in who could move.
            self.refusals.clear();
        }
        let part = self.part(s.world);
        self.refresh(s.world);
        let (plan, report) = plan(s.with_seen(&self.seen), &mut self.view, &mut self.refusals, Some(&part));
        if cfg!(debug_assertions) {
            let whole = plan_cluster(s.with_seen(&self.seen));
            assert_eq!((&plan, &report), (&whole.0, &whole.1), "a part was planned otherwise than the whole fleet");
        }
        self.keep(s.world, part.deployments.into_iter(), &plan, &report);
        (plan, report)
    }

    /// Plans the whole fleet. O(deployments + assignments + nodes), beside what the placer does.
    pub fn plan_everything(&mut self, s: Situation<'_>) -> (Plan, PlanReport) {
        self.view = cluster_view(s.world, &self.seen);
        self.stale.clear();
        self.whole_at = s.now;
        // Until it is carried out.
        self.dirty.everything = true;
        self.refusals.clear();
        let (plan, report) = plan(s.with_seen(&self.seen), &mut self.view, &mut self.refusals, None);
        self.keep(s.world, s.world.deployments().keys().cloned(), &plan, &report);
        (plan, report)
    }

    /// Whether everything was last planned so long ago.
    #[must_use]
    pub fn is_due(&self, now: Timestamp, every: Duration) -> bool {
        now.since(self.whole_at) >= every
    }

    /// The plan that was made last is carried out.
    pub fn carried_out(&mut self) {
        self.dirty = Dirty::none();
    }

    /// Everything that may have to change.
    fn part(&mut self, world: &World) -> Part {
        let mut deployments = std::mem::take(&mut self.unsettled);
        deployments.extend(self.dirty.deployments.iter().cloned());
        for node in &self.dirty.nodes {
            deployments.extend(world.assigned_to(node).map(|a| a.deployment.clone()));
            deployments.extend(world.statuses_on(node).map(|s| s.deployment.clone()));
        }
        let stack = |id: &DeploymentId| world.deployments().get(id)?.value.spec.stack.as_ref().map(|m| &m.stack);
        let stacks: BTreeSet<_> = deployments.iter().filter_map(stack).collect();
        deployments.extend(stacks.into_iter().flat_map(|stack| world.members_of(stack)).cloned());
        // Until the plan is carried out, all of them may have to be planned again.
        self.dirty.deployments.extend(deployments.iter().cloned());
        self.stale.extend(self.dirty.nodes.iter().chain(&self.dirty.touched).cloned());
        Part { deployments, nodes: self.dirty.nodes.union(&self.dirty.touched).cloned().collect() }
    }

    /// Brings the view up to date.
    fn refresh(&mut self, world: &World) {
        // One by one costs more than all at once from here on.
        if self.stale.len() > world.nodes().len() / 4 {
            self.view = cluster_view(world, &self.seen);
            self.stale.clear();
        }
        for id in std::mem::take(&mut self.stale) {
            match world.nodes().get(&id) {
                Some(node) => self.view.upsert(node_view(world, &node.value, self.seen.get(&id))),
                None => drop(self.view.remove(&id)),
            }
        }
    }

    fn keep(&mut self, world: &World, planned: impl Iterator<Item = DeploymentId>, plan: &Plan, report: &PlanReport) {
        self.view.forget_demands();
        // The plan is in the view, and may not come to pass.
        let gone = plan.unassign.iter().filter_map(|w| world.assignments().get(w)).map(|a| &a.value.node);
        self.stale.extend(plan.assign.iter().map(|a| &a.node).chain(gone).cloned());
        let waits = |id: &DeploymentId| report.problems.contains_key(id) || report.wakes.contains_key(id);
        self.unsettled = planned.filter(|id| waits(id) || !is_settled(world, id)).collect();
    }
}

/// Whether a deployment is all that it should be, so that it stays so until something of it or its nodes changes.
fn is_settled(world: &World, id: &DeploymentId) -> bool {
    let Some(d) = world.deployments().get(id).map(|d| &d.value) else { return true };
    let nothing = d.spec.replicas == 0;
    let updated = world.rollouts().get(id).map(|r| &r.value);
    let updated = updated.is_some_and(|r| r.phase == RolloutPhase::Complete && (r.ready > 0 || nothing));
    let rests = world.assignments_of(id).all(|a| !a.leaving && a.next.is_none() && a.relocate.is_none());
    let (assigned, reported) = (world.assignments_of(id).count(), world.statuses_of(id).count());
    d.deleted_at.is_none() && updated && rests && assigned == d.spec.replicas as usize && reported == assigned
}
