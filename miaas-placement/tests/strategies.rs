//! Which node each preset takes (P1).

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

mod common;

use common::{Gpu, Node, Running, Wanted, group, reserved, view};
use miaas_core::{
    model::{GpuRequest, PlacementPolicy},
    name::Labels,
    port::{Decision, Placer as _},
};
use miaas_placement::{
    Engine,
    strategy::{self, Weights},
};

fn by(strategy: &str) -> PlacementPolicy {
    PlacementPolicy { strategy: Some(strategy.into()), ..PlacementPolicy::default() }
}

fn place(nodes: &[Node], wanted: Wanted) -> Decision {
    Engine::default().place(&view(nodes), &group(&[wanted])).unwrap().decisions.remove(0)
}

#[test]
fn each_preset_takes_its_node() {
    let nodes = reserved(&[4_000, 1_000, 8_000]);
    for (strategy, node) in [("spread", "node2"), ("binpack", "node3"), ("spec", "node2")] {
        let decision = place(&nodes, Wanted { mem_mib: 1_000, policy: by(strategy), ..Wanted::default() });
        assert_eq!((decision.node.as_str(), decision.why.strategy.as_str()), (node, strategy));
    }
    assert_eq!(place(&nodes, Wanted { mem_mib: 1_000, ..Wanted::default() }).why.strategy, "foresight");
}

#[test]
fn ties_go_to_the_smallest_id() {
    for strategy in Engine::default().strategies() {
        let decision =
            place(&reserved(&[500, 500, 500]), Wanted { mem_mib: 1_000, policy: by(strategy), ..Wanted::default() });
        assert_eq!(decision.node.as_str(), "node1", "{strategy}");
        assert_eq!(decision.why.summary, "node1: as good as the other 2 candidates, first by id");
    }
}

#[test]
fn spreading_keeps_a_deployment_apart_before_it_evens_out_the_load() {
    let mut nodes = reserved(&[12_000, 0]);
    nodes[1].runs.push(Running { name: "redis".into(), ..Running::default() });
    assert_eq!(place(&nodes, Wanted { mem_mib: 100, ..Wanted::default() }).node.as_str(), "node1");
    let other = Wanted { name: "nats".into(), mem_mib: 100, ..Wanted::default() };
    assert_eq!(place(&nodes, other).node.as_str(), "node2");
}

#[test]
fn where_nothing_is_reserved_the_number_of_workloads_decides() {
    let mut nodes = reserved(&[0, 0]);
    nodes[0].runs.push(Running { name: "hello".into(), ..Running::default() });
    let decision = place(&nodes, Wanted::default());
    assert_eq!(decision.why.summary, "node2: fewest workloads of 2 candidates");
}

#[test]
fn spread_by_a_label_outranks_every_strategy() {
    let zone = |node: Node, zone: &str| Node {
        labels: Labels::parse_pairs([format!("zone={zone}").as_str()]).unwrap(),
        ..node
    };
    let mut nodes = reserved(&[0, 0, 12_000]);
    nodes[0].runs.push(Running { name: "redis".into(), ..Running::default() });
    let nodes: Vec<Node> = nodes.into_iter().zip(["a", "a", "b"]).map(|(n, z)| zone(n, z)).collect();
    for strategy in Engine::default().strategies() {
        let policy = PlacementPolicy { spread_by: Some("zone".into()), ..by(strategy) };
        let decision = place(&nodes, Wanted { mem_mib: 100, policy, ..Wanted::default() });
        assert_eq!(decision.node.as_str(), "node3", "{strategy}");
        assert_eq!(decision.why.summary, "node3: fewest workloads of redis in its zone of 3 candidates");
    }
}

#[test]
fn the_formula_of_the_specification_is_the_weighted_sum_of_what_is_free() {
    let gpu =
        Gpu { vendor: "nvidia".into(), model: "L4".into(), memory_mib: 24_000, foreign_mib: 1_000, ..Gpu::default() };
    let nodes = [Node { gpus: vec![gpu], ..Node::default() }];
    let engine = Engine::new(strategy::spec(Weights { memory: 3, disk: 2, gpu: 5 }));
    let asked = GpuRequest { count: 1, memory_mib: 4_000, ..GpuRequest::default() };
    let with_gpu = Wanted { gpu: Some(asked), ..Wanted::default() };
    let score =
        |wanted: Wanted| engine.place(&view(&nodes), &group(&[wanted])).unwrap().decisions[0].why.candidates[0].score;
    assert_eq!(score(Wanted::default()), 3 * 16_384 + 2 * 102_400);
    assert_eq!(score(with_gpu), 3 * 16_384 + 2 * 102_400 + 5 * 23_000);
}

#[test]
fn the_default_is_the_first_and_can_be_changed() {
    let engine = Engine::default();
    let all = engine.strategies();
    assert_eq!(all[..6], ["foresight", "spread", "binpack", "spec", "locality", "cost"]);
    assert_eq!(all[6..], ["bestfit", "dotprod", "fgd", "gpu-clustering", "gpu-packing"]);
    let engine = engine.with_default("spec").unwrap();
    assert_eq!(engine.strategies()[..4], ["spec", "foresight", "spread", "binpack"]);
    let unknown = engine.with_default("spraed").unwrap_err();
    assert_eq!(unknown.to_string(), "there is no placement strategy \"spraed\"");
    assert!(
        unknown.hint().starts_with("did you mean spread? The strategies are spec, foresight, "),
        "{}",
        unknown.hint()
    );
}

/// P1: a share goes to the GPU in use, so that the whole one stays for who needs it; `spread` would take the idle one.
#[test]
fn gpu_strategies_keep_whole_gpus_whole() {
    let gpu = || Gpu { vendor: "nvidia".into(), model: "L4".into(), memory_mib: 24_000, ..Gpu::default() };
    let share = GpuRequest { count: 1, share_milli: 500, ..GpuRequest::default() };
    let nodes = [Node { gpus: vec![gpu()], ..Node::default() }, Node { gpus: vec![gpu()], ..Node::default() }];
    for strategy in ["foresight", "fgd", "bestfit", "gpu-packing", "gpu-clustering"] {
        let engine = Engine::default();
        let wanted = |name: &str| Wanted {
            name: name.into(),
            gpu: Some(share.clone()),
            policy: by(strategy),
            ..Wanted::default()
        };
        let mut view = view(&nodes);
        let first = engine.place(&view, &group(&[wanted("one")])).unwrap().decisions.remove(0);
        view.commit(&first);
        let second = engine.place(&view, &group(&[wanted("two")])).unwrap().decisions.remove(0);
        assert_eq!(first.node, second.node, "{strategy}: {}", second.why.summary);
    }
}

#[test]
fn shares_of_gpus_fit_tightly_and_whole_ones_are_idle() {
    let gpu = |foreign_mib| Gpu {
        vendor: "nvidia".into(),
        model: "RTX 4090".into(),
        memory_mib: 24_000,
        foreign_mib,
        ..Gpu::default()
    };
    let claim = Running { name: "tei".into(), gpu_mib: 10_000, ..Running::default() };
    let nodes = [Node { gpus: vec![gpu(0), gpu(500), gpu(9_000)], runs: vec![claim], ..Node::default() }];
    let devices = |memory_mib, count| {
        let asked = GpuRequest {
            count,
            memory_mib,
            vendor: Some("NVIDIA".into()),
            model: Some("4090".into()),
            ..GpuRequest::default()
        };
        let decision =
            Engine::default().place(&view(&nodes), &group(&[Wanted { gpu: Some(asked), ..Wanted::default() }]));
        let devices = decision.map(|p| p.decisions[0].devices.clone()).unwrap_or_default();
        devices.into_iter().map(|d| (d.uuid, d.memory_mib, d.exclusive)).collect::<Vec<_>>()
    };
    let (first, second, third) = ("node1-gpu0".to_owned(), "node1-gpu1".to_owned(), "node1-gpu2".to_owned());
    // 14,000 are free on the first beside the claim, 23,500 on the second, 15,000 on the third.
    assert_eq!(devices(12_000, 1), [(first, 12_000, false)]);
    assert_eq!(devices(15_000, 1), [(third.clone(), 15_000, false)]);
    assert_eq!(devices(15_000, 2), [(third, 15_000, false), (second.clone(), 15_000, false)]);
    assert_eq!(devices(0, 1), [(second, 23_500, true)]);
    assert_eq!(devices(0, 2), []);
}
