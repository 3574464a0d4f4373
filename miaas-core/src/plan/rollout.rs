//! Updates (D2): which replicas are given the revision that is wanted, and when.
//!
//! A replica that is replaced in place runs on until its node has everything that the new revision needs, so an update that
//! cannot be pulled touches nothing. One that needs more than its node has is placed anew, and the old one runs until the new
//! one is ready.

use std::{collections::BTreeSet, time::Duration};

use super::{
    cluster::{Handover, Missing, Planning, problem},
    demands, neighbours,
};
use crate::{
    api::v1::WAITING,
    fsm::rollout::{self, Allowance, Progress},
    model::{Assignment, Deployment, NodeHealth, Phase, Recorded, Rollout, RolloutPhase, RunState, WorkloadStatus},
    port::{Decision, Demand, DemandGroup, RenderedDemand},
    time::Timestamp,
};

/// Takes the deployment's update a step further. Slots that need a workload anyway get the right revision; slots whose
/// replica is replaced by another one beside it are added. O(its assignments) when there is nothing to do.
pub(super) fn advance(state: &mut Planning<'_>, d: &Deployment, missing: &mut Vec<Missing>) {
    if d.deleted_at.is_some() {
        return;
    }
    let (world, now, policy) = (state.input.world, state.input.now, &d.spec.update);
    let stored = world.rollouts().get(&d.id).map(|r| &*r.value);
    let current = current(state, d, missing);
    let known = match stored {
        Some(known) if known.to == d.revision => known.clone(),
        // The one that is overtaken may have got there since it was last looked at.
        before => {
            let before = before.map(|b| rollout::next(b, policy, &progress(state, d, &current, b.to), now));
            rollout::begin(&d.id, d.revision, before.as_ref(), now)
        }
    };
    let seen = progress(state, d, &current, known.to);
    let known = rollout::next(&known, policy, &seen, now);
    let wanted = rollout::wanted(&known);
    if stored != Some(&known) {
        state.plan.rollouts.push(known.clone());
    }
    if let Some(reason) = &known.reason {
        state.report.problem(&d.id, problem("update", told(&known, reason), hint(&known)));
    }
    if d.spec.update.paused && known.phase == RolloutPhase::Progressing {
        let message = format!("the update to revision {} is paused", known.to);
        state
            .report
            .problem(&d.id, problem(WAITING, message, Some(format!("let it go on: `miaas resume {}`", d.name))));
    }
    let seen = if wanted == known.to { seen } else { progress(state, d, &current, wanted) };
    let allowed = rollout::allowance(&known, policy, &seen, now);
    // While an update proves itself or rests, whatever has to be started anew is what is known to work.
    let careful = known.phase == RolloutPhase::Progressing && allowed.more == 0;
    let for_new = if careful { known.from.unwrap_or(wanted) } else { wanted };
    missing.iter_mut().for_each(|m| m.revision = for_new);
    replace(state, d, &current, wanted, allowed, missing);
    wake(state, d, &known, &seen, &current);
}

fn told(rollout: &Rollout, reason: &str) -> String {
    match (rollout.phase, rollout.from) {
        (RolloutPhase::RolledBack, Some(from)) => {
            format!("revision {} failed and revision {from} runs on: {reason}", rollout.to)
        }
        _ => format!("revision {} failed: {reason}", rollout.to),
    }
}

fn hint(rollout: &Rollout) -> Option<String> {
    let back = "change the deployment again, or make the old revision the wanted one: `miaas rollback`";
    (rollout.phase == RolloutPhase::RolledBack).then(|| back.to_owned())
}

/// The workload of each slot that counts, in order of slots: the newest that does not leave.
fn current<'a>(state: &Planning<'a>, d: &Deployment, missing: &[Missing]) -> Vec<&'a Assignment> {
    let vacant: BTreeSet<u32> = missing.iter().map(|m| m.slot).collect();
    let gone: BTreeSet<_> = state.plan.unassign.iter().collect();
    let mut all: Vec<&Assignment> = state
        .input
        .world
        .assignments_of(&d.id)
        .map(|a| &**a)
        .filter(|a| a.slot < d.spec.replicas && !a.leaving && !vacant.contains(&a.slot) && !gone.contains(&a.workload))
        .collect();
    all.sort_by(|a, b| (a.slot, b.incarnation, &a.workload).cmp(&(b.slot, a.incarnation, &b.workload)));
    all.dedup_by_key(|a| a.slot);
    all
}

/// What the replicas say of revision `to`.
fn progress(state: &Planning<'_>, d: &Deployment, current: &[&Assignment], to: u64) -> Progress {
    let enough = Duration::from_secs(d.spec.update.min_ready_seconds);
    let mut seen = Progress {
        replicas: d.spec.replicas,
        stopped: d.spec.state == RunState::Stopped,
        changed_at: d.updated_at,
        ..Progress::default()
    };
    for a in current {
        let status = status(state, a);
        let serves = status.is_some_and(|s| s.state.phase.ready()) && online(state, a);
        seen.serving += u32::from(serves);
        if a.revision != to {
            let next = status.and_then(|s| s.state.next.as_ref()).filter(|n| n.revision == to);
            seen.stuck = seen.stuck.or_else(|| next.and_then(|n| n.error.clone()));
            continue;
        }
        seen.given += 1;
        let Some(status) = status.filter(|s| is_about(state, a, s)) else { continue };
        if serves && state.input.now.since(status.at) >= enough {
            seen.ready += 1;
            seen.ready_since = seen.ready_since.max(Some(status.at.plus(enough)));
        }
        if matches!(status.state.phase, Phase::Failed | Phase::Unhealthy) && seen.failed.is_none() {
            let why = status.state.message.clone().unwrap_or_else(|| status.state.phase.as_str().to_owned());
            seen.failed = Some(format!("{}: {why}", a.workload));
        }
    }
    seen
}

fn status<'a>(state: &Planning<'a>, a: &Assignment) -> Option<&'a WorkloadStatus> {
    state.input.world.statuses().get(&a.workload).map(|s| &*s.value).filter(|s| s.node == a.node)
}

fn online(state: &Planning<'_>, a: &Assignment) -> bool {
    state.input.seen.get(&a.node).is_some_and(|s| s.health == NodeHealth::Online)
}

/// Whether a status tells of the revision that the workload was given, and not of what was there before.
fn is_about(state: &Planning<'_>, a: &Assignment, status: &WorkloadStatus) -> bool {
    let target = state.input.world.targets().get(&a.node).and_then(|t| t.value.find(&a.workload));
    target.is_some_and(|w| {
        let same = Some(&w.hash);
        let runs = status.state.running_hash.as_ref() == same;
        w.revision == a.revision && status.state.wanted_hash.as_ref() == same && (runs || !status.state.phase.ready())
    })
}

fn replace(
    state: &mut Planning<'_>,
    d: &Deployment,
    current: &[&Assignment],
    wanted: u64,
    allowed: Allowance,
    missing: &mut Vec<Missing>,
) {
    let mut serving = allowed.serving;
    let old: Vec<&Assignment> =
        current.iter().copied().filter(|a| a.revision != wanted).take(allowed.more as usize).collect();
    let leaving = state.input.world.assignments_of(&d.id).filter(|a| a.leaving).count();
    let mut beside = d.spec.update.max_surge.saturating_sub(u32::try_from(leaving).unwrap_or(u32::MAX));
    let ready = old.iter().filter(|a| prepared(state, d, a, wanted)).count();
    for a in &old {
        let serves = status(state, a).is_some_and(|s| s.state.phase.ready()) && online(state, a);
        let surges = d.spec.update.max_surge > 0 && !a.stateful && !d.spec.placement.exclusive;
        if surges && d.spec.state == RunState::Running && beside > 0 {
            beside -= 1;
            missing.push(successor(a, wanted, Handover::Beside, format!("revision {wanted} takes its place")));
        } else if surges && d.spec.state == RunState::Running && serves {
            // It has to wait for its turn. What does not serve is replaced where it is: a failed successor, for example,
            // whose predecessor takes the place beside it.
        } else if !prepared(state, d, a, wanted) {
            prepare(state, a, wanted);
        } else if !allowed.together || ready == old.len() {
            if serves && serving == 0 {
                continue;
            }
            serving -= u32::from(serves);
            give(state, d, a, wanted, missing);
        }
    }
}

/// Whether the node has what the revision needs. What does not run can be replaced without it.
fn prepared(state: &Planning<'_>, d: &Deployment, a: &Assignment, wanted: u64) -> bool {
    let next = status(state, a).and_then(|s| s.state.next.as_ref());
    d.spec.state == RunState::Stopped || next.is_some_and(|n| n.revision == wanted && n.ready)
}

fn prepare(state: &mut Planning<'_>, a: &Assignment, wanted: u64) {
    if a.next != Some(wanted) {
        state.plan.assign.push(Assignment { next: Some(wanted), ..a.clone() });
    }
}

fn successor(a: &Assignment, revision: u64, handover: Handover, why: String) -> Missing {
    let predecessor = Some((a.workload.clone(), a.node.clone(), handover, why));
    Missing { slot: a.slot, incarnation: a.incarnation.saturating_add(1), revision, predecessor }
}

/// Gives a workload another revision where it is, or a successor elsewhere when it does not fit there any more.
fn give(state: &mut Planning<'_>, d: &Deployment, a: &Assignment, wanted: u64, missing: &mut Vec<Missing>) {
    let world = state.input.world;
    let Some(new) = world.deployment_at(d, wanted) else {
        let message = format!("revision {wanted} is not kept any more");
        return state.report.problem(&d.id, problem("update", message, None));
    };
    let asks = match state.input.renderer.demand(&new) {
        Ok(asks) => asks,
        Err(e) => return state.report.problem(&d.id, problem("render", e.message, e.hint)),
    };
    let asked = world.deployment_at(d, a.revision).and_then(|old| state.input.renderer.demand(&old).ok());
    let of = |demands: &[RenderedDemand]| demands.iter().find(|v| v.variant == a.variant).cloned();
    let unchanged = match (asked.as_deref().and_then(of), of(&asks)) {
        (Some(before), Some(after)) => same_place(&before, &after),
        _ => false,
    };
    if unchanged {
        state.plan.assign.push(Assignment { revision: wanted, next: None, ..a.clone() });
        return;
    }
    let held = state.view.release(&a.workload);
    let placed = in_place(state, &new, a, &asks);
    match (&placed, held) {
        (Ok((_, decision)), _) => _ = state.view.commit(decision),
        (Err(_), Some(held)) => _ = state.view.put_back(&a.node, held),
        (Err(_), None) => {}
    }
    match placed {
        Ok((variant, decision)) => {
            state.plan.assign.push(Assignment {
                revision: wanted,
                next: None,
                devices: decision.devices,
                ports: decision.ports,
                resources: decision.resources,
                variant,
                executor: decision.executor,
                stateful: decision.stateful,
                why: Recorded::new(&decision.why.kept()),
                ..a.clone()
            });
        }
        Err(why) if a.stateful => {
            let message = format!("{} cannot be updated: it keeps data on its node, and {why}", a.workload);
            state.report.problem(&d.id, problem("update", message, None));
        }
        Err(why) => missing.push(successor(a, wanted, Handover::WhenReady.of(d), why)),
    }
}

/// Whether what was reserved for one is right for the other.
fn same_place(before: &RenderedDemand, after: &RenderedDemand) -> bool {
    before.resources == after.resources
        && before.ports == after.ports
        && before.executors == after.executors
        && before.architectures == after.architectures
        && before.stateful == after.stateful
}

/// Places the workload, which the view does not have, where it is.
fn in_place(
    state: &mut Planning<'_>,
    new: &Deployment,
    a: &Assignment,
    asks: &[RenderedDemand],
) -> Result<(Option<String>, Decision), String> {
    let world = state.input.world;
    let node = world.nodes().get(&a.node).map(|n| n.value.name.clone());
    let mut refusal = "its node is gone".to_owned();
    for rendered in asks {
        let near = neighbours::near(&rendered.policy, world);
        let apart = neighbours::apart(new, &rendered.policy, world);
        let mut demand = Demand { near, apart, ..demands::demand(new, a.workload.clone(), rendered) };
        demand.policy.node.clone_from(&node);
        match state.placing.place(state.view, &DemandGroup { demands: vec![demand] }) {
            Ok(placement) => {
                if let Some(decision) = placement.decisions.into_iter().next() {
                    return Ok((rendered.variant.clone(), decision));
                }
            }
            Err(refused) => refusal = refused.summary,
        }
    }
    Err(refusal)
}

/// When to look again although nobody reported anything.
fn wake(state: &mut Planning<'_>, d: &Deployment, known: &Rollout, seen: &Progress, current: &[&Assignment]) {
    if known.phase != RolloutPhase::Progressing || seen.stopped || d.spec.update.paused {
        return;
    }
    let now = state.input.now;
    let enough = Duration::from_secs(d.spec.update.min_ready_seconds);
    let mut times: Vec<Timestamp> = vec![rollout::deadline(known, &d.spec.update, seen)];
    if rollout::holds(known, &d.spec.update, seen, now) {
        times.extend(rollout::holds_until(&d.spec.update, seen));
    }
    if !enough.is_zero() {
        times.extend(current.iter().filter_map(|a| status(state, a)).map(|s| s.at.plus(enough)));
    }
    times.into_iter().filter(|at| *at > now).for_each(|at| state.report.wake_at(&d.id, at));
}
