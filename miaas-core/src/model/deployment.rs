//! Deployments: what a user wants to run.

use std::{
    collections::{BTreeMap, BTreeSet},
    fmt,
};

use serde::{Deserialize, Serialize};

use super::{Taint, UpdatePolicy};
use crate::{
    id::DeploymentId,
    name::{Labels, Name, NodeName},
    time::Timestamp,
};

/// Parameter values of a template, by name.
pub type Params = BTreeMap<String, serde_json::Value>;

/// A deployment. Only validation makes one; the reconciler never edits it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Deployment {
    /// Its identity.
    pub id: DeploymentId,
    /// Its name, unique among the deployments that are not yet gone.
    pub name: Name,
    /// What is wanted.
    pub spec: DeploymentSpec,
    /// Counts the changes of `spec`, from 1.
    pub generation: u64,
    /// Counts the changes of what it runs, from 1: which [`super::Revision`] is wanted.
    #[serde(default = "first")]
    pub revision: u64,
    /// When it was created.
    pub created_at: Timestamp,
    /// When `spec` last changed.
    pub updated_at: Timestamp,
    /// Set once it is to go; the object itself goes when its last workload is gone.
    pub deleted_at: Option<Timestamp>,
}

/// What is wanted of a deployment.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct DeploymentSpec {
    /// What to run.
    pub source: Source,
    /// How many instances.
    pub replicas: u32,
    /// Where.
    pub placement: PlacementPolicy,
    /// Higher goes first when capacity is short.
    pub priority: i32,
    /// Labels for people and permissions.
    pub labels: Labels,
    /// Wanted running, or stopped with its volumes kept.
    pub state: RunState,
    /// Counts requested restarts: a change gives every workload a new hash.
    pub restarts: u64,
    /// How it goes from one revision to the next.
    #[serde(default)]
    pub update: UpdatePolicy,
    /// The stack that it is part of.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub stack: Option<StackMember>,
}

impl DeploymentSpec {
    /// One replica of it, running anywhere.
    #[must_use]
    pub fn new(source: Source) -> Self {
        Self {
            source,
            replicas: 1,
            placement: PlacementPolicy::default(),
            priority: 0,
            labels: Labels::default(),
            state: RunState::Running,
            restarts: 0,
            update: UpdatePolicy::default(),
            stack: None,
        }
    }
}

/// Membership in a stack: deployments that are placed together and refer to each other by their service names.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct StackMember {
    /// Name of the stack.
    pub stack: Name,
    /// Name of this service in it.
    pub service: Name,
    /// Services that have to be ready before it starts.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub after: BTreeSet<Name>,
}

const fn first() -> u64 {
    1
}

/// Whether a deployment should run.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "lowercase")]
pub enum RunState {
    /// It should run.
    #[default]
    Running,
    /// It should not run; places and volumes stay reserved.
    Stopped,
}

/// What a deployment runs.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Source {
    /// A template of the catalogue with parameter values.
    Template {
        /// Name of the template.
        name: String,
        /// Values; what is missing takes its default.
        params: Params,
    },
    /// A Compose document of one's own (D5).
    Compose(ComposeSource),
}

/// A Compose document with what it refers to. `Debug` shows no value and no text: both may hold secrets.
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ComposeSource {
    /// The document.
    pub text: String,
    /// Variables for its interpolation.
    pub env: BTreeMap<String, String>,
    /// Other files by their path from the directory of the document: what it includes and extends, the files of its
    /// variables, configs and secrets.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub files: BTreeMap<String, String>,
    /// Which of `files` are merged over the document, in this order.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub overrides: Vec<String>,
}

impl fmt::Debug for ComposeSource {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ComposeSource")
            .field("env", &self.env.keys())
            .field("files", &self.files.keys())
            .field("overrides", &self.overrides)
            .finish_non_exhaustive()
    }
}

impl Source {
    /// The template's name, or `compose`.
    #[must_use]
    pub fn label(&self) -> &str {
        match self {
            Self::Template { name, .. } => name,
            Self::Compose { .. } => "compose",
        }
    }
}

/// Where a deployment may run.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(default, deny_unknown_fields)]
pub struct PlacementPolicy {
    /// Name of the strategy; none means the server's default.
    pub strategy: Option<String>,
    /// Only on this node.
    #[cfg_attr(feature = "openapi", schema(value_type = Option<String>))]
    pub node: Option<NodeName>,
    /// Only on nodes with these labels.
    #[cfg_attr(feature = "openapi", schema(value_type = BTreeMap<String, String>))]
    pub node_selector: Labels,
    /// Taints that it tolerates.
    pub tolerations: Vec<Taint>,
    /// At most so many of its workloads on one node.
    pub max_per_node: Option<u32>,
    /// Spread over the values of this node label.
    pub spread_by: Option<String>,
    /// With `spread_by`: no value of the label may have more than so many workloads above the value that has the fewest.
    /// Without it, spreading is a wish and not a condition.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub max_skew: Option<u32>,
    /// Only where workloads of all these deployments are.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub affinity: Vec<AffinityTerm>,
    /// Only where no workload of these deployments is; it binds them as well.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub anti_affinity: Vec<AffinityTerm>,
    /// Whether workloads move when their node is lost.
    pub on_node_loss: OnNodeLoss,
    /// Never two live instances of one replica, also while nodes are cut off: a node that does not hear of the control plane
    /// stops it, and until that is sure nothing takes its place.
    #[serde(skip_serializing_if = "super::is_zero")]
    pub exclusive: bool,
    /// Workloads of a lower priority have to go when a replica finds no place otherwise, unless they keep data on their node.
    #[serde(skip_serializing_if = "super::is_zero")]
    pub preempt: bool,
}

/// A deployment to be near to, or apart from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct AffinityTerm {
    /// Name of the other deployment; its own name is allowed.
    #[cfg_attr(feature = "openapi", schema(value_type = String))]
    pub deployment: Name,
    /// How near: on nodes with the same value of this label, for example `zone`; none means on the same node.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub by: Option<String>,
}

/// What happens to a workload whose node is lost or drained.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "lowercase")]
pub enum OnNodeLoss {
    /// Moves unless it keeps data in a volume of its node.
    #[default]
    Auto,
    /// Always moves; data in local volumes is given up, and goes when the node is back.
    Move,
    /// Never moves.
    Stay,
}
