//! Nodes: what an operator wants of one (`Node`) and what was seen of it (`Observation`).

use std::net::IpAddr;

use serde::{Deserialize, Serialize};

use super::{Facts, Heartbeat, NodeKey};
use crate::{
    id::NodeId,
    name::{Labels, NodeName},
    time::Timestamp,
};

/// A registered node, as an operator wants it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Node {
    /// Its identity.
    pub id: NodeId,
    /// Its name, unique in the fleet.
    pub name: NodeName,
    /// Address that the node gave at registration.
    pub ip: IpAddr,
    /// Labels for placement.
    pub labels: Labels,
    /// Repel workloads that do not tolerate them.
    #[serde(default)]
    pub taints: Vec<Taint>,
    /// Takes no new work.
    pub cordoned: bool,
    /// Work is to leave.
    pub drain: Option<Drain>,
    /// Version of the agent that registered.
    pub agent_version: Option<String>,
    /// By which it proves who it is; none after its credentials were revoked.
    #[serde(default)]
    pub key: Option<NodeKey>,
    /// Whether an operator, or a join token, has let it in.
    #[serde(default = "approved")]
    pub approved: bool,
    /// Node tokens of an older epoch are refused; raising it revokes them all.
    pub token_epoch: u32,
    /// When it registered.
    pub registered_at: Timestamp,
}

/// What nodes are that registered before there was a choice.
const fn approved() -> bool {
    true
}

/// A request that all work leaves a node.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Drain {
    /// When it was asked for.
    #[cfg_attr(feature = "openapi", schema(value_type = String, format = DateTime))]
    pub since: Timestamp,
    /// After this, what could not be moved is stopped.
    #[cfg_attr(feature = "openapi", schema(value_type = Option<String>, format = DateTime))]
    pub deadline: Option<Timestamp>,
}

impl Drain {
    /// Whether what could not be moved has to stand still.
    #[must_use]
    pub(crate) fn is_over(&self, now: Timestamp) -> bool {
        self.deadline.is_some_and(|deadline| deadline <= now)
    }
}

/// Repels workloads from a node.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct Taint {
    /// Key.
    pub key: String,
    /// Value, may be empty.
    #[serde(default)]
    pub value: String,
}

/// What the failure detector thinks of a node.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum NodeHealth {
    /// Registered, never heard of since.
    #[default]
    Pending,
    /// Heard of in time.
    Online,
    /// Silent for longer than the suspicion time; keeps its work.
    Unreachable,
    /// Silent for longer than the loss time; its movable work is placed elsewhere.
    Offline,
}

/// What was last seen of a node. An observation: kept in memory at once, stored coalesced.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Observation {
    /// Of which node.
    pub node: NodeId,
    /// Its facts.
    pub facts: Facts,
    /// Its last heartbeat.
    pub heartbeat: Heartbeat,
    /// When it was last heard of.
    pub last_seen: Option<Timestamp>,
    /// What the failure detector made of it.
    pub health: NodeHealth,
    /// The newest target generation that the node says it holds.
    pub acknowledged: u64,
}

impl Observation {
    /// Nothing seen yet.
    #[must_use]
    pub fn new(node: NodeId, facts: Facts) -> Self {
        Self {
            node,
            facts,
            heartbeat: Heartbeat::default(),
            last_seen: None,
            health: NodeHealth::Pending,
            acknowledged: 0,
        }
    }
}

/// The one status shown for a node (N4).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "lowercase")]
#[non_exhaustive]
pub enum NodeStatus {
    /// Registered, not yet heard of.
    Pending,
    /// Works and takes new work.
    Online,
    /// Silent; keeps its work for now.
    Unreachable,
    /// Lost.
    Offline,
    /// Its work is leaving.
    Draining,
    /// Works, takes no new work.
    Cordoned,
}

impl NodeStatus {
    /// Silence outranks the operator's wishes: an unreachable node that is also cordoned shows as unreachable.
    #[must_use]
    pub fn of(node: &Node, health: NodeHealth) -> Self {
        match health {
            NodeHealth::Pending => Self::Pending,
            NodeHealth::Unreachable => Self::Unreachable,
            NodeHealth::Offline => Self::Offline,
            NodeHealth::Online if node.drain.is_some() => Self::Draining,
            NodeHealth::Online if node.cordoned => Self::Cordoned,
            NodeHealth::Online => Self::Online,
        }
    }

    /// The name on the wire.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Pending => "pending",
            Self::Online => "online",
            Self::Unreachable => "unreachable",
            Self::Offline => "offline",
            Self::Draining => "draining",
            Self::Cordoned => "cordoned",
        }
    }
}
