//! What-if (P4): the answer is what happens when the change is made.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

mod common;

use std::sync::Arc;

use common::{Gpu, Node, Wanted, group, reserved, view};
use miaas_core::{
    cluster::ClusterView,
    id::{DeploymentId, NodeId},
    model::{GpuRequest, PlacementPolicy, Resources},
    port::{Demand, Placer as _},
};
use miaas_placement::{
    Engine, strategy, what_if,
    whatif::{Change, Diff, WhatIfError},
};

fn id(text: &str) -> NodeId {
    NodeId::parse(text).unwrap()
}

fn empty(count: usize) -> Vec<Node> {
    (1..=count).map(|i| Node { name: format!("node{i}"), ..Node::default() }).collect()
}

/// The wanted workloads, placed and remembered.
fn running(nodes: &[Node], wanted: &[Wanted]) -> ClusterView {
    let (mut view, group) = (view(nodes), group(wanted));
    let placement = Engine::new(strategy::spread()).with_strategy(strategy::binpack()).place(&view, &group).unwrap();
    assert!(placement.decisions.iter().all(|d| view.commit(d)));
    group.demands.into_iter().for_each(|d| view.remember(Arc::new(d)));
    view
}

fn of(view: &ClusterView, waiting: &[Demand], changes: &[Change]) -> Diff {
    what_if(&Engine::new(strategy::spread()).with_strategy(strategy::binpack()), view, waiting, changes).unwrap()
}

#[test]
fn what_a_lost_node_ran_goes_elsewhere_or_is_lost_with_the_reason() {
    let wanted = |name: &str, mem_mib| Wanted { name: name.into(), mem_mib, ..Wanted::default() };
    let cluster = running(&empty(2), &[wanted("big", 12_000), wanted("mid", 9_000), wanted("small", 3_000)]);
    let diff = of(&cluster, &[], &[Change::RemoveNode(id("node2"))]);
    assert_eq!((diff.before.nodes, diff.after.nodes), (2, 1));
    assert_eq!((diff.before.total.mem_mib, diff.after.total.mem_mib), (32_768, 16_384));
    let moved: Vec<_> =
        diff.moved.iter().map(|m| (m.from.as_str(), m.to.node.as_str(), m.to.workload.as_str())).collect();
    let lost: Vec<_> = diff.lost.iter().map(|l| l.workload.as_str()).collect();
    assert_eq!((moved, lost), (vec![("node2", "node1", "small-2")], vec!["mid-1"]));
    assert!(diff.lost[0].why.as_ref().unwrap().summary.contains("short of memory"));
    assert_eq!(diff.after.free.mem_mib, 16_384 - 12_000 - 3_000);
    // With a new node like the other there is room for both.
    let replaced =
        of(&cluster, &[], &[Change::RemoveNode(id("node2")), Change::AddNodes { like: id("node1"), count: 1 }]);
    assert_eq!((replaced.added[0].name.as_str(), replaced.moved.len(), replaced.lost.len()), ("node1-new-1", 2, 0));
}

#[test]
fn what_waits_gets_the_new_card() {
    let card = |name: &str, memory_mib| Gpu { model: name.into(), memory_mib, ..Gpu::default() };
    let nodes = [
        Node { gpus: vec![card("RTX 3060", 12_288)], ..Node::default() },
        Node { name: "node2".into(), gpus: vec![card("RTX 4090", 24_576)], ..Node::default() },
    ];
    let gpu = Some(GpuRequest { count: 1, memory_mib: 20_000, ..GpuRequest::default() });
    let llama = |name: &str| Wanted { name: name.into(), gpu: gpu.clone(), ..Wanted::default() };
    let cluster = running(&nodes, &[llama("first")]);
    let waiting = group(&[llama("second")]).demands;
    assert_eq!(of(&cluster, &waiting, &[]).lost.len(), 1);
    assert_eq!(of(&cluster, &waiting, &[Change::AddNodes { like: id("node1"), count: 3 }]).lost.len(), 1);
    let diff = of(&cluster, &waiting, &[Change::AddNodes { like: id("node2"), count: 1 }]);
    assert_eq!(diff.placed.iter().map(|d| d.node.as_str()).collect::<Vec<_>>(), ["node2-new-1"]);
    assert_eq!((diff.before.gpu_mib, diff.after.gpu_mib), (36_864, 61_440));
    assert!(diff.lost.is_empty());
}

#[test]
fn a_larger_demand_stays_where_it_fits_and_moves_where_it_does_not() {
    let policy = PlacementPolicy { strategy: Some("binpack".into()), ..PlacementPolicy::default() };
    let wanted =
        |name: &str, mem_mib| Wanted { name: name.into(), mem_mib, policy: policy.clone(), ..Wanted::default() };
    let cluster = running(&empty(2), &[wanted("a", 4_000), wanted("b", 4_000)]);
    let larger = |mem_mib| Change::Resources {
        deployment: DeploymentId::parse("b").unwrap(),
        resources: Resources { mem_mib, ..Resources::default() },
    };
    let stays = of(&cluster, &[], &[larger(5_000)]);
    assert!(stays.moved.is_empty() && stays.lost.is_empty());
    assert_eq!(stays.before.free.mem_mib - stays.after.free.mem_mib, 1_000);
    let moves = of(&cluster, &[], &[larger(13_000)]);
    assert_eq!((moves.moved.len(), moves.lost.len()), (1, 0), "{moves:?}");
    assert_eq!(of(&cluster, &[], &[larger(17_000)]).lost.len(), 1);
}

#[test]
fn a_cordoned_node_keeps_what_it_has_and_offers_nothing() {
    let wanted = Wanted { mem_mib: 1_000, ..Wanted::default() };
    let cluster = running(&empty(2), std::slice::from_ref(&wanted));
    let waiting = group(&[Wanted { name: "next".into(), ..wanted }]).demands;
    let diff = of(&cluster, &waiting, &[Change::Cordon(id("node1")), Change::Cordon(id("node2"))]);
    assert_eq!((diff.after.nodes, diff.moved.len(), diff.lost.len()), (0, 0, 1));
    assert_eq!(diff.lost[0].from, None);
}

#[test]
fn what_nobody_knows_the_demand_of_is_lost_and_mistakes_are_named() {
    let engine = Engine::new(strategy::spread()).with_strategy(strategy::binpack());
    let cluster = view(&reserved(&[1_000, 0]));
    let diff = of(&cluster, &[], &[Change::RemoveNode(id("node1"))]);
    assert_eq!(diff.lost.iter().map(|l| l.why.is_none()).collect::<Vec<_>>(), [true]);
    let wrong = |change| what_if(&engine, &cluster, &[], &[change]).unwrap_err();
    assert_eq!(wrong(Change::RemoveNode(id("node9"))), WhatIfError::NoNode(id("node9")));
    assert_eq!(wrong(Change::AddNodes { like: id("node1"), count: 10_001 }), WhatIfError::TooMany(10_001));
    let unknown = DeploymentId::parse("ghost").unwrap();
    let change = Change::Resources { deployment: unknown.clone(), resources: Resources::default() };
    assert_eq!(wrong(change), WhatIfError::NoDeployment(unknown));
    assert_eq!(cluster, view(&reserved(&[1_000, 0])), "the view stays as it is");
}
