//! Every counterfactual is true (P4): applied to the cluster, the group has a place. And none asks for more than it must.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

mod common;

use std::{collections::BTreeMap, sync::Arc};

use common::{Gpu, Node, Running, Wanted, group, view};
use miaas_core::{
    cluster::{ClusterView, Held, NodeView},
    model::{ExecutorKind, GpuRequest, NodeStatus, PlacementPolicy, Resources},
    name::{Name, NodeName},
    port::{Counterfactual, Demand, DemandGroup, Placer as _, PortDemand},
    testing::strategy_contract::cases::{Size, random},
};
use miaas_placement::Engine;

/// What a workload that is there could have asked for.
fn demand_of(held: &Held, node: &NodeView) -> Demand {
    let port = |b: &miaas_core::model::PortBinding| PortDemand {
        name: b.name.clone(),
        container: b.container,
        host: Some(b.host),
        protocol: b.protocol,
    };
    let gpu = |memory_mib| GpuRequest { count: held.devices.len() as u32, memory_mib, ..GpuRequest::default() };
    Demand {
        workload: held.workload.clone(),
        deployment: held.deployment.clone(),
        name: Name::parse("old").unwrap(),
        resources: Resources { gpu: held.devices.first().map(|d| gpu(d.memory_mib)), ..held.resources.clone() },
        ports: held.ports.iter().map(port).collect(),
        executors: vec![ExecutorKind::Docker, ExecutorKind::Process],
        architectures: vec![node.arch.clone()],
        policy: PlacementPolicy::default(),
        priority: held.priority,
        stateful: held.stateful,
        volume_node: None,
        near: Vec::new(),
        apart: Vec::new(),
        images: Vec::new(),
        avoid: BTreeMap::new(),
    }
}

/// The view with the demands of what is there known.
fn remembered(mut view: ClusterView) -> ClusterView {
    let all: Vec<Demand> = view.nodes().flat_map(|n| n.workloads.values().map(|h| demand_of(h, n))).collect();
    all.into_iter().for_each(|d| view.remember(Arc::new(d)));
    view
}

fn change(view: &mut ClusterView, id: &miaas_core::id::NodeId, change: impl FnOnce(&mut NodeView)) {
    let mut node = view.node(id).unwrap().clone();
    change(&mut node);
    view.upsert(node);
}

fn pinned(demand: &Demand, to: &NodeName) -> Demand {
    Demand { policy: PlacementPolicy { node: Some(to.clone()), ..demand.policy.clone() }, ..demand.clone() }
}

/// The change, made for real.
fn apply(engine: &Engine, made: &Counterfactual, view: &mut ClusterView, group: &mut DemandGroup, failed: usize) {
    let demand = &mut group.demands[failed];
    match made {
        Counterfactual::SmallerDemand { resources, .. } => demand.resources = resources.clone(),
        Counterfactual::Tolerate { taints, .. } => demand.policy.tolerations.extend(taints.clone()),
        Counterfactual::Unpin { .. } => demand.policy.node = None,
        Counterfactual::AutomaticPorts { .. } => demand.ports.iter_mut().for_each(|p| p.host = None),
        Counterfactual::MaxPerNode { max, .. } => {
            let of = demand.deployment.clone();
            let same = group.demands.iter_mut().filter(|d| d.deployment == of);
            same.for_each(|d| d.policy.max_per_node = Some(*max));
        }
        Counterfactual::Uncordon { node, .. } | Counterfactual::NodeReturns { node, .. } => {
            change(view, node, |n| n.status = NodeStatus::Online);
        }
        Counterfactual::Label { node, labels, .. } => change(view, node, |n| n.labels.0.extend(labels.0.clone())),
        Counterfactual::Leave { workload, .. } => assert!(view.release(workload).is_some()),
        Counterfactual::Move { workload, from, to_name, .. } => {
            assert_eq!(view.location(workload), Some(from));
            let moving = pinned(&view.demand_of(workload).unwrap().clone(), to_name);
            assert!(view.release(workload).is_some());
            let moved = engine.place(view, &DemandGroup { demands: vec![moving] }).unwrap();
            assert!(view.commit(&moved.decisions[0]));
        }
    }
}

#[test]
fn every_counterfactual_of_a_thousand_random_clusters_is_true() {
    let engine = Engine::default();
    let mut seen: BTreeMap<String, usize> = BTreeMap::new();
    for seed in 0..1_000 {
        let size = Size { nodes: 1 + seed as usize % 7, demands: 1 + seed as usize % 3, gpus: seed % 2 == 0 };
        let (view, group) = random(seed, size, "spread");
        let view = remembered(view);
        let Err(refused) = engine.place(&view, &group) else { continue };
        let failed = group.demands.iter().position(|d| d.workload == refused.workload).unwrap();
        for made in &refused.counterfactuals {
            let (mut view, mut group) = (view.clone(), group.clone());
            apply(&engine, made, &mut view, &mut group, failed);
            let answer = engine.place(&view, &group);
            assert!(
                answer.is_ok(),
                "seed {seed}: {made:?} does not help {:?}: {}",
                group.demands,
                answer.unwrap_err().summary
            );
            let kind = serde_json::to_value(made).unwrap()["change"].as_str().unwrap().to_owned();
            *seen.entry(kind).or_default() += 1;
        }
    }
    let expected =
        ["automatic_ports", "label", "max_per_node", "move", "smaller_demand", "tolerate", "uncordon", "unpin"];
    for kind in expected {
        assert!(seen.get(kind).is_some_and(|n| *n >= 3), "{kind}: {seen:?}");
    }
}

/// Thousandths given up, as the explanation counts them.
fn cost(asked: &Resources, less: &Resources) -> u64 {
    let part = |asked: u64, less: u64| ((asked - less) * 1000).div_ceil(asked.max(1));
    part(asked.cpu_milli, less.cpu_milli) + part(asked.mem_mib, less.mem_mib) + part(asked.disk_mib, less.disk_mib)
}

#[test]
fn the_smaller_demand_is_the_smallest_change_of_all_nodes_and_nothing_more_would_fit() {
    let engine = Engine::default();
    let mut checked = 0;
    for seed in 0..6_000 {
        let (view, group) = random(seed, Size { nodes: 1 + seed as usize % 6, demands: 1, gpus: false }, "binpack");
        let Err(refused) = engine.place(&view, &group) else { continue };
        let demand = &group.demands[0];
        let on = |node: &NodeView, resources: Resources| {
            let demand = pinned(&Demand { resources, ..demand.clone() }, &node.name);
            engine.place(&view, &DemandGroup { demands: vec![demand] }).is_ok()
        };
        // By trying: on each node as much as it has free, when it then takes the demand.
        let asked = &demand.resources;
        let least = |node: &NodeView| {
            let free = node.free();
            let resources = Resources {
                cpu_milli: asked.cpu_milli.min(free.cpu_milli),
                mem_mib: asked.mem_mib.min(free.mem_mib),
                disk_mib: asked.disk_mib.min(free.disk_mib),
                gpu: None,
            };
            let nothing = |asked: u64, less: u64| asked > 0 && less == 0;
            let none = nothing(asked.cpu_milli, resources.cpu_milli)
                || nothing(asked.mem_mib, resources.mem_mib)
                || nothing(asked.disk_mib, resources.disk_mib);
            let may_go_there = demand.policy.node.as_ref().is_none_or(|wanted| *wanted == node.name);
            (!none && may_go_there && on(node, resources.clone())).then(|| cost(asked, &resources))
        };
        let best = view.nodes().filter_map(least).min();
        let found = refused.counterfactuals.iter().find_map(|c| match c {
            Counterfactual::SmallerDemand { node, resources, .. } => Some((view.node(node).unwrap(), resources)),
            _ => None,
        });
        assert_eq!(found.map(|(_, less)| cost(asked, less)), best, "seed {seed}: {refused:?}");
        let Some((node, less)) = found else { continue };
        checked += 1;
        for (before, after) in [
            (asked.cpu_milli != less.cpu_milli, Resources { cpu_milli: less.cpu_milli + 1, ..less.clone() }),
            (asked.mem_mib != less.mem_mib, Resources { mem_mib: less.mem_mib + 1, ..less.clone() }),
            (asked.disk_mib != less.disk_mib, Resources { disk_mib: less.disk_mib + 1, ..less.clone() }),
        ] {
            assert!(!before || !on(node, after.clone()), "seed {seed}: {after:?} would fit as well");
        }
    }
    assert!(checked > 100, "{checked} cases");
}

#[test]
fn less_of_a_gpu_is_the_most_that_one_has() {
    let gpu = |foreign_mib| Gpu {
        vendor: "nvidia".into(),
        model: "L4".into(),
        memory_mib: 24_000,
        foreign_mib,
        ..Gpu::default()
    };
    let nodes = [
        Node { gpus: vec![gpu(16_000)], ..Node::default() },
        Node { name: "node2".into(), gpus: vec![gpu(10_000), gpu(12_000)], ..Node::default() },
    ];
    let request = |count, memory_mib| GpuRequest { count, memory_mib, ..GpuRequest::default() };
    let less = |gpu: GpuRequest| {
        let wanted = Wanted { gpu: Some(gpu), ..Wanted::default() };
        let refused = Engine::default().place(&view(&nodes), &group(&[wanted])).unwrap_err();
        let of = |c: &Counterfactual| match c {
            Counterfactual::SmallerDemand { name, resources, .. } => {
                let gpu = resources.gpu.clone().unwrap();
                Some((name.to_string(), gpu.count, gpu.memory_mib))
            }
            _ => None,
        };
        refused.counterfactuals.iter().find_map(of)
    };
    assert_eq!(less(request(1, 16_000)), Some(("node2".into(), 1, 14_000)));
    assert_eq!(less(request(2, 13_000)), Some(("node2".into(), 2, 12_000)));
    // One device less is less to give up than nearly all of the memory.
    assert_eq!(less(request(2, 14_000)).map(|(_, count, mib)| (count, mib)), Some((2, 12_000)));
    assert_eq!(less(request(4, 4_000)), Some(("node2".into(), 2, 4_000)));
    assert_eq!(less(request(1, 0)), Some(("node2".into(), 1, 14_000)));
}

#[test]
fn a_workload_that_can_move_is_said_to_move_and_one_that_keeps_data_is_not() {
    let runs = |name: &str, mem_mib| vec![Running { name: name.into(), mem_mib, ..Running::default() }];
    let nodes = [
        Node { runs: runs("redis", 4_000), ..Node::default() },
        Node { name: "node2".into(), mem_mib: 8_000, runs: runs("web", 2_000), ..Node::default() },
    ];
    let wanted = Wanted { name: "llama".into(), mem_mib: 14_000, ..Wanted::default() };
    let cluster = remembered(view(&nodes));
    let refused = Engine::default().place(&cluster, &group(std::slice::from_ref(&wanted))).unwrap_err();
    let hint = "fits on node1 if redis-node1-0 moves to node2";
    assert!(refused.hints.iter().any(|h| h == hint), "{:?}", refused.hints);
    let unknown = Engine::default().place(&view(&nodes), &group(std::slice::from_ref(&wanted))).unwrap_err();
    let hint = "fits on node1 once redis-node1-0 has left it";
    assert!(unknown.hints.iter().any(|h| h == hint), "{:?}", unknown.hints);
    let mut keeps = view(&nodes);
    change(&mut keeps, &miaas_core::id::NodeId::parse("node1").unwrap(), |n| {
        n.workloads.values_mut().for_each(|h| h.stateful = true);
    });
    let keeps = Engine::default().place(&remembered(keeps), &group(&[wanted])).unwrap_err();
    assert!(keeps.hints.iter().any(|h| h == hint), "{:?}", keeps.hints);
}

#[test]
fn thousands_of_nodes_are_summed_up() {
    let mut nodes = Vec::new();
    for i in 0..1_213_u64 {
        let gpu = Gpu {
            vendor: "nvidia".into(),
            model: "L4".into(),
            memory_mib: 24_576,
            foreign_mib: 24_576 - i * 7,
            ..Gpu::default()
        };
        let taints = if i % 17 == 0 {
            vec![miaas_core::model::Taint { key: "gpu".into(), value: "reserved".into() }]
        } else {
            vec![]
        };
        nodes.push(Node { name: format!("node{i:04}"), gpus: vec![gpu], taints, ..Node::default() });
    }
    let gpu = GpuRequest { count: 1, memory_mib: 16_384, ..GpuRequest::default() };
    let wanted = Wanted { name: "llama".into(), gpu: Some(gpu), ..Wanted::default() };
    let refused = Engine::default().place(&view(&nodes), &group(std::slice::from_ref(&wanted))).unwrap_err();
    assert_eq!(
        refused.summary,
        "no node of 1,213 can take llama: 1,213 short of gpu memory (best has 8.2 of 16 GiB), 72 with taint gpu=reserved"
    );
    assert_eq!(refused.excluded[0].count, 1_213);
    assert_eq!(refused.excluded[0].best.as_ref().map(|b| (b.node.as_str(), b.free)), Some(("node1212", 8_484)));
    assert_eq!(refused.by_node.len(), 64);
    let never = Wanted { gpu: Some(GpuRequest { count: 1, memory_mib: 30_000, ..GpuRequest::default() }), ..wanted };
    let refused = Engine::default().place(&view(&nodes), &group(&[never])).unwrap_err();
    assert_eq!(
        refused.summary,
        "no node could ever take llama, even empty: it needs a GPU with 29.2 GiB, the largest that a node has offers 24 GiB"
    );
}

#[test]
fn a_decision_counts_who_was_excluded_and_is_the_same_without_an_explanation() {
    for seed in 0..300 {
        let (view, group) = random(seed, Size { nodes: 40, demands: 1 + seed as usize % 6, gpus: true }, "spread");
        let (with, without) = (Engine::default(), Engine::default().with_explanations(false));
        match (with.place(&view, &group), without.place(&view, &group)) {
            (Ok(with), Ok(mut without)) => {
                for (a, b) in with.decisions.iter().zip(&mut without.decisions) {
                    let excluded: usize = a.why.excluded.iter().map(|e| e.count).sum();
                    assert!(excluded < a.why.considered && excluded >= a.why.rejected.len());
                    assert!(b.why.summary.is_empty() && b.why.considered == a.why.considered);
                    b.why = a.why.clone();
                }
                assert_eq!(with, without);
            }
            (Err(with), Err(without)) => assert_eq!(with.workload, without.workload),
            (with, without) => panic!("seed {seed}: {with:?} but {without:?}"),
        }
    }
}
