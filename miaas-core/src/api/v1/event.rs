use serde::{Deserialize, Serialize};

use crate::model::Event;

/// An entry of the event log with its place in it (D8).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct EventItem {
    /// Hand this back as `after` to go on behind this entry.
    pub cursor: u64,
    /// The entry.
    #[serde(flatten)]
    pub event: Event,
}
