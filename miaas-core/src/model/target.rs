//! Assignments and node targets: decisions, complete and fenced.

use serde::{Deserialize, Serialize};

use super::{DeviceShare, ExecutorKind, GpuRequest, Protocol, Recorded, RenderedWorkload};
use crate::{
    id::{DeploymentId, NodeId, WorkloadId},
    port::Explanation,
    time::Timestamp,
};

/// A number that only grows; the higher one wins. Zero is "none yet".
pub type Generation = u64;

/// One workload given to one node, with everything that it got there.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Assignment {
    /// The workload.
    pub workload: WorkloadId,
    /// Of which deployment.
    pub deployment: DeploymentId,
    /// Which slot.
    pub slot: u32,
    /// Counts the places that this slot has had.
    pub incarnation: u32,
    /// Which revision of the deployment it runs.
    #[serde(default)]
    pub revision: u64,
    /// The revision that is made ready to take its place, while it runs on.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next: Option<u64>,
    /// Where it runs.
    pub node: NodeId,
    /// GPUs that it got.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub devices: Vec<DeviceShare>,
    /// Host ports that it got.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub ports: Vec<PortBinding>,
    /// What it reserves.
    pub resources: Resources,
    /// Hardware variant of the template that was placed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub variant: Option<String>,
    /// What runs it there.
    pub executor: ExecutorKind,
    /// Whether it keeps data in a volume of the node.
    pub stateful: bool,
    /// Waits for its successor to be ready (drain), then goes.
    pub leaving: bool,
    /// Where it is to move to, when somebody asked for that.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub relocate: Option<Relocate>,
    /// When it was decided.
    pub at: Timestamp,
    /// Why there, in short: see [`Explanation::kept`].
    #[serde(default)]
    pub why: Recorded<Explanation>,
}

/// A move that was asked for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Relocate {
    /// The node.
    pub to: NodeId,
    /// After this it is not tried any more.
    pub until: Timestamp,
}

/// What a workload reserves on a node.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(default, deny_unknown_fields)]
pub struct Resources {
    /// Thousandths of a processor.
    pub cpu_milli: u64,
    /// Memory in MiB.
    pub mem_mib: u64,
    /// Disk in MiB.
    pub disk_mib: u64,
    /// Whole or shared GPUs.
    pub gpu: Option<GpuRequest>,
}

/// A host port given to a port of a workload.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct PortBinding {
    /// Name of the port in the template, for example `http`.
    pub name: String,
    /// Port of the host.
    pub host: u16,
    /// Port inside.
    pub container: u16,
    /// Transport.
    pub protocol: Protocol,
}

/// A port of a host.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct HostPort {
    /// Transport.
    pub protocol: Protocol,
    /// Its number.
    pub port: u16,
}

/// Everything that a node should run. A node keeps the newest and refuses an older one, so delivering it again is harmless.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct NodeTarget {
    /// For which node.
    pub node: NodeId,
    /// The fence.
    pub generation: Generation,
    /// All workloads, ordered by id.
    pub workloads: Vec<RenderedWorkload>,
    /// Images of what will take the place of running workloads, to be pulled meanwhile.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub prepare: Vec<Preparation>,
}

/// What has to be there before a workload can be replaced by another revision.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Preparation {
    /// The workload that runs.
    pub workload: WorkloadId,
    /// The revision that is to come.
    pub revision: u64,
    /// What will run it.
    pub executor: ExecutorKind,
    /// Its images.
    pub images: Vec<String>,
}

impl NodeTarget {
    /// Nothing should run.
    #[must_use]
    pub const fn empty(node: NodeId) -> Self {
        Self { node, generation: 0, workloads: Vec::new(), prepare: Vec::new() }
    }

    /// The workload with this id.
    #[must_use]
    pub fn find(&self, id: &WorkloadId) -> Option<&RenderedWorkload> {
        self.workloads.binary_search_by(|w| w.id.cmp(id)).ok().map(|i| &self.workloads[i])
    }
}
