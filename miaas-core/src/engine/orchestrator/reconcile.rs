//! The reconciler: no parameters, woken by signal and timer. A tick plans on the view, commits the decisions fenced by the
//! planning head, and only then delivers them.

use std::{
    sync::{Arc, PoisonError, RwLockWriteGuard},
    time::Duration,
};

use tokio::time::{Instant, MissedTickBehavior, interval};

use super::{
    Orchestrator,
    events::{about_deployment, about_workload},
    lookup::unclaim,
};
use crate::{
    api::v1::Problem,
    error::{ErrorKind, PortError},
    model::{NodeHealth, Severity},
    plan::{Plan, PlanReport, Planner, Situation, why},
    port::{Key, Kind, Op, Stored as _, Value, When, Write},
    world::{PLAN_HEAD, World},
};

/// Plans that may conflict before a tick gives up; the next wake tries again.
const ATTEMPTS: usize = 5;

/// While there is always something to do, everything is planned after this many times as long.
const PATIENT: u32 = 10;

/// Shortest pause before a plan that a time asks for.
const SHORTEST: Duration = Duration::from_millis(20);

impl Orchestrator {
    /// Makes the world match what is wanted, once. True when something was decided.
    ///
    /// # Errors
    /// The store's. Nothing was decided then; calling again is right.
    pub async fn tick(&self) -> Result<bool, PortError> {
        let mut planner = self.planning.lock().await;
        let mut last = None;
        for _ in 0..ATTEMPTS {
            self.catch_up().await?;
            match self.plan_and_commit(&mut planner).await {
                Err(e) if e.kind() == ErrorKind::Conflict => {
                    self.after_conflict().await?;
                    last = Some(e);
                }
                other => return other,
            }
        }
        last.map_or(Ok(false), Err)
    }

    async fn plan_and_commit(&self, planner: &mut Planner) -> Result<bool, PortError> {
        let (plan, writes, report, turned) = {
            let turned = {
                let mut seen = self.seen();
                for (node, what) in seen.take_stirred(&self.config.patience.lease) {
                    planner.observe(node, what);
                }
                seen.turned()
            };
            let world = {
                let mut world = self.world.write().unwrap_or_else(PoisonError::into_inner);
                planner.note(world.take_dirty());
                RwLockWriteGuard::downgrade(world)
            };
            let (plan, report) = self.plan(planner, &world);
            let mut writes = self.problem_events(&world, &report)?;
            for observation in &turned {
                writes.push(observation.put(When::Any)?);
            }
            if !plan.is_empty() {
                writes.extend(self.plan_writes(&world, &plan, &report)?);
            }
            (plan, writes, report, turned)
        };
        self.commit(writes).await?;
        planner.carried_out();
        self.seen().settled(&turned);
        self.note(report);
        for target in &plan.targets {
            self.deliver(target).await;
        }
        Ok(!plan.is_empty())
    }

    /// What may have changed, and now and then everything, so that nothing depends on having noticed each change.
    fn plan(&self, planner: &mut Planner, world: &World) -> (Plan, PlanReport) {
        let situation = self.situation(world);
        let (plan, report) = planner.plan(situation);
        // There is time for it when there is nothing else to do, but not for ever.
        let due = if plan.is_empty() { self.config.replan } else { self.config.replan * PATIENT };
        if !planner.is_due(situation.now, due) {
            return (plan, report);
        }
        let whole = planner.plan_everything(situation);
        if plan.is_empty() && !whole.0.is_empty() {
            // Without the targets themselves: they hold secrets.
            let (assigned, gone, targets) = (whole.0.assign.len(), whole.0.unassign.len(), whole.0.targets.len());
            tracing::warn!(assigned, gone, targets, "planning everything found a change that was not noticed: a bug");
        }
        whole
    }

    pub(super) fn situation<'a>(&'a self, world: &'a World) -> Situation<'a> {
        let (placer, renderer) = (&*self.ports.placer, &*self.ports.renderer);
        Situation { world, placer, renderer, now: self.now(), uptime: self.ports.clock.uptime() }
    }

    fn note(&self, report: PlanReport) {
        let mut notes = self.notes();
        (notes.wake, notes.problems) = (report.wake(), report.problems);
    }

    fn plan_writes(&self, world: &World, plan: &Plan, report: &PlanReport) -> Result<Vec<Write>, PortError> {
        let head = Write {
            key: Key::new(Kind::Setting, PLAN_HEAD),
            op: Op::Put(Value(self.now().as_millis().to_string().into())),
            when: world.head().map_or(When::Absent, When::At),
        };
        let mut writes = vec![head];
        let delete = |kind, name: &str, when| Write { key: Key::new(kind, name), op: Op::Delete, when };
        for a in &plan.assign {
            let when = world.assignments().get(&a.workload).map_or(When::Absent, |old| When::At(old.revision));
            writes.push(a.put(when)?);
            let d = world.deployments().get(&a.deployment).map(|d| &*d.value);
            let subject = about_workload(&a.workload, d);
            let old = world.assignments().get(&a.workload).map(|old| &old.value);
            if a.leaving {
                let why = report.leaving.get(&a.workload).map_or("", String::as_str);
                writes.push(self.event(Severity::Info, "workload.leaving", subject, why)?);
            } else if old.is_none() {
                writes.push(self.event(Severity::Info, "workload.assigned", subject, why(a).summary)?);
            } else if old.is_some_and(|old| old.revision != a.revision) {
                let text = format!("gets revision {}", a.revision);
                writes.push(self.event(Severity::Info, "workload.updated", subject, text)?);
            }
        }
        for id in &plan.unassign {
            if let Some(old) = world.assignments().get(id) {
                writes.push(delete(Kind::Assignment, id.as_str(), When::At(old.revision)));
                let d = world.deployments().get(&old.value.deployment).map(|d| &*d.value);
                let why = report.leaving.get(id).map_or("", String::as_str);
                writes.push(self.event(Severity::Info, "workload.unassigned", about_workload(id, d), why)?);
            }
        }
        for target in &plan.targets {
            let when = world.targets().get(&target.node).map_or(When::Absent, |old| When::At(old.revision));
            writes.push(target.put(when)?);
        }
        for status in &plan.statuses {
            writes.push(status.put(When::Any)?);
        }
        for id in &plan.forget {
            writes.push(delete(Kind::Status, id.as_str(), When::Any));
        }
        for rollout in &plan.rollouts {
            writes.extend(self.rollout_writes(world, rollout)?);
        }
        for id in &plan.finished {
            let revisions = world.revisions_of(id).map(|r| delete(Kind::Revision, &r.value.id, When::Any));
            writes.extend(revisions);
            writes.push(delete(Kind::Rollout, id.as_str(), When::Any));
            if let Some(old) = world.deployments().get(id) {
                writes.push(delete(Kind::Deployment, id.as_str(), When::At(old.revision)));
                writes.push(unclaim("deployment", old.value.name.as_str()));
                writes.push(self.event(Severity::Info, "deployment.removed", about_deployment(&old.value), "gone")?);
            }
        }
        Ok(writes)
    }

    /// An event for each problem that the last plan did not have.
    fn problem_events(&self, world: &World, report: &PlanReport) -> Result<Vec<Write>, PortError> {
        let notes = self.notes();
        let known =
            |d, p: &Problem| notes.problems.get(d).is_some_and(|old| old.iter().any(|o| o.message == p.message));
        let mut writes = Vec::new();
        for (id, problems) in &report.problems {
            let Some(d) = world.deployments().get(id) else { continue };
            for p in problems.iter().filter(|p| !known(id, p)) {
                let reason = format!("deployment.{}", p.kind);
                writes.push(self.event(Severity::Warning, &reason, about_deployment(&d.value), &*p.message)?);
            }
        }
        Ok(writes)
    }

    async fn deliver(&self, target: &crate::model::NodeTarget) {
        match self.ports.link.deliver(target).await {
            Ok(_) => {}
            // It gets its target when it connects.
            Err(e) if e.kind() == ErrorKind::Unavailable => {}
            Err(e) => tracing::warn!(node = %target.node, error = %e.chain(), "a target could not be delivered"),
        }
    }

    /// Delivers again to every node that is heard of and has not acknowledged its newest target.
    pub async fn redeliver(&self) {
        let behind: Vec<_> = {
            let (world, seen) = (self.world(), self.seen());
            let behind = |node, generation| {
                seen.get(node).is_some_and(|l| l.health == NodeHealth::Online && l.acknowledged < generation)
            };
            world
                .targets()
                .values()
                .filter(|t| behind(&t.value.node, t.value.generation))
                .map(|t| t.value.clone())
                .collect()
        };
        for target in behind {
            self.deliver(&target).await;
        }
    }

    /// Reconciles for ever.
    pub async fn run(self: Arc<Self>) {
        let watching = async {
            loop {
                match self.wait_for_change().await {
                    Ok(true) => self.wake.notify_one(),
                    Ok(false) => {}
                    Err(e) => {
                        tracing::warn!(error = %e.chain(), "watching the store failed; trying again");
                        tokio::time::sleep(self.config.beat).await;
                    }
                }
            }
        };
        tokio::join!(watching, self.reconciling(), self.beating());
    }

    async fn reconciling(&self) {
        loop {
            let pause = match self.tick().await {
                Ok(_) => {
                    let wake = self.notes().wake.map(|at| at.since(self.now()).max(SHORTEST));
                    wake.map_or(self.config.replan, |pause| pause.min(self.config.replan))
                }
                Err(e) => {
                    tracing::warn!(error = %e.chain(), "planning failed; trying again");
                    self.config.beat
                }
            };
            tokio::select! {
                () = self.wake.notified() => {}
                () = tokio::time::sleep(pause) => {}
            }
        }
    }

    async fn beating(&self) {
        let mut beat = interval(self.config.beat);
        beat.set_missed_tick_behavior(MissedTickBehavior::Delay);
        let mut flushed = Instant::now();
        loop {
            beat.tick().await;
            if let Err(e) = self.detect().await {
                tracing::warn!(error = %e.chain(), "events of the failure detector could not be written");
            }
            self.redeliver().await;
            self.renew_leases().await;
            if flushed.elapsed() >= self.config.flush {
                flushed = Instant::now();
                if let Err(e) = self.flush().await {
                    tracing::warn!(error = %e.chain(), "observations could not be written");
                }
            }
        }
    }
}
