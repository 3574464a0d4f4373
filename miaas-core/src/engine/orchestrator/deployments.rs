//! What users want of deployments (D1, D2, D4).

use super::{Orchestrator, events::about_deployment, lookup::claim, spec::changed};
use crate::{
    api::v1::{CreateDeployment, DeploymentItem, PlanAnswer, PlanChange, UpdateDeployment},
    error::{ErrorKind, PortError},
    id::{DeploymentId, NodeId},
    model::{Assignment, Deployment, Severity},
    plan::{Plan, why},
    port::{Stored as _, When, Write},
    world::World,
};

impl Orchestrator {
    /// Stores a new deployment; it is placed and started by the reconciler.
    ///
    /// # Errors
    /// `Invalid` with every issue; `AlreadyExists`; the store's.
    pub async fn create(&self, body: CreateDeployment) -> Result<DeploymentItem, PortError> {
        self.create_with(body, |_| Ok(None)).await
    }

    /// The same, with one more write in the commit.
    pub(super) async fn create_with(
        &self,
        body: CreateDeployment,
        more: impl FnOnce(DeploymentId) -> Result<Option<Write>, PortError>,
    ) -> Result<DeploymentItem, PortError> {
        let id = DeploymentId::from_bits(self.ports.ids.next_bits());
        let d = self.check_create(&body, id, None)?;
        if let Some(there) = self.world().find_deployment(d.name.as_str()) {
            return Err(already_there(&there.value));
        }
        let text = format!("{} of {} was requested", d.spec.replicas, d.spec.source.label());
        let mut writes = vec![
            d.put(When::Absent)?,
            claim("deployment", d.name.as_str(), d.id.as_str()),
            self.event(Severity::Info, "deployment.created", about_deployment(&d), text)?,
        ];
        writes.extend(self.revision_writes(&self.world(), &d)?);
        writes.extend(more(d.id.clone())?);
        self.commit(writes).await.map_err(|e| match e.kind() {
            ErrorKind::Conflict => already_there(&d),
            _ => e,
        })?;
        self.wake.notify_one();
        Ok(self.as_written(&d))
    }

    /// Changes what is wanted of a deployment.
    ///
    /// # Errors
    /// `NotFound`; `Invalid` with every issue; `Conflict` when it is being removed; the store's.
    pub async fn update(&self, deployment: &str, body: UpdateDeployment) -> Result<DeploymentItem, PortError> {
        self.edit(deployment, "deployment.updated", |old| self.check_update(old, &body)).await
    }

    /// Removes a deployment: its workloads with their volumes, then the object itself.
    ///
    /// # Errors
    /// `NotFound`; the store's.
    pub async fn delete(&self, deployment: &str) -> Result<DeploymentItem, PortError> {
        let found = self.find_deployment(deployment)?;
        if found.value.deleted_at.is_some() {
            return Ok(self.as_written(&found.value));
        }
        self.edit(found.value.id.as_str(), "deployment.deleted", |old| {
            Ok(Deployment { deleted_at: Some(self.now()), generation: old.generation + 1, ..old.clone() })
        })
        .await
    }

    pub(super) async fn edit(
        &self,
        deployment: &str,
        reason: &str,
        edit: impl Fn(&Deployment) -> Result<Deployment, PortError>,
    ) -> Result<DeploymentItem, PortError> {
        loop {
            let found = self.find_deployment(deployment)?;
            if found.value.deleted_at.is_some() {
                return Err(being_removed(&found.value));
            }
            let new = edit(&found.value)?;
            if new == *found.value {
                // The view may be behind: "unchanged" is only true of what the store has.
                match self.commit(vec![Write::check(&*found.value, found.revision)]).await {
                    Ok(_) => return Ok(self.as_written(&found.value)),
                    Err(e) if e.kind() == ErrorKind::Conflict => {
                        self.after_conflict().await?;
                        continue;
                    }
                    Err(e) => return Err(e),
                }
            }
            let text = format!("generation {}", new.generation);
            let event = self.event(Severity::Info, reason, about_deployment(&new), text)?;
            let mut writes = vec![new.put(When::At(found.revision))?, event];
            writes.extend(self.revision_writes(&self.world(), &new)?);
            match self.commit(writes).await {
                Ok(_) => {
                    self.wake.notify_one();
                    return Ok(self.as_written(&new));
                }
                Err(e) if e.kind() == ErrorKind::Conflict => self.after_conflict().await?,
                Err(e) => return Err(e),
            }
        }
    }

    /// What creating it would do; for the name of an existing deployment, what changing that one to it would do.
    ///
    /// # Errors
    /// `Invalid` with every issue.
    pub fn plan_create(&self, body: &CreateDeployment) -> Result<PlanAnswer, PortError> {
        // A fixed id keeps dry runs repeatable; the real one differs, and with it the workload names.
        let mut wanted = self.check_create(body, DeploymentId::from_bits(0), None)?;
        let old = self.world().find_deployment(wanted.name.as_str()).cloned();
        if let Some(old) = old {
            if old.value.deleted_at.is_some() {
                return Err(being_removed(&old.value));
            }
            let mut spec = wanted.spec.clone();
            (spec.restarts, spec.stack) = (old.value.spec.restarts, old.value.spec.stack.clone());
            wanted = changed(&old.value, spec, self.now());
        }
        self.dry_run(&wanted)
    }

    /// What an update would do.
    ///
    /// # Errors
    /// `NotFound`; `Invalid` with every issue.
    pub fn plan_update(&self, deployment: &str, body: &UpdateDeployment) -> Result<PlanAnswer, PortError> {
        let old = self.find_deployment(deployment)?;
        self.dry_run(&self.check_update(&old.value, body)?)
    }

    /// What a removal would do.
    ///
    /// # Errors
    /// `NotFound`.
    pub fn plan_delete(&self, deployment: &str) -> Result<PlanAnswer, PortError> {
        let old = self.find_deployment(deployment)?;
        self.dry_run(&Deployment { deleted_at: Some(self.now()), ..(*old.value).clone() })
    }
}

/// What a plan changes for any deployment.
pub(super) fn changes(
    world: &World,
    plan: &Plan,
    preview: &dyn Fn(&Assignment, u64) -> Option<String>,
) -> Vec<PlanChange> {
    let rendered = |id| plan.targets.iter().find_map(|t| t.find(id));
    let node_name = |node: &NodeId| world.nodes().get(node).map_or_else(String::new, |n| n.value.name.to_string());
    let change = |action: &str, a: &Assignment, compose: Option<String>| {
        let deployment = &world.deployments().get(&a.deployment)?.value;
        Some(PlanChange {
            action: action.to_owned(),
            workload: a.workload.clone(),
            deployment: deployment.name.clone(),
            node: a.node.clone(),
            node_name: node_name(&a.node),
            variant: a.variant.clone().filter(|_| !matches!(action, "leave" | "remove")),
            why: (action == "create").then(|| why(a)),
            compose,
        })
    };
    let mut changes = Vec::new();
    for id in &plan.unassign {
        changes.extend(world.assignments().get(id).and_then(|a| change("remove", &a.value, None)));
    }
    for a in &plan.assign {
        let old = world.assignments().get(&a.workload).map(|old| &old.value);
        changes.extend(match old {
            _ if a.leaving => change("leave", a, None),
            Some(_) => change("update", a, preview(a, a.next.unwrap_or(a.revision))),
            None => change("create", a, rendered(&a.workload).map(|w| w.compose.clone())),
        });
    }
    for target in &plan.targets {
        let old = world.targets().get(&target.node);
        for w in &target.workloads {
            let before = old.and_then(|t| t.value.find(&w.id));
            // A new generation with the same content changes nothing on the machine.
            let told = plan.assign.iter().any(|a| a.workload == w.id);
            if !told
                && before.is_some_and(|b| b.hash != w.hash || b.run != w.run)
                && let Some(a) = world.assignments().get(&w.id)
            {
                changes.extend(change("update", &a.value, Some(w.compose.clone())));
            }
        }
    }
    changes
}

fn already_there(d: &Deployment) -> PortError {
    if d.deleted_at.is_some() {
        return being_removed(d);
    }
    PortError::new(ErrorKind::AlreadyExists, "deployment.create", format!("a deployment named {} exists", d.name))
        .with_hint("choose another name, change the existing one, or remove it first: `miaas rm`")
}

pub(super) fn being_removed(d: &Deployment) -> PortError {
    PortError::new(ErrorKind::Conflict, "deployment", format!("deployment {} is being removed", d.name))
        .with_hint("wait until it is gone: `miaas rm --wait`")
}
