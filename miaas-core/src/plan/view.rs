//! What planning knows of the nodes, and the placement view made from it.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

use crate::{
    cluster::{Capacity, ClusterView, GpuView, Held, NodeView},
    id::NodeId,
    model::{Assignment, Facts, Node, NodeHealth, NodeStatus, Protocol},
    world::World,
};

/// What was seen of a node, as planning needs it.
#[derive(Debug, Clone, PartialEq)]
pub struct Seen {
    /// What the failure detector says.
    pub health: NodeHealth,
    /// What the node is.
    pub facts: Arc<Facts>,
}

/// What was seen of all nodes.
pub type SeenNodes = BTreeMap<NodeId, Seen>;

/// The placement view of the fleet: every node with what is assigned to it. O(nodes + assignments).
#[must_use]
pub fn cluster_view(world: &World, seen: &SeenNodes) -> ClusterView {
    ClusterView::new(world.nodes().values().map(|node| {
        let assigned: Vec<&Assignment> = world.assigned_to(&node.value.id).map(|a| &**a).collect();
        node_view(&node.value, seen.get(&node.value.id), &assigned)
    }))
}

/// The placement view of one node.
#[must_use]
pub fn node_view(node: &Node, seen: Option<&Seen>, assigned: &[&Assignment]) -> NodeView {
    let empty = Facts::default();
    let facts = seen.map_or(&empty, |s| &s.facts);
    let ours: BTreeSet<u16> =
        assigned.iter().flat_map(|a| &a.ports).filter(|p| p.protocol == Protocol::Tcp).map(|p| p.host).collect();
    let mut view = NodeView {
        id: node.id.clone(),
        name: node.name.clone(),
        status: NodeStatus::of(node, seen.map_or(NodeHealth::Pending, |s| s.health)),
        labels: node.labels.clone(),
        taints: node.taints.clone(),
        arch: facts.arch.clone(),
        executors: facts.executors.clone(),
        allocatable: Capacity {
            cpu_milli: u64::from(facts.cpu_count) * 1000,
            mem_mib: facts.mem_mb,
            disk_mib: facts.disks.iter().map(|d| d.total_mb).max().unwrap_or(0),
        },
        allocated: Capacity::default(),
        gpus: facts
            .gpus
            .iter()
            .map(|g| GpuView {
                uuid: g.uuid.clone(),
                vendor: g.vendor.clone(),
                model: g.model.clone(),
                memory_mib: g.memory_mb,
                foreign_mib: 0,
                claimed_mib: 0,
                claims: 0,
                exclusive: false,
            })
            .collect(),
        foreign_ports: facts.listening_ports.iter().copied().filter(|p| !ours.contains(p)).collect(),
        workloads: BTreeMap::new(),
        per_deployment: BTreeMap::new(),
        ports: BTreeMap::new(),
    };
    for a in assigned {
        view.add(Held {
            workload: a.workload.clone(),
            deployment: a.deployment.clone(),
            resources: a.resources.clone(),
            devices: a.devices.clone(),
            ports: a.ports.clone(),
        });
    }
    // What is in use beyond our claims belongs to others; our own use below the claim is not known apart.
    for (gpu, fact) in view.gpus.iter_mut().zip(&facts.gpus) {
        gpu.foreign_mib = fact.memory_used_mb.saturating_sub(gpu.claimed_mib);
    }
    view
}
