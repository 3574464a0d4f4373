//! The placement view (P5): sums follow what the workloads hold, undoing is exact, a fork behaves like a copy.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

use miaas_core::{
    cluster::{ClusterView, Held, NodeView},
    id::{DeploymentId, NodeId, WorkloadId},
    model::{DeviceShare, ExecutorKind, PortBinding, Protocol, Resources},
    name::NodeName,
    port::{Decision, Explanation},
    testing::strategy_contract::cases::{Size, random},
};
use proptest::{prelude::*, test_runner::RngSeed};

/// What happens to a view: a workload comes to a node, or goes.
#[derive(Debug, Clone)]
enum Step {
    Commit(Box<Decision>),
    Release(WorkloadId),
}

fn decision(workload: u8, node: u8, amount: u64, port: u16, exclusive: bool) -> Decision {
    Decision {
        workload: WorkloadId::parse(&format!("w-{workload}")).unwrap(),
        deployment: DeploymentId::parse(&format!("dep-{}", workload % 3)).unwrap(),
        node: NodeId::parse(&format!("node-{node}")).unwrap(),
        resources: Resources { cpu_milli: amount, mem_mib: amount, disk_mib: amount, gpu: None },
        devices: vec![DeviceShare {
            uuid: format!("gpu-{node}-0"),
            memory_mib: amount,
            share_milli: (amount / 10) as u32,
            device_mib: 0,
            exclusive,
        }],
        ports: vec![PortBinding { name: "p".into(), host: port, container: 80, protocol: Protocol::Tcp }],
        executor: ExecutorKind::Docker,
        priority: 0,
        stateful: false,
        why: Explanation::default(),
    }
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let commit = (0..8u8, 0..5u8, 0..5000u64, 20_000..20_003u16, any::<bool>())
        .prop_map(|(w, n, amount, port, exclusive)| Step::Commit(Box::new(decision(w, n, amount, port, exclusive))));
    let release = (0..8u8).prop_map(|w| Step::Release(WorkloadId::parse(&format!("w-{w}")).unwrap()));
    proptest::collection::vec(prop_oneof![commit, release], 0..24)
}

fn start(seed: u64) -> ClusterView {
    random(seed, Size { nodes: 4, demands: 0, gpus: true }, "any").0
}

/// The same workloads on the same nodes, added one by one in the order of their ids.
fn rebuilt(view: &ClusterView) -> ClusterView {
    ClusterView::new(view.nodes().map(|node| {
        let mut bare = node.clone();
        let held: Vec<Held> = node.workloads.values().cloned().collect();
        for h in &held {
            bare.remove(&h.workload);
        }
        assert!(bare.workloads.is_empty() && bare.ports.is_empty() && bare.per_deployment.is_empty());
        held.into_iter().for_each(|h| bare.add(h));
        bare
    }))
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 128, failure_persistence: None, rng_seed: RngSeed::Fixed(1), ..ProptestConfig::default() })]

    #[test]
    fn the_view_depends_on_what_is_there_and_not_on_its_history(seed in any::<u64>(), steps in steps()) {
        let mut view = start(seed);
        for step in &steps {
            match step {
                Step::Commit(d) => view.commit(d),
                Step::Release(w) => view.release(w).is_some(),
            };
            prop_assert_eq!(view.check(), Ok(()));
        }
        prop_assert_eq!(rebuilt(&view), view);
    }

    #[test]
    fn undoing_in_any_order_leads_back(seed in any::<u64>(), steps in steps()) {
        let before = start(seed);
        let mut view = before.clone();
        let mut committed = Vec::new();
        for step in &steps {
            if let Step::Commit(d) = step && view.commit(d) {
                committed.push(d.workload.clone());
            }
        }
        committed.sort();
        for workload in &committed {
            prop_assert!(view.release(workload).is_some());
        }
        prop_assert_eq!(view, before);
    }

    #[test]
    fn a_fork_behaves_like_a_copy_and_leaves_its_base_alone(seed in any::<u64>(), steps in steps()) {
        let base = start(seed);
        let (mut copy, mut fork) = (base.clone(), base.fork());
        for step in &steps {
            let (a, b) = match step {
                Step::Commit(d) => (copy.commit(d), fork.commit(d)),
                Step::Release(w) => (copy.release(w).is_some(), fork.release(w)),
            };
            prop_assert_eq!(a, b);
            prop_assert!(copy.nodes().eq(fork.nodes()));
        }
        for w in 0..8 {
            let id = WorkloadId::parse(&format!("w-{w}")).unwrap();
            prop_assert_eq!(copy.location(&id), fork.location(&id));
        }
        prop_assert_eq!(base, start(seed));
    }
}

#[test]
fn a_decision_for_an_unknown_node_or_a_placed_workload_changes_nothing() {
    let mut view = start(7);
    let first = decision(1, 0, 100, 20_000, false);
    assert!(view.commit(&first));
    let before = view.clone();
    assert!(!view.commit(&Decision { node: NodeId::parse("node-2").unwrap(), ..first.clone() }));
    assert!(!view.commit(&decision(2, 99, 1, 1, false)));
    assert!(view.release(&WorkloadId::parse("w-7").unwrap()).is_none());
    assert_eq!(view, before);
}

#[test]
fn a_node_seen_anew_keeps_what_moved_elsewhere() {
    let node = |name: &str| NodeView::empty(NodeId::parse(name).unwrap(), NodeName::parse(name).unwrap());
    let held = Held::from(&decision(1, 0, 10, 80, false));
    let (mut old, mut new) = (node("old"), node("new"));
    old.add(held.clone());
    let mut view = ClusterView::new([old]);
    new.add(held.clone());
    view.upsert(new);
    view.upsert(node("old"));
    assert_eq!(view.location(&held.workload).map(NodeId::as_str), Some("new"));
    assert_eq!(view.check(), Ok(()));
    assert!(view.remove(&NodeId::parse("new").unwrap()).is_some());
    assert_eq!(view.location(&held.workload), None);
}

#[test]
fn a_planted_miscount_is_found() {
    let mut node = start(3).node(&NodeId::parse("node-0").unwrap()).unwrap().clone();
    node.add(Held::from(&decision(1, 0, 700, 20_000, false)));
    assert_eq!(node.check(), Ok(()));
    node.allocated.mem_mib = 1;
    assert!(node.check().unwrap_err().contains("memory"), "{:?}", node.check());
}
