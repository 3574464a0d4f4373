//! Webhooks (D8): every event that a webhook asks for is sent to its address, in order, signed, at least once.
//!
//! Each webhook has a task of its own, so a receiver that is slow or away holds up nobody else. What was sent is stored with the
//! cursor of the event log: after a restart, or when another control plane takes over, sending goes on there. An event may
//! arrive twice then; its identity tells. Who leads sends; the others have no tasks.

mod address;
mod filter;
mod patience;
mod record;
mod sender;
mod service;
mod signature;
mod worker;

pub use ipnet::IpNet;
pub use patience::WebhookPatience;
pub(crate) use service::Webhooks;

/// How events are sent.
#[derive(Debug, Clone, Default)]
#[non_exhaustive]
pub struct WebhookConfig {
    /// Networks that may be sent to although they are not public.
    pub allow: Vec<IpNet>,
    /// How long receivers are tried.
    pub patience: WebhookPatience,
}
