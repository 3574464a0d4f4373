//! Groups are placed wholly or not at all (P3), found when there is a way on small clusters, within a bound on large ones.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

mod common;

use std::sync::{
    Arc,
    atomic::{AtomicUsize, Ordering},
};

use common::{Node, Wanted, group, reserved, view};
use miaas_core::{
    cluster::{Fork, NodeView},
    id::{NodeId, WorkloadId},
    model::{ExecutorKind, PlacementPolicy, PortBinding},
    port::{Decision, Demand, DemandGroup, Explanation, Placer as _},
    testing::strategy_contract::{
        cases::{Size, random},
        naive,
    },
};
use miaas_placement::{Ask, Engine, Filter, Verdict, allot, filter};
use proptest::{prelude::*, test_runner::RngSeed};

/// Whether some choice of nodes takes all of the demands, by trying all of them in all orders: an automatic port given
/// early can be one that another demand needs.
fn possible(nodes: &Fork<'_>, demands: &[Demand]) -> bool {
    let ids: Vec<NodeId> = nodes.nodes().map(|n| n.id.clone()).collect();
    demands.is_empty()
        || (0..demands.len()).any(|i| {
            let mut rest = demands.to_vec();
            let first = rest.remove(i);
            ids.iter().any(|id| {
                let node = nodes.node(id).unwrap();
                let fits = naive::obstacle(&first, node).is_none()
                    && naive::neighbour_obstacle(&first, node, nodes).is_none()
                    && naive::skew_obstacle(&first, node, nodes).is_none();
                fits && {
                    let mut with = nodes.clone();
                    with.commit(&decision(&first, node));
                    possible(&with, &rest)
                }
            })
        })
}

fn decision(demand: &Demand, node: &NodeView) -> Decision {
    Decision {
        workload: demand.workload.clone(),
        deployment: demand.deployment.clone(),
        node: node.id.clone(),
        resources: demand.resources.clone(),
        devices: Vec::new(),
        ports: allot::bindings(&demand.ports, node).unwrap(),
        executor: ExecutorKind::Docker,
        priority: 0,
        stateful: false,
        why: Explanation::default(),
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 384, failure_persistence: None, rng_seed: RngSeed::Fixed(1), ..ProptestConfig::default() })]

    #[test]
    fn a_small_group_is_refused_only_when_no_choice_of_nodes_takes_it(
        seed in any::<u64>(), nodes in 1..4usize, demands in 1..4usize, strategy in 0..3usize,
    ) {
        let engine = Engine::default();
        let (view, group) = random(seed, Size { nodes, demands, gpus: false }, engine.strategies()[strategy]);
        let answer = engine.place(&view, &group);
        prop_assert_eq!(answer.is_ok(), possible(&view.fork(), &filter::mutual(&group.demands)), "{:#?}", answer);
    }
}

#[test]
fn the_demand_with_fewest_nodes_goes_first_and_the_order_of_the_answer_is_that_of_the_request() {
    let nodes = [Node::default(), Node { name: "node2".into(), arch: "aarch64".into(), ..Node::default() }];
    let big = Wanted { name: "big".into(), mem_mib: 10_000, ..Wanted::default() };
    let picky =
        Wanted { name: "picky".into(), mem_mib: 10_000, architectures: vec!["amd64".into()], ..Wanted::default() };
    let placement = Engine::default().place(&view(&nodes), &group(&[big, picky])).unwrap();
    let at: Vec<&str> = placement.decisions.iter().map(|d| d.node.as_str()).collect();
    assert_eq!(at, ["node2", "node1"]);
}

#[test]
fn a_choice_that_leaves_no_room_is_revised() {
    // The largest leaves more of the large node free; then the last of the small ones has no place.
    let sized = |name: &str, mem_mib| Wanted { name: name.into(), mem_mib, ..Wanted::default() };
    let nodes = [("node1", 12_000), ("node2", 6_000)];
    let nodes = nodes.map(|(name, mem_mib)| Node { name: name.into(), mem_mib, ..Node::default() });
    let wanted = [sized("a", 6_000), sized("b", 4_000), sized("c", 4_000), sized("d", 4_000)];
    let placement = Engine::default().place(&view(&nodes), &group(&wanted)).unwrap();
    let at: Vec<&str> = placement.decisions.iter().map(|d| d.node.as_str()).collect();
    assert_eq!(at, ["node2", "node1", "node1", "node1"]);
}

#[test]
fn ports_and_limits_count_among_the_group() {
    let policy = PlacementPolicy { max_per_node: Some(1), ..PlacementPolicy::default() };
    let one = Wanted { ports: vec![0, 6379, 0], policy, ..Wanted::default() };
    let nodes = view(&reserved(&[0, 0]));
    let placement = Engine::default().place(&nodes, &group(&[one.clone(), one.clone()])).unwrap();
    let host = |p: &PortBinding| p.host;
    for decision in &placement.decisions {
        assert_eq!(decision.ports.iter().map(host).collect::<Vec<_>>(), [20_000, 6379, 20_001]);
    }
    let refused = Engine::default().place(&nodes, &group(&[one.clone(), one.clone(), one])).unwrap_err();
    assert_eq!(refused.by_node.len(), 2);
    assert!(refused.summary.ends_with("(with 2 of its group placed first)"), "{}", refused.summary);
}

/// Counts how often nodes are looked at.
#[derive(Debug, Clone, Default)]
struct Counting(Arc<AtomicUsize>, bool);

impl Filter for Counting {
    fn name(&self) -> &'static str {
        "counting"
    }

    fn check(&self, _: &Ask<'_>, _: &NodeView, _: &mut Verdict) {
        self.0.fetch_add(1, Ordering::Relaxed);
    }

    fn is_local(&self, _: &Demand) -> bool {
        self.1
    }
}

#[test]
fn a_group_that_does_not_fit_is_given_up_within_a_bound() {
    let (nodes, demands) = (20, 45);
    // Each node takes two; where the last five go is tried in vain.
    let one = Wanted { mem_mib: 8_000, ..Wanted::default() };
    let looks = |local| {
        let counting = Counting(Arc::default(), local);
        let engine = Engine::default().with_filter(Box::new(counting.clone()));
        let refused = engine.place(&view(&reserved(&vec![0; nodes])), &group(&vec![one.clone(); demands])).unwrap_err();
        assert!(refused.summary.contains("short of memory"), "{}", refused.summary);
        counting.0.load(Ordering::Relaxed)
    };
    // A filter that may look at other nodes is asked about all of them for each choice, another about what changed.
    let (every, changed) = (looks(false), looks(true));
    assert!(every < nodes * 6 * (2 * demands + 600), "{every} looks");
    assert!(changed < every / 2, "{changed} of {every} looks");
}

/// Says nothing, but may look at any node, so every node is asked anew for each demand.
#[derive(Debug)]
struct Restless;

impl Filter for Restless {
    fn name(&self) -> &'static str {
        "restless"
    }

    fn check(&self, _: &Ask<'_>, _: &NodeView, _: &mut Verdict) {}
}

#[test]
fn replicas_are_placed_as_if_every_node_were_asked_for_each() {
    for (seed, strategy) in (0..40).flat_map(|seed| Engine::default().strategies().into_iter().map(move |s| (seed, s)))
    {
        let (view, mut group) = random(seed, Size { nodes: 30, demands: 3, gpus: seed % 2 == 0 }, strategy);
        for i in 3..24 {
            let like = group.demands[i % 3].clone();
            group.demands.push(Demand { workload: WorkloadId::parse(&format!("new-{i}")).unwrap(), ..like });
        }
        let (remembers, asks) = (Engine::default(), Engine::default().with_filter(Box::new(Restless)));
        assert_eq!(remembers.place(&view, &group), asks.place(&view, &group), "seed {seed}, {strategy}");
        group.demands.truncate(12);
        assert_eq!(remembers.place(&view, &group), asks.place(&view, &group), "seed {seed}, {strategy}");
    }
}

#[test]
fn an_empty_group_is_placed_and_a_workload_is_placed_once() {
    let nodes = view(&reserved(&[0]));
    assert!(Engine::default().place(&nodes, &DemandGroup::default()).unwrap().decisions.is_empty());
    let mut twice = group(&[Wanted::default(), Wanted::default()]);
    twice.demands[1].workload = twice.demands[0].workload.clone();
    let refused = Engine::default().place(&nodes, &twice).unwrap_err();
    assert_eq!(refused.summary, "redis-0 is in its group twice");
    let placement = Engine::default().place(&nodes, &group(&[Wanted::default()])).unwrap();
    let mut after = nodes;
    assert!(after.commit(&placement.decisions[0]));
    let refused = Engine::default().place(&after, &group(&[Wanted::default()])).unwrap_err();
    assert_eq!(refused.summary, "redis-0 is on node1 already");
    assert_eq!(refused.by_node.len(), 1);
}
