//! Configs and secrets: files that a service finds at a place.

use serde::{Deserialize, Serialize};

use crate::secret::Secret;

/// A file of a service. Its text is part of the workload, so that changing it replaces the service.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FileMount {
    /// What it holds. Configs hold passwords too, so that no text of a file is ever printed.
    pub content: Secret,
    /// Where it is, absolute.
    pub target: String,
    /// Permission bits.
    pub mode: u32,
    /// Number of the user that it belongs to; none means root.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub uid: Option<u32>,
    /// Number of the group that it belongs to; none means root.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub gid: Option<u32>,
    /// It must stay in memory, and never be written to a disk of the node.
    pub secret: bool,
}
