//! From requests to deployments: the only place where a `Deployment` is made or changed. All issues come at once.

use std::collections::BTreeMap;

use super::Orchestrator;
use crate::{
    api::v1::{CreateDeployment, UpdateDeployment},
    error::PortError,
    id::DeploymentId,
    model::{ComposeSource, Deployment, DeploymentSpec, PlacementPolicy, RunState, Source, StackMember},
    name::{LabelKey, Labels, Name},
    spec::{Issue, nearest},
    time::Timestamp,
};

/// Most replicas of one deployment.
pub(super) const MAX_REPLICAS: u32 = 10_000;

impl Orchestrator {
    /// The deployment that a request describes. What a member of a stack refers to is checked with its stack.
    pub(super) fn check_create(
        &self,
        body: &CreateDeployment,
        id: DeploymentId,
        stack: Option<StackMember>,
    ) -> Result<Deployment, PortError> {
        let mut issues = Vec::new();
        let source = match (&body.template, &body.compose) {
            (Some(name), None) => Some(Source::Template { name: name.clone(), params: body.params.clone() }),
            (None, Some(text)) => Some(Source::Compose(ComposeSource {
                text: text.clone(),
                env: body.env.clone(),
                files: body.files.clone(),
                overrides: body.overrides.clone(),
            })),
            (Some(_), Some(_)) => {
                issues.push(Issue::new("/compose", "give either template or compose, not both"));
                None
            }
            (None, None) => {
                issues.push(Issue::new("", "what is to run is missing: give template or compose"));
                None
            }
        };
        let text = body.name.as_deref().or(body.template.as_deref()).unwrap_or("compose");
        let name = Name::parse(text).map_err(|e| issues.push(Issue::new("/name", e.to_string())));
        let spec = source.map(|source| DeploymentSpec {
            source,
            replicas: body.replicas.unwrap_or(1),
            placement: body.placement.clone(),
            priority: body.priority,
            labels: labels(&body.labels, &mut issues),
            state: RunState::Running,
            restarts: 0,
            update: body.update.clone(),
            stack,
        });
        if let Some(spec) = &spec {
            self.check_spec(name.as_ref().ok(), spec, &mut issues);
            if spec.stack.is_none() {
                self.check_references(&self.world(), spec, &BTreeMap::new(), &mut issues);
            }
        }
        let now = self.now();
        match (name, spec) {
            (Ok(name), Some(spec)) if issues.is_empty() => Ok(Deployment {
                id,
                name,
                spec,
                generation: 1,
                revision: 1,
                created_at: now,
                updated_at: now,
                deleted_at: None,
            }),
            _ => Err(PortError::invalid("deployment.create", issues)),
        }
    }

    /// The deployment after a change; with an unchanged generation when nothing changes.
    pub(super) fn check_update(&self, old: &Deployment, body: &UpdateDeployment) -> Result<Deployment, PortError> {
        let mut issues = Vec::new();
        let mut spec = old.spec.clone();
        match &mut spec.source {
            Source::Template { params, .. } => {
                for (name, value) in &body.params {
                    if value.is_null() {
                        params.remove(name);
                    } else {
                        params.insert(name.clone(), value.clone());
                    }
                }
                if body.compose.is_some() || body.env.is_some() || body.files.is_some() || body.overrides.is_some() {
                    issues.push(Issue::new("/compose", "this deployment is made from a template: change its params"));
                }
            }
            Source::Compose(source) => {
                if let Some(new) = &body.compose {
                    source.text.clone_from(new);
                }
                if let Some(new) = &body.env {
                    source.env.clone_from(new);
                }
                if let Some(new) = &body.files {
                    source.files.clone_from(new);
                }
                if let Some(new) = &body.overrides {
                    source.overrides.clone_from(new);
                }
                if !body.params.is_empty() {
                    issues.push(Issue::new(
                        "/params",
                        "this deployment is made from a Compose document: it has no params",
                    ));
                }
            }
        }
        spec.replicas = body.replicas.unwrap_or(spec.replicas);
        spec.priority = body.priority.unwrap_or(spec.priority);
        spec.state = body.state.unwrap_or(spec.state);
        spec.restarts += u64::from(body.restart);
        if let Some(placement) = &body.placement {
            spec.placement = placement.clone();
        }
        if let Some(update) = &body.update {
            spec.update = update.clone();
        }
        if let Some(new) = &body.labels {
            spec.labels = labels(new, &mut issues);
        }
        self.check_spec(Some(&old.name), &spec, &mut issues);
        let world = self.world();
        self.check_references(&world, &spec, &self.offers_beside(&world, &spec), &mut issues);
        drop(world);
        if !issues.is_empty() {
            return Err(PortError::invalid("deployment.update", issues));
        }
        Ok(changed(old, spec, self.now()))
    }

    pub(super) fn check_spec(&self, name: Option<&Name>, spec: &DeploymentSpec, issues: &mut Vec<Issue>) {
        if spec.replicas > MAX_REPLICAS {
            let message = format!("{} are more than the {MAX_REPLICAS} that a deployment may have", spec.replicas);
            issues.push(Issue::new("/replicas", message));
        }
        self.check_placement(&spec.placement, issues);
        issues.extend(spec.update.issues("/update"));
        issues.extend(self.ports.renderer.validate(name, spec).into_iter().map(|issue| Issue {
            path: issue.path.strip_prefix("/source").map(str::to_owned).unwrap_or(issue.path),
            ..issue
        }));
    }

    fn check_placement(&self, policy: &PlacementPolicy, issues: &mut Vec<Issue>) {
        if let Err(e) = policy.node_selector.check() {
            issues.push(Issue::new("/placement/node_selector", e.to_string()));
        }
        let known = self.ports.placer.strategies();
        if let Some(name) = policy.strategy.as_deref().filter(|s| !known.contains(s)) {
            let hint = nearest(name, known.iter().copied())
                .map_or_else(|| format!("one of {}", known.join(", ")), |near| format!("did you mean {near}?"));
            issues.push(Issue::new("/placement/strategy", format!("there is no strategy {name:?}")).with_hint(hint));
        }
        if policy.max_per_node == Some(0) {
            issues.push(Issue::new("/placement/max_per_node", "0 would allow no node at all").with_hint("at least 1"));
        }
        check_neighbours(policy, issues);
        let world = self.world();
        if let Some(node) = policy.node.as_ref().filter(|n| world.find_node(n.as_str()).is_none()) {
            let near = nearest(node.as_str(), world.nodes().values().map(|n| n.value.name.as_str()));
            let issue = Issue::new("/placement/node", format!("there is no node {:?}", node.as_str()));
            issues.push(match near {
                Some(near) => issue.with_hint(format!("did you mean {near}?")),
                None => issue.with_hint("`miaas node ls` lists the nodes"),
            });
        }
    }
}

/// A limit without what it limits, a wish that contradicts itself. Another deployment may come later, so its name is not
/// looked up.
fn check_neighbours(policy: &PlacementPolicy, issues: &mut Vec<Issue>) {
    match policy.max_skew {
        Some(0) => {
            issues.push(Issue::new("/placement/max_skew", "0 would allow no workload at all").with_hint("at least 1"));
        }
        Some(_) if policy.spread_by.is_none() => issues.push(
            Issue::new("/placement/max_skew", "there is no spread to limit").with_hint("set spread_by to a node label"),
        ),
        _ => {}
    }
    for (list, terms) in [("affinity", &policy.affinity), ("anti_affinity", &policy.anti_affinity)] {
        for (i, term) in terms.iter().enumerate().filter(|(_, t)| t.by.as_deref().is_some_and(str::is_empty)) {
            let text = format!("{} is to be found by a label without a name", term.deployment);
            let issue = Issue::new(format!("/placement/{list}/{i}/by"), text);
            issues.push(issue.with_hint("name a node label, for example zone, or leave it out for the node itself"));
        }
    }
    for (i, term) in policy.anti_affinity.iter().enumerate().filter(|(_, t)| policy.affinity.contains(t)) {
        let text = format!("{} is to be near and apart at once", term.deployment);
        let issue = Issue::new(format!("/placement/anti_affinity/{i}"), text);
        issues.push(issue.with_hint("keep it in one of affinity and anti_affinity"));
    }
}

pub(super) fn changed(old: &Deployment, spec: DeploymentSpec, now: Timestamp) -> Deployment {
    if spec == old.spec {
        return old.clone();
    }
    let runs = |spec: &DeploymentSpec| (spec.source.clone(), spec.restarts);
    let revision = old.revision + u64::from(runs(&spec) != runs(&old.spec));
    Deployment { spec, generation: old.generation + 1, revision, updated_at: now, ..old.clone() }
}

fn labels(given: &BTreeMap<String, String>, issues: &mut Vec<Issue>) -> Labels {
    let mut labels = Labels::default();
    for (key, value) in given {
        match LabelKey::parse(key) {
            Ok(key) => drop(labels.0.insert(key, value.clone())),
            Err(e) => issues.push(Issue::new("/labels", e.to_string())),
        }
    }
    if let Err(e) = labels.check() {
        issues.push(Issue::new("/labels", e.to_string()));
    }
    labels
}
