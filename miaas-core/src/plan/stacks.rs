//! Services of a stack are placed together (T8, P3): while nothing of a stack runs, all of its workloads find a place or none
//! does. Later, when some are lost, the others run on and what is missing is placed by itself. Who gives way to a stack gives way
//! to all of it: it is as important as the least important of its services.

use std::collections::BTreeMap;

use super::{
    cluster::{Missing, Planning, problem},
    neighbours, place,
};
use crate::{
    api::v1::Problem,
    model::Deployment,
    name::Name,
    port::{Demand, DemandGroup, Placement, RenderError, Unplaceable},
    world::World,
};

/// Deployments with the slots that need a workload: those of a stack of which nothing runs together, others alone.
pub(super) type Together<'a> = Vec<(&'a Deployment, Vec<Missing>)>;

/// In the order of the deployments; a stack stands where its first member does.
pub(super) fn groups<'a>(world: &World, missing: Vec<(&'a Deployment, Vec<Missing>)>) -> Vec<Together<'a>> {
    let mut begun: BTreeMap<&Name, bool> = BTreeMap::new();
    for (d, _) in &missing {
        if let Some(member) = &d.spec.stack {
            *begun.entry(&member.stack).or_default() |= world.assignments_of(&d.id).next().is_some();
        }
    }
    let new =
        |d: &Deployment| d.spec.stack.as_ref().map(|m| &m.stack).filter(|s| begun.get(s) == Some(&false)).cloned();
    let mut at: BTreeMap<Name, usize> = BTreeMap::new();
    let mut groups: Vec<Together<'a>> = Vec::new();
    for (d, slots) in missing {
        let Some(stack) = new(d) else {
            groups.push(vec![(d, slots)]);
            continue;
        };
        match at.get(&stack).and_then(|i| groups.get_mut(*i)) {
            Some(group) => group.push((d, slots)),
            None => {
                at.insert(stack, groups.len());
                groups.push(vec![(d, slots)]);
            }
        }
    }
    groups
}

/// Places what belongs together.
pub(super) fn place(state: &mut Planning<'_>, mut together: Together<'_>) {
    together.retain(|(_, slots)| !slots.is_empty());
    match together.len() {
        0 => {}
        _ if state.is_full() => together.iter().for_each(|(d, _)| state.report.wake_at(&d.id, state.input.now)),
        1 => together.into_iter().for_each(|(d, slots)| place::place_missing(state, d, slots)),
        _ => place_all(state, &together),
    }
}

/// One workload to place, with its hardware variants.
struct Wanted<'a> {
    d: &'a Deployment,
    slot: &'a Missing,
    variants: Vec<(Option<String>, Demand)>,
    tried: usize,
}

impl Wanted<'_> {
    fn asked(&self) -> Option<&(Option<String>, Demand)> {
        self.variants.get(self.tried)
    }
}

/// Each workload asks for its preferred variant; the one that finds no place falls back to its next. As many tries as there
/// are variants at most.
fn place_all(state: &mut Planning<'_>, together: &Together<'_>) {
    let mut wanted = Vec::new();
    for (d, slots) in together {
        match variants(state, d, slots) {
            Ok(found) => wanted.extend(found),
            Err(e) => return refuse(state, together, d, problem("render", e.message, e.hint)),
        }
    }
    loop {
        let group = group_of(&wanted);
        match place::ask(state, &group) {
            Ok(placement) => return accept(state, &wanted, placement),
            Err(refused) => {
                let stuck =
                    wanted.iter_mut().find(|w| w.asked().is_some_and(|(_, d)| d.workload == *refused.workload()));
                match stuck {
                    Some(w) if w.tried + 1 < w.variants.len() => w.tried += 1,
                    stuck => {
                        let d = stuck.map(|w| w.d);
                        if make_room(state, &mut wanted) {
                            return;
                        }
                        let refused = place::explained(state, &group, refused);
                        let problem = unplaceable(refused);
                        return refuse(state, together, d.unwrap_or(together[0].0), problem);
                    }
                }
            }
        }
    }
}

/// Places the stack where less important workloads have to go for it, if all of its services ask for that; false when that
/// does not help. First with the preferred variant of each, then with those that it has come down to.
fn make_room(state: &mut Planning<'_>, wanted: &mut [Wanted<'_>]) -> bool {
    if !wanted.iter().all(|w| w.d.spec.placement.preempt) {
        return false;
    }
    let (Some(stack), Some(least)) = (
        wanted.iter().find_map(|w| w.d.spec.stack.as_ref().map(|m| m.stack.clone())),
        wanted.iter().map(|w| w.d.spec.priority).min(),
    ) else {
        return false;
    };
    let why = format!("it made room for the stack {stack}, which has priority {least}");
    let last: Vec<usize> = wanted.iter().map(|w| w.tried).collect();
    let first = vec![0; last.len()];
    for tried in if first == last { vec![last] } else { vec![first, last] } {
        wanted.iter_mut().zip(tried).for_each(|(w, tried)| w.tried = tried);
        if let Some(decisions) = place::displace(state, &group_of(wanted), &why) {
            accept(state, wanted, Placement { decisions });
            return true;
        }
    }
    false
}

fn group_of(wanted: &[Wanted<'_>]) -> DemandGroup {
    DemandGroup { demands: wanted.iter().filter_map(Wanted::asked).map(|(_, d)| d.clone()).collect() }
}

fn variants<'a>(state: &Planning<'_>, d: &'a Deployment, slots: &'a [Missing]) -> Result<Vec<Wanted<'a>>, RenderError> {
    let rendered = state.input.renderer.demand(d)?;
    let world = state.input.world;
    let wanted = slots.iter().map(|slot| {
        let variants = rendered.iter().map(|v| {
            let near = neighbours::near(&v.policy, world);
            let apart = neighbours::apart(d, &v.policy, world);
            (v.variant.clone(), Demand { near, apart, ..place::demand(d, slot, v) })
        });
        Wanted { d, slot, variants: variants.collect(), tried: 0 }
    });
    Ok(wanted.collect())
}

fn accept(state: &mut Planning<'_>, wanted: &[Wanted<'_>], placement: Placement) {
    let asked = wanted.iter().filter_map(|w| w.asked().map(|(variant, _)| (w, variant)));
    for ((w, variant), decision) in asked.zip(placement.decisions) {
        place::accept(state, w.d, w.slot, variant.clone(), decision);
    }
}

fn unplaceable(refused: Unplaceable) -> Problem {
    let (message, hint) = (refused.summary.clone(), refused.hints.first().cloned());
    Problem { kind: "unplaceable".to_owned(), message, hint, unplaceable: Some(refused) }
}

/// Everybody is told who stands in the way.
fn refuse(state: &mut Planning<'_>, together: &Together<'_>, stuck: &Deployment, why: Problem) {
    for (d, _) in together.iter().filter(|(d, _)| d.id != stuck.id) {
        let message =
            format!("it is placed with the whole stack, and {} stands in the way: {}", stuck.name, why.message);
        state.report.problem(&d.id, problem(&why.kind, message, why.hint.clone()));
    }
    state.report.problem(&stuck.id, why);
}
