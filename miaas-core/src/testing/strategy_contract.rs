//! The suite behind the `# Contract` of [`Placer`]: every placer passes it, with every strategy that it knows.
//!
//! Placements are judged by [`naive`], which recounts everything from the workloads on a node and shares no code with any
//! filter. A check that fails panics with the seed of its case; [`cases::random`] makes that case again.

#![allow(clippy::panic, reason = "a contract suite fails by panicking, like any test")]

pub mod cases;
pub mod naive;

use std::collections::{BTreeMap, BTreeSet};

use crate::{
    cluster::ClusterView,
    model::ExecutorKind,
    port::{Decision, Demand, DemandGroup, Placement, Placer, Unplaceable},
};

/// Most candidates and most rejected nodes in an explanation.
const MAX_EXPLAINED: usize = 16;
/// Most nodes that an [`Unplaceable`] lists.
const MAX_VERDICTS: usize = 64;

/// Runs the whole suite: every strategy of `placer` over `rounds` random clusters, and its answer to an unknown strategy.
/// Gives the number of groups that were placed.
pub fn strategy_contract(placer: &dyn Placer, rounds: u64) -> usize {
    let strategies = placer.strategies();
    let distinct: BTreeSet<_> = strategies.iter().collect();
    assert!(!strategies.is_empty() && distinct.len() == strategies.len(), "strategies are named once: {strategies:?}");
    unknown_strategy_is_explained(placer);
    let mut placed = 0;
    for strategy in &strategies {
        for seed in 0..rounds {
            let size =
                cases::Size { nodes: (seed % 17) as usize, demands: 1 + (seed % 4) as usize, gpus: seed % 3 != 0 };
            let (view, group) = cases::random(seed, size, strategy);
            placed += usize::from(check(placer, &view, &group).is_ok());
        }
    }
    placed
}

/// Checks everything that the contract says of one call, and hands its answer on.
///
/// # Errors
/// What the placer said, once it is checked.
pub fn check(placer: &dyn Placer, view: &ClusterView, group: &DemandGroup) -> Result<Placement, Unplaceable> {
    let before = view.clone();
    let answer = placer.place(view, group);
    assert_eq!(answer, placer.place(view, group), "the same view and group give the same answer");
    assert_eq!(answer, placer.placing().place(view, group), "the first of several answers is that of a single one");
    assert_eq!(&before, view, "the view is not changed");
    match &answer {
        Ok(placement) => check_placement(view, group, placement),
        Err(unplaceable) => check_unplaceable(view, group, unplaceable),
    }
    answer
}

fn check_placement(view: &ClusterView, group: &DemandGroup, placement: &Placement) {
    assert_eq!(placement.decisions.len(), group.demands.len(), "a group is placed wholly");
    let mut after = view.clone();
    for (demand, decision) in group.demands.iter().zip(&placement.decisions) {
        assert_eq!(decision.workload, demand.workload, "decisions come in the order of the demands");
        assert_eq!(decision.deployment, demand.deployment);
        assert_eq!(decision.resources, demand.resources);
        assert!(after.commit(decision), "{} goes to a node that exists and was not placed before", demand.workload);
    }
    assert_eq!(after.check(), Ok(()));
    for (demand, decision) in group.demands.iter().zip(&placement.decisions) {
        check_decision(&after, demand, decision);
    }
    let alone = group.demands.len() == 1;
    if let ([demand], [decision]) = (&*group.demands, &*placement.decisions)
        && let Some(node) = view.node(&decision.node)
        && let Some(problem) = naive::skew_obstacle(demand, node, &view.fork())
    {
        panic!("{} on {}: {problem}\n{demand:#?}", demand.workload, node.id);
    }
    for decision in &placement.decisions {
        check_explanation(view, decision, alone);
    }
}

/// The demand fits on its node beside everything else that is there now, with exactly what it was given.
fn check_decision(after: &ClusterView, demand: &Demand, decision: &Decision) {
    let Some(node) = after.node(&decision.node) else { panic!("{} is not in the view", decision.node) };
    let mut others = node.clone();
    others.remove(&decision.workload);
    if let Some(problem) = naive::obstacle(demand, &others) {
        panic!("{} on {}: {problem}\n{demand:#?}\n{others:#?}", demand.workload, node.id);
    }
    let mut without = after.clone();
    without.release(&decision.workload);
    if let Some(problem) = naive::neighbour_obstacle(demand, &others, &without.fork()) {
        panic!("{} on {}: {problem}\n{demand:#?}", demand.workload, node.id);
    }
    let preferred: Option<&ExecutorKind> = demand.executors.iter().find(|e| node.executors.contains(e));
    assert_eq!(Some(&decision.executor), preferred, "the preferred executor that the node offers");
    if let Some(problem) = naive::wrong_devices(demand, decision, &others) {
        panic!("{} on {}: {problem}: {:?}", demand.workload, node.id, decision.devices);
    }
    if let Some(problem) = naive::wrong_ports(demand, decision, &others) {
        panic!("{} on {}: {problem}: {:?}", demand.workload, node.id, decision.ports);
    }
}

fn check_explanation(view: &ClusterView, decision: &Decision, alone: bool) {
    let why = &decision.why;
    assert_eq!(why.considered, view.nodes().len(), "every node was considered");
    assert!(!why.strategy.is_empty() && !why.summary.is_empty(), "{why:?}");
    assert!(why.candidates.len() <= MAX_EXPLAINED && why.rejected.len() <= MAX_EXPLAINED);
    assert!(why.candidates.iter().any(|c| c.node == decision.node), "the chosen node is a candidate");
    let best_first = why.candidates.windows(2).all(|w| (-w[0].score, &w[0].node) < (-w[1].score, &w[1].node));
    assert!(best_first, "candidates are ordered by score, then by id: {:?}", why.candidates);
    if alone {
        assert_eq!(why.candidates.first().map(|c| &c.node), Some(&decision.node), "the best node is taken");
        let listed = why.candidates.len() + why.rejected.len();
        assert!(listed == why.considered || listed >= MAX_EXPLAINED, "small fleets are explained wholly");
    }
    assert!(why.rejected.iter().all(|r| !r.reasons.is_empty()), "every exclusion has a reason");
}

fn check_unplaceable(view: &ClusterView, group: &DemandGroup, answer: &Unplaceable) {
    let failed = group.demands.iter().find(|d| d.workload == answer.workload);
    let Some(failed) = failed else { panic!("{} is not of the group", answer.workload) };
    assert!(!answer.summary.is_empty());
    let verdicts: BTreeMap<_, _> = answer.by_node.iter().map(|v| (&v.node, &v.reasons)).collect();
    assert_eq!(verdicts.len(), view.nodes().len().min(MAX_VERDICTS), "every node is explained once");
    assert!(verdicts.iter().all(|(node, reasons)| view.node(node).is_some() && !reasons.is_empty()));
    if group.demands.len() == 1
        && let Some(node) = view.nodes().find(|n| {
            naive::obstacle(failed, n).is_none()
                && naive::neighbour_obstacle(failed, n, &view.fork()).is_none()
                && naive::skew_obstacle(failed, n, &view.fork()).is_none()
        })
    {
        panic!("{} is said to fit nowhere but fits on {}: {answer:#?}", failed.workload, node.id);
    }
}

fn unknown_strategy_is_explained(placer: &dyn Placer) {
    let known = placer.strategies()[0];
    let (view, group) = cases::random(1, cases::Size { nodes: 2, demands: 1, gpus: false }, &format!("{known}x"));
    match placer.place(&view, &group) {
        Ok(_) => panic!("a strategy that does not exist is refused"),
        Err(e) => {
            assert!(e.summary.contains(&format!("{known}x")), "the summary names the strategy: {}", e.summary);
            assert!(e.hints.iter().any(|h| h.contains(known)), "a hint names the nearest: {:?}", e.hints);
        }
    }
}
