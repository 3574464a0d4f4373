//! A store in memory: for tests, simulations and programs that need no durability.

use std::{
    collections::BTreeMap,
    future::ready,
    sync::{Mutex, MutexGuard, PoisonError},
};

use async_trait::async_trait;

use super::change_log::{ChangeLog, LogLimits, compacted};
use crate::{
    error::PortError,
    port::{BoxStream, Change, Key, Kind, Listing, Revision, Store, Value, Versioned, Write, settle},
};

/// Revisions kept for watchers unless said otherwise.
pub const DEFAULT_RETENTION: usize = 10_000;

/// A [`Store`] that lives as long as the process. Nothing in it waits; a commit is one short critical section.
#[derive(Debug)]
pub struct MemoryStore {
    state: Mutex<State>,
    log: ChangeLog,
}

#[derive(Debug, Default)]
struct State {
    objects: BTreeMap<Key, Versioned<Value>>,
    revision: Revision,
}

impl MemoryStore {
    /// An empty store that keeps the last [`DEFAULT_RETENTION`] revisions for watchers.
    #[must_use]
    pub fn new() -> Self {
        Self::with_retention(DEFAULT_RETENTION)
    }

    /// An empty store that keeps the last `revisions` revisions for watchers.
    #[must_use]
    pub fn with_retention(revisions: usize) -> Self {
        let limits = LogLimits { revisions, bytes: usize::MAX };
        Self { state: Mutex::default(), log: ChangeLog::new(0, limits) }
    }

    /// The revision of an object; none when it does not exist.
    #[must_use]
    pub fn revision_of(&self, key: &Key) -> Option<Revision> {
        self.state().objects.get(key).map(|o| o.revision)
    }

    /// A [commit](Store::commit) that does not wait, for stores that keep their objects in one of these.
    ///
    /// # Errors
    /// `Conflict` when a condition does not hold.
    pub fn commit_now(&self, writes: Vec<Write>) -> Result<Revision, PortError> {
        let mut state = self.state();
        let effects = settle(writes, |key| state.objects.get(key).map(|o| o.revision))?;
        if effects.is_empty() {
            return Ok(state.revision);
        }
        state.revision += 1;
        let revision = state.revision;
        let mut changes = Vec::with_capacity(effects.len());
        for (key, value) in effects {
            match value.clone() {
                Some(value) => state.objects.insert(key.clone(), Versioned { value, revision }),
                None => state.objects.remove(&key),
            };
            changes.push(Change { revision, key, value });
        }
        // Under the lock, so that the log has the revisions in order.
        self.log.append(changes);
        Ok(revision)
    }

    /// A commit never leaves the state half written, so a poisoned lock is as good as any.
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Default for MemoryStore {
    fn default() -> Self {
        Self::new()
    }
}

#[async_trait]
impl Store for MemoryStore {
    async fn get(&self, key: &Key) -> Result<Option<Versioned<Value>>, PortError> {
        Ok(self.state().objects.get(key).cloned())
    }

    async fn list(&self, kind: Kind) -> Result<Listing, PortError> {
        let state = self.state();
        let of_kind = state.objects.range(Key::new(kind, "")..).take_while(|(key, _)| key.kind == kind);
        let items = of_kind.map(|(key, object)| (key.clone(), object.clone())).collect();
        Ok(Listing { items, revision: state.revision })
    }

    async fn commit(&self, writes: Vec<Write>) -> Result<Revision, PortError> {
        self.commit_now(writes)
    }

    fn watch(&self, from: Revision) -> BoxStream<'static, Result<Change, PortError>> {
        self.log.reader().follow(from, |from| ready(Err(compacted(from))))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::store_contract::store_contract;
    use std::sync::Arc;

    #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
    async fn memory_store_keeps_the_contract() {
        store_contract(async |retention| Arc::new(MemoryStore::with_retention(retention))).await;
    }
}
