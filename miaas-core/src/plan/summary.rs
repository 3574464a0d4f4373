//! A deployment as people see it, derived and never stored.

use super::SeenNodes;
use crate::{
    api::v1::{DeploymentItem, DeploymentStatus, Problem, RolloutItem, WAITING, WorkloadItem},
    model::{Assignment, Deployment, NodeHealth, Params, Phase, RunState, Source},
    port::Explanation,
    world::World,
};

/// Summarises a deployment; `problems` are those of the last plan, `hidden` the names of secret parameters.
#[must_use]
pub fn summarise(
    world: &World,
    seen: &SeenNodes,
    d: &Deployment,
    problems: &[Problem],
    hidden: &std::collections::BTreeSet<String>,
) -> DeploymentItem {
    let workloads: Vec<WorkloadItem> = world.assignments_of(&d.id).map(|a| workload_item(world, seen, a)).collect();
    let ready = workloads.iter().filter(|w| w.ready && !w.leaving).count();
    let mut problems = problems.to_vec();
    problems.extend(workloads.iter().filter_map(workload_problem));
    let ready = u32::try_from(ready).unwrap_or(u32::MAX);
    let status = status(d, ready, &workloads, &problems);
    let ready_at = (status == DeploymentStatus::Ready).then(|| workloads.iter().filter_map(|w| w.at).max()).flatten();
    DeploymentItem {
        id: d.id.clone(),
        name: d.name.clone(),
        template: d.spec.source.label().to_owned(),
        params: shown_params(&d.spec.source, hidden),
        replicas: d.spec.replicas,
        ready,
        status,
        generation: d.generation,
        revision: d.revision,
        rollout: rollout(world, d),
        update: d.spec.update.clone(),
        placement: d.spec.placement.clone(),
        priority: d.spec.priority,
        labels: d.spec.labels.clone(),
        created_at: d.created_at,
        updated_at: d.updated_at,
        ready_at,
        workloads,
        problems,
    }
}

fn status(d: &Deployment, ready: u32, workloads: &[WorkloadItem], problems: &[Problem]) -> DeploymentStatus {
    if d.deleted_at.is_some() {
        DeploymentStatus::Removing
    } else if problems.iter().any(|p| p.kind != WAITING) {
        DeploymentStatus::Degraded
    } else if d.spec.state == RunState::Stopped {
        let settled = workloads.iter().all(|w| w.state.phase == Phase::Stopped);
        if settled { DeploymentStatus::Stopped } else { DeploymentStatus::Progressing }
    } else if ready >= d.spec.replicas {
        DeploymentStatus::Ready
    } else {
        DeploymentStatus::Progressing
    }
}

fn rollout(world: &World, d: &Deployment) -> Option<RolloutItem> {
    let r = &world.rollouts().get(&d.id)?.value;
    let updated = world.assignments_of(&d.id).filter(|a| a.revision == r.to && !a.leaving).count();
    Some(RolloutItem {
        phase: r.phase,
        from: r.from,
        to: r.to,
        updated: u32::try_from(updated).unwrap_or(u32::MAX),
        reason: r.reason.clone(),
        started_at: r.started_at,
        progressed_at: r.progressed_at,
    })
}

fn workload_item(world: &World, seen: &SeenNodes, a: &Assignment) -> WorkloadItem {
    let node = world.nodes().get(&a.node).map(|n| &n.value);
    let status = world.statuses().get(&a.workload).map(|s| &s.value).filter(|s| s.node == a.node);
    let wanted = world.targets().get(&a.node).and_then(|t| t.value.find(&a.workload));
    let online = seen.get(&a.node).is_some_and(|s| s.health == NodeHealth::Online);
    let state = status.map(|s| s.state.clone()).unwrap_or_default();
    let current = wanted.is_some_and(|w| {
        let is_newest = world.deployments().get(&a.deployment).is_some_and(|d| d.value.revision == a.revision);
        is_newest && w.revision == a.revision && w.run && state.running_hash.as_ref() == Some(&w.hash)
    });
    WorkloadItem {
        id: a.workload.clone(),
        slot: a.slot,
        revision: a.revision,
        next: a.next,
        node: a.node.clone(),
        node_name: node.map(|n| n.name.clone()),
        node_ip: node.map(|n| n.ip.to_string()),
        ready: online && state.phase.ready() && current,
        at: status.map(|s| s.at),
        state,
        ports: a.ports.clone(),
        variant: a.variant.clone(),
        devices: a.devices.clone(),
        leaving: a.leaving,
        why: why(a),
    }
}

/// Why the workload is where it is, as far as that can be read.
#[must_use]
pub fn why(a: &Assignment) -> Explanation {
    a.why.read().unwrap_or_else(|e| Explanation {
        summary: format!("what was recorded cannot be read: {e}"),
        ..Explanation::default()
    })
}

fn workload_problem(w: &WorkloadItem) -> Option<Problem> {
    // An update that cannot be made ready leaves what runs alone.
    if let Some((next, error)) = w.state.next.as_ref().and_then(|n| Some((n.revision, n.error.as_ref()?))) {
        let message = format!("{}: revision {next} cannot take its place: {error}", w.id);
        return Some(Problem { kind: "workload".to_owned(), message, hint: None, unplaceable: None });
    }
    let troubled = matches!(w.state.phase, Phase::Failed | Phase::Unhealthy) || w.state.message.is_some();
    troubled.then(|| Problem {
        kind: "workload".to_owned(),
        message: match &w.state.message {
            Some(message) => format!("{}: {message}", w.id),
            None => format!("{} is {}", w.id, w.state.phase.as_str()),
        },
        hint: None,
        unplaceable: None,
    })
}

fn shown_params(source: &Source, hidden: &std::collections::BTreeSet<String>) -> Params {
    let Source::Template { params, .. } = source else { return Params::new() };
    let masked = |(name, value): (&String, &serde_json::Value)| {
        let shown = if hidden.contains(name) { serde_json::Value::from("***") } else { value.clone() };
        (name.clone(), shown)
    };
    params.iter().map(masked).collect()
}
