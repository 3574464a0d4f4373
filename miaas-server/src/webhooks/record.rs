//! What is stored.

use miaas_core::{
    api::v1::DeadLetter,
    model::{Event, Severity},
    name::Name,
    port::{Kind, Revision, Stored},
    secret::Secret,
    time::Timestamp,
};
use serde::{Deserialize, Serialize};

use super::filter;

/// Dead letters kept of one webhook; the oldest go.
const MOST_DEAD: usize = 100;

/// A webhook.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Webhook {
    pub(super) name: Name,
    pub(super) url: String,
    pub(super) secret: Secret,
    pub(super) events: Vec<String>,
    pub(super) min_severity: Option<Severity>,
    pub(super) created_at: Timestamp,
}

impl Stored for Webhook {
    const KIND: Kind = Kind::Webhook;
    fn name(&self) -> &str {
        self.name.as_str()
    }
}

impl Webhook {
    pub(super) fn wants(&self, event: &Event) -> bool {
        filter::matches(&self.events, self.min_severity, event)
    }
}

/// How far the sending of one webhook has come.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Delivery {
    pub(super) webhook: Name,
    /// Everything up to here is done.
    pub(super) cursor: Revision,
    /// How often events were gone before they could be sent.
    pub(super) gaps: u64,
    pub(super) dead: Vec<DeadLetter>,
}

impl Stored for Delivery {
    const KIND: Kind = Kind::Delivery;
    fn name(&self) -> &str {
        self.webhook.as_str()
    }
}

impl Delivery {
    pub(super) fn bury(&mut self, letter: DeadLetter) {
        self.dead.push(letter);
        let beyond = self.dead.len().saturating_sub(MOST_DEAD);
        self.dead.drain(..beyond);
    }
}
