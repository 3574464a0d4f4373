//! Stacks: several deployments that are wanted, placed and wired together (T8). A stack is no object of its own: its members
//! carry its name, and one commit changes them all.

use std::collections::{BTreeMap, BTreeSet};

use super::{
    Orchestrator,
    events::about_deployment,
    lookup::{claim, missing},
    refer::Beside,
    spec::changed,
};
use crate::{
    api::v1::{CreateDeployment, DeploymentStatus, StackAction, StackAnswer, StackItem, WAITING},
    error::{ErrorKind, PortError},
    id::DeploymentId,
    model::{Assignment, Deployment, Reference, Severity, StackMember},
    name::Name,
    plan::{differences, plan_cluster, preview},
    port::{Op, Revision, Stored as _, Versioned, When},
    spec::{Issue, nearest},
    world::World,
};

/// Services by name: what each is, and which others have to be ready before it starts.
pub type StackServices = BTreeMap<String, (CreateDeployment, Vec<String>)>;

/// One member, as it will be.
struct Change {
    action: StackAction,
    deployment: Deployment,
    before: Option<std::sync::Arc<Deployment>>,
    when: When,
}

impl Orchestrator {
    /// Every stack with its services, by name.
    #[must_use]
    pub fn stacks(&self) -> Vec<StackItem> {
        let names: BTreeSet<Name> = members(&self.world()).map(|(m, _)| m.stack.clone()).collect();
        names.iter().filter_map(|name| self.stack(name.as_str()).ok()).collect()
    }

    /// One stack.
    ///
    /// # Errors
    /// `NotFound`, with the nearest name.
    pub fn stack(&self, name: &str) -> Result<StackItem, PortError> {
        let found: Vec<(StackMember, DeploymentId)> = {
            let world = self.world();
            let own = members(&world).filter(|(m, _)| m.stack.as_str() == name);
            own.map(|(m, d)| (m.clone(), d.value.id.clone())).collect()
        };
        let Some((first, _)) = found.first() else { return Err(self.no_stack(name)) };
        let stack = first.stack.clone();
        let mut services = BTreeMap::new();
        for (member, id) in found {
            services.insert(member.service.to_string(), self.deployment(id.as_str())?);
        }
        let status = services.values().map(|d| d.status).max_by_key(|s| badness(*s)).unwrap_or(DeploymentStatus::Ready);
        Ok(StackItem { name: stack, status, services })
    }

    /// Makes a stack consist of these services: creates, changes and removes what differs, all at once or not at all.
    ///
    /// # Errors
    /// `Invalid` with every issue of every service; `AlreadyExists` when a deployment of another stack has a name that is
    /// needed; `Conflict` while a member is being removed; the store's.
    pub async fn apply_stack(&self, name: &str, services: &StackServices) -> Result<StackAnswer, PortError> {
        loop {
            let changes = self.stack_changes(name, services)?;
            let mut writes = Vec::new();
            for change in &changes {
                let d = &change.deployment;
                let (reason, text) = match change.action {
                    StackAction::Unchanged => continue,
                    StackAction::Create => {
                        writes.push(claim("deployment", d.name.as_str(), d.id.as_str()));
                        (
                            "deployment.created",
                            format!("{} of {} was requested", d.spec.replicas, d.spec.source.label()),
                        )
                    }
                    StackAction::Update => ("deployment.updated", format!("generation {}", d.generation)),
                    StackAction::Remove => ("deployment.deleted", format!("generation {}", d.generation)),
                };
                writes.push(d.put(change.when)?);
                writes.extend(self.revision_writes(&self.world(), d)?);
                writes.push(self.event(Severity::Info, reason, about_deployment(d), text)?);
            }
            match self.commit(writes).await {
                Ok(_) => {
                    self.wake.notify_one();
                    return Ok(self.stack_answer(&changes));
                }
                Err(e) if e.kind() == ErrorKind::Conflict => self.after_conflict().await?,
                Err(e) => return Err(e),
            }
        }
    }

    /// What applying it would do.
    ///
    /// # Errors
    /// As [`Orchestrator::apply_stack`], without the store's.
    pub fn plan_stack(&self, name: &str, services: &StackServices) -> Result<StackAnswer, PortError> {
        let changes = self.stack_changes(name, services)?;
        let mut world: World = self.world().clone();
        for change in changes.iter().filter(|c| c.action != StackAction::Unchanged) {
            let write = change.deployment.put(When::Any)?;
            if let Op::Put(value) = &write.op {
                world.apply(&write.key, Some(value), Revision::MAX)?;
            }
        }
        let seen = self.seen_nodes();
        let renderer = &*self.ports.renderer;
        let (plan, report) = plan_cluster(self.situation(&world).with_seen(&seen));
        let mut answer = self.stack_answer(&changes);
        let preview = |a: &Assignment, revision| preview(&world, &seen, renderer, a, revision);
        answer.changes = super::deployments::changes(&world, &plan, &preview);
        for change in &changes {
            let mut problems = report.problems.get(&change.deployment.id).cloned().unwrap_or_default();
            // That services start one after the other is no obstacle.
            problems.retain(|p| p.kind != WAITING);
            if !problems.is_empty() {
                answer.problems.insert(service_of(&change.deployment), problems);
            }
        }
        Ok(answer)
    }

    /// Removes every service of a stack.
    ///
    /// # Errors
    /// `NotFound`, with the nearest name; the store's.
    pub async fn delete_stack(&self, name: &str) -> Result<StackAnswer, PortError> {
        if !members(&self.world()).any(|(m, _)| m.stack.as_str() == name) {
            return Err(self.no_stack(name));
        }
        self.apply_stack(name, &StackServices::new()).await
    }

    fn stack_answer(&self, changes: &[Change]) -> StackAnswer {
        let mut answer = StackAnswer::default();
        for change in changes {
            let (d, service) = (&change.deployment, service_of(&change.deployment));
            answer.services.insert(service.clone(), change.action);
            if let Some(before) = &change.before {
                let hidden = self.ports.renderer.secret_params(&d.spec);
                let found = differences(&before.spec, &d.spec, &hidden);
                if !found.is_empty() {
                    answer.differences.insert(service, found);
                }
            }
        }
        answer
    }

    pub(super) fn no_stack(&self, name: &str) -> PortError {
        let world = self.world();
        let names = members(&world).map(|(m, _)| m.stack.as_str());
        missing("stack", name, nearest(name, names), "`miaas stack ls` lists the stacks")
    }

    fn stack_changes(&self, name: &str, services: &StackServices) -> Result<Vec<Change>, PortError> {
        let stack = Name::parse(name)
            .map_err(|e| PortError::invalid("stack.apply", vec![Issue::new("/name", e.to_string())]))?;
        let mut issues = Vec::new();
        let mut wanted = BTreeMap::new();
        let mut refused = Beside::new();
        for (service, (body, after)) in services {
            let at = |path: &str| format!("/services/{service}{path}");
            let id = DeploymentId::from_bits(self.ports.ids.next_bits());
            let member = Name::parse(service).map_err(|e| issues.push(Issue::new(at(""), e.to_string())));
            let Ok(member) = member else { continue };
            let names = after.iter().filter_map(|n| match Name::parse(n) {
                Ok(name) => Some(name),
                Err(e) => {
                    issues.push(Issue::new(at("/depends_on"), e.to_string()));
                    None
                }
            });
            let after = names.collect();
            let place = StackMember { stack: stack.clone(), service: member.clone(), after };
            let made = self.with_stored(&stack, body).and_then(|body| self.check_create(&body, id, Some(place)));
            match made {
                Ok(d) => drop(wanted.insert(member, d)),
                Err(e) => {
                    issues.extend(e.issues().iter().map(|i| Issue { path: at(&i.path), ..i.clone() }));
                    refused.insert(member, None);
                }
            }
        }
        let world = self.world();
        self.check_wiring(&world, &mut wanted, refused, &mut issues);
        if !issues.is_empty() {
            return Err(PortError::invalid("stack.apply", issues));
        }
        self.compared(&world, &stack, wanted)
    }

    /// Completes the order of starts by what refers to what, and checks both.
    fn check_wiring(
        &self,
        world: &World,
        wanted: &mut BTreeMap<Name, Deployment>,
        refused: Beside,
        issues: &mut Vec<Issue>,
    ) {
        let mut offers = refused;
        offers.extend(wanted.iter().map(|(name, d)| (name.clone(), Some(self.ports.renderer.offers(&d.spec)))));
        for (service, d) in wanted.iter_mut() {
            let mut found = Vec::new();
            self.check_references(world, &d.spec, &offers, &mut found);
            let references = self.ports.renderer.references(&d.spec);
            if let Some(member) = &mut d.spec.stack {
                for name in &member.after {
                    if !offers.contains_key(name) || name == service {
                        let known: Vec<&str> = offers.keys().map(Name::as_str).collect();
                        let issue = crate::model::reference::unknown("other service", name.as_str(), &known);
                        found.push(Issue { path: "/depends_on".to_owned(), ..issue });
                    }
                }
                member.after.extend(references.into_iter().filter_map(|(r, _)| match r {
                    Reference::Service { service, .. } => Some(service),
                    Reference::Secret(_) => None,
                }));
            }
            issues.extend(found.into_iter().map(|i| Issue { path: format!("/services/{service}{}", i.path), ..i }));
        }
        if let Some(cycle) = cycle(wanted) {
            let text = format!("services wait for each other: {}", cycle.join(" -> "));
            issues.push(Issue::new("/services", text).with_hint("take away one of these references or depends_on"));
        }
    }

    /// Each member beside what is stored under its name.
    fn compared(
        &self,
        world: &World,
        stack: &Name,
        wanted: BTreeMap<Name, Deployment>,
    ) -> Result<Vec<Change>, PortError> {
        let now = self.now();
        let mut changes = Vec::new();
        let kept: BTreeSet<Name> = wanted.values().map(|d| d.name.clone()).collect();
        for (_, new) in wanted {
            let Some(old) = world.find_deployment(new.name.as_str()) else {
                changes.push(Change { action: StackAction::Create, deployment: new, before: None, when: When::Absent });
                continue;
            };
            if old.value.spec.stack.as_ref().is_none_or(|m| m.stack != *stack) {
                let text = format!("deployment {} exists and is not part of stack {stack}", new.name);
                return Err(PortError::new(ErrorKind::AlreadyExists, "stack.apply", text)
                    .with_hint("choose another name for the stack or the service, or remove the deployment first"));
            }
            if old.value.deleted_at.is_some() {
                return Err(super::deployments::being_removed(&old.value));
            }
            let mut spec = new.spec;
            (spec.state, spec.restarts) = (old.value.spec.state, old.value.spec.restarts);
            let deployment = changed(&old.value, spec, now);
            let same = deployment == *old.value;
            let action = if same { StackAction::Unchanged } else { StackAction::Update };
            let before = Some(old.value.clone());
            changes.push(Change { action, deployment, before, when: When::At(old.revision) });
        }
        for (_, old) in members(world).filter(|(m, d)| m.stack == *stack && !kept.contains(&d.value.name)) {
            if old.value.deleted_at.is_none() {
                let generation = old.value.generation + 1;
                let deployment = Deployment { deleted_at: Some(now), generation, ..(*old.value).clone() };
                let when = When::At(old.revision);
                changes.push(Change { action: StackAction::Remove, deployment, before: None, when });
            }
        }
        Ok(changes)
    }
}

pub(super) fn members(world: &World) -> impl Iterator<Item = (&StackMember, &Versioned<std::sync::Arc<Deployment>>)> {
    world.deployments().values().filter_map(|d| d.value.spec.stack.as_ref().map(|m| (m, d)))
}

fn service_of(d: &Deployment) -> String {
    d.spec.stack.as_ref().map_or_else(|| d.name.to_string(), |m| m.service.to_string())
}

/// Services that wait for each other in a ring, the first of them again at the end.
fn cycle(wanted: &BTreeMap<Name, Deployment>) -> Option<Vec<String>> {
    let after = |name: &Name| wanted.get(name).and_then(|d| d.spec.stack.as_ref()).map(|m| &m.after);
    // What waits for nothing that is still there goes, until nothing does.
    let mut left: BTreeSet<&Name> = wanted.keys().collect();
    loop {
        let free: Vec<&Name> = left
            .iter()
            .copied()
            .filter(|name| after(name).into_iter().flatten().all(|other| !left.contains(other)))
            .collect();
        if free.is_empty() {
            break;
        }
        left.retain(|name| !free.contains(name));
    }
    let mut path: Vec<&Name> = vec![left.first()?];
    loop {
        let next = after(path.last()?)?.iter().find(|other| left.contains(other))?;
        if let Some(start) = path.iter().position(|name| *name == next) {
            let ring = path[start..].iter().chain([&next]);
            return Some(ring.map(ToString::to_string).collect());
        }
        path.push(next);
    }
}

const fn badness(status: DeploymentStatus) -> u8 {
    match status {
        DeploymentStatus::Ready => 0,
        DeploymentStatus::Stopped => 1,
        DeploymentStatus::Removing => 2,
        DeploymentStatus::Progressing => 3,
        DeploymentStatus::Degraded => 4,
    }
}
