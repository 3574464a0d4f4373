//! A store that fails as it is told: before a commit, or after it, with the answer lost.

use std::sync::{
    Arc,
    atomic::{AtomicU8, AtomicU64, Ordering::SeqCst},
};

use async_trait::async_trait;

use crate::{
    engine::MemoryStore,
    error::{ErrorKind, PortError},
    port::{BoxStream, Change, Key, Kind, Listing, Revision, Store, Value, Versioned, Write},
};

/// What happens to the next commit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(u8)]
pub(super) enum Trouble {
    None = 0,
    Conflict = 1,
    Refused = 2,
    AnswerLost = 3,
}

#[derive(Debug, Clone, Default)]
pub(super) struct FaultyStore {
    inner: Arc<MemoryStore>,
    trouble: Arc<AtomicU8>,
    pub(super) commits: Arc<AtomicU64>,
}

impl FaultyStore {
    pub(super) fn next_commit(&self, trouble: Trouble) {
        self.trouble.store(trouble as u8, SeqCst);
    }
}

#[async_trait]
#[deny(clippy::missing_trait_methods)]
impl Store for FaultyStore {
    async fn get(&self, key: &Key) -> Result<Option<Versioned<Value>>, PortError> {
        self.inner.get(key).await
    }

    async fn list(&self, kind: Kind) -> Result<Listing, PortError> {
        self.inner.list(kind).await
    }

    async fn commit(&self, writes: Vec<Write>) -> Result<Revision, PortError> {
        let lost = || PortError::unavailable("store.commit", "simulated: the store did not answer");
        match self.trouble.swap(Trouble::None as u8, SeqCst) {
            1 => Err(PortError::new(ErrorKind::Conflict, "store.commit", "simulated: somebody was faster")),
            2 => Err(lost()),
            3 => {
                self.inner.commit(writes).await?;
                Err(lost())
            }
            _ => {
                self.commits.fetch_add(1, SeqCst);
                self.inner.commit(writes).await
            }
        }
    }

    fn watch(&self, from: Revision) -> BoxStream<'static, Result<Change, PortError>> {
        self.inner.watch(from)
    }
}
