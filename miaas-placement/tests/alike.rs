//! A refusal that asks one node of each class of those that are alike says what one says that asks every node (P4, P5).

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

mod common;

use std::{
    collections::BTreeMap,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
};

use common::{Node, Running, Wanted, group, view};
use miaas_core::{
    cluster::{ClusterView, NodeView},
    id::{DeploymentId, NodeId, WorkloadId},
    model::PlacementPolicy,
    name::NodeName,
    port::{Demand, DemandGroup, Placer as _},
    testing::strategy_contract::cases::{Size, random},
};
use miaas_placement::{Ask, Engine, Filter, Verdict};

/// Every node of the view so many times, mixed; what runs on it runs on one of them, or the same on each by other ids.
fn copies(of: &ClusterView, count: usize, busy: bool) -> ClusterView {
    let copy = |node: &NodeView, i: usize, at: usize| {
        let id = format!("node-{i}-{at}");
        let mut copy =
            NodeView { id: NodeId::parse(&id).unwrap(), name: NodeName::parse(&id).unwrap(), ..node.clone() };
        let held: Vec<_> = node.workloads.values().cloned().collect();
        held.iter().for_each(|h| drop(copy.remove(&h.workload)));
        copy.gpus.iter_mut().for_each(|g| g.uuid = format!("{}-{i}", g.uuid));
        for mut held in held.into_iter().filter(|_| busy || i == 0) {
            held.workload = WorkloadId::parse(&format!("{}-{i}", held.workload)).unwrap();
            held.devices.iter_mut().for_each(|d| d.uuid = format!("{}-{i}", d.uuid));
            copy.add(held);
        }
        copy
    };
    let nodes: Vec<&NodeView> = of.nodes().collect();
    ClusterView::new((0..count).flat_map(|i| nodes.iter().enumerate().map(move |(at, node)| copy(node, i, at))))
}

/// Lets every node pass; and as nobody knows what a filter from outside looks at, every node is asked.
#[derive(Debug)]
struct Passing;

impl Filter for Passing {
    fn name(&self) -> &'static str {
        "passing"
    }

    fn check(&self, _: &Ask<'_>, _: &NodeView, _: &mut Verdict) {}

    fn is_local(&self, _: &Demand) -> bool {
        true
    }
}

/// Asks for groups of all sizes, commits what has a place and lets some go; how many were refused.
fn same_refusals(seed: u64, gpus: bool) -> usize {
    let (engine, every) = (Engine::default(), Engine::default().with_filter(Box::new(Passing)));
    let (few, wanted) = random(seed, Size { nodes: 3, demands: 12, gpus }, "spread");
    let mut view = copies(&few, 7, seed.is_multiple_of(3));
    let mut placing = engine.placing();
    let (mut refused, mut placed) = (0, Vec::new());
    for (i, demand) in (0..5).flat_map(|_| &wanted.demands).enumerate() {
        let mut demands = vec![demand.clone(), wanted.demands[i % 5].clone()];
        demands.truncate(1 + usize::from(i % 6 == 5));
        for (at, demand) in demands.iter_mut().enumerate() {
            demand.workload = WorkloadId::parse(&format!("w-{i}-{at}")).unwrap();
            if i % 7 == 0 {
                demand.policy.node = Some(NodeName::parse(&format!("node-{}-1", i % 9)).unwrap());
            }
            if i % 8 == 0 {
                let ids = view.nodes().skip(i % 5).step_by(4).map(|n| (n.id.clone(), "it failed there".to_owned()));
                demand.avoid = ids.collect();
            }
            if i % 11 == 0 {
                demand.volume_node = view.nodes().nth(i % 20).map(|n| n.id.clone());
            }
            if i % 4 == 0 {
                // Most of it fits nowhere.
                demand.resources.mem_mib = demand.resources.mem_mib.saturating_mul(1 + i as u64 % 9);
            }
        }
        let group = DemandGroup { demands };
        let answer = placing.place(&view, &group);
        let alone = engine.place(&view, &group);
        match (&answer, every.place(&view, &group)) {
            (Err(refusal), Err(expected)) => {
                assert_eq!(*refusal, expected, "seed {seed}, question {i}");
                assert_eq!(alone, Err(expected), "seed {seed}, question {i}");
                refused += 1;
            }
            (Ok(placement), Ok(_)) => {
                placement.decisions.iter().for_each(|d| assert!(view.commit(d)));
                placed.extend(placement.decisions.iter().map(|d| d.workload.clone()));
            }
            (answer, expected) => panic!("seed {seed}, question {i}: {answer:?}, but {expected:?}"),
        }
        if i % 5 == 4 && !placed.is_empty() {
            assert!(view.release(&placed.swap_remove(i % placed.len())).is_some());
        }
    }
    refused
}

#[test]
fn p4_a_refusal_of_classes_is_that_of_every_node() {
    let refused: usize = (0..120).map(|seed| same_refusals(seed, seed.is_multiple_of(2))).sum();
    assert!(refused > 2_000, "{refused} refusals");
}

/// Counts how often nodes are asked.
#[derive(Debug, Clone, Default)]
struct Counting(Arc<AtomicUsize>);

impl Filter for Counting {
    fn name(&self) -> &'static str {
        "counting"
    }

    fn check(&self, _: &Ask<'_>, node: &NodeView, verdict: &mut Verdict) {
        self.0.fetch_add(1, Ordering::Relaxed);
        if node.id.as_str().ends_with('7') {
            verdict
                .reject(|| miaas_core::port::RejectReason::Other { filter: "counting".into(), message: "a 7".into() });
        }
    }

    fn is_local(&self, _: &Demand) -> bool {
        true
    }
}

fn fleet(nodes: usize) -> ClusterView {
    let node = |i: usize| {
        let runs = if i == 5 { vec![Running { name: "redis".into(), ..Running::default() }] } else { Vec::new() };
        Node { name: format!("node{i}"), mem_mib: 16_384 + (i as u64 % 2) * 1_024, runs, ..Node::default() }
    };
    view(&(0..nodes).map(node).collect::<Vec<_>>())
}

fn question(i: usize, policy: PlacementPolicy) -> DemandGroup {
    let mut group = group(&[Wanted { mem_mib: 20_000 + i as u64, policy, ..Wanted::default() }]);
    group.demands[0].deployment = DeploymentId::parse(&format!("d-{i}")).unwrap();
    group.demands[0].workload = WorkloadId::parse(&format!("w-{i}")).unwrap();
    group.demands[0].avoid = BTreeMap::new();
    group
}

#[test]
fn p4_a_filter_from_outside_is_asked_about_every_node() {
    let counting = Counting::default();
    let engine = Engine::default().with_filter(Box::new(counting.clone()));
    let (view, mut placing) = (fleet(40), engine.placing());
    for i in 0..4 {
        let group = question(i, PlacementPolicy::default());
        let before = counting.0.load(Ordering::Relaxed);
        let refused = placing.place(&view, &group).unwrap_err();
        assert!(counting.0.load(Ordering::Relaxed) - before >= 40, "question {i}");
        assert!(refused.excluded.iter().any(|e| e.what == "refused by counting" && e.count == 4), "{refused:?}");
    }
}
