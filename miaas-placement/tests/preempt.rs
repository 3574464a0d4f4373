//! Preemption (P3): who has to go is less important, nobody goes in vain, and nobody cheaper would do.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

mod common;

use common::{Node, Running, Wanted, group, view};
use miaas_core::{
    cluster::{ClusterView, Held, NodeView},
    port::{Demand, DemandGroup, Placer as _},
    testing::strategy_contract::cases::{Size, random},
};
use miaas_placement::{Engine, preempt, preempt::PreemptionCost, strategy};

/// The view with a priority for each workload, drawn from the seed.
fn with_priorities(view: &ClusterView, seed: u64) -> ClusterView {
    let mut number = seed;
    ClusterView::new(view.nodes().cloned().map(|mut node| {
        for held in node.workloads.values_mut() {
            number = number.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            held.priority = (number >> 33) as i32 % 7 - 1;
        }
        node
    }))
}

fn fits(engine: &Engine, view: &ClusterView, demand: &Demand, node: &NodeView, victims: &[&Held]) -> bool {
    let mut view = view.clone();
    victims.iter().for_each(|h| assert!(view.release(&h.workload).is_some()));
    let mut demand = demand.clone();
    if demand.policy.node.as_ref().is_some_and(|wanted| *wanted != node.name && wanted.as_str() != node.id.as_str()) {
        return false;
    }
    demand.policy.node = Some(node.name.clone());
    engine.place(&view, &DemandGroup { demands: vec![demand] }).is_ok()
}

fn cost(victims: &[&Held]) -> PreemptionCost {
    victims.iter().fold(PreemptionCost::NONE, |cost, h| cost.with(h.priority, h.resources.mem_mib))
}

/// The cheapest victims by trying every set on every node.
fn brute_force(engine: &Engine, view: &ClusterView, demand: &Demand) -> Option<PreemptionCost> {
    if view.nodes().any(|node| fits(engine, view, demand, node, &[])) {
        return Some(PreemptionCost::NONE);
    }
    let mut best = None;
    for node in view.nodes() {
        let lower: Vec<&Held> =
            node.workloads.values().filter(|h| h.priority < demand.priority && !h.stateful).collect();
        for set in 0_u32..1 << lower.len() {
            let of = |set: u32| -> Vec<&Held> {
                lower.iter().enumerate().filter(|(i, _)| set >> i & 1 == 1).map(|(_, h)| *h).collect()
            };
            let victims = of(set);
            let in_vain =
                (0..lower.len()).any(|i| set >> i & 1 == 1 && fits(engine, view, demand, node, &of(set & !(1 << i))));
            if fits(engine, view, demand, node, &victims) && !in_vain && best.is_none_or(|b| cost(&victims) < b) {
                best = Some(cost(&victims));
            }
        }
    }
    best
}

#[test]
fn no_cheaper_victims_on_a_node_would_do() {
    let engine = Engine::default();
    let plain = Engine::default().with_explanations(false);
    let (mut with_victims, mut none) = (0, 0);
    for seed in 0..3_000 {
        let (view, mut group) =
            random(seed, Size { nodes: 1 + seed as usize % 3, demands: 1, gpus: seed % 2 == 0 }, "spread");
        let view = with_priorities(&view, seed);
        let demand = &mut group.demands[0];
        demand.priority = 3;
        let plan = preempt(&engine, &view, demand);
        let Some(plan) = plan else {
            none += 1;
            assert_eq!(brute_force(&plain, &view, demand), None, "seed {seed}: {demand:?}");
            continue;
        };
        let node = view.node(&plan.node).unwrap();
        let victims: Vec<&Held> = plan.victims.iter().map(|v| &node.workloads[v]).collect();
        assert!(victims.iter().all(|h| h.priority < demand.priority && !h.stateful));
        assert_eq!(Some(cost(&victims)), brute_force(&plain, &view, demand), "seed {seed}: {plan:?}");
        let mut after = view.clone();
        plan.victims.iter().for_each(|v| assert!(after.release(v).is_some()));
        assert!(after.commit(&plan.decision));
        with_victims += usize::from(!victims.is_empty());
    }
    assert!(with_victims > 100 && none > 100, "{with_victims} with victims, {none} without a plan");
}

fn running(name: &str, mem_mib: u64) -> Running {
    Running { name: name.into(), mem_mib, ..Running::default() }
}

fn ranked(view: &ClusterView, priorities: &[(&str, i32)]) -> ClusterView {
    ClusterView::new(view.nodes().cloned().map(|mut node| {
        for held in node.workloads.values_mut() {
            held.priority =
                priorities.iter().find(|(name, _)| held.deployment.as_str() == *name).map_or(0, |(_, p)| *p);
        }
        node
    }))
}

#[test]
fn total_priority_decides_before_the_number_of_victims_and_that_before_memory() {
    let node = |i: usize, runs| Node { name: format!("node{i}"), mem_mib: 8_000, runs, ..Node::default() };
    let nodes = [
        node(1, vec![running("high", 8_000)]),
        node(2, vec![running("low", 4_000), running("low", 4_000)]),
        node(3, vec![running("mid", 7_900)]),
        node(4, vec![running("mid", 7_800)]),
    ];
    let view = ranked(&view(&nodes), &[("high", 9), ("low", 1), ("mid", 2)]);
    let wanted = |mem_mib, priority| {
        let mut demand = group(&[Wanted { mem_mib, ..Wanted::default() }]).demands.remove(0);
        demand.priority = priority;
        demand
    };
    let plan = |demand: &Demand| {
        preempt(&Engine::new(strategy::spread()), &view, demand).map(|p| (p.node.to_string(), p.victims.len()))
    };
    assert_eq!(
        plan(&wanted(7_000, 5)),
        Some(("node4".to_owned(), 1)),
        "2 = 1 + 1, one victim is fewer, 7,800 MiB are less"
    );
    assert_eq!(plan(&wanted(4_000, 5)), Some(("node2".to_owned(), 1)), "one of the least important is enough");
    assert_eq!(plan(&wanted(8_000, 9)), Some(("node4".to_owned(), 1)), "the same priority is not lower");
    assert_eq!(plan(&wanted(9_000, 99)), None, "no node is large enough");
    assert_eq!(plan(&wanted(100, 0)), Some(("node4".to_owned(), 0)), "there is room where the strategy would put it");
    assert_eq!(plan(&wanted(1_000, 1)), None, "nobody is less important");
}
