use serde::{Deserialize, Serialize};

use crate::{id::DeploymentId, time::Timestamp};

/// A request that was done under a key of its caller's choice, so that a repeat does nothing (U3).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Request {
    /// SHA-256 of the key.
    pub id: String,
    /// SHA-256 of what was asked for.
    pub asked: String,
    /// What was made.
    pub deployment: DeploymentId,
    /// When.
    pub at: Timestamp,
}
