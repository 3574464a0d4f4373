//! Node targets from assignments.

use std::{
    borrow::Cow,
    collections::{BTreeMap, BTreeSet},
};

use super::{
    cluster::{PlanInput, PlanReport, Planning, problem},
    fence,
    wiring::{Unknown, Wiring, inputs},
};
use crate::{
    api::v1::{Problem, WAITING},
    id::{NodeId, WorkloadId},
    model::{
        Assignment, Deployment, DeploymentSpec, Facts, NodeTarget, Preparation, RenderedWorkload, RunState,
        WorkloadStatus,
    },
    port::{NodeContext, RenderContext},
};

/// Writes a new target for every node whose workloads changed. What was rendered for the same revision and with the same values
/// of what it refers to is kept as it is, so a new version of a template never restarts what runs.
pub(super) fn plan_targets(state: &mut Planning<'_>, deployments: &[&Deployment]) {
    let world = state.input.world;
    let assign = std::mem::take(&mut state.plan.assign);
    let wanted = wanted(state, deployments, &assign);
    let PlanInput { seen, renderer, .. } = state.input;
    let all = wanted.values().flat_map(BTreeMap::values).copied();
    let wiring = Wiring::new(world, seen, renderer, deployments.iter().copied(), all);
    let mut targets = Vec::new();
    let mut told: Vec<WorkloadStatus> = Vec::new();
    for (node, here) in &wanted {
        let node = *node;
        let old = world.targets().get(node).map(|t| &*t.value);
        let is_drained = is_drained(state.input, node);
        // Nothing is copied unless it changes.
        let workloads: Vec<Cow<'_, RenderedWorkload>> = here
            .values()
            .filter_map(|a| {
                let w = match state.part {
                    Some(part) if !part.deployments.contains(&a.deployment) => {
                        old.and_then(|t| t.find(&a.workload)).map(Cow::Borrowed)
                    }
                    _ => rendered(&mut state.report, state.input, &wiring, a, old),
                };
                Some(as_wanted(w?, world.deployments().get(&a.deployment).map(|d| &d.value.spec), is_drained))
            })
            .collect();
        let prepare: Vec<Preparation> = here.values().filter_map(|a| preparation(state.input, a)).collect();
        let generation = old.map_or(0, |t| t.generation);
        let same = match old {
            Some(t) => t.prepare == prepare && are(&t.workloads, &workloads),
            None => workloads.is_empty() && prepare.is_empty(),
        };
        let new = workloads.iter().filter(|w| w.exclusive && !world.statuses().contains_key(&w.id));
        told.extend(new.filter_map(|w| here.get(&w.id)).map(|a| WorkloadStatus::first(a, state.input.now)));
        if !same {
            let workloads = workloads.into_iter().map(Cow::into_owned).collect();
            targets.push(NodeTarget { node: node.clone(), generation: generation + 1, workloads, prepare });
        }
    }
    state.plan.assign = assign;
    state.plan.targets = targets;
    state.plan.statuses.extend(told);
}

/// What is to be on each node whose target may change.
fn wanted<'a>(
    state: &Planning<'a>,
    deployments: &[&Deployment],
    assign: &'a [Assignment],
) -> BTreeMap<&'a NodeId, BTreeMap<&'a WorkloadId, &'a Assignment>> {
    let world = state.input.world;
    let gone: BTreeSet<&WorkloadId> = state.plan.unassign.iter().collect();
    let mut wanted: BTreeMap<&NodeId, BTreeMap<&WorkloadId, &Assignment>> = match state.part {
        None => world.nodes().keys().map(|node| (node, BTreeMap::new())).collect(),
        Some(part) => {
            let theirs = deployments.iter().flat_map(|d| world.assignments_of(&d.id)).map(|a| &a.node);
            let left = gone.iter().filter_map(|w| world.assignments().get(*w)).map(|a| &a.value.node);
            let all = part.nodes.iter().chain(theirs).chain(left).chain(assign.iter().map(|a| &a.node));
            let known = all.filter_map(|node| world.nodes().get_key_value(node));
            known.map(|(node, _)| (node, BTreeMap::new())).collect()
        }
    };
    for (node, here) in &mut wanted {
        let stay = world.assigned_to(node).filter(|a| !gone.contains(&a.workload));
        here.extend(stay.map(|a| (&a.workload, &**a)));
    }
    for a in assign {
        if let Some(here) = wanted.get_mut(&a.node) {
            here.insert(&a.workload, a);
        }
    }
    wanted
}

/// Whether these are those, most of them by being the same object.
fn are(before: &[RenderedWorkload], now: &[Cow<'_, RenderedWorkload>]) -> bool {
    before.len() == now.len()
        && before.iter().zip(now).all(|(b, n)| match n {
            Cow::Borrowed(n) => std::ptr::eq(*n, b) || *n == b,
            Cow::Owned(n) => n == b,
        })
}

/// Whether it is to run, and whether it may run only once: both can change while it runs. What is still on a node when its
/// drain is over is stopped; it keeps its place and its volumes.
fn as_wanted<'w>(
    w: Cow<'w, RenderedWorkload>,
    wanted: Option<&DeploymentSpec>,
    is_drained: bool,
) -> Cow<'w, RenderedWorkload> {
    let run = wanted.map_or(w.run, |spec| spec.state == RunState::Running) && !is_drained;
    let exclusive = wanted.map_or(w.exclusive, |spec| spec.placement.exclusive);
    if (run, exclusive) == (w.run, w.exclusive) {
        return w;
    }
    Cow::Owned(RenderedWorkload { run, exclusive, ..w.into_owned() })
}

fn is_drained(input: PlanInput<'_>, node: &NodeId) -> bool {
    let drain = input.world.nodes().get(node).and_then(|n| n.value.drain.as_ref());
    drain.is_some_and(|d| d.is_over(input.now))
}

/// The images of the revision that is to take the place of a workload. What cannot be told of is told of when it is given.
fn preparation(input: PlanInput<'_>, a: &Assignment) -> Option<Preparation> {
    let revision = a.next.filter(|_| !a.leaving)?;
    let deployment = &input.world.deployments().get(&a.deployment)?.value;
    let next = input.world.deployment_at(deployment, revision)?;
    let asks = input.renderer.demand(&next).unwrap_or_default();
    let same = asks.iter().find(|v| v.variant == a.variant).or_else(|| asks.first());
    let images = same.map(|v| v.images.clone()).unwrap_or_default();
    Some(Preparation { workload: a.workload.clone(), revision, executor: a.executor, images })
}

fn rendered<'t>(
    report: &mut PlanReport,
    input: PlanInput<'_>,
    wiring: &Wiring<'_>,
    a: &Assignment,
    old: Option<&'t NodeTarget>,
) -> Option<Cow<'t, RenderedWorkload>> {
    let before = old.and_then(|t| t.find(&a.workload));
    let newest = &input.world.deployments().get(&a.deployment)?.value;
    // Other ports are other words in what was rendered.
    let rebound = input.world.assignments().get(&a.workload).is_some_and(|known| known.value.ports != a.ports);
    let current = before.filter(|b| (b.revision == a.revision || a.leaving) && !rebound);
    let Some(deployment) = input.world.deployment_at(newest, a.revision) else {
        let message = format!("revision {} is not kept any more", a.revision);
        report.problem(&a.deployment, problem("render", message, None));
        return before.map(Cow::Borrowed);
    };
    let deployment = &*deployment;
    if current.is_some() && (a.leaving || !wiring.is_wired(deployment)) {
        return current.map(Cow::Borrowed);
    }
    let values = match wiring.values(deployment, a) {
        Ok(values) => values,
        Err(unknown) => {
            report.problem(&a.deployment, told(a, unknown));
            return before.map(Cow::Borrowed);
        }
    };
    let reach = wiring.reach(&a.workload);
    let inputs = inputs(&values, reach);
    if let Some(current) = current.filter(|b| b.inputs == inputs) {
        return Some(Cow::Borrowed(current));
    }
    let awaited = wiring.awaited(deployment);
    if before.is_none() && !awaited.is_empty() {
        let names = awaited.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ");
        let later = Unknown::Later(format!("{names} must be ready first"));
        report.problem(&a.deployment, told(a, later));
        return None;
    }
    let exclusive = newest.spec.placement.exclusive;
    if exclusive
        && before.is_none()
        && let Some(why) = fence::held_back(report, input, a)
    {
        report.problem(&a.deployment, told(a, Unknown::Later(why)));
        return None;
    }
    let node = &input.world.nodes().get(&a.node)?.value;
    let empty = Facts::default();
    let facts = input.seen.get(&a.node).map_or(&empty, |s| &*s.facts);
    let ip = node.ip.to_string();
    let node = NodeContext { name: node.name.as_str(), ip: &ip, facts, executor: a.executor };
    match input.renderer.render(deployment, a, RenderContext { node, values: &values, reach }) {
        Ok(rendered) => Some(Cow::Owned(RenderedWorkload { inputs, revision: a.revision, exclusive, ..rendered })),
        Err(e) => {
            report.problem(&a.deployment, problem("render", e.message, e.hint));
            before.map(Cow::Borrowed)
        }
    }
}

fn told(a: &Assignment, unknown: Unknown) -> Problem {
    match unknown {
        Unknown::Later(why) => problem(WAITING, format!("{} waits: {why}", a.workload), None),
        Unknown::Never(why) => problem("render", why, None),
    }
}
