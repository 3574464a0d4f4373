//! Rebalance plans for a cluster: every move passes every filter while its source is still held (P3).

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test fails by panicking")]

mod common;

use std::{collections::BTreeMap, sync::Arc};

use common::{Gpu, Node, Wanted};
use miaas_core::{
    cluster::{ClusterView, GpuView},
    id::{NodeId, WorkloadId},
    model::GpuRequest,
    port::{Decision, Demand, Explanation},
};
use miaas_placement::{
    Ask, Engine, Verdict, filter,
    rebalance::{
        Budget, Cost, Stopped,
        cluster::{ClusterPlan, Rebalance},
    },
    strategy,
};

const GIB: u64 = 1024;

/// Nodes with one GPU of 24 GiB each, or with none.
fn cluster(gpus: &[usize]) -> ClusterView {
    let gpu = Gpu { vendor: "nvidia".into(), model: "RTX 4090".into(), memory_mib: 24 * GIB, ..Gpu::default() };
    let node = |(i, count): (usize, &usize)| Node {
        name: format!("node{}", i + 1),
        gpus: vec![gpu.clone(); *count],
        ..Node::default()
    };
    common::view(&gpus.iter().enumerate().map(node).collect::<Vec<_>>())
}

fn demands(wanted: &[(&str, u64)]) -> Vec<Demand> {
    let request = |gib: u64| GpuRequest { count: 1, memory_mib: gib * GIB, ..GpuRequest::default() };
    let one = |(name, gib): &(&str, u64)| Wanted {
        name: (*name).to_owned(),
        cpu_milli: 1000,
        mem_mib: GIB,
        gpu: Some(request(*gib)),
        ..Wanted::default()
    };
    common::group(&wanted.iter().map(one).collect::<Vec<_>>()).demands
}

/// Lets a demand run on the first GPU of a node.
fn run(view: &mut ClusterView, demand: &Demand, node: &str) {
    let node = NodeId::parse(node).unwrap();
    let claim = |gpu: &GpuView| gpu.claim_for(demand.resources.gpu.as_ref().unwrap());
    let devices = view.node(&node).unwrap().gpus.first().map(claim).into_iter().collect();
    assert!(view.commit(&Decision {
        workload: demand.workload.clone(),
        deployment: demand.deployment.clone(),
        node,
        resources: demand.resources.clone(),
        devices,
        ports: Vec::new(),
        executor: demand.executors[0],
        priority: demand.priority,
        stateful: demand.stateful,
        why: Explanation::default(),
    }));
    view.remember(Arc::new(demand.clone()));
}

fn all(demands: &[Demand]) -> BTreeMap<WorkloadId, Cost> {
    demands.iter().map(|d| (d.workload.clone(), Cost::one(7_000_000_000, 40))).collect()
}

/// Makes the moves one by one on a copy, each judged by every filter while its source is still held.
fn replay(view: &ClusterView, plan: &ClusterPlan, waiting: &[Demand], budget: &Budget) {
    let (mut now, filters, mut gained) = (view.clone(), filter::presets(), 0);
    let passes = |now: &ClusterView, demand: &Demand, to: &Decision| {
        let fork = now.fork();
        assert!(Verdict::passes(&filters, &Ask::new(demand, &fork), fork.node(&to.node).unwrap()), "{to:?}");
    };
    for step in &plan.moves {
        assert_eq!(now.location(&step.to.workload), Some(&step.from));
        passes(&now, view.demand_of(&step.to.workload).unwrap(), &step.to);
        assert!(step.gained_milli >= gained);
        gained = step.gained_milli;
        now.release(&step.to.workload);
        assert!(now.commit(&step.to));
    }
    for decision in &plan.placed {
        passes(&now, waiting.iter().find(|d| d.workload == decision.workload).unwrap(), decision);
        assert!(now.commit(decision));
    }
    assert_eq!(now.check(), Ok(()));
    assert_eq!(plan.spent, plan.moves.iter().fold(Cost::default(), |sum, m| sum.plus(m.cost)));
    assert!(budget.covers(plan.spent));
}

fn moved(plan: &ClusterPlan) -> Vec<String> {
    plan.moves.iter().map(|m| format!("{} to {}", m.to.deployment, m.to.node.as_str())).collect()
}

#[test]
fn p3_a_cluster_makes_room_for_what_waits() {
    let engine = Engine::new(strategy::binpack());
    let running = demands(&[("one", 10), ("two", 12)]);
    let mut view = cluster(&[1, 1]);
    run(&mut view, &running[0], "node1");
    run(&mut view, &running[1], "node2");
    let waiting = &demands(&[("x", 0), ("y", 0), ("whole", 0)])[2..];
    let plan = |movable: &BTreeMap<WorkloadId, Cost>, budget: Budget, view: &ClusterView| {
        let plan = Rebalance { movable, waiting, least_milli: None, budget }.plan(&engine, view);
        replay(view, &plan, waiting, &budget);
        plan
    };
    let first = plan(&all(&running), Budget::UNLIMITED, &view);
    assert_eq!(moved(&first), ["one to node2"]);
    assert_eq!((first.gained_milli(), first.stopped), (1000, Stopped::Done));
    assert_eq!(first.placed[0].node.as_str(), "node1");
    assert_eq!(first.moves[0].devices[0].memory_mib, 10 * GIB, "what it holds now is part of the plan");

    let second = plan(&all(&running[1..]), Budget::UNLIMITED, &view);
    assert_eq!(moved(&second), ["two to node1"], "what is not movable stays");

    let dear = Budget { bytes: Some(1_000_000_000), ..Budget::UNLIMITED };
    let none = plan(&all(&running), dear, &view);
    assert_eq!((moved(&none), none.stopped), (Vec::<String>::new(), Stopped::Budget));

    let none = plan(&BTreeMap::new(), Budget::UNLIMITED, &view);
    assert_eq!((moved(&none), none.stopped), (Vec::<String>::new(), Stopped::NoGain));
}

#[test]
fn p3_a_move_that_a_filter_refuses_is_not_proposed() {
    let engine = Engine::new(strategy::binpack());
    let mut running = demands(&[("one", 10), ("two", 12)]);
    running[0].avoid.insert(NodeId::parse("node2").unwrap(), "it failed there".to_owned());
    let mut view = cluster(&[1, 1]);
    run(&mut view, &running[0], "node1");
    run(&mut view, &running[1], "node2");
    let waiting = &demands(&[("x", 0), ("y", 0), ("whole", 0)])[2..];
    let ask = |movable: &BTreeMap<WorkloadId, Cost>, view: &ClusterView| {
        let plan = Rebalance { movable, waiting, least_milli: None, budget: Budget::UNLIMITED }.plan(&engine, view);
        replay(view, &plan, waiting, &Budget::UNLIMITED);
        plan
    };
    assert_eq!(moved(&ask(&all(&running), &view)), ["two to node1"]);
    running[1].stateful = true;
    let mut view = cluster(&[1, 1]);
    run(&mut view, &running[0], "node1");
    run(&mut view, &running[1], "node2");
    assert_eq!(moved(&ask(&all(&running), &view)), [""; 0], "data stay where they are");
}

#[test]
fn p3_a_cluster_is_defragmented_within_a_budget() {
    let engine = Engine::new(strategy::binpack());
    // Whole GPUs run elsewhere, so they are wanted.
    let running = demands(&[("a", 11), ("b", 11), ("c", 11), ("d", 11), ("whole", 0)]);
    let mut view = cluster(&[1; 5]);
    for (demand, node) in running.iter().zip(["node1", "node2", "node3", "node4", "node5"]) {
        run(&mut view, demand, node);
    }
    for (budget, moves, stopped) in [
        (Budget::UNLIMITED, 2, Stopped::NoGain),
        (Budget::moves(1), 1, Stopped::Budget),
        (Budget::moves(0), 0, Stopped::Budget),
    ] {
        let movable = all(&running);
        let plan = Rebalance { movable: &movable, waiting: &[], least_milli: Some(20), budget }.plan(&engine, &view);
        replay(&view, &plan, &[], &budget);
        assert_eq!((plan.moves.len(), plan.stopped), (moves, stopped), "{:?}", moved(&plan));
        assert_eq!(plan.gained_milli() > 0, moves > 0);
        let again = Rebalance { movable: &movable, waiting: &[], least_milli: Some(20), budget }.plan(&engine, &view);
        assert_eq!(again, plan, "the same question, the same answer");
    }
}
