//! What would happen if the fleet were different.

use serde::{Deserialize, Serialize};

use crate::{model::Resources, port::Unplaceable};

/// Changes to think of, one after the other. Nothing is changed.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct WhatIf {
    /// The changes.
    pub changes: Vec<WhatIfChange>,
}

/// A change to think of. Nodes and deployments by id or name.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(tag = "change", rename_all = "snake_case", deny_unknown_fields)]
pub enum WhatIfChange {
    /// A node is gone, with what runs on it.
    RemoveNode {
        /// The node.
        node: String,
    },
    /// Nodes come that are like one that is there, with nothing on them.
    AddNodes {
        /// The node that they are like.
        like: String,
        /// How many.
        count: u32,
    },
    /// A node takes no new work; what runs stays.
    Cordon {
        /// The node.
        node: String,
    },
    /// Each workload of a deployment asks for this.
    Resources {
        /// The deployment.
        deployment: String,
        /// What each would ask for.
        resources: Resources,
    },
}

/// What would happen.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(default)]
pub struct WhatIfAnswer {
    /// Workloads that would run on another node.
    pub moved: Vec<WhatIfPlace>,
    /// Workloads that wait now and would have a place.
    pub placed: Vec<WhatIfPlace>,
    /// Workloads that would have no place.
    pub lost: Vec<WhatIfLost>,
    /// Names of the nodes that were added.
    pub added: Vec<String>,
    /// What the nodes that take work have now.
    pub before: WhatIfRoom,
    /// What they would have.
    pub after: WhatIfRoom,
}

/// Where a workload would be.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct WhatIfPlace {
    /// The workload.
    pub workload: String,
    /// Name of the node that it is on now; none when it waits.
    pub from: Option<String>,
    /// Name of the node that it would be on.
    pub to: String,
    /// Why there, in one sentence.
    pub why: String,
}

/// A workload that would have no place.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct WhatIfLost {
    /// The workload.
    pub workload: String,
    /// Name of the node that it is on now; none when it waits.
    pub from: Option<String>,
    /// Why, in one sentence.
    pub why: String,
    /// Why, in full; none when what it asks for cannot be found out.
    pub unplaceable: Option<Unplaceable>,
}

/// What nodes that take work have in all.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(default)]
pub struct WhatIfRoom {
    /// How many nodes.
    pub nodes: usize,
    /// Thousandths of processors.
    pub cpu_milli: u64,
    /// What is free of them.
    pub cpu_milli_free: u64,
    /// Memory in MiB.
    pub mem_mib: u64,
    /// What is free of it.
    pub mem_mib_free: u64,
    /// Memory of GPUs in MiB.
    pub gpu_mib: u64,
    /// What is free of it.
    pub gpu_mib_free: u64,
}
