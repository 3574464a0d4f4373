//! Moves that somebody asked for, for example those of a rebalance plan (P3): the new place first, and only while nothing else
//! happens to the deployment.

use super::{
    cluster::{Handover, Missing, Planning, problem},
    neighbours, place,
    slots::immovable,
};
use crate::{
    api::v1::WAITING,
    model::{Assignment, Deployment, RolloutPhase, RunState},
    port::{Demand, DemandGroup},
};

/// Takes every move that was asked for as far as it goes now. O(assignments of the deployment) beside what the placer does for
/// each move.
pub(super) fn advance(state: &mut Planning<'_>, d: &Deployment) {
    let world = state.input.world;
    let rests = world.rollouts().get(&d.id).is_none_or(|r| r.value.phase != RolloutPhase::Progressing);
    if d.deleted_at.is_some() || d.spec.state != RunState::Running || !rests {
        return;
    }
    for a in world.assignments_of(&d.id).filter(|a| a.relocate.is_some() && !a.leaving) {
        let decided = state.plan.assign.iter().any(|other| other.workload == a.workload);
        if !decided && !state.plan.unassign.contains(&a.workload) {
            relocate(state, d, a);
        }
    }
}

fn relocate(state: &mut Planning<'_>, d: &Deployment, a: &Assignment) {
    let world = state.input.world;
    let Some(wish) = a.relocate.as_ref().filter(|w| w.until > state.input.now && w.to != a.node) else { return };
    let nodes = world.nodes();
    let (Some(from), Some(to)) = (nodes.get(&a.node), nodes.get(&wish.to)) else { return };
    let to = &to.value.name;
    state.report.wake_at(&d.id, wish.until);
    if let Some(why) = immovable(a, d, &from.value) {
        let message = format!("{} does not move to node {to}: {why}", a.workload);
        return state.report.problem(&d.id, problem("move", message, None));
    }
    let Some(at) = world.deployment_at(d, a.revision) else { return };
    let variants = match state.input.renderer.demand(&at) {
        Ok(variants) => variants,
        Err(e) => return state.report.problem(&d.id, problem("render", e.message, e.hint)),
    };
    let age = u32::try_from(state.input.now.since(d.created_at).as_secs()).unwrap_or(u32::MAX);
    let why = format!("it moves to node {to}, as was asked for");
    let slot = Missing {
        slot: a.slot,
        incarnation: age.max(a.incarnation.saturating_add(1)),
        revision: a.revision,
        predecessor: Some((a.workload.clone(), a.node.clone(), Handover::WhenReady.of(d), why)),
    };
    let mut refusal = "it has no such variant any more".to_owned();
    for rendered in variants.iter().filter(|v| v.variant == a.variant) {
        let near = neighbours::near(&rendered.policy, world);
        let apart = neighbours::apart(&at, &rendered.policy, world);
        let mut demand = Demand { near, apart, ..place::demand(&at, &slot, rendered) };
        demand.policy.node = Some(to.clone());
        match state.placing.place(state.view, &DemandGroup { demands: vec![demand] }) {
            Ok(placement) => {
                for decision in placement.decisions {
                    place::accept(state, &at, &slot, rendered.variant.clone(), decision);
                }
                return;
            }
            Err(refused) => refusal = refused.summary,
        }
    }
    let message = format!("{} waits to move to node {to}: {refusal}", a.workload);
    state.report.problem(&d.id, problem(WAITING, message, None));
}
