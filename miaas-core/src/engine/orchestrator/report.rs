//! What nodes say of their workloads becomes stored status, and events where it matters.

use super::{
    Orchestrator,
    events::{about_node, about_workload},
};
use crate::{
    error::{ErrorKind, PortError},
    model::{NodeReport, NodeTarget, Phase, Severity, WorkloadState, WorkloadStatus},
    port::{Key, Kind, Op, Stored as _, When, Write},
    world::World,
};

impl Orchestrator {
    /// Takes a report; also a sign of life. Stored is what changed; the progress of pulls is kept in memory only.
    ///
    /// # Errors
    /// `NotFound` for an unknown node; the store's, and then nothing was taken.
    pub async fn report(&self, report: NodeReport) -> Result<(), PortError> {
        let now = self.now();
        let known = {
            let mut seen = self.seen();
            seen.acknowledge(&report.node, report.generation);
            seen.heard(&report.node, now, &self.config.patience).is_some()
        };
        if !known {
            return Err(PortError::not_found("report", &report.node));
        }
        self.note_progress(&report);
        self.overtake(&report).await?;
        let writes = {
            let world = self.world();
            let mut writes = self.gone(&world, &report)?;
            for w in &report.workloads {
                let mut state = w.state.clone();
                state.progress = None;
                writes.extend(self.status_writes(&world, &report, &w.workload, state)?);
            }
            writes
        };
        if !writes.is_empty() {
            self.commit(writes).await?;
            self.wake.notify_one();
        }
        Ok(())
    }

    /// A node that holds a newer target than the store knows takes nothing older: the database was restored from an older copy. What
    /// is wanted is given a number that counts for the node.
    async fn overtake(&self, report: &NodeReport) -> Result<(), PortError> {
        let behind = |world: &World| {
            let target = world.targets().get(&report.node);
            (target.map_or(0, |t| t.value.generation) < report.generation).then(|| target.cloned())
        };
        if behind(&self.world()).is_none() {
            return Ok(());
        }
        // The view may be behind as well.
        self.catch_up().await?;
        let Some(old) = behind(&self.world()) else { return Ok(()) };
        let (known, when) = old.as_ref().map_or((0, When::Absent), |t| (t.value.generation, When::At(t.revision)));
        let target = old.map_or_else(|| NodeTarget::empty(report.node.clone()), |t| (*t.value).clone());
        let target = NodeTarget { generation: report.generation + 1, ..target };
        let Some(node) = self.node_record(&report.node) else { return Ok(()) };
        let text = format!(
            "{} holds generation {}, and the database knows {known}: it is an older copy",
            node.name, report.generation
        );
        let event = self.event(Severity::Warning, "node.ahead", about_node(&node), text)?;
        match self.commit(vec![target.put(when)?, event]).await {
            // What is wanted was changed meanwhile, and is compared with the next report.
            Err(e) if e.kind() == ErrorKind::Conflict => Ok(()),
            other => other.map(drop),
        }
    }

    fn note_progress(&self, report: &NodeReport) {
        let mut notes = self.notes();
        for w in &report.workloads {
            match &w.state.progress {
                Some(progress) => drop(notes.progress.insert(w.workload.clone(), progress.clone())),
                None => drop(notes.progress.remove(&w.workload)),
            }
        }
    }

    fn status_writes(
        &self,
        world: &World,
        report: &NodeReport,
        workload: &crate::id::WorkloadId,
        state: WorkloadState,
    ) -> Result<Vec<Write>, PortError> {
        let old = world.statuses().get(workload).map(|s| &s.value);
        let assigned = world.assignments().get(workload).map(|a| &a.value);
        // An instance on a node that it was moved away from says nothing about the one that counts.
        if assigned.is_some_and(|a| a.node != report.node) || old.is_some_and(|s| s.node != report.node) {
            return Ok(Vec::new());
        }
        let Some(deployment) = assigned.map(|a| &a.deployment).or(old.map(|s| &s.deployment)) else {
            return Ok(Vec::new());
        };
        if old.is_some_and(|s| s.state == state) {
            return Ok(Vec::new());
        }
        let before = old.map(|s| s.state.clone()).unwrap_or_default();
        let moved = before.phase != state.phase || before.running_hash != state.running_hash;
        let at = old.filter(|_| !moved).map_or_else(|| self.now(), |s| s.at);
        let d = world.deployments().get(deployment).map(|d| &*d.value);
        let mut writes = Vec::new();
        if before.phase != state.phase || (state.message.is_some() && before.message != state.message) {
            let (severity, reason) = word(state.phase, state.message.is_some());
            let text = state.message.clone().unwrap_or_else(|| state.phase.as_str().to_owned());
            writes.push(self.event(severity, reason, about_workload(workload, d), text)?);
        }
        let status = WorkloadStatus {
            workload: workload.clone(),
            deployment: deployment.clone(),
            slot: assigned.map_or_else(|| old.map_or(0, |s| s.slot), |a| a.slot),
            node: report.node.clone(),
            state,
            at,
            fenced: None,
        };
        writes.push(status.put(When::Any)?);
        Ok(writes)
    }

    /// Statuses of workloads that the node no longer has and should not have.
    fn gone(&self, world: &World, report: &NodeReport) -> Result<Vec<Write>, PortError> {
        let current = world.targets().get(&report.node).map_or(0, |t| t.value.generation);
        if !report.full || report.generation < current {
            return Ok(Vec::new());
        }
        let mut writes = Vec::new();
        for status in world.statuses_on(&report.node) {
            let listed = report.workloads.iter().any(|w| w.workload == status.workload);
            let assigned = world.assignments().get(&status.workload).is_some_and(|a| a.value.node == report.node);
            if listed || assigned {
                continue;
            }
            let d = world.deployments().get(&status.deployment).map(|d| &*d.value);
            let subject = about_workload(&status.workload, d);
            writes.push(self.event(Severity::Info, "workload.removed", subject, "removed from its node")?);
            writes.push(Write { key: Key::new(Kind::Status, status.name()), op: Op::Delete, when: When::Any });
        }
        Ok(writes)
    }
}

const fn word(phase: Phase, troubled: bool) -> (Severity, &'static str) {
    match phase {
        Phase::Running if troubled => (Severity::Warning, "workload.update_failed"),
        Phase::Running => (Severity::Info, "workload.running"),
        Phase::Failed => (Severity::Error, "workload.failed"),
        Phase::Unhealthy => (Severity::Warning, "workload.unhealthy"),
        Phase::Completed => (Severity::Info, "workload.completed"),
        Phase::Pending => (Severity::Info, "workload.pending"),
        Phase::Preparing => (Severity::Info, "workload.preparing"),
        Phase::Starting => (Severity::Info, "workload.starting"),
        Phase::Stopping => (Severity::Info, "workload.stopping"),
        Phase::Stopped => (Severity::Info, "workload.stopped"),
    }
}
