use std::fmt;

use miaas_core::{
    id::{DeploymentId, NodeId},
    model::Resources,
};

/// A change that somebody thinks of.
#[derive(Debug, Clone, PartialEq)]
pub enum Change {
    /// The node is gone, with what runs on it.
    RemoveNode(NodeId),
    /// So many nodes come that are like this one, with nothing on them.
    AddNodes {
        /// The node that they are like.
        like: NodeId,
        /// How many.
        count: u32,
    },
    /// The node takes no new work; what runs stays.
    Cordon(NodeId),
    /// Each workload of the deployment asks for this.
    Resources {
        /// The deployment.
        deployment: DeploymentId,
        /// What each would ask for.
        resources: Resources,
    },
}

/// A change that cannot be thought of.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum WhatIfError {
    /// There is no such node.
    NoNode(NodeId),
    /// Nothing of the deployment has a place whose demand is known.
    NoDeployment(DeploymentId),
    /// More nodes than can be asked about at once.
    TooMany(u32),
}

impl fmt::Display for WhatIfError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoNode(id) => write!(f, "there is no node {id}: `miaas node ls` lists the nodes"),
            Self::NoDeployment(id) => {
                write!(
                    f,
                    "no workload of deployment {id} is placed whose demand is known: give what it would ask for as waiting"
                )
            }
            Self::TooMany(count) => {
                write!(f, "{count} new nodes are more than the {MAX_ADDED} that one change can add")
            }
        }
    }
}

impl std::error::Error for WhatIfError {}

/// Most nodes that one change can add.
pub(super) const MAX_ADDED: u32 = 10_000;
