//! What waits to be sent to one agent: bounded, and of targets only the newest.

use std::{
    collections::VecDeque,
    sync::{Mutex, MutexGuard, PoisonError},
};

use miaas_core::{
    PortError,
    model::{Generation, NodeTarget},
    protocol::FromServer,
};
use tokio::sync::Notify;

/// Most messages that wait, besides the target.
const LIMIT: usize = 256;

#[derive(Debug, Default)]
pub(super) struct Outbox {
    waiting: Mutex<Waiting>,
    added: Notify,
}

#[derive(Debug, Default)]
struct Waiting {
    target: Option<NodeTarget>,
    /// The newest generation that was ever offered.
    newest: Generation,
    messages: VecDeque<FromServer>,
}

impl Outbox {
    /// Puts a target in the place of an older one that was not yet sent. The newest generation that was offered so far.
    pub(super) fn offer_target(&self, target: &NodeTarget) -> Generation {
        let mut waiting = self.waiting();
        if target.generation >= waiting.newest {
            waiting.newest = target.generation;
            waiting.target = Some(target.clone());
            self.added.notify_one();
        }
        waiting.newest
    }

    /// Adds a message.
    ///
    /// # Errors
    /// `Unavailable` when the agent does not read and too much waits.
    pub(super) fn push(&self, message: FromServer) -> Result<(), PortError> {
        let mut waiting = self.waiting();
        // The end of a log frees something at the other side and is as short as messages get.
        if waiting.messages.len() >= LIMIT && !matches!(message, FromServer::LogStop { .. }) {
            return Err(PortError::unavailable("hub", "the node does not read what it is sent"));
        }
        waiting.messages.push_back(message);
        self.added.notify_one();
        Ok(())
    }

    /// The next message to send. Dropping the future loses nothing.
    pub(super) async fn next(&self) -> FromServer {
        loop {
            let added = self.added.notified();
            if let Some(message) = self.take() {
                return message;
            }
            added.await;
        }
    }

    fn take(&self) -> Option<FromServer> {
        let mut waiting = self.waiting();
        waiting.messages.pop_front().or_else(|| waiting.target.take().map(FromServer::Target))
    }

    fn waiting(&self) -> MutexGuard<'_, Waiting> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
