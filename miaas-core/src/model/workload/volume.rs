//! Named volumes.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::model::is_zero;

/// A named volume.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Volume {
    /// Name on the engine when it is shared beyond this workload; none means one of the workload's own.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub external_name: Option<String>,
    /// Somebody else makes and removes it: it must be there.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub external: bool,
    /// Driver; none means the engine's own.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub driver: Option<String>,
    /// Options of the driver; with the engine's own they can name a path of the node.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub driver_opts: BTreeMap<String, String>,
    /// Labels.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub labels: BTreeMap<String, String>,
}
