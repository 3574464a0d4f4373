//! Webhooks: events that are sent to an address (D8).

use serde::{Deserialize, Serialize};

use crate::{
    model::{Event, Severity},
    name::Name,
    port::Revision,
    secret::Secret,
    time::Timestamp,
};

/// A webhook to make.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct CreateWebhook {
    /// Its name.
    pub name: String,
    /// Where to send to: `https://` or `http://`.
    pub url: String,
    /// Reasons of the events that are sent: `node.offline`, or `deployment.*` for all that begin so; empty sends all.
    #[serde(default)]
    pub events: Vec<String>,
    /// Only events that matter at least so much.
    #[serde(default)]
    pub min_severity: Option<Severity>,
}

/// A webhook that was made.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct CreatedWebhook {
    /// The webhook.
    pub webhook: WebhookItem,
    /// The key of its signatures, `whsec_` and base64. It is shown nowhere else and not again.
    #[cfg_attr(feature = "openapi", schema(value_type = String))]
    pub secret: Secret,
}

/// A webhook and how far its sending has come.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct WebhookItem {
    /// Its name.
    #[cfg_attr(feature = "openapi", schema(value_type = String))]
    pub name: Name,
    /// Where it sends to.
    pub url: String,
    /// Reasons of the events that are sent; empty for all.
    pub events: Vec<String>,
    /// Only events that matter at least so much.
    pub min_severity: Option<Severity>,
    /// When it was made.
    #[cfg_attr(feature = "openapi", schema(value_type = String, format = DateTime))]
    pub created_at: Timestamp,
    /// The newest event that is done: sent, not asked for, or given up.
    pub cursor: Revision,
    /// Events behind the cursor that are still to be sent.
    pub waiting: usize,
    /// Events that were given up and are kept.
    pub dead: usize,
    /// How often events were too old to be kept before they could be sent.
    pub gaps: u64,
    /// When something last arrived, since this control plane leads.
    #[cfg_attr(feature = "openapi", schema(value_type = Option<String>, format = DateTime))]
    pub last_success: Option<Timestamp>,
    /// Why the last try failed; none when it did not.
    pub last_error: Option<String>,
    /// When it is tried again; none when nothing waits for that.
    #[cfg_attr(feature = "openapi", schema(value_type = Option<String>, format = DateTime))]
    pub next_try: Option<Timestamp>,
}

/// An event that could not be delivered.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct DeadLetter {
    /// The event.
    pub event: Event,
    /// What the last try said.
    pub error: String,
    /// How often it was tried.
    pub tries: u32,
    /// When it was given up.
    #[cfg_attr(feature = "openapi", schema(value_type = String, format = DateTime))]
    pub at: Timestamp,
}

/// What became of dead letters that were sent again.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(default)]
pub struct Redelivered {
    /// How many arrived, and are no dead letters any more.
    pub delivered: usize,
    /// How many are left.
    pub left: usize,
    /// Why it ended before all had arrived.
    pub error: Option<String>,
}
