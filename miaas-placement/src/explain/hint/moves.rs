//! One workload less on a node would make room: better if that can run elsewhere.

use std::collections::BTreeMap;

use miaas_core::{
    cluster::{Fork, Held, NodeView},
    port::{Counterfactual, Demand},
};

use super::{Case, Found};
use crate::{engine::decide, explain::exclusion::Kind, filter::Verdict};

/// Most nodes, and most workloads of each, that are tried.
const TRIED: usize = 32;
/// What other workloads take that a demand may need.
const BY_OTHERS: [Kind; 7] =
    [Kind::Cpu, Kind::Memory, Kind::Disk, Kind::Gpu, Kind::AutomaticPorts, Kind::Port, Kind::AntiAffinity];

/// A workload that could run elsewhere, with where; else one whose end would make room.
pub(super) fn one_moves(case: &Case<'_>, found: &mut Found) {
    let mut leaves = None;
    for node in case.only(BY_OTHERS, TRIED) {
        for held in in_the_way(case, node) {
            if let Some(change) = moves(case, node, held).filter(|change| case.trial.fits(change)) {
                let hint = text(&change);
                found.change(change, hint);
                return;
            }
            let (workload, node, name) = (held.workload.clone(), node.id.clone(), node.name.clone());
            leaves = leaves.or_else(|| {
                Some(Counterfactual::Leave { workload, node, name }).filter(|change| case.trial.fits(change))
            });
        }
    }
    if let Some(change) = leaves {
        let hint = text(&change);
        found.change(change, hint);
    }
}

fn text(change: &Counterfactual) -> String {
    match change {
        Counterfactual::Move { workload, from_name, to_name, .. } => {
            format!("fits on {from_name} if {workload} moves to {to_name}")
        }
        Counterfactual::Leave { workload, name, .. } => format!("fits on {name} once {workload} has left it"),
        _ => String::new(),
    }
}

/// The workloads of the node without any one of which the demand fits, the smallest first.
fn in_the_way<'n>(case: &Case<'_>, node: &'n NodeView) -> Vec<&'n Held> {
    // What was just placed of the same group is not there to leave.
    let there = |h: &&Held| case.trial.start.location(&h.workload).is_some();
    let mut smallest_first: Vec<&Held> = node.workloads.values().filter(there).collect();
    smallest_first.sort_by_key(|h| (h.resources.mem_mib, h.resources.cpu_milli, &h.workload));
    smallest_first.truncate(TRIED);
    let filters = &case.trial.engine.filters;
    smallest_first.retain(|held| {
        let mut without = node.clone();
        without.remove(&held.workload);
        Verdict::passes(filters, case.ask, &without)
    });
    smallest_first
}

/// The workload moves to where it is placed best once the demand is in its place. None when it stays, or nobody knows what
/// it asks for.
fn moves(case: &Case<'_>, from: &NodeView, held: &Held) -> Option<Counterfactual> {
    let moving = case.nodes.base().demand_of(&held.workload).filter(|_| !held.stateful)?;
    let mut nodes: Fork<'_> = case.nodes.clone();
    nodes.release(&held.workload);
    let decision = decide(case.trial.engine, case.demand, &nodes, nodes.node(&from.id)?)?;
    nodes.commit(&decision);
    if !case.trial.may_place() {
        return None;
    }
    let avoid = BTreeMap::from([(from.id.clone(), "it makes room".to_owned())]);
    let demand = Demand { avoid: moving.avoid.clone().into_iter().chain(avoid).collect(), ..(**moving).clone() };
    let placed = case.trial.engine.try_place(&nodes, &[demand])?;
    let to = nodes.node(&placed.first()?.node)?;
    Some(Counterfactual::Move {
        workload: held.workload.clone(),
        from: from.id.clone(),
        from_name: from.name.clone(),
        to: to.id.clone(),
        to_name: to.name.clone(),
    })
}
