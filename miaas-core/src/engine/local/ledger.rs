use std::sync::{Mutex, MutexGuard, PoisonError};

use async_trait::async_trait;

use crate::{error::PortError, model::NodeTarget, port::Ledger};

/// A ledger that lives as long as the process: for nodes whose orchestrator lives in the same process, and tells them their
/// target anew at every start.
#[derive(Debug, Default)]
pub struct MemoryLedger(Mutex<Option<NodeTarget>>);

impl MemoryLedger {
    // The lock is held for one assignment, so a poisoned one is as good as any.
    fn target(&self) -> MutexGuard<'_, Option<NodeTarget>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[async_trait]
impl Ledger for MemoryLedger {
    async fn load(&self) -> Result<Option<NodeTarget>, PortError> {
        Ok(self.target().clone())
    }

    async fn save(&self, target: &NodeTarget) -> Result<(), PortError> {
        *self.target() = Some(target.clone());
        Ok(())
    }
}
