//! Node targets from assignments.

use std::collections::BTreeMap;

use super::cluster::{Planning, problem};
use crate::{
    id::{NodeId, WorkloadId},
    model::{Assignment, Facts, NodeTarget, RenderedWorkload},
    port::NodeContext,
};

/// Writes a new target for every node whose workloads changed. What was rendered for the same generation is kept as it is,
/// so a new version of a template never restarts what runs.
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
    let none = BTreeMap::new();
    let mut targets = Vec::new();
    for node in world.nodes().keys() {
        let old = world.targets().get(node).map(|t| &*t.value);
        let workloads: Vec<RenderedWorkload> =
            wanted.get(node).unwrap_or(&none).values().filter_map(|a| rendered(state, a, old)).collect();
        let (before, generation) = old.map_or((&[][..], 0), |t| (&t.workloads, t.generation));
        if before != workloads.as_slice() {
            targets.push(NodeTarget { node: node.clone(), generation: generation + 1, workloads });
        }
    }
    state.plan.targets = targets;
}

fn rendered(state: &mut Planning<'_>, a: &Assignment, old: Option<&NodeTarget>) -> Option<RenderedWorkload> {
    let before = old.and_then(|t| t.find(&a.workload));
    let deployment = &state.input.world.deployments().get(&a.deployment)?.value;
    if let Some(before) = before
        && (before.generation == deployment.generation || a.leaving)
    {
        return Some(before.clone());
    }
    let node = &state.input.world.nodes().get(&a.node)?.value;
    let empty = Facts::default();
    let facts = state.input.seen.get(&a.node).map_or(&empty, |s| &*s.facts);
    let ip = node.ip.to_string();
    let context = NodeContext { name: node.name.as_str(), ip: &ip, facts, executor: a.executor };
    match state.input.renderer.render(deployment, a, context) {
        Ok(rendered) => Some(rendered),
        Err(e) => {
            state.report.problem(&a.deployment, problem("render", e.message, e.hint));
            before.cloned()
        }
    }
}
