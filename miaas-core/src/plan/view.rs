//! What planning knows of the nodes, and the placement view made from it.

use std::{collections::BTreeMap, sync::Arc, time::Duration};

use super::NodeLabels;
use crate::{
    cluster::{Capacity, ClusterView, GpuSharing, GpuView, Held, NodeView},
    id::NodeId,
    model::{Facts, Gpu, Node, NodeHealth, NodeStatus, Protocol},
    world::World,
};

/// What was seen of a node, as planning needs it.
#[derive(Debug, Clone, PartialEq)]
pub struct Seen {
    /// What the failure detector says.
    pub health: NodeHealth,
    /// What the node is.
    pub facts: Arc<Facts>,
    /// Nothing that needs a lease can live there after this, by the clock that never jumps, should the node not be heard of
    /// any more.
    pub fenced: Duration,
}

/// What was seen of all nodes.
pub type SeenNodes = BTreeMap<NodeId, Seen>;

/// The placement view of the fleet: every node with what is assigned to it. O(nodes + assignments).
#[must_use]
pub fn cluster_view(world: &World, seen: &SeenNodes) -> ClusterView {
    ClusterView::new(world.nodes().values().map(|node| node_view(world, &node.value, seen.get(&node.value.id))))
}

/// The placement view of one node.
#[must_use]
pub fn node_view(world: &World, node: &Node, seen: Option<&Seen>) -> NodeView {
    let empty = Facts::default();
    let facts = seen.map_or(&empty, |s| &s.facts);
    let said = NodeLabels::of(&node.labels);
    let mut view = NodeView {
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
        gpus: facts.gpus.iter().flat_map(|g| devices(g, said)).collect(),
        images: facts.images.clone(),
        cost_milli: said.cost_milli,
        ..NodeView::empty(node.id.clone(), node.name.clone())
    };
    for a in world.assigned_to(&node.id) {
        view.add(Held {
            workload: a.workload.clone(),
            deployment: a.deployment.clone(),
            resources: a.resources.clone(),
            devices: a.devices.clone(),
            ports: a.ports.clone(),
            priority: world.deployments().get(&a.deployment).map_or(0, |d| d.value.spec.priority),
            stateful: a.stateful,
        });
    }
    let ours = |port: &u16| view.ports.contains_key(&(Protocol::Tcp, *port));
    view.foreign_ports = facts.listening_ports.iter().copied().filter(|p| !ours(p)).collect();
    // What is in use beyond our claims belongs to others; our own use below the claim is not known apart. Drivers do not
    // tell the use of a slice, and the use of a card that is split is not that of any slice.
    for fact in facts.gpus.iter().filter(|f| f.mig.is_empty()) {
        if let Some(gpu) = view.gpus.iter_mut().find(|g| g.uuid == fact.uuid) {
            gpu.foreign_mib = fact.memory_used_mb.saturating_sub(gpu.claimed_mib);
        }
    }
    view
}

/// The devices of a card that can be claimed: itself, or its slices when it is split.
fn devices(card: &Gpu, said: NodeLabels) -> Vec<GpuView> {
    let device = |uuid: &str, memory_mib, sharing| GpuView {
        uuid: uuid.to_owned(),
        vendor: card.vendor.clone(),
        model: card.model.clone(),
        compute: card.compute,
        sharing,
        memory_mib,
        margin_mib: match sharing {
            GpuSharing::Shared => said.margin_mib.unwrap_or_else(|| GpuView::default_margin(memory_mib)),
            GpuSharing::Exclusive | GpuSharing::Mig => 0,
        },
        ..GpuView::default()
    };
    if card.mig.is_empty() {
        return vec![device(&card.uuid, card.memory_mb, said.sharing)];
    }
    card.mig.iter().map(|slice| device(&slice.uuid, slice.memory_mb, GpuSharing::Mig)).collect()
}
