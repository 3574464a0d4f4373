use serde::{Deserialize, Serialize};

use super::Source;
use crate::{id::DeploymentId, time::Timestamp};

/// One version of what a deployment runs. How many and where is no part of it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Revision {
    /// Identity: deployment and number.
    pub id: String,
    /// Of which deployment.
    pub deployment: DeploymentId,
    /// Counts the versions of a deployment, from 1.
    pub number: u64,
    /// What it runs.
    pub source: Source,
    /// How often a restart had been asked for.
    pub restarts: u64,
    /// When it was made.
    pub created_at: Timestamp,
}

impl Revision {
    /// The identity of a deployment's revision; sorts by number.
    #[must_use]
    pub fn id_of(deployment: &DeploymentId, number: u64) -> String {
        format!("{deployment}.{number:010}")
    }
}

/// How far a deployment is on its way to a revision. The planner's, never the user's.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Rollout {
    /// Of which deployment.
    pub deployment: DeploymentId,
    /// The last revision that was ready as a whole before.
    pub from: Option<u64>,
    /// The revision that is wanted.
    pub to: u64,
    /// Where it is.
    pub phase: RolloutPhase,
    /// How many replicas were ready in `to` when that number last grew.
    pub ready: u32,
    /// When it began.
    pub started_at: Timestamp,
    /// When it last came a step further.
    pub progressed_at: Timestamp,
    /// Why it failed.
    pub reason: Option<String>,
}

/// Where a rollout is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum RolloutPhase {
    /// Replicas are replaced.
    Progressing,
    /// Every replica was ready in the new revision.
    Complete,
    /// It failed, and every replica goes back to the revision before. Ends with the next change of what is wanted.
    RolledBack,
    /// It failed, and there is nothing to go back to, or that is not wanted. Ends when it succeeds after all.
    Failed,
}

impl RolloutPhase {
    /// The name on the wire.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Progressing => "progressing",
            Self::Complete => "complete",
            Self::RolledBack => "rolled_back",
            Self::Failed => "failed",
        }
    }
}
