//! The event log: what happened, for people and webhooks. Events explain; nothing depends on having seen one.

use serde::{Deserialize, Serialize};

use crate::{id::EventId, time::Timestamp};

/// One entry of the event log.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Event {
    /// Its identity.
    #[cfg_attr(feature = "openapi", schema(value_type = String))]
    pub id: EventId,
    /// When.
    #[cfg_attr(feature = "openapi", schema(value_type = String, format = DateTime))]
    pub at: Timestamp,
    /// How much it matters.
    pub severity: Severity,
    /// What happened, as a stable dotted word, for example `workload.failed`.
    pub reason: String,
    /// To what.
    pub subject: Subject,
    /// In words.
    pub message: String,
}

/// How much an event matters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// Expected.
    Info,
    /// Somebody should look.
    Warning,
    /// Something does not work.
    Error,
}

/// What an event is about.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Subject {
    /// `node`, `deployment` or `workload`.
    pub kind: String,
    /// Its id.
    pub id: String,
    /// Its name for people.
    pub name: String,
    /// The deployment that it belongs to, when it does.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub deployment: Option<String>,
}
