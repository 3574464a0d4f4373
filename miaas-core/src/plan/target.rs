//! Node targets from assignments.

use std::collections::BTreeMap;

use super::{
    cluster::{PlanInput, PlanReport, Planning, problem},
    wiring::{Unknown, Wiring, inputs},
};
use crate::{
    api::v1::{Problem, WAITING},
    id::{NodeId, WorkloadId},
    model::{Assignment, Facts, NodeTarget, RenderedWorkload},
    port::{NodeContext, RenderContext},
};

/// Writes a new target for every node whose workloads changed. What was rendered for the same generation and with the same
/// values of what it refers to is kept as it is, so a new version of a template never restarts what runs.
pub(super) fn plan_targets(state: &mut Planning<'_>) {
    let world = state.input.world;
    let mut wanted: BTreeMap<NodeId, BTreeMap<WorkloadId, Assignment>> = BTreeMap::new();
    let gone: std::collections::BTreeSet<&WorkloadId> = state.plan.unassign.iter().collect();
    for a in world.assignments().values().map(|a| &a.value).filter(|a| !gone.contains(&a.workload)) {
        wanted.entry(a.node.clone()).or_default().insert(a.workload.clone(), (**a).clone());
    }
    for a in &state.plan.assign {
        wanted.entry(a.node.clone()).or_default().insert(a.workload.clone(), a.clone());
    }
    let PlanInput { seen, renderer, .. } = state.input;
    let wiring = Wiring::new(world, seen, renderer, wanted.values().flat_map(BTreeMap::values).cloned());
    let none = BTreeMap::new();
    let mut targets = Vec::new();
    for node in world.nodes().keys() {
        let old = world.targets().get(node).map(|t| &*t.value);
        let workloads: Vec<RenderedWorkload> = wanted
            .get(node)
            .unwrap_or(&none)
            .values()
            .filter_map(|a| rendered(&mut state.report, state.input, &wiring, a, old))
            .collect();
        let (before, generation) = old.map_or((&[][..], 0), |t| (&t.workloads, t.generation));
        if before != workloads.as_slice() {
            targets.push(NodeTarget { node: node.clone(), generation: generation + 1, workloads });
        }
    }
    state.plan.targets = targets;
}

fn rendered(
    report: &mut PlanReport,
    input: PlanInput<'_>,
    wiring: &Wiring<'_>,
    a: &Assignment,
    old: Option<&NodeTarget>,
) -> Option<RenderedWorkload> {
    let before = old.and_then(|t| t.find(&a.workload));
    let deployment = &input.world.deployments().get(&a.deployment)?.value;
    let current = before.filter(|b| b.generation == deployment.generation || a.leaving);
    if current.is_some() && (a.leaving || !wiring.is_wired(deployment)) {
        return current.cloned();
    }
    let values = match wiring.values(deployment, a) {
        Ok(values) => values,
        Err(unknown) => {
            report.problem(&a.deployment, told(a, unknown));
            return before.cloned();
        }
    };
    let reach = wiring.reach(&a.workload);
    let inputs = inputs(&values, reach);
    if let Some(current) = current.filter(|b| b.inputs == inputs) {
        return Some(current.clone());
    }
    let awaited = wiring.awaited(deployment);
    if before.is_none() && !awaited.is_empty() {
        let names = awaited.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ");
        let later = Unknown::Later(format!("{names} must be ready first"));
        report.problem(&a.deployment, told(a, later));
        return None;
    }
    let node = &input.world.nodes().get(&a.node)?.value;
    let empty = Facts::default();
    let facts = input.seen.get(&a.node).map_or(&empty, |s| &*s.facts);
    let ip = node.ip.to_string();
    let node = NodeContext { name: node.name.as_str(), ip: &ip, facts, executor: a.executor };
    match input.renderer.render(deployment, a, RenderContext { node, values: &values, reach }) {
        Ok(rendered) => Some(RenderedWorkload { inputs, ..rendered }),
        Err(e) => {
            report.problem(&a.deployment, problem("render", e.message, e.hint));
            before.cloned()
        }
    }
}

fn told(a: &Assignment, unknown: Unknown) -> Problem {
    match unknown {
        Unknown::Later(why) => problem(WAITING, format!("{} waits: {why}", a.workload), None),
        Unknown::Never(why) => problem("render", why, None),
    }
}
