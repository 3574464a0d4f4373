//! Places the missing workloads of a deployment.

use std::collections::BTreeMap;

use super::{
    PlanInput,
    cluster::{Handover, Missing, Planning, problem},
    demands::{self, remember_demands},
    neighbours, variants,
};
use crate::{
    api::v1::Problem,
    id::WorkloadId,
    model::{Assignment, Deployment, Recorded, WorkloadStatus},
    port::{Decision, Demand, DemandGroup, Neighbour, Placement, RenderedDemand, Unplaceable},
};

/// Replicas are placed one by one, in slot order: those that fit run, the others are explained.
pub(super) fn place_missing(state: &mut Planning<'_>, d: &Deployment, missing: Vec<Missing>) {
    let mut by_revision: BTreeMap<u64, Vec<Missing>> = BTreeMap::new();
    for slot in missing {
        by_revision.entry(slot.revision).or_default().push(slot);
    }
    for (revision, slots) in by_revision {
        match state.input.world.deployment_at(d, revision) {
            Some(at) => place_slots(state, &at, slots),
            None => {
                let message = format!("revision {revision} is not kept any more");
                state.report.problem(&d.id, problem("update", message, None));
            }
        }
    }
}

fn place_slots(state: &mut Planning<'_>, d: &Deployment, missing: Vec<Missing>) {
    let variants = match state.input.renderer.demand(d) {
        Ok(variants) => variants,
        Err(e) => {
            state.report.problem(&d.id, problem("render", e.message, e.hint));
            return;
        }
    };
    let neighbours: Vec<_> = variants
        .iter()
        .map(|v| {
            let near = neighbours::near(&v.policy, state.input.world);
            (near, neighbours::apart(d, &v.policy, state.input.world))
        })
        .collect();
    for slot in missing {
        if state.is_full() {
            return state.report.wake_at(&d.id, state.input.now);
        }
        let asked = variants.iter().zip(&neighbours).map(|(rendered, (near, apart))| {
            let demand = Demand { near: near.clone(), apart: apart.clone(), ..demand(d, &slot, rendered) };
            (rendered.variant.clone(), DemandGroup { demands: vec![demand] })
        });
        match first_that_fits(state, asked.collect()) {
            Ok((variant, placement)) => {
                for decision in placement.decisions {
                    accept(state, d, &slot, variant.clone(), decision);
                }
            }
            Err(None) => {
                let message = "the renderer names no variant of it".to_owned();
                state.report.problem(&d.id, problem("render", message, None));
            }
            Err(Some(_)) if d.spec.placement.preempt && make_room(state, d, &slot, &variants, &neighbours) => {}
            Err(Some(unplaceable)) => {
                let message = match &slot.predecessor {
                    Some((workload, _, _, why)) => {
                        format!("{why}, but {workload} cannot move: {}", unplaceable.summary)
                    }
                    None => unplaceable.summary.clone(),
                };
                let hint = unplaceable.hints.first().cloned();
                let kind = "unplaceable".to_owned();
                state.report.problem(&d.id, Problem { kind, message, hint, unplaceable: Some(unplaceable) });
            }
        }
    }
}

/// Places a replica where less important workloads have to go for it; false when that does not help.
fn make_room(
    state: &mut Planning<'_>,
    d: &Deployment,
    slot: &Missing,
    variants: &[RenderedDemand],
    neighbours: &[(Vec<Neighbour>, Vec<Neighbour>)],
) -> bool {
    for (rendered, (near, apart)) in variants.iter().zip(neighbours) {
        let demand = Demand { near: near.clone(), apart: apart.clone(), ..demand(d, slot, rendered) };
        let why = format!("it made room for {}, which has priority {}", d.name, d.spec.priority);
        let Some(decisions) = displace(state, &DemandGroup { demands: vec![demand] }, &why) else { continue };
        for decision in decisions {
            accept(state, d, slot, rendered.variant.clone(), decision);
        }
        return true;
    }
    false
}

/// Lets those go who stand in the way of the group, and says what it gets; none, and nobody goes, when that does not help.
/// Workloads of which this plan has decided something already are left alone until the next.
pub(super) fn displace(state: &mut Planning<'_>, group: &DemandGroup, why: &str) -> Option<Vec<Decision>> {
    if state.refusals.is_hopeless(state.view, group) {
        return None;
    }
    let Some(found) = state.input.placer.preempt(state.view, group) else {
        state.refusals.keep_hopeless(state.view, group);
        return None;
    };
    let world = state.input.world;
    let decided = |id: &WorkloadId| state.plan.assign.iter().any(|a| a.workload == *id);
    let victims: Vec<_> = found.victims.iter().filter_map(|id| world.assignments().get(id)).collect();
    if victims.len() != found.victims.len() || found.victims.iter().any(decided) {
        return None;
    }
    victims.iter().for_each(|a| state.unassign(&a.value, why));
    Some(found.decisions)
}

/// Tries the hardware variants in order of preference. When none fits, the refusal tells of each of them.
fn first_that_fits(
    state: &mut Planning<'_>,
    variants: Vec<(Option<String>, DemandGroup)>,
) -> Result<(Option<String>, Placement), Option<Unplaceable>> {
    let mut refusals = Vec::new();
    for (variant, group) in variants {
        match ask(state, &group) {
            Ok(placement) => return Ok((variant, placement)),
            Err(refused) => refusals.push((variant, group, refused)),
        }
    }
    let refusals = refusals.into_iter().map(|(variant, group, refused)| (variant, explained(state, &group, refused)));
    Err(variants::refusal(&refusals.collect::<Vec<_>>()))
}

pub(super) fn demand(d: &Deployment, slot: &Missing, rendered: &RenderedDemand) -> Demand {
    let avoid = match &slot.predecessor {
        Some((_, node, Handover::WhenReady | Handover::AtOnce, why)) => BTreeMap::from([(node.clone(), why.clone())]),
        Some((_, _, Handover::Beside, _)) | None => BTreeMap::new(),
    };
    let workload = WorkloadId::derive(&d.name, &d.id, slot.slot, slot.incarnation);
    Demand { avoid, ..demands::demand(d, workload, rendered) }
}

/// Asks for a place, unless it is known that there is none.
pub(super) fn ask(state: &mut Planning<'_>, group: &DemandGroup) -> Result<Placement, Refused> {
    match state.refusals.find(state.view, group) {
        Some(known) => Err(Refused::Explained(known)),
        None => state.placing.place(state.view, group).map_err(Refused::Now),
    }
}

/// No place.
pub(super) enum Refused {
    /// Found out now.
    Now(Unplaceable),
    /// Known, with everything that is to be told.
    Explained(Unplaceable),
}

impl Refused {
    /// Which of the group has no place.
    pub(super) const fn workload(&self) -> &WorkloadId {
        let (Self::Now(refused) | Self::Explained(refused)) = self;
        &refused.workload
    }
}

/// Up to so many deployments the demands of workloads that run are found out to explain a refusal: of a larger fleet that
/// would take longer than the rest of the plan.
pub(super) const EXPLAINED: usize = 256;

/// The refusal with what is known when the demands of other workloads are: who could move. That is only found out when
/// something has no place.
pub(super) fn explained(state: &mut Planning<'_>, group: &DemandGroup, refused: Refused) -> Unplaceable {
    let mut refused = match refused {
        Refused::Explained(known) => return known,
        Refused::Now(refused) => refused,
    };
    let PlanInput { world, placer, renderer, .. } = state.input;
    if world.deployments().len() <= EXPLAINED && !state.remembered {
        state.remembered = true;
        remember_demands(state.view, world, renderer);
        refused = placer.place(state.view, group).err().unwrap_or(refused);
    }
    state.refusals.keep(state.view, group, &refused);
    refused
}

pub(super) fn accept(
    state: &mut Planning<'_>,
    d: &Deployment,
    slot: &Missing,
    variant: Option<String>,
    decision: Decision,
) {
    state.view.commit(&decision);
    let now = state.input.now;
    if let Some((workload, _, handover, why)) = &slot.predecessor
        && let Some(old) = state.input.world.assignments().get(workload)
        // Somebody more important may have taken its place already.
        && !state.plan.unassign.contains(workload)
    {
        match handover {
            Handover::AtOnce => state.unassign(&old.value, why),
            Handover::WhenReady | Handover::Beside => {
                state.report.leaving.insert(workload.clone(), why.clone());
                state.plan.assign.push(Assignment { leaving: true, ..(*old.value).clone() });
            }
        }
    }
    let assignment = Assignment {
        workload: decision.workload,
        deployment: d.id.clone(),
        slot: slot.slot,
        incarnation: slot.incarnation,
        revision: slot.revision,
        next: None,
        node: decision.node,
        devices: decision.devices,
        ports: decision.ports,
        resources: decision.resources,
        variant,
        executor: decision.executor,
        stateful: decision.stateful,
        leaving: false,
        relocate: None,
        at: now,
        why: Recorded::new(&decision.why.kept()),
    };
    // One that may run only once has a status from the moment on when its node is told of it.
    if !d.spec.placement.exclusive {
        state.plan.statuses.push(WorkloadStatus::first(&assignment, now));
    }
    state.plan.assign.push(assignment);
}
