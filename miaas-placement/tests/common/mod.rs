//! Clusters and demands written as data, so that a test shows only what matters to it.
#![allow(dead_code, reason = "each test uses a part")]

use std::collections::{BTreeMap, BTreeSet};

use miaas_core::{
    cluster::{Capacity, ClusterView, GpuSharing, GpuView, Held, NodeView},
    id::{DeploymentId, NodeId, WorkloadId},
    model::{
        AffinityTerm, DeviceShare, ExecutorKind, GpuRequest, Images, NodeStatus, PlacementPolicy, PortBinding,
        Protocol, Resources, Taint,
    },
    name::{Labels, Name, NodeName},
    port::{Demand, DemandGroup, Neighbour, PortDemand},
};
use serde::Deserialize;

/// A cluster and what is to be placed on it.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Case {
    #[serde(default)]
    pub(crate) about: String,
    pub(crate) nodes: Vec<Node>,
    pub(crate) group: Vec<Wanted>,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct Node {
    pub(crate) name: String,
    pub(crate) status: NodeStatus,
    pub(crate) labels: Labels,
    pub(crate) taints: Vec<Taint>,
    pub(crate) arch: String,
    pub(crate) executors: Vec<ExecutorKind>,
    pub(crate) cpu_milli: u64,
    pub(crate) mem_mib: u64,
    pub(crate) disk_mib: u64,
    pub(crate) gpus: Vec<Gpu>,
    pub(crate) foreign_ports: BTreeSet<u16>,
    pub(crate) images: Images,
    pub(crate) cost_milli: Option<u64>,
    pub(crate) runs: Vec<Running>,
}

impl Default for Node {
    fn default() -> Self {
        Self {
            name: "node1".into(),
            status: NodeStatus::Online,
            labels: Labels::default(),
            taints: Vec::new(),
            arch: "x86_64".into(),
            executors: vec![ExecutorKind::Docker],
            cpu_milli: 8000,
            mem_mib: 16_384,
            disk_mib: 102_400,
            gpus: Vec::new(),
            foreign_ports: BTreeSet::new(),
            images: Images::default(),
            cost_milli: None,
            runs: Vec::new(),
        }
    }
}

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct Gpu {
    pub(crate) vendor: String,
    pub(crate) model: String,
    pub(crate) sharing: GpuSharing,
    pub(crate) memory_mib: u64,
    pub(crate) margin_mib: u64,
    pub(crate) foreign_mib: u64,
}

/// Something that is there already. GPU memory is claimed on the first device.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct Running {
    pub(crate) name: String,
    pub(crate) cpu_milli: u64,
    pub(crate) mem_mib: u64,
    pub(crate) disk_mib: u64,
    pub(crate) gpu_mib: u64,
    pub(crate) gpu_milli: u32,
    pub(crate) gpu_whole: bool,
    pub(crate) ports: Vec<u16>,
}

/// A workload to place. Port 0 is an automatic one.
#[derive(Debug, Clone, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct Wanted {
    pub(crate) name: String,
    pub(crate) cpu_milli: u64,
    pub(crate) mem_mib: u64,
    pub(crate) disk_mib: u64,
    pub(crate) gpu: Option<GpuRequest>,
    pub(crate) ports: Vec<u16>,
    pub(crate) executors: Vec<ExecutorKind>,
    pub(crate) architectures: Vec<String>,
    pub(crate) policy: PlacementPolicy,
    pub(crate) volume_node: Option<NodeId>,
    pub(crate) images: Vec<String>,
    pub(crate) avoid: BTreeMap<NodeId, String>,
}

impl Default for Wanted {
    fn default() -> Self {
        Self {
            name: "redis".into(),
            cpu_milli: 0,
            mem_mib: 0,
            disk_mib: 0,
            gpu: None,
            ports: Vec::new(),
            executors: vec![ExecutorKind::Docker],
            architectures: Vec::new(),
            policy: PlacementPolicy::default(),
            volume_node: None,
            images: Vec::new(),
            avoid: BTreeMap::new(),
        }
    }
}

pub(crate) fn view(nodes: &[Node]) -> ClusterView {
    ClusterView::new(nodes.iter().map(node))
}

/// Nodes of 8 cpu and 16 GiB, each with so much memory reserved by something called `other`.
pub(crate) fn reserved(mem_mib: &[u64]) -> Vec<Node> {
    let node = |(i, mib): (usize, &u64)| Node {
        name: format!("node{}", i + 1),
        runs: vec![Running { name: "other".into(), mem_mib: *mib, ..Running::default() }],
        ..Node::default()
    };
    mem_mib.iter().enumerate().map(node).collect()
}

fn node(n: &Node) -> NodeView {
    let mut view = NodeView::empty(NodeId::parse(&n.name).unwrap(), NodeName::parse(&n.name).unwrap());
    view.status = n.status;
    view.labels = n.labels.clone();
    view.taints = n.taints.clone();
    view.arch = n.arch.clone();
    view.executors = n.executors.clone();
    view.allocatable = Capacity { cpu_milli: n.cpu_milli, mem_mib: n.mem_mib, disk_mib: n.disk_mib };
    view.foreign_ports = n.foreign_ports.clone();
    view.images = n.images.clone();
    view.cost_milli = n.cost_milli;
    let gpu = |(i, g): (usize, &Gpu)| GpuView {
        uuid: format!("{}-gpu{i}", n.name),
        vendor: g.vendor.clone(),
        model: g.model.clone(),
        sharing: g.sharing,
        memory_mib: g.memory_mib,
        margin_mib: g.margin_mib,
        foreign_mib: g.foreign_mib,
        ..GpuView::default()
    };
    view.gpus = n.gpus.iter().enumerate().map(gpu).collect();
    for (i, r) in n.runs.iter().enumerate() {
        let share = DeviceShare {
            uuid: format!("{}-gpu0", n.name),
            memory_mib: r.gpu_mib,
            share_milli: r.gpu_milli,
            device_mib: 0,
            exclusive: r.gpu_whole,
        };
        let port = |p: &u16| PortBinding { name: "p".into(), host: *p, container: *p, protocol: Protocol::Tcp };
        view.add(Held {
            workload: WorkloadId::parse(&format!("{}-{}-{i}", r.name, n.name)).unwrap(),
            deployment: DeploymentId::parse(&r.name).unwrap(),
            resources: Resources { cpu_milli: r.cpu_milli, mem_mib: r.mem_mib, disk_mib: r.disk_mib, gpu: None },
            devices: if r.gpu_mib > 0 || r.gpu_milli > 0 || r.gpu_whole { vec![share] } else { Vec::new() },
            ports: r.ports.iter().map(port).collect(),
            priority: 0,
            stateful: false,
        });
    }
    view
}

/// Here deployments are called as their ids.
fn neighbour(term: &AffinityTerm) -> Neighbour {
    let deployment = DeploymentId::parse(term.deployment.as_str()).ok();
    Neighbour { deployment, name: term.deployment.clone(), by: term.by.clone() }
}

pub(crate) fn group(wanted: &[Wanted]) -> DemandGroup {
    DemandGroup { demands: wanted.iter().enumerate().map(|(i, w)| demand(i, w)).collect() }
}

fn demand(index: usize, w: &Wanted) -> Demand {
    let port = |(i, host): (usize, &u16)| PortDemand {
        name: format!("p{i}"),
        container: 80,
        host: (*host != 0).then_some(*host),
        protocol: Protocol::Tcp,
    };
    Demand {
        workload: WorkloadId::parse(&format!("{}-{index}", w.name)).unwrap(),
        deployment: DeploymentId::parse(&w.name).unwrap(),
        name: Name::parse(&w.name).unwrap(),
        resources: Resources { cpu_milli: w.cpu_milli, mem_mib: w.mem_mib, disk_mib: w.disk_mib, gpu: w.gpu.clone() },
        ports: w.ports.iter().enumerate().map(port).collect(),
        executors: w.executors.clone(),
        architectures: w.architectures.clone(),
        policy: w.policy.clone(),
        priority: 0,
        stateful: w.volume_node.is_some(),
        volume_node: w.volume_node.clone(),
        near: w.policy.affinity.iter().map(neighbour).collect(),
        apart: w.policy.anti_affinity.iter().map(neighbour).collect(),
        images: w.images.clone(),
        avoid: w.avoid.clone(),
    }
}
