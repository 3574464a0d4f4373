use std::fmt::Debug;

use async_trait::async_trait;

use crate::{error::PortError, model::NodeTarget};

/// The newest target that a node has accepted, kept over restarts.
///
/// # Contract
/// `load` returns what the last finished `save` wrote, or none. `save` is durable when it returns, and atomic: after a crash
/// in the middle, `load` returns the old or the new target. A damaged ledger is an error, never "none".
#[async_trait]
pub trait Ledger: Debug + Send + Sync + 'static {
    /// What was saved.
    async fn load(&self) -> Result<Option<NodeTarget>, PortError>;
    /// Keeps it.
    async fn save(&self, target: &NodeTarget) -> Result<(), PortError>;
}
