use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::{
    id::{DeploymentId, NodeId, WorkloadId},
    model::{DeviceShare, Params, PlacementPolicy, PortBinding, RolloutPhase, RunState, UpdatePolicy, WorkloadState},
    name::{Labels, Name, NodeName},
    port::{Explanation, Unplaceable},
    time::Timestamp,
};

/// Body of `POST /api/v1/deployments` and `POST /api/v1/plan`.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(default, deny_unknown_fields)]
pub struct CreateDeployment {
    /// Name; none takes the template's.
    pub name: Option<String>,
    /// Template of the catalogue. Either this or `compose`.
    pub template: Option<String>,
    /// Values of its parameters.
    #[cfg_attr(feature = "openapi", schema(value_type = Object))]
    pub params: Params,
    /// A Compose document. Either this or `template`.
    pub compose: Option<String>,
    /// Variables for the interpolation of `compose`.
    pub env: BTreeMap<String, String>,
    /// Files that `compose` refers to, by their path from its directory.
    pub files: BTreeMap<String, String>,
    /// Which of `files` are merged over `compose`, in this order.
    pub overrides: Vec<String>,
    /// How many; none is 1.
    pub replicas: Option<u32>,
    /// Where.
    pub placement: PlacementPolicy,
    /// Higher goes first.
    pub priority: i32,
    /// Labels.
    pub labels: BTreeMap<String, String>,
    /// How it goes from one revision to the next.
    pub update: UpdatePolicy,
}

impl CreateDeployment {
    /// One replica of a template with the defaults of its parameters, under its name.
    #[must_use]
    pub fn from_template(template: impl Into<String>) -> Self {
        Self { template: Some(template.into()), ..Self::default() }
    }

    /// One replica of a Compose document, under this name.
    #[must_use]
    pub fn from_compose(name: impl Into<String>, compose: impl Into<String>) -> Self {
        Self { name: Some(name.into()), compose: Some(compose.into()), ..Self::default() }
    }

    /// With another name than that of the template.
    #[must_use]
    pub fn with_name(mut self, name: impl Into<String>) -> Self {
        self.name = Some(name.into());
        self
    }

    /// With a value of a parameter.
    #[must_use]
    pub fn with_param(mut self, name: impl Into<String>, value: impl Into<serde_json::Value>) -> Self {
        self.params.insert(name.into(), value.into());
        self
    }

    /// With so many replicas.
    #[must_use]
    pub const fn with_replicas(mut self, replicas: u32) -> Self {
        self.replicas = Some(replicas);
        self
    }
}

/// Body of `PATCH /api/v1/deployments/{id}`: what is absent stays as it is.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(default, deny_unknown_fields)]
pub struct UpdateDeployment {
    /// Values to set; null takes a parameter back to its default.
    #[cfg_attr(feature = "openapi", schema(value_type = Object))]
    pub params: Params,
    /// A new Compose document, for deployments made from one.
    pub compose: Option<String>,
    /// Variables for it.
    pub env: Option<BTreeMap<String, String>>,
    /// The files that it refers to, by their path from its directory.
    pub files: Option<BTreeMap<String, String>>,
    /// Which of the files are merged over it, in this order.
    pub overrides: Option<Vec<String>>,
    /// How many.
    pub replicas: Option<u32>,
    /// Where.
    pub placement: Option<PlacementPolicy>,
    /// Priority.
    pub priority: Option<i32>,
    /// Labels.
    pub labels: Option<BTreeMap<String, String>>,
    /// Running or stopped.
    pub state: Option<RunState>,
    /// How it goes from one revision to the next.
    pub update: Option<UpdatePolicy>,
    /// Start everything anew.
    pub restart: bool,
}

/// A deployment as the API shows it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct DeploymentItem {
    /// Its identity.
    #[cfg_attr(feature = "openapi", schema(value_type = String))]
    pub id: DeploymentId,
    /// Its name.
    #[cfg_attr(feature = "openapi", schema(value_type = String))]
    pub name: Name,
    /// Its template, or `compose`.
    pub template: String,
    /// Values of its parameters, passwords masked.
    #[cfg_attr(feature = "openapi", schema(value_type = Object))]
    pub params: Params,
    /// How many are wanted.
    pub replicas: u32,
    /// How many are ready in the wanted version.
    pub ready: u32,
    /// Its status.
    pub status: DeploymentStatus,
    /// Counts the changes of what is wanted.
    pub generation: u64,
    /// The revision of what it runs that is wanted.
    #[serde(default)]
    pub revision: u64,
    /// How far the way to that revision is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rollout: Option<RolloutItem>,
    /// How it goes from one revision to the next.
    #[serde(default)]
    pub update: UpdatePolicy,
    /// Where it may run.
    pub placement: PlacementPolicy,
    /// Its priority.
    pub priority: i32,
    /// Its labels.
    #[cfg_attr(feature = "openapi", schema(value_type = BTreeMap<String, String>))]
    pub labels: Labels,
    /// When it was created.
    #[cfg_attr(feature = "openapi", schema(value_type = String, format = DateTime))]
    pub created_at: Timestamp,
    /// When what is wanted last changed.
    #[cfg_attr(feature = "openapi", schema(value_type = String, format = DateTime))]
    pub updated_at: Timestamp,
    /// When it last became ready as wanted.
    #[cfg_attr(feature = "openapi", schema(value_type = Option<String>, format = DateTime))]
    pub ready_at: Option<Timestamp>,
    /// Its workloads.
    pub workloads: Vec<WorkloadItem>,
    /// What stands in its way.
    pub problems: Vec<Problem>,
}

/// The one status shown for a deployment.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "lowercase")]
#[non_exhaustive]
pub enum DeploymentStatus {
    /// On its way.
    Progressing,
    /// All replicas are ready in the wanted version.
    Ready,
    /// Something is in its way; see the problems.
    Degraded,
    /// Stopped, as wanted.
    Stopped,
    /// Being removed.
    Removing,
}

impl DeploymentStatus {
    /// The name on the wire.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Progressing => "progressing",
            Self::Ready => "ready",
            Self::Degraded => "degraded",
            Self::Stopped => "stopped",
            Self::Removing => "removing",
        }
    }
}

/// One workload of a deployment as the API shows it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct WorkloadItem {
    /// Its identity.
    #[cfg_attr(feature = "openapi", schema(value_type = String))]
    pub id: WorkloadId,
    /// Its slot.
    pub slot: u32,
    /// The revision that it was given.
    #[serde(default)]
    pub revision: u64,
    /// The revision that is made ready to take its place.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next: Option<u64>,
    /// Where it runs.
    #[cfg_attr(feature = "openapi", schema(value_type = String))]
    pub node: NodeId,
    /// That node's name.
    #[cfg_attr(feature = "openapi", schema(value_type = Option<String>))]
    pub node_name: Option<NodeName>,
    /// That node's address.
    pub node_ip: Option<String>,
    /// Whether it is ready in the wanted version.
    pub ready: bool,
    /// Its state.
    pub state: WorkloadState,
    /// When its state last changed.
    #[cfg_attr(feature = "openapi", schema(value_type = Option<String>, format = DateTime))]
    pub at: Option<Timestamp>,
    /// Host ports that it got.
    pub ports: Vec<PortBinding>,
    /// GPUs that it got.
    pub devices: Vec<DeviceShare>,
    /// Hardware variant of the template that was placed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub variant: Option<String>,
    /// Waits for its successor, then goes.
    pub leaving: bool,
    /// Why there.
    pub why: Explanation,
}

/// How far a deployment is on its way to a revision.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct RolloutItem {
    /// Where it is.
    pub phase: RolloutPhase,
    /// The last revision that was ready as a whole before.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub from: Option<u64>,
    /// The revision that was wanted.
    pub to: u64,
    /// How many replicas have been given that revision.
    pub updated: u32,
    /// Why it failed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// When it began.
    #[cfg_attr(feature = "openapi", schema(value_type = String, format = DateTime))]
    pub started_at: Timestamp,
    /// When it last came a step further.
    #[cfg_attr(feature = "openapi", schema(value_type = String, format = DateTime))]
    pub progressed_at: Timestamp,
}

/// One version of what a deployment runs.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct RevisionItem {
    /// Counts the versions, from 1.
    pub number: u64,
    /// When it was made.
    #[cfg_attr(feature = "openapi", schema(value_type = String, format = DateTime))]
    pub created_at: Timestamp,
    /// It is the one that is wanted.
    pub wanted: bool,
    /// How many replicas have it.
    pub replicas: u32,
    /// What is different from the one before.
    pub differences: Vec<Difference>,
}

/// Body of `POST /api/v1/deployments/{id}/rollback`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(default, deny_unknown_fields)]
pub struct Rollback {
    /// The revision to make the wanted one again; none takes the last one that was ready before the present one.
    pub revision: Option<u64>,
}

/// A value that differs between two versions of a specification.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Difference {
    /// Where, as a JSON pointer into the request: `/params/port`.
    pub path: String,
    /// What it was; absent when there was nothing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub before: Option<serde_json::Value>,
    /// What it is; absent when there is nothing any more.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub after: Option<serde_json::Value>,
}

/// Kind of a [`Problem`] that goes away by itself: something else has to be ready first.
pub const WAITING: &str = "waiting";

/// Something that stands in the way of a deployment.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Problem {
    /// `unplaceable`, `render`, `workload`, `node`, `drain`, `update` or `waiting`.
    pub kind: String,
    /// In words.
    pub message: String,
    /// What to do.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub hint: Option<String>,
    /// Every node with its reasons, when nothing fits.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unplaceable: Option<Unplaceable>,
}

/// Answer to a plan (D4): what would change, where, and why.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct PlanAnswer {
    /// What would change, in order.
    pub changes: Vec<PlanChange>,
    /// What would stand in the way.
    pub problems: Vec<Problem>,
}

/// One change of a plan.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct PlanChange {
    /// `create`, `update`, `move`, `leave` or `remove`.
    pub action: String,
    /// The workload.
    #[cfg_attr(feature = "openapi", schema(value_type = String))]
    pub workload: WorkloadId,
    /// Of which deployment.
    #[cfg_attr(feature = "openapi", schema(value_type = String))]
    pub deployment: Name,
    /// Where.
    #[cfg_attr(feature = "openapi", schema(value_type = String))]
    pub node: NodeId,
    /// That node's name.
    pub node_name: String,
    /// The hardware variant of the template that it gets, where the template has several.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub variant: Option<String>,
    /// Why there.
    pub why: Option<Explanation>,
    /// The Compose document as it would be rendered, for creations and updates.
    pub compose: Option<String>,
}
