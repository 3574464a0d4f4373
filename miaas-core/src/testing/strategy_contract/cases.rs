//! Random clusters and groups: small numbers, so that things collide.

use std::collections::BTreeMap;

use crate::{
    cluster::{Capacity, ClusterView, GpuSharing, GpuView, Held, NodeView},
    id::{DeploymentId, NodeId, WorkloadId},
    model::{
        ComputeCapability, DeviceShare, ExecutorKind, GpuRequest, NodeStatus, PlacementPolicy, PortBinding, Protocol,
        Resources, Taint,
    },
    name::{Labels, Name, NodeName},
    port::{AUTO_PORTS, Demand, DemandGroup, Neighbour, PortDemand},
};

/// How large a case is.
#[derive(Debug, Clone, Copy)]
pub struct Size {
    /// Nodes.
    pub nodes: usize,
    /// Demands of the group.
    pub demands: usize,
    /// Whether there are GPUs and demands for them.
    pub gpus: bool,
}

/// The case of this seed, with every demand asking for `strategy`.
#[must_use]
pub fn random(seed: u64, size: Size, strategy: &str) -> (ClusterView, DemandGroup) {
    let dice = &mut Dice(seed);
    let view = ClusterView::new((0..size.nodes).map(|i| node(dice, i, size.gpus)));
    let demands = (0..size.demands).map(|i| demand(dice, i, size, strategy)).collect();
    (view, DemandGroup { demands })
}

/// A seeded generator (SplitMix64): the same seed gives the same case on every machine.
#[derive(Debug)]
struct Dice(u64);

impl Dice {
    /// A number below `n`.
    fn below(&mut self, n: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (z ^ (z >> 31)) % n.max(1)
    }

    /// True once in `n` times.
    fn one_in(&mut self, n: u64) -> bool {
        self.below(n) == 0
    }

    fn pick<T: Clone>(&mut self, of: &[T]) -> T {
        of[self.below(of.len() as u64) as usize].clone()
    }
}

/// An old and a new one.
const COMPUTE: [ComputeCapability; 2] =
    [ComputeCapability { major: 7, minor: 0 }, ComputeCapability { major: 10, minor: 0 }];

fn node(dice: &mut Dice, index: usize, gpus: bool) -> NodeView {
    let mut node = NodeView::empty(id(NodeId::parse, "node", index), id(NodeName::parse, "host", index));
    node.arch = dice.pick(&["x86_64", "x86_64", "x86_64", "aarch64"]).to_owned();
    node.executors = dice.pick(&[
        vec![ExecutorKind::Docker],
        vec![ExecutorKind::Docker, ExecutorKind::Process],
        vec![ExecutorKind::Process],
        vec![],
    ]);
    if dice.one_in(6) {
        node.status =
            dice.pick(&[NodeStatus::Cordoned, NodeStatus::Draining, NodeStatus::Offline, NodeStatus::Pending]);
    }
    node.images = dice.pick(&[vec![], vec!["redis:7"], vec!["nginx:1", "redis:7"]]).into_iter().collect();
    node.cost_milli = dice.pick(&[None, Some(100), Some(2_000)]);
    node.labels = labels(&[("zone", dice.pick(&["a", "b", "c"]))]);
    if dice.one_in(5) {
        node.taints.push(Taint { key: "gpu".into(), value: dice.pick(&["only", ""]).to_owned() });
    }
    let units = 1 + dice.below(8);
    node.allocatable = Capacity { cpu_milli: units * 1000, mem_mib: units * 1024, disk_mib: units * 2048 };
    for g in 0..if gpus { dice.below(4) } else { 0 } {
        node.gpus.push(GpuView {
            uuid: format!("gpu-{index}-{g}"),
            vendor: dice.pick(&["nvidia", "nvidia", "amd"]).to_owned(),
            model: dice.pick(&["RTX 4090", "H100"]).to_owned(),
            sharing: dice.pick(&[GpuSharing::Shared, GpuSharing::Shared, GpuSharing::Exclusive, GpuSharing::Mig]),
            memory_mib: 1024 * (4 + dice.below(3) * 4),
            margin_mib: dice.pick(&[0, 0, 64]),
            foreign_mib: dice.pick(&[0, 0, 100, 3000]),
            compute: dice.pick(&[None, Some(COMPUTE[0]), Some(COMPUTE[1]), Some(COMPUTE[1])]),
            ..GpuView::default()
        });
    }
    for _ in 0..dice.below(3) {
        node.foreign_ports.insert(port(dice));
    }
    for w in 0..dice.below(4) {
        let held = held(dice, index, w, &node);
        node.add(held);
    }
    node
}

/// A workload that is there already; now and then more than the node has, as facts on the ground can be.
fn held(dice: &mut Dice, node: usize, index: u64, at: &NodeView) -> Held {
    let mut devices = Vec::new();
    if let Some(gpu) = at.gpus.first()
        && dice.one_in(2)
    {
        devices.push(DeviceShare {
            uuid: gpu.uuid.clone(),
            memory_mib: dice.pick(&[2048, 5000]),
            share_milli: dice.pick(&[100, 400, 800]),
            device_mib: gpu.memory_mib,
            exclusive: dice.one_in(3),
        });
    }
    let ports = if dice.one_in(2) {
        vec![PortBinding { name: "p".into(), host: port(dice), container: 80, protocol: protocol(dice) }]
    } else {
        Vec::new()
    };
    Held {
        workload: id(WorkloadId::parse, &format!("old-{node}"), index as usize),
        deployment: deployment(dice),
        resources: resources(dice, false),
        devices,
        ports,
        priority: 0,
        stateful: false,
    }
}

fn demand(dice: &mut Dice, index: usize, size: Size, strategy: &str) -> Demand {
    let mut policy = PlacementPolicy { strategy: Some(strategy.to_owned()), ..PlacementPolicy::default() };
    if dice.one_in(8) {
        policy.node = Some(id(NodeName::parse, "host", dice.below(size.nodes as u64 + 1) as usize));
    }
    if dice.one_in(4) {
        policy.node_selector = labels(&[("zone", dice.pick(&["a", "b"]))]);
    }
    if dice.one_in(2) {
        policy.tolerations = vec![Taint { key: "gpu".into(), value: dice.pick(&["only", "", "other"]).to_owned() }];
    }
    // The limit belongs to the deployment: its workloads agree on it.
    let of = dice.below(3) as usize;
    policy.max_per_node = [None, Some(1), Some(2)][of];
    policy.spread_by = dice.pick(&[None, None, Some("zone".to_owned())]);
    // Whether a spread can be kept depends on the order in which a group is placed: only one alone is held to it.
    policy.max_skew = dice.pick(&[None, Some(1), Some(2)]).filter(|_| size.demands == 1);
    let mut ports = Vec::new();
    for p in 0..dice.below(3) {
        let host = if dice.one_in(2) { Some(port(dice)) } else { None };
        ports.push(PortDemand { name: format!("p{p}"), container: 80, host, protocol: protocol(dice) });
    }
    let mut avoid = BTreeMap::new();
    if dice.one_in(5) {
        avoid.insert(id(NodeId::parse, "node", dice.below(3) as usize), "it failed there".to_owned());
    }
    Demand {
        workload: id(WorkloadId::parse, "new", index),
        deployment: id(DeploymentId::parse, "dep", of),
        name: id(Name::parse, "app", index),
        resources: resources(dice, size.gpus),
        ports,
        executors: dice.pick(&[
            vec![ExecutorKind::Docker],
            vec![ExecutorKind::Process, ExecutorKind::Docker],
            vec![ExecutorKind::Docker, ExecutorKind::Process],
        ]),
        architectures: dice.pick(&[vec![], vec![], vec!["x86_64".to_owned()]]),
        policy,
        priority: 0,
        stateful: dice.one_in(4),
        volume_node: dice.one_in(20).then(|| id(NodeId::parse, "node", dice.below(size.nodes as u64) as usize)),
        near: neighbours(dice, 10),
        apart: neighbours(dice, 6),
        images: vec![dice.pick(&["redis:7", "nginx:1"]).to_owned()],
        avoid,
    }
}

fn resources(dice: &mut Dice, gpus: bool) -> Resources {
    // Each on its own, so that any of them can be the one that is short.
    let (cpu, memory, disk) = (dice.below(4), dice.below(5), dice.below(4));
    let gpu = (gpus && dice.one_in(2)).then(|| {
        let share_milli = dice.pick(&[0, 0, 250, 700]);
        GpuRequest {
            // A share is of one device.
            count: if share_milli > 0 { 1 } else { dice.below(3) as u32 },
            memory_mib: dice.pick(&[0, 2048, 4000, 8192]),
            share_milli,
            vendor: dice.pick(&[None, Some("nvidia".to_owned())]),
            model: dice.pick(&[None, None, Some("h100".to_owned()), Some("A100|4090".to_owned())]),
            compute: dice.pick(&[None, None, None, Some(COMPUTE[0]), Some(COMPUTE[1])]),
        }
    });
    // Now and then a number that no sum may overflow on.
    let mem_mib = if gpus && dice.one_in(40) { u64::MAX } else { memory * 512 };
    Resources { cpu_milli: cpu * 500, mem_mib, disk_mib: disk * 1024, gpu }
}

/// Mostly nobody, or there would be no room left.
fn neighbours(dice: &mut Dice, rarely: u64) -> Vec<Neighbour> {
    if !dice.one_in(rarely) {
        return Vec::new();
    }
    let other = dice.below(3) as usize;
    vec![Neighbour {
        deployment: Some(id(DeploymentId::parse, "dep", other)),
        name: id(Name::parse, "dep", other),
        by: dice.pick(&[None, Some("zone".to_owned())]),
    }]
}

fn port(dice: &mut Dice) -> u16 {
    dice.pick(&[80, 6379, *AUTO_PORTS.start(), AUTO_PORTS.start() + 1])
}

fn protocol(dice: &mut Dice) -> Protocol {
    dice.pick(&[Protocol::Tcp, Protocol::Tcp, Protocol::Udp])
}

fn deployment(dice: &mut Dice) -> DeploymentId {
    id(DeploymentId::parse, "dep", dice.below(3) as usize)
}

fn labels(pairs: &[(&str, &str)]) -> Labels {
    let text: Vec<String> = pairs.iter().map(|(k, v)| format!("{k}={v}")).collect();
    Labels::parse_pairs(text.iter().map(String::as_str)).unwrap_or_default()
}

#[allow(clippy::expect_used, reason = "the texts are made here")]
fn id<T, E: std::fmt::Debug>(parse: fn(&str) -> Result<T, E>, prefix: &str, index: usize) -> T {
    parse(&format!("{prefix}-{index}")).expect("a valid identifier")
}
