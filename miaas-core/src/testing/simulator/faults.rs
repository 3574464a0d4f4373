//! One step of a simulation: a request, a fault, or a piece of normal life, as the seed says.

use std::{collections::BTreeSet, time::Duration};

use serde_json::json;

use super::{SECRET, fleet::Fleet, store::Trouble};
use crate::{
    api::v1::{CreateDeployment, DrainNode, Rollback, UpdateDeployment},
    error::PortError,
    model::{OnNodeLoss, PlacementPolicy, RunState, UpdatePolicy, UpdateStrategy},
    testing::rng::Rng,
};

pub(super) async fn step(fleet: &mut Fleet, rng: &mut Rng) {
    match rng.below(100) {
        0..=11 => request(fleet, rng).await,
        12..=16 => operate(fleet, rng).await,
        17..=30 => break_something(fleet, rng).await,
        31..=37 => mend(fleet, rng).await,
        38..=55 => live(fleet, rng).await,
        56..=70 => reconcile(fleet, rng).await,
        71..=88 => agent(fleet, rng).await,
        _ => {
            let most = if rng.once_in(6) { 40_000 } else { 3_000 };
            let millis = 100 + rng.below(most);
            fleet.note(format!("{millis} ms pass"));
            fleet.pass(Duration::from_millis(millis)).await;
        }
    }
}

/// What a user asks for.
async fn request(fleet: &mut Fleet, rng: &mut Rng) {
    let name = format!("d{}", rng.below(5));
    let there = fleet.control.deployment(&name).ok();
    if rng.once_in(5) {
        let trouble = [Trouble::Refused, Trouble::AnswerLost, Trouble::Conflict];
        fleet.store.next_commit(trouble[usize::try_from(rng.below(3)).unwrap_or(0)]);
    }
    let Some(_) = there else {
        let replicas = u32::try_from(1 + rng.below(4)).unwrap_or(1);
        fleet.note(format!("create {name} x{replicas}"));
        let params = [
            ("image", json!(format!("image{}", rng.below(3)))),
            ("cpu", json!(500 * (1 + rng.below(6)))),
            ("mem", json!(256 * (1 + rng.below(8)))),
            ("port", json!(if rng.once_in(3) { 7000 + rng.below(2) } else { 0 })),
            ("volume", json!(u64::from(rng.once_in(3)))),
            ("password", json!(SECRET)),
        ];
        let policy = if rng.once_in(4) { OnNodeLoss::Move } else { OnNodeLoss::Auto };
        let body = CreateDeployment {
            name: Some(name.clone()),
            template: Some("plain".into()),
            params: params.into_iter().map(|(k, v)| (k.to_owned(), v)).collect(),
            replicas: Some(replicas),
            priority: i32::try_from(rng.below(3)).unwrap_or(0),
            placement: PlacementPolicy {
                on_node_loss: policy,
                exclusive: rng.once_in(2),
                preempt: rng.once_in(3),
                ..PlacementPolicy::default()
            },
            update: update_policy(rng),
            ..CreateDeployment::default()
        };
        // Whatever was asked for under this name before is gone.
        let result = fleet.control.create(body).await.map(drop);
        want(fleet, &name, |_| (replicas, RunState::Running), &result);
        return;
    };
    match rng.below(9) {
        0 => {
            fleet.note(format!("delete {name}"));
            let _ = fleet.control.delete(&name).await;
        }
        1 => {
            let replicas = u32::try_from(rng.below(6)).unwrap_or(1);
            fleet.note(format!("scale {name} to {replicas}"));
            let body = UpdateDeployment { replicas: Some(replicas), ..UpdateDeployment::default() };
            let result = fleet.control.update(&name, body).await.map(drop);
            want(fleet, &name, |(_, state)| (replicas, state), &result);
        }
        2 => {
            let state = if state_of(fleet, &name) == RunState::Running { RunState::Stopped } else { RunState::Running };
            fleet.note(format!("{name} should be {state:?}"));
            let body = UpdateDeployment { state: Some(state), ..UpdateDeployment::default() };
            let result = fleet.control.update(&name, body).await.map(drop);
            want(fleet, &name, |(replicas, _)| (replicas, state), &result);
        }
        3 => {
            fleet.note(format!("roll {name} back"));
            let _ = fleet.control.rollback(&name, Rollback::default()).await;
        }
        4 if rng.once_in(2) => {
            let paused = rng.once_in(2);
            fleet.note(format!("updates of {name} are paused: {paused}"));
            let policy = UpdatePolicy { paused, ..update_policy(rng) };
            let _ = fleet.control.update(&name, UpdateDeployment { update: Some(policy), ..Default::default() }).await;
        }
        _ => {
            let image = match rng.below(8) {
                0 => "missing".to_owned(),
                1 => "broken".to_owned(),
                n => format!("image{}", n % 3),
            };
            fleet.note(format!("update {name} to {image}"));
            let params = [("image".to_owned(), json!(image))].into_iter().collect();
            let restart = rng.once_in(2);
            let _ =
                fleet.control.update(&name, UpdateDeployment { params, restart, ..UpdateDeployment::default() }).await;
        }
    }
}

fn update_policy(rng: &mut Rng) -> UpdatePolicy {
    let strategies = [UpdateStrategy::Rolling, UpdateStrategy::Recreate, UpdateStrategy::Canary];
    UpdatePolicy {
        strategy: *rng.pick(&strategies).unwrap_or(&UpdateStrategy::Rolling),
        max_unavailable: 1,
        max_surge: u32::from(rng.once_in(3)),
        progress_deadline_seconds: 40,
        ..UpdatePolicy::default()
    }
}

fn state_of(fleet: &Fleet, name: &str) -> RunState {
    fleet.control.view().find_deployment(name).map_or(RunState::Running, |d| d.value.spec.state)
}

/// Keeps what was asked for. When an answer was lost, both the old and the new are possible from then on, and a later
/// change starts from either.
fn want(
    fleet: &mut Fleet,
    name: &str,
    change: impl Fn((u32, RunState)) -> (u32, RunState),
    result: &Result<(), PortError>,
) {
    let wanted = fleet.wanted.entry(name.to_owned()).or_default();
    let before = if wanted.is_empty() { BTreeSet::from([(1, RunState::Running)]) } else { wanted.clone() };
    let after = before.iter().map(|w| change(*w));
    match result {
        Ok(()) => *wanted = after.collect(),
        Err(_) => wanted.extend(after),
    }
}

/// What an operator does.
async fn operate(fleet: &mut Fleet, rng: &mut Rng) {
    let ids: Vec<_> = fleet.machines.iter().map(|m| m.id.to_string()).collect();
    let Some(id) = rng.pick(&ids).cloned() else { return };
    match rng.below(7) {
        6 => {
            let moves: Vec<_> =
                fleet.control.movable().into_keys().take(2).map(|w| (w, fleet.machines[0].id.clone())).collect();
            fleet.note(format!("{} workloads are to move to {}", moves.len(), fleet.machines[0].id));
            let _ = fleet.control.relocate(&moves).await;
        }
        5 if rng.once_in(6) && fleet.control.nodes().len() > 3 => {
            fleet.note(format!("{id} is removed"));
            let _ = fleet.control.remove_node(&id, true).await;
        }
        0 => {
            fleet.note(format!("cordon {id}"));
            let _ = fleet.control.cordon(&id, true).await;
        }
        1 | 2 => {
            fleet.note(format!("uncordon {id}"));
            let _ = fleet.control.cordon(&id, false).await;
        }
        3 => {
            let deadline_seconds = rng.once_in(2).then(|| rng.below(60));
            fleet.note(format!("drain {id} within {deadline_seconds:?}"));
            let _ = fleet.control.drain(&id, DrainNode { deadline_seconds }).await;
        }
        _ if fleet.machines.len() < 7 => {
            fleet.note("a node joins");
            fleet.add_machine().await;
        }
        _ => {}
    }
}

async fn break_something(fleet: &mut Fleet, rng: &mut Rng) {
    let i = usize::try_from(rng.below(fleet.machines.len() as u64)).unwrap_or(0);
    let id = fleet.machines[i].id.clone();
    match rng.below(9) {
        0 => {
            fleet.note(format!("agent of {id} is killed"));
            fleet.machines[i].agent = None;
        }
        1 => {
            let (deaf, mute) = [(true, true), (true, false), (false, true)][usize::try_from(rng.below(3)).unwrap_or(0)];
            fleet.note(format!("{id} is cut off: deaf {deaf}, mute {mute}"));
            (fleet.machines[i].deaf, fleet.machines[i].mute) = (deaf, mute);
        }
        2 => {
            fleet.note(format!("engine of {id} stops answering"));
            fleet.machines[i].executor.set_down(true);
        }
        3 => {
            let image = format!("image{}", rng.below(3));
            fleet.note(format!("{id} cannot pull {image}"));
            let why = if rng.once_in(2) { "manifest unknown" } else { "no space left on device" };
            fleet.machines[i].executor.fail_prepare(&image, why);
        }
        4 | 5 => {
            let here: Vec<_> = fleet.control.view().assigned_to(&id).map(|a| a.workload.clone()).collect();
            if let Some(workload) = rng.pick(&here) {
                fleet.note(format!("{workload} is killed on {id}"));
                fleet.machines[i].executor.kill(workload, "main");
            }
        }
        6 => {
            fleet.note("the control plane is killed and comes back");
            fleet.restart_control().await;
        }
        7 => {
            fleet.note(format!("targets for {id} are lost or doubled"));
            let lose = rng.once_in(2);
            fleet.link.copy_for_later(&id);
            fleet.link.queue(&id, |q| {
                if lose {
                    q.clear();
                } else {
                    // Doubled, and the older ones arrive last.
                    let again: Vec<_> = q.iter().rev().cloned().collect();
                    q.extend(again);
                }
            });
        }
        _ => {
            fleet.note("the store fails the next commit");
            fleet.store.next_commit(if rng.once_in(2) { Trouble::Refused } else { Trouble::AnswerLost });
        }
    }
}

async fn mend(fleet: &mut Fleet, rng: &mut Rng) {
    let i = usize::try_from(rng.below(fleet.machines.len() as u64)).unwrap_or(0);
    let id = fleet.machines[i].id.clone();
    fleet.note(format!("{id} is mended"));
    let machine = &mut fleet.machines[i];
    machine.mend();
    if machine.agent.is_none() {
        machine.start_agent().await;
    }
}

/// Heartbeats, and the failure detector.
async fn live(fleet: &mut Fleet, rng: &mut Rng) {
    fleet.note("heartbeats");
    for machine in &fleet.machines {
        if machine.agent.is_some() && !machine.mute && !rng.once_in(10) {
            let _ = fleet.control.heartbeat(&machine.id, machine.beat());
        }
    }
    fleet.pass(Duration::from_millis(500)).await;
    let _ = fleet.control.detect().await;
    fleet.control.renew_leases().await;
}

async fn reconcile(fleet: &mut Fleet, rng: &mut Rng) {
    fleet.note("reconcile");
    let _ = fleet.control.tick().await;
    if rng.once_in(3) {
        fleet.control.redeliver().await;
    }
    if rng.once_in(5) {
        let _ = fleet.control.flush().await;
    }
}

async fn agent(fleet: &mut Fleet, rng: &mut Rng) {
    let i = usize::try_from(rng.below(fleet.machines.len() as u64)).unwrap_or(0);
    fleet.note(format!("agent {i} works"));
    match rng.below(8) {
        0 => {}
        1 => fleet.deliver_leases(i),
        2 => fleet.deliver_late(i).await,
        _ => fleet.deliver_all(i).await,
    }
    let did = fleet.machines[i].step().await;
    fleet.note(format!("did {did}"));
    if !rng.once_in(6) {
        fleet.machines[i].report(&fleet.control).await;
    }
}
