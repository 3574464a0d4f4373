use serde::{Deserialize, Serialize};

use crate::{
    id::{NodeId, WorkloadId},
    model::{NodeStatus, Resources, Taint},
    name::{Labels, NodeName},
};

/// How many nodes one kind of obstacle keeps away.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Excluded {
    /// The kind: `status`, `cpu`, `memory`, `disk`, `gpu`, `ports`, `label`, `taint` and so on; the name of a filter where the
    /// nodes were only asked until the first said no.
    pub kind: String,
    /// What such a node is, in words: `with taint gpu=reserved`.
    pub what: String,
    /// How many nodes.
    pub count: usize,
    /// The one that lacks least, where that is an amount.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub best: Option<Best>,
}

/// The most that any of the excluded nodes has free.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Best {
    /// The node.
    #[cfg_attr(feature = "openapi", schema(value_type = String))]
    pub node: NodeId,
    /// Asked for: thousandths of processors, MiB, or devices.
    pub needed: u64,
    /// What it has free, in the same unit.
    pub free: u64,
}

/// One change after which a workload that has no place now would have one. Every one was tried.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(tag = "change", rename_all = "snake_case")]
pub enum Counterfactual {
    /// It asks for less. Of all nodes, on this one the least has to be given up, and no more than that.
    SmallerDemand {
        /// The node that would take it.
        #[cfg_attr(feature = "openapi", schema(value_type = String))]
        node: NodeId,
        /// Its name.
        #[cfg_attr(feature = "openapi", schema(value_type = String))]
        name: NodeName,
        /// What it would ask for instead.
        resources: Resources,
    },
    /// Another workload moves.
    Move {
        /// The workload.
        #[cfg_attr(feature = "openapi", schema(value_type = String))]
        workload: WorkloadId,
        /// The node that it leaves.
        #[cfg_attr(feature = "openapi", schema(value_type = String))]
        from: NodeId,
        /// Its name.
        #[cfg_attr(feature = "openapi", schema(value_type = String))]
        from_name: NodeName,
        /// The node that takes it.
        #[cfg_attr(feature = "openapi", schema(value_type = String))]
        to: NodeId,
        /// Its name.
        #[cfg_attr(feature = "openapi", schema(value_type = String))]
        to_name: NodeName,
    },
    /// Another workload goes.
    Leave {
        /// The workload.
        #[cfg_attr(feature = "openapi", schema(value_type = String))]
        workload: WorkloadId,
        /// The node that it is on.
        #[cfg_attr(feature = "openapi", schema(value_type = String))]
        node: NodeId,
        /// Its name.
        #[cfg_attr(feature = "openapi", schema(value_type = String))]
        name: NodeName,
    },
    /// A cordoned or draining node takes work again.
    Uncordon {
        /// The node.
        #[cfg_attr(feature = "openapi", schema(value_type = String))]
        node: NodeId,
        /// Its name.
        #[cfg_attr(feature = "openapi", schema(value_type = String))]
        name: NodeName,
        /// What it is now.
        #[cfg_attr(feature = "openapi", schema(value_type = String))]
        status: NodeStatus,
    },
    /// A node that is not heard of comes back.
    NodeReturns {
        /// The node.
        #[cfg_attr(feature = "openapi", schema(value_type = String))]
        node: NodeId,
        /// Its name.
        #[cfg_attr(feature = "openapi", schema(value_type = String))]
        name: NodeName,
        /// What it is now.
        #[cfg_attr(feature = "openapi", schema(value_type = String))]
        status: NodeStatus,
    },
    /// A node gets labels.
    Label {
        /// The node.
        #[cfg_attr(feature = "openapi", schema(value_type = String))]
        node: NodeId,
        /// Its name.
        #[cfg_attr(feature = "openapi", schema(value_type = String))]
        name: NodeName,
        /// The labels to set.
        #[cfg_attr(feature = "openapi", schema(value_type = std::collections::BTreeMap<String, String>))]
        labels: Labels,
    },
    /// The placement tolerates taints.
    Tolerate {
        /// The node that would take it.
        #[cfg_attr(feature = "openapi", schema(value_type = String))]
        node: NodeId,
        /// Its name.
        #[cfg_attr(feature = "openapi", schema(value_type = String))]
        name: NodeName,
        /// The taints.
        taints: Vec<Taint>,
    },
    /// The deployment is not pinned to a node.
    Unpin {
        /// The node that would take it.
        #[cfg_attr(feature = "openapi", schema(value_type = String))]
        node: NodeId,
        /// Its name.
        #[cfg_attr(feature = "openapi", schema(value_type = String))]
        name: NodeName,
    },
    /// More of the deployment may run on one node.
    MaxPerNode {
        /// The node that would take it.
        #[cfg_attr(feature = "openapi", schema(value_type = String))]
        node: NodeId,
        /// Its name.
        #[cfg_attr(feature = "openapi", schema(value_type = String))]
        name: NodeName,
        /// The limit that would do.
        max: u32,
    },
    /// Its fixed host ports are automatic ones instead.
    AutomaticPorts {
        /// The node that would take it.
        #[cfg_attr(feature = "openapi", schema(value_type = String))]
        node: NodeId,
        /// Its name.
        #[cfg_attr(feature = "openapi", schema(value_type = String))]
        name: NodeName,
    },
}
