//! How the image gets to the node, and where the output goes.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::Millis;

/// When an image is pulled.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PullPolicy {
    /// When the node does not have it.
    #[default]
    Missing,
    /// Whenever the workload is made.
    Always,
    /// Never: the node must have it.
    Never,
    /// Like `Always`, when the last time is longer ago than this.
    Every(Millis),
}

/// Where the engine keeps the output of a service.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Logging {
    /// Driver; none means the executor's choice.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub driver: Option<String>,
    /// Options of the driver.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub options: BTreeMap<String, String>,
}
