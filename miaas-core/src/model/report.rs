//! What a node reports about its workloads.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::{Assignment, Generation, HostPort};
use crate::{
    hash::ContentHash,
    id::{DeploymentId, NodeId, WorkloadId},
    time::Timestamp,
};

/// Where a workload is in its life.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "lowercase")]
#[non_exhaustive]
pub enum Phase {
    /// Assigned, the node has not begun.
    #[default]
    Pending,
    /// Images are pulled, volumes made.
    Preparing,
    /// Started, not yet healthy.
    Starting,
    /// Runs, and is healthy where a health check says so.
    Running,
    /// Runs, but its health check fails.
    Unhealthy,
    /// Ended with success; is not started again.
    Completed,
    /// Cannot be made to run; tried again with growing pauses.
    Failed,
    /// Is being stopped.
    Stopping,
    /// Does not run, as wanted.
    Stopped,
}

impl Phase {
    /// Whether it does what it is there for.
    #[must_use]
    pub const fn ready(self) -> bool {
        matches!(self, Self::Running | Self::Completed)
    }

    /// The name on the wire.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Pending => "pending",
            Self::Preparing => "preparing",
            Self::Starting => "starting",
            Self::Running => "running",
            Self::Unhealthy => "unhealthy",
            Self::Completed => "completed",
            Self::Failed => "failed",
            Self::Stopping => "stopping",
            Self::Stopped => "stopped",
        }
    }
}

/// The state of all workloads of a node, or (`full` is false) of those that changed.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct NodeReport {
    /// The node.
    pub node: NodeId,
    /// The target that it works on.
    pub generation: Generation,
    /// Whether workloads that are not listed do not exist on the node.
    pub full: bool,
    /// The workloads.
    pub workloads: Vec<WorkloadReport>,
}

/// The state of one workload on its node.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(default)]
pub struct WorkloadState {
    /// Where it is.
    pub phase: Phase,
    /// Hash of what runs; differs from the wanted one while an update is under way or failed.
    #[cfg_attr(feature = "openapi", schema(value_type = Option<String>))]
    pub running_hash: Option<ContentHash>,
    /// Generation of the deployment of what runs.
    pub running_generation: Option<u64>,
    /// What is the matter, in words, with what the engine or registry answered.
    pub message: Option<String>,
    /// Its services.
    pub services: BTreeMap<String, ServiceState>,
    /// How far a pull has come.
    pub progress: Option<PullProgress>,
    /// Hash of what was wanted when this was reported: a report that does not know of a change yet says nothing about it.
    #[cfg_attr(feature = "openapi", schema(value_type = Option<String>))]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub wanted_hash: Option<ContentHash>,
    /// What is known of the revision that is to come.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub next: Option<NextState>,
    /// A port of its own that something else on the node has, so that it does not start.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub taken_port: Option<HostPort>,
}

/// How far a node is with making a workload's next revision ready.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct NextState {
    /// The revision.
    pub revision: u64,
    /// Everything that it needs is there.
    pub ready: bool,
    /// Why it could not be made ready; it is tried again.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub error: Option<String>,
}

/// The state of one workload, with its identity.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct WorkloadReport {
    /// The workload.
    pub workload: WorkloadId,
    /// Its state.
    pub state: WorkloadState,
}

/// What the store keeps of a workload's state.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct WorkloadStatus {
    /// The workload.
    pub workload: WorkloadId,
    /// Of which deployment.
    pub deployment: DeploymentId,
    /// Which slot of it.
    #[serde(default)]
    pub slot: u32,
    /// The node that said so.
    pub node: NodeId,
    /// The state.
    pub state: WorkloadState,
    /// When it last changed.
    pub at: Timestamp,
    /// Set when its node was removed while it may have been running and it may run only once: nothing of it lives after that.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub fenced: Option<Timestamp>,
}

impl WorkloadStatus {
    /// The status of what was just assigned.
    #[must_use]
    pub fn first(assignment: &Assignment, now: Timestamp) -> Self {
        Self {
            workload: assignment.workload.clone(),
            deployment: assignment.deployment.clone(),
            slot: assignment.slot,
            node: assignment.node.clone(),
            state: WorkloadState::default(),
            at: now,
            fenced: None,
        }
    }
}

/// The state of one service of a workload.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(default)]
pub struct ServiceState {
    /// Whether its container or process runs.
    pub running: bool,
    /// Whether it ended and will be started again without anybody asking, as engines do with what crashes.
    pub restarting: bool,
    /// What its health check says; none without a check.
    pub healthy: Option<bool>,
    /// Exit code of the last run.
    pub exit_code: Option<i64>,
    /// How often it was started again.
    pub restarts: u32,
    /// Container id or process id.
    pub instance: String,
    /// The end of its output or the engine's error, when it failed.
    pub error: Option<String>,
}

/// Progress of pulling images.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(default)]
pub struct PullProgress {
    /// The image.
    pub image: String,
    /// Bytes done.
    pub done_bytes: u64,
    /// Bytes known to be needed; grows while layers are discovered.
    pub total_bytes: u64,
}
