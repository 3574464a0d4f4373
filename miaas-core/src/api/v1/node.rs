use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::{
    cluster::GpuSharing,
    id::NodeId,
    model::{Drain, Facts, Heartbeat, NodeKey, NodeStatus, Taint},
    name::{Labels, NodeName},
    secret::Secret,
    time::Timestamp,
};

/// Body of `POST /api/v1/nodes/register` (N1).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct RegisterNode {
    /// Name of the node, usually its host name.
    pub name: String,
    /// Address of the node.
    pub ip: String,
    /// What it is.
    pub capabilities: Facts,
    /// Version of its agent.
    #[serde(default)]
    pub agent_version: Option<String>,
    /// Its Ed25519 public key, 64 hexadecimal digits: with the private half it gets fresh tokens later.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<String>))]
    pub public_key: Option<NodeKey>,
}

/// A text that a node signs with its key.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct NodeChallenge {
    /// The text.
    pub challenge: String,
}

/// Body of `POST /api/v1/nodes/{id}/token`: who holds the key of the node.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct NodeProof {
    /// The challenge.
    pub challenge: String,
    /// The Ed25519 signature over `miaas proof of a node 1`, a line feed, and the challenge: 128 hexadecimal digits.
    pub signature: String,
}

/// A fresh credential of a node.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct RenewedToken {
    /// The credential; shown here only.
    #[cfg_attr(feature = "openapi", schema(value_type = String))]
    pub node_token: Secret,
}

/// Answer to a registration.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct RegisteredNode {
    /// Identity of the node.
    #[cfg_attr(feature = "openapi", schema(value_type = String))]
    pub node_id: NodeId,
    /// Its credential; shown here only. None while it waits until an operator accepts it: then its key gets it one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<String>))]
    pub node_token: Option<Secret>,
    /// Where the agent goes on talking to.
    pub control_plane_url: String,
}

/// Answer to a heartbeat (N2).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct HeartbeatAck {
    /// Always `ok`.
    pub status: String,
    /// Time of the server.
    #[cfg_attr(feature = "openapi", schema(value_type = String, format = DateTime))]
    pub timestamp: Timestamp,
}

/// A node as the API shows it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct NodeItem {
    /// Its identity.
    #[cfg_attr(feature = "openapi", schema(value_type = String))]
    pub id: NodeId,
    /// Its name.
    #[cfg_attr(feature = "openapi", schema(value_type = String))]
    pub name: NodeName,
    /// Its address.
    pub ip: String,
    /// Its status.
    pub status: NodeStatus,
    /// Whether it was let in; otherwise it waits until an operator accepts it.
    pub approved: bool,
    /// What it is.
    pub capabilities: Facts,
    /// When it was last heard of.
    #[cfg_attr(feature = "openapi", schema(value_type = Option<String>, format = DateTime))]
    pub last_seen: Option<Timestamp>,
    /// Its last heartbeat.
    pub usage: Heartbeat,
    /// Its labels.
    #[cfg_attr(feature = "openapi", schema(value_type = BTreeMap<String, String>))]
    pub labels: Labels,
    /// Its taints.
    pub taints: Vec<Taint>,
    /// Takes no new work.
    pub cordoned: bool,
    /// Work is leaving.
    pub drain: Option<Drain>,
    /// Version of its agent.
    pub agent_version: Option<String>,
    /// When it registered.
    #[cfg_attr(feature = "openapi", schema(value_type = String, format = DateTime))]
    pub registered_at: Timestamp,
    /// Reserved and reservable amounts.
    pub reserved: Reserved,
    /// Its GPUs and slices, and who has which part of them.
    #[serde(default)]
    pub gpus: Vec<GpuItem>,
    /// Ids of the workloads assigned to it.
    pub workloads: Vec<String>,
}

/// The ledger of one GPU, or of one slice of a split card. What is claimed and what is in use are two things: a claim holds
/// whether it is used or not.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(default)]
pub struct GpuItem {
    /// Its identity, as the driver gives it.
    pub uuid: String,
    /// Its vendor.
    pub vendor: String,
    /// Its model; of a slice that of its card.
    pub model: String,
    /// Identity of the card that it is a slice of.
    pub card: Option<String>,
    /// How it can be divided.
    pub sharing: GpuSharing,
    /// Its memory in MiB.
    pub memory_mib: u64,
    /// MiB that shared claims leave alone.
    pub margin_mib: u64,
    /// MiB claimed by workloads.
    pub claimed_mib: u64,
    /// Thousandths of its compute claimed by workloads.
    pub claimed_milli: u32,
    /// MiB in use now, by anybody; none where the driver does not tell, as for slices.
    pub used_mib: Option<u64>,
    /// MiB in use beyond all claims: by processes that nobody here placed.
    pub foreign_mib: u64,
    /// MiB that can be claimed now.
    pub free_mib: u64,
    /// Thousandths of its compute that can be claimed now.
    pub free_milli: u32,
    /// The claims, by workload.
    pub claims: Vec<GpuClaim>,
}

/// What one workload may use of a GPU.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct GpuClaim {
    /// The workload.
    pub workload: String,
    /// MiB of memory.
    pub memory_mib: u64,
    /// Thousandths of the compute.
    pub share_milli: u32,
    /// Nobody else may use the device.
    pub exclusive: bool,
}

/// Reserved and reservable amounts of a node.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Reserved {
    /// Thousandths of a processor reserved.
    pub cpu_milli: u64,
    /// Thousandths of a processor that can be reserved.
    pub cpu_milli_total: u64,
    /// MiB of memory reserved.
    pub mem_mib: u64,
    /// MiB of memory that can be reserved.
    pub mem_mib_total: u64,
}

/// Body of `PATCH /api/v1/nodes/{id}/labels`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(default, deny_unknown_fields)]
pub struct PatchLabels {
    /// Labels to set.
    pub set: BTreeMap<String, String>,
    /// Keys to remove.
    pub remove: Vec<String>,
}

/// Body of `POST /api/v1/nodes/{id}/drain`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(default, deny_unknown_fields)]
pub struct DrainNode {
    /// Seconds after which what could not be moved is stopped; none waits for ever.
    pub deadline_seconds: Option<u64>,
}

/// Body of `POST /api/v1/nodes/{id}/deploy` (D5).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct DirectDeploy {
    /// Identity that the caller chose; also the deployment's name, so it must be one.
    pub deployment_id: String,
    /// For people only.
    #[serde(default)]
    pub template_id: Option<String>,
    /// The Compose document; needed for `apply`.
    #[serde(default)]
    pub rendered_compose: Option<String>,
    /// Variables for its interpolation.
    #[serde(default)]
    pub env: BTreeMap<String, String>,
    /// What to do.
    pub action: DirectAction,
}

/// What a direct deploy does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "lowercase")]
pub enum DirectAction {
    /// Creates or updates it.
    Apply,
    /// Removes it.
    Remove,
}
