//! Revisions: what a deployment ran, what it runs, and the way back (D2).

use super::{Orchestrator, events::about_deployment};
use crate::{
    api::v1::{DeploymentItem, RevisionItem, Rollback},
    error::PortError,
    model::{Deployment, Revision, Rollout, RolloutPhase, Severity, UpdatePolicy},
    plan::differences,
    port::{Key, Kind, Op, Stored as _, When, Write},
    spec::Issue,
    world::World,
};

/// How many revisions of a deployment are kept, beside those that something still runs.
const KEPT: usize = 10;

impl Orchestrator {
    /// What a changed deployment writes beside itself: its new revision, and the oldest ones go.
    pub(super) fn revision_writes(&self, world: &World, new: &Deployment) -> Result<Vec<Write>, PortError> {
        if world.revision(&new.id, new.revision).is_some() {
            return Ok(Vec::new());
        }
        let revision = Revision {
            id: Revision::id_of(&new.id, new.revision),
            deployment: new.id.clone(),
            number: new.revision,
            source: new.spec.source.clone(),
            restarts: new.spec.restarts,
            created_at: self.now(),
        };
        let mut writes = vec![revision.put(When::Any)?];
        let numbers: Vec<u64> = world.revisions_of(&new.id).map(|r| r.value.number).collect();
        let from = world.rollouts().get(&new.id).map(|r| (r.value.from, r.value.to));
        let used = |number: u64| {
            let runs = world.assignments_of(&new.id).any(|a| a.revision == number || a.next == Some(number));
            runs || from.is_some_and(|(from, to)| from == Some(number) || to == number)
        };
        for number in numbers.iter().rev().skip(KEPT - 1).copied().filter(|n| !used(*n)) {
            let key = Key::new(Kind::Revision, Revision::id_of(&new.id, number));
            writes.push(Write { key, op: Op::Delete, when: When::Any });
        }
        Ok(writes)
    }

    /// A rollout as the planner left it, and an event when it has come to another phase.
    pub(super) fn rollout_writes(&self, world: &World, rollout: &Rollout) -> Result<Vec<Write>, PortError> {
        let old = world.rollouts().get(&rollout.deployment);
        let mut writes = vec![rollout.put(old.map_or(When::Absent, |old| When::At(old.revision)))?];
        let same = old.is_some_and(|old| old.value.phase == rollout.phase && old.value.to == rollout.to);
        // The first version of a deployment is no update.
        let first = rollout.from.is_none() && rollout.phase == RolloutPhase::Progressing;
        let Some(d) = world.deployments().get(&rollout.deployment).filter(|_| !same && !first) else {
            return Ok(writes);
        };
        let (severity, reason, text) = match rollout.phase {
            RolloutPhase::Progressing => (Severity::Info, "rollout.started", format!("to revision {}", rollout.to)),
            RolloutPhase::Complete => (Severity::Info, "rollout.complete", format!("revision {}", rollout.to)),
            RolloutPhase::RolledBack => (Severity::Error, "rollout.rolled_back", why(rollout)),
            RolloutPhase::Failed => (Severity::Error, "rollout.failed", why(rollout)),
        };
        writes.push(self.event(severity, reason, about_deployment(&d.value), text)?);
        Ok(writes)
    }

    /// The revisions of a deployment that are kept, newest first.
    ///
    /// # Errors
    /// `NotFound`, with the nearest name.
    pub fn revisions(&self, deployment: &str) -> Result<Vec<RevisionItem>, PortError> {
        let d = self.find_deployment(deployment)?.value;
        let world = self.world();
        let hidden = self.ports.renderer.secret_params(&d.spec);
        let mut items = Vec::new();
        let mut before: Option<std::borrow::Cow<'_, Deployment>> = None;
        for revision in world.revisions_of(&d.id).map(|r| &r.value) {
            let Some(at) = world.deployment_at(&d, revision.number) else { continue };
            let replicas = world.assignments_of(&d.id).filter(|a| a.revision == revision.number && !a.leaving).count();
            items.push(RevisionItem {
                number: revision.number,
                created_at: revision.created_at,
                wanted: revision.number == d.revision,
                replicas: u32::try_from(replicas).unwrap_or(u32::MAX),
                differences: before.map(|old| differences(&old.spec, &at.spec, &hidden)).unwrap_or_default(),
            });
            before = Some(at);
        }
        items.reverse();
        Ok(items)
    }

    /// Makes an old revision the wanted one again, as a new revision.
    ///
    /// # Errors
    /// `NotFound` for the deployment; `Invalid` when the revision is not kept, is the wanted one, or cannot be rendered any
    /// more; `Conflict` when the deployment is being removed; the store's.
    pub async fn rollback(&self, deployment: &str, body: Rollback) -> Result<DeploymentItem, PortError> {
        self.edit(deployment, "deployment.rollback", |old| self.rolled_back(old, body.revision)).await
    }

    /// Lets an update go no further; what runs goes on running.
    ///
    /// # Errors
    /// `NotFound`; `Conflict` when it is being removed; the store's.
    pub async fn pause(&self, deployment: &str) -> Result<DeploymentItem, PortError> {
        self.edit_update(deployment, |update| update.paused = true).await
    }

    /// Lets a paused update go on.
    ///
    /// # Errors
    /// As [`Self::pause`].
    pub async fn resume(&self, deployment: &str) -> Result<DeploymentItem, PortError> {
        self.edit_update(deployment, |update| update.paused = false).await
    }

    /// Says that the canaries of the revision that is wanted have proved themselves: the other replicas follow.
    ///
    /// # Errors
    /// As [`Self::pause`].
    pub async fn promote(&self, deployment: &str) -> Result<DeploymentItem, PortError> {
        // Not one that comes meanwhile: its canaries have proved nothing.
        let revision = self.find_deployment(deployment)?.value.revision;
        self.edit_update(deployment, |update| update.canary.promoted = Some(revision)).await
    }

    /// Changes how it goes to its revision, and nothing else.
    async fn edit_update(
        &self,
        deployment: &str,
        change: impl Fn(&mut UpdatePolicy),
    ) -> Result<DeploymentItem, PortError> {
        let edit = |old: &Deployment| {
            let mut spec = old.spec.clone();
            change(&mut spec.update);
            Ok(super::spec::changed(old, spec, self.now()))
        };
        self.edit(deployment, "deployment.updated", edit).await
    }

    pub(super) fn rolled_back(&self, old: &Deployment, to: Option<u64>) -> Result<Deployment, PortError> {
        let world = self.world();
        let kept: Vec<u64> = world.revisions_of(&old.id).map(|r| r.value.number).collect();
        let refused = |message: String, hint: String| {
            let issue = Issue::new("/revision", message).with_hint(hint);
            PortError::invalid("deployment.rollback", vec![issue])
        };
        let listed = || kept.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ");
        let rollout = world.rollouts().get(&old.id).map(|r| &r.value);
        let number = match to.or_else(|| rollout.and_then(|r| r.from)) {
            Some(number) => number,
            None => {
                let message = "there was no revision before that was ready".to_owned();
                return Err(refused(message, format!("name one of {}", listed())));
            }
        };
        if number == old.revision {
            return Err(refused(format!("revision {number} is the wanted one"), format!("one of {}", listed())));
        }
        let Some(revision) = world.revision(&old.id, number) else {
            return Err(refused(format!("revision {number} is not kept"), format!("one of {}", listed())));
        };
        let mut spec = old.spec.clone();
        // The counter goes on, so that going back to the same source after a restart is a change, too.
        (spec.source, spec.restarts) = (revision.source.clone(), old.spec.restarts + 1);
        drop(world);
        let mut issues = Vec::new();
        self.check_spec(Some(&old.name), &spec, &mut issues);
        if !issues.is_empty() {
            return Err(PortError::invalid("deployment.rollback", issues)
                .with_hint(format!("revision {number} cannot be run any more; choose another one")));
        }
        Ok(super::spec::changed(old, spec, self.now()))
    }
}

fn why(rollout: &Rollout) -> String {
    let reason = rollout.reason.as_deref().unwrap_or_default();
    match (rollout.phase, rollout.from) {
        (RolloutPhase::RolledBack, Some(from)) => {
            format!("revision {} failed, back to revision {from}: {reason}", rollout.to)
        }
        _ => format!("revision {} failed: {reason}", rollout.to),
    }
}
