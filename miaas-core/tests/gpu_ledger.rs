//! The ledger of GPU memory and compute (P2): what can be claimed, by whom, beside what others use.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

use std::{collections::BTreeMap, sync::Arc, time::Duration};

use miaas_core::{
    cluster::{ClusterView, GpuSharing, GpuView, NodeView},
    id::{DeploymentId, NodeId, WorkloadId},
    model::{
        Assignment, DeviceShare, ExecutorKind, Facts, Gpu, GpuRequest, MigDevice, Node, NodeHealth, PortBinding,
        Protocol, Resources,
    },
    name::{Labels, NodeName},
    plan::{Seen, gpu_ledger, node_view},
    port::{Decision, Explanation, Stored as _, Value},
    time::Timestamp,
    world::World,
};
use proptest::{prelude::*, test_runner::RngSeed};

fn device(memory_mib: u64, margin_mib: u64, foreign_mib: u64) -> GpuView {
    GpuView { uuid: "gpu".into(), memory_mib, margin_mib, foreign_mib, ..GpuView::default() }
}

fn ask(count: u32, memory_mib: u64, share_milli: u32) -> GpuRequest {
    GpuRequest { count, memory_mib, share_milli, ..GpuRequest::default() }
}

#[test]
fn p2_a_claim_says_how_much_memory_and_compute_it_takes() {
    let plain = device(24_576, 491, 0);
    let exclusive = GpuView { sharing: GpuSharing::Exclusive, margin_mib: 0, ..plain.clone() };
    let slice = GpuView { sharing: GpuSharing::Mig, ..device(9_856, 0, 0) };
    let unknown = device(0, 0, 0);
    for (case, gpu, asked, room, memory, share, alone) in [
        ("whole", &plain, ask(1, 0, 0), true, 24_576, 1000, true),
        ("memory", &plain, ask(1, 8_192, 0), true, 8_192, 333, false),
        ("little memory", &plain, ask(1, 1, 0), true, 1, 1, false),
        ("all but the margin", &plain, ask(1, 24_085, 0), true, 24_085, 980, false),
        ("more than that", &plain, ask(1, 24_086, 0), false, 24_086, 980, false),
        ("a share", &plain, ask(1, 0, 250), true, 6_021, 250, false),
        ("all of the compute", &plain, ask(1, 0, 1000), true, 24_085, 1000, false),
        ("a share and memory", &plain, ask(1, 1_024, 900), true, 1_024, 900, false),
        ("not divided", &exclusive, ask(1, 1_024, 100), true, 24_576, 1000, true),
        ("not divided, too much", &exclusive, ask(1, 24_577, 0), false, 24_576, 1000, true),
        ("a slice", &slice, ask(1, 8_192, 0), true, 9_856, 1000, true),
        ("several slices", &slice, ask(2, 8_192, 0), false, 9_856, 1000, true),
        ("unknown memory, whole", &unknown, ask(1, 0, 0), true, 0, 1000, true),
        ("unknown memory, a share", &unknown, ask(1, 0, 300), true, 0, 300, false),
        ("unknown memory, some", &unknown, ask(1, 1, 0), false, 1, 1000, false),
    ] {
        assert_eq!(gpu.has_room(&asked), room, "{case}");
        let claim = gpu.claim_for(&asked);
        assert_eq!((claim.memory_mib, claim.share_milli, claim.exclusive), (memory, share, alone), "{case}");
        assert_eq!(claim.device_mib, gpu.memory_mib, "{case}");
    }
}

#[test]
fn p2_foreign_use_is_subtracted_and_a_little_of_it_leaves_a_device_idle() {
    assert_eq!(device(24_576, 491, 10_000).free_mib(), 14_085);
    assert!(device(24_576, 491, 2_457).is_idle());
    assert!(!device(24_576, 491, 2_458).has_room(&ask(1, 0, 0)));
    assert_eq!((GpuView::default_margin(24_576), GpuView::default_margin(2_048)), (491, 64));
}

#[test]
fn p1_models_are_alternatives_without_regard_to_case() {
    for (model, name, want) in [
        (None, "T4", true),
        (Some("a100|v100"), "Tesla V100-SXM2", true),
        (Some("A100 | H100"), "NVIDIA H100 80GB", true),
        (Some("A100|V100"), "T4", false),
    ] {
        let asked = GpuRequest { model: model.map(str::to_owned), ..ask(1, 0, 0) };
        assert_eq!(asked.allows_model(name), want, "{model:?} {name}");
    }
}

#[test]
fn what_cannot_be_asked_for_is_said_with_its_place() {
    let wrong = |asked: GpuRequest| asked.issues("/gpu").iter().map(|i| i.path.clone()).collect::<Vec<_>>();
    assert!(wrong(ask(8, 16_384, 0)).is_empty() && wrong(ask(1, 0, 1)).is_empty() && wrong(ask(1, 0, 1000)).is_empty());
    assert_eq!(wrong(ask(1, 0, 1001)), ["/gpu/share_milli"]);
    assert_eq!(wrong(ask(2, 0, 500)), ["/gpu/share_milli"]);
    assert_eq!(wrong(ask(0, 0, 500)), ["/gpu/share_milli"]);
    assert_eq!(wrong(ask(5000, 0, 0)), ["/gpu/count"]);
    assert_eq!(wrong(GpuRequest { model: Some("A100||T4".into()), ..ask(1, 0, 0) }), ["/gpu/model"]);
}

fn node(labels: &[&str]) -> Node {
    Node {
        id: NodeId::parse("node-1").unwrap(),
        name: NodeName::parse("rack1").unwrap(),
        ip: "10.0.0.7".parse().unwrap(),
        labels: Labels::parse_pairs(labels.iter().copied()).unwrap(),
        taints: Vec::new(),
        cordoned: false,
        drain: None,
        agent_version: None,
        key: None,
        approved: true,
        token_epoch: 0,
        registered_at: Timestamp::default(),
    }
}

fn assigned(devices: Vec<DeviceShare>) -> World {
    let assignment = Assignment {
        workload: WorkloadId::parse("vllm-0-x").unwrap(),
        deployment: DeploymentId::parse("dep-1").unwrap(),
        slot: 0,
        incarnation: 0,
        node: NodeId::parse("node-1").unwrap(),
        devices,
        ports: vec![PortBinding { name: "http".into(), host: 8000, container: 80, protocol: Protocol::Tcp }],
        variant: None,
        revision: 1,
        next: None,
        resources: Resources::default(),
        executor: ExecutorKind::Docker,
        stateful: true,
        leaving: false,
        relocate: None,
        at: Timestamp::default(),
        why: Default::default(),
    };
    let mut world = World::default();
    let value = Value(serde_json::to_string(&assignment).unwrap().into());
    world.apply(&assignment.key(), Some(&value), 1).unwrap();
    world
}

fn cards() -> Vec<Gpu> {
    let slice = |i: u32, memory_mb| MigDevice { uuid: format!("MIG-{i}"), memory_mb };
    let card = Gpu { vendor: "nvidia".into(), model: "H100".into(), memory_mb: 81_920, ..Gpu::default() };
    vec![
        Gpu { uuid: "GPU-a".into(), memory_used_mb: 20_000, ..card.clone() },
        Gpu { uuid: "GPU-b".into(), memory_used_mb: 900, mig: vec![slice(0, 9_856), slice(1, 40_448)], ..card },
    ]
}

fn seen(gpus: Vec<Gpu>) -> Seen {
    let facts = Facts { gpus, listening_ports: vec![22, 8000], ..Facts::default() };
    Seen { health: NodeHealth::Online, facts: Arc::new(facts), fenced: Duration::ZERO }
}

#[test]
fn p2_the_ledger_tells_claims_and_live_use_apart() {
    let share = |uuid: &str, memory_mib, share_milli, exclusive| DeviceShare {
        uuid: uuid.into(),
        memory_mib,
        share_milli,
        device_mib: 81_920,
        exclusive,
    };
    let world = assigned(vec![share("GPU-a", 16_384, 200, false), share("MIG-0", 9_856, 1000, true)]);
    let seen = seen(cards());
    let view = node_view(&world, &node(&[]), Some(&seen));
    assert_eq!(view.foreign_ports.iter().collect::<Vec<_>>(), [&22], "our own port is not foreign");
    assert!(view.workloads.values().all(|h| h.stateful));
    let ledger = gpu_ledger(&view, &seen.facts);
    let rows: Vec<_> = ledger
        .iter()
        .map(|g| {
            let claims: Vec<_> = g.claims.iter().map(|c| (c.workload.as_str(), c.memory_mib, c.exclusive)).collect();
            (
                g.uuid.as_str(),
                g.card.as_deref(),
                g.margin_mib,
                g.used_mib,
                g.foreign_mib,
                g.free_mib,
                g.free_milli,
                claims,
            )
        })
        .collect();
    assert_eq!(
        rows,
        [
            ("GPU-a", None, 1_638, Some(20_000), 3_616, 60_282, 800, vec![("vllm-0-x", 16_384, false)]),
            ("MIG-0", Some("GPU-b"), 0, None, 0, 0, 0, vec![("vllm-0-x", 9_856, true)]),
            ("MIG-1", Some("GPU-b"), 0, None, 0, 40_448, 1000, vec![]),
        ]
    );
}

#[test]
fn p2_labels_make_devices_exclusive_and_set_the_margin() {
    let world = World::default();
    let of = |labels: &[&str]| node_view(&world, &node(labels), Some(&seen(cards()))).gpus;
    let exclusive = of(&["miaas.io/gpu-sharing=exclusive"]);
    assert_eq!((exclusive[0].sharing, exclusive[0].margin_mib), (GpuSharing::Exclusive, 0));
    assert_eq!(exclusive[1].sharing, GpuSharing::Mig, "a slice stays a slice");
    assert_eq!(of(&["miaas.io/gpu-margin-mib=4096"])[0].margin_mib, 4_096);
}

/// What happens: a request at a node, which is placed on its first device with room, or a workload that goes.
#[derive(Debug, Clone)]
enum Step {
    Place(u8, GpuRequest),
    Release(u8),
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let request =
        (0..4u64, prop::sample::select(vec![0, 0, 100, 333, 1000])).prop_map(|(gib, share)| ask(1, gib * 3_000, share));
    let place = (0..12u8, request).prop_map(|(w, asked)| Step::Place(w, asked));
    proptest::collection::vec(prop_oneof![3 => place, 1 => (0..12u8).prop_map(Step::Release)], 0..64)
}

fn decision(w: u8, device: DeviceShare) -> Decision {
    Decision {
        workload: WorkloadId::parse(&format!("w-{w}")).unwrap(),
        deployment: DeploymentId::parse("dep-1").unwrap(),
        node: NodeId::parse("node-1").unwrap(),
        resources: Resources::default(),
        devices: vec![device],
        ports: Vec::new(),
        executor: ExecutorKind::Docker,
        priority: 0,
        stateful: false,
        why: Explanation::default(),
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 256, failure_persistence: None, rng_seed: RngSeed::Fixed(1), ..ProptestConfig::default() })]

    #[test]
    fn p2_nothing_that_has_room_overcommits_memory_or_compute(steps in steps(), foreign in 0..3_000u64, margin in 0..500u64) {
        let mut at = NodeView::empty(NodeId::parse("node-1").unwrap(), NodeName::parse("rack1").unwrap());
        for (i, sharing) in [GpuSharing::Shared, GpuSharing::Shared, GpuSharing::Exclusive, GpuSharing::Mig].into_iter().enumerate() {
            at.gpus.push(GpuView { uuid: format!("gpu-{i}"), sharing, ..device(12_288, margin, foreign) });
        }
        let mut view = ClusterView::new([at]);
        let mut claims: BTreeMap<u8, DeviceShare> = BTreeMap::new();
        for step in &steps {
            match step {
                Step::Place(w, asked) if !claims.contains_key(w) => {
                    let at = view.nodes().next().unwrap();
                    let Some(gpu) = at.gpus.iter().find(|g| g.has_room(asked)) else { continue };
                    let claim = gpu.claim_for(asked);
                    prop_assert!(view.commit(&decision(*w, claim.clone())));
                    claims.insert(*w, claim);
                }
                Step::Place(..) => {}
                Step::Release(w) => {
                    let there = claims.remove(w).is_some();
                    prop_assert_eq!(view.release(&WorkloadId::parse(&format!("w-{w}")).unwrap()).is_some(), there);
                }
            }
            prop_assert_eq!(view.check(), Ok(()));
            for gpu in &view.nodes().next().unwrap().gpus {
                let held: Vec<&DeviceShare> = claims.values().filter(|c| c.uuid == gpu.uuid).collect();
                prop_assert_eq!(gpu.claimed_mib, held.iter().map(|c| c.memory_mib).sum::<u64>());
                prop_assert_eq!(gpu.claimed_milli, held.iter().map(|c| c.share_milli).sum::<u32>());
                prop_assert_eq!(gpu.exclusive, held.iter().any(|c| c.exclusive));
                prop_assert!(gpu.claimed_milli <= 1000 && gpu.claimed_mib + gpu.foreign_mib <= gpu.memory_mib);
                prop_assert!(!gpu.exclusive || held.len() == 1);
                prop_assert!(gpu.exclusive || gpu.claimed_mib == 0 || gpu.claimed_mib + gpu.foreign_mib + gpu.margin_mib <= gpu.memory_mib);
            }
        }
    }
}
