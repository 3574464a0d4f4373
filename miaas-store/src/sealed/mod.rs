//! A store that seals what it keeps: the database alone tells nothing but kinds, names and sizes.
//!
//! A master key that is not in the database seals root keys, the newest root key seals a data key for each write, and that
//! seals the object (XChaCha20-Poly1305). Kind, name and root key are associated data, so nothing opens in another place.

mod cipher;
mod envelope;
mod master;
mod ring;
mod rotate;
#[cfg(all(feature = "bundle", any(feature = "postgres", feature = "sqlite")))]
mod snapshot;

use std::{
    fmt,
    future::ready,
    sync::{Arc, PoisonError, RwLock},
};

use async_trait::async_trait;
use futures_util::StreamExt as _;
use miaas_core::{
    ErrorKind, PortError,
    port::{BoxStream, Change, Key, Kind, Listing, Op, Revision, Store, Value, Versioned, When, Write},
};

pub use master::{MasterKey, MasterKeySource};
use ring::{Ring, RingRecord};
pub use rotate::Rotated;
#[cfg(all(feature = "bundle", any(feature = "postgres", feature = "sqlite")))]
pub(crate) use snapshot::seal_snapshot;

const OPERATION: &str = "store.sealed";
/// The name of the key ring among the settings.
const RING: &str = "key_ring";
/// Objects that are sealed in one commit when a store is sealed for the first time, or anew.
const AT_ONCE: usize = 200;

/// Seals every object on its way into another store, and opens it on its way out.
#[derive(Clone)]
pub struct Sealed(Arc<Inner>);

struct Inner {
    store: Arc<dyn Store>,
    keys: RwLock<Keys>,
    rotation: tokio::sync::Mutex<()>,
}

#[derive(Clone)]
struct Keys {
    master: MasterKey,
    ring: Arc<Ring>,
    /// None until the first object is stored.
    revision: Option<Revision>,
}

impl fmt::Debug for Sealed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Sealed").field(&self.0.store).finish()
    }
}

fn ring_key() -> Key {
    Key::new(Kind::Setting, RING)
}

fn is_ring(key: &Key) -> bool {
    key.kind == Kind::Setting && &*key.name == RING
}

impl Sealed {
    /// Opens a store that is sealed with the master key of this source, or seals one that is not yet. What was in clear may
    /// still lie in free pages and logs of the database: [`DurableStore::open_sealed`](crate::DurableStore::open_sealed) takes
    /// care of these as well.
    ///
    /// # Errors
    /// `Invalid` when the source gives no key, or another than the store is sealed with; the store's.
    pub async fn open(store: Arc<dyn Store>, source: &MasterKeySource) -> Result<Self, PortError> {
        let sealed = Self::open_unfinished(store, source).await?;
        sealed.finish().await?;
        Ok(sealed)
    }

    /// The same; a store that was in clear still accepts that until [`Self::finish`].
    pub(crate) async fn open_unfinished(store: Arc<dyn Store>, source: &MasterKeySource) -> Result<Self, PortError> {
        let (master, ring, revision) = match Self::ring_of(&*store).await? {
            Some((record, revision)) => {
                let master = source.find(&record.master).await?;
                let ring = Ring::open(&record, &master)?;
                (master, ring, Some(revision))
            }
            None => {
                let master = source.find_or_create().await?;
                // A new store gets its ring with the first object. One in use must not be without it while it is sealed.
                match store.commit(Vec::new()).await? {
                    0 => (master, Ring::new(false)?, None),
                    _ => {
                        let (record, revision) = begin(&*store, &master).await?;
                        if record.master != master.fingerprint() {
                            return Err(master::other(&record.master, &master));
                        }
                        let ring = Ring::open(&record, &master)?;
                        (master, ring, Some(revision))
                    }
                }
            }
        };
        let plain = ring.accepts_plain;
        let keys = RwLock::new(Keys { master, ring: Arc::new(ring), revision });
        let sealed = Self(Arc::new(Inner { store, keys, rotation: tokio::sync::Mutex::default() }));
        if plain {
            sealed.seal_all().await?;
        }
        Ok(sealed)
    }

    /// Whether objects in clear are still accepted.
    pub(crate) fn is_unfinished(&self) -> bool {
        self.keys().ring.accepts_plain
    }

    /// Refuses objects in clear from now on.
    pub(crate) async fn finish(&self) -> Result<(), PortError> {
        if !self.is_unfinished() {
            return Ok(());
        }
        let close = |ring: &mut Ring| {
            ring.accepts_plain = false;
            Ok(())
        };
        self.write_ring(close).await
    }

    /// The fingerprint of the master key: it tells keys apart and gives none away.
    #[must_use]
    pub fn master_fingerprint(&self) -> String {
        self.keys().master.fingerprint()
    }

    fn keys(&self) -> Keys {
        self.0.keys.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    async fn ring_of(store: &dyn Store) -> Result<Option<(RingRecord, Revision)>, PortError> {
        let Some(found) = store.get(&ring_key()).await? else { return Ok(None) };
        Ok(Some((RingRecord::read(&found.value)?, found.revision)))
    }

    /// Reads the ring again: another process may have given it a new key.
    async fn refresh(&self) -> Result<Arc<Ring>, PortError> {
        let Keys { master, ring, revision } = self.keys();
        let Some((record, now)) = Self::ring_of(&*self.0.store).await? else {
            if revision.is_none() {
                return Ok(ring);
            }
            return Err(
                PortError::internal(OPERATION, "the key ring is gone from the store").with_hint("restore a backup")
            );
        };
        if revision == Some(now) {
            return Ok(ring);
        }
        if record.master != master.fingerprint() {
            return Err(master::other(&record.master, &master)
                .with_hint("another process gave the store a new master key: restart this one with it"));
        }
        let ring = Arc::new(Ring::open(&record, &master)?);
        *self.0.keys.write().unwrap_or_else(PoisonError::into_inner) =
            Keys { master, ring: Arc::clone(&ring), revision: Some(now) };
        Ok(ring)
    }

    /// The text of a value.
    async fn open_value(&self, key: &Key, value: Value) -> Result<Value, PortError> {
        if is_ring(key) {
            return Ok(value);
        }
        match self.keys().ring.open_value(key, &value) {
            Err(e) if e.kind() == ErrorKind::NotFound => self.refresh().await?.open_value(key, &value),
            other => other,
        }
    }

    async fn open_object(&self, key: &Key, value: Value) -> Result<Value, PortError> {
        self.open_value(key, value).await.map_err(|e| match e.kind() {
            ErrorKind::NotFound => PortError::internal(OPERATION, e.message().to_owned()),
            _ => e,
        })
    }

    /// The log of changes reaches further back than the root keys: who is that far behind lists again.
    async fn open_change(&self, change: Change) -> Result<Change, PortError> {
        let Change { revision, key, value: Some(value) } = change else { return Ok(change) };
        let value = self.open_value(&key, value).await.map_err(|e| match e.kind() {
            ErrorKind::NotFound => PortError::new(ErrorKind::Compacted, "store.watch", e.message().to_owned()),
            _ => e,
        })?;
        Ok(Change { revision, key, value: Some(value) })
    }
}

/// The first ring of a store. What is stored already is accepted in clear until it is sealed.
async fn begin(store: &dyn Store, master: &MasterKey) -> Result<(RingRecord, Revision), PortError> {
    let ring = Ring::new(true)?;
    let record = ring.seal(master)?;
    let write = Write { key: ring_key(), op: Op::Put(record.write()?), when: When::Absent };
    match store.commit(vec![write]).await {
        Ok(revision) => Ok((record, revision)),
        Err(e) if e.kind() == ErrorKind::Conflict => Sealed::ring_of(store).await?.ok_or(e),
        Err(e) => Err(e),
    }
}

fn sealed(writes: &[Write], keys: &Keys) -> Result<Vec<Write>, PortError> {
    let mut sealed = Vec::with_capacity(writes.len() + 1);
    for write in writes {
        let op = match &write.op {
            Op::Put(value) => Op::Put(keys.ring.seal_value(&write.key, value)?),
            other => other.clone(),
        };
        sealed.push(Write { key: write.key.clone(), op, when: write.when });
    }
    if sealed.iter().any(|write| matches!(write.op, Op::Put(_))) {
        let (op, when) = match keys.revision {
            Some(revision) => (Op::Check, When::At(revision)),
            None => (Op::Put(keys.ring.seal(&keys.master)?.write()?), When::Absent),
        };
        sealed.push(Write { key: ring_key(), op, when });
    }
    Ok(sealed)
}

#[async_trait]
impl Store for Sealed {
    async fn get(&self, key: &Key) -> Result<Option<Versioned<Value>>, PortError> {
        let Some(found) = self.0.store.get(key).await? else { return Ok(None) };
        let value = self.open_object(key, found.value).await?;
        Ok(Some(Versioned { value, revision: found.revision }))
    }

    async fn list(&self, kind: Kind) -> Result<Listing, PortError> {
        let mut listing = self.0.store.list(kind).await?;
        listing.items.retain(|(key, _)| !is_ring(key));
        for (key, object) in &mut listing.items {
            let sealed = std::mem::replace(&mut object.value, Value(Arc::from("")));
            object.value = self.open_object(key, sealed).await?;
        }
        Ok(listing)
    }

    /// On the condition that the ring is the one that sealed: a root key that was forgotten meanwhile must not be used.
    async fn commit(&self, writes: Vec<Write>) -> Result<Revision, PortError> {
        if writes.iter().any(|write| is_ring(&write.key)) {
            let message = "the key ring is written by nobody but the sealing itself";
            return Err(PortError::new(ErrorKind::Forbidden, OPERATION, message));
        }
        loop {
            let keys = self.keys();
            let sealed = sealed(&writes, &keys)?;
            let begins = keys.revision.is_none() && sealed.len() > writes.len();
            match self.0.store.commit(sealed).await {
                Ok(revision) if begins => {
                    self.0.keys.write().unwrap_or_else(PoisonError::into_inner).revision = Some(revision);
                    return Ok(revision);
                }
                Err(e) if e.kind() == ErrorKind::Conflict => {
                    self.refresh().await?;
                    if self.keys().revision == keys.revision {
                        return Err(e);
                    }
                }
                other => return other,
            }
        }
    }

    fn watch(&self, from: Revision) -> BoxStream<'static, Result<Change, PortError>> {
        let this = self.clone();
        let seen = self.0.store.watch(from).filter(|change| {
            let ring = change.as_ref().is_ok_and(|change| is_ring(&change.key));
            ready(!ring)
        });
        let opened = seen.then(move |change| {
            let this = this.clone();
            async move { this.open_change(change?).await }
        });
        let until_error = opened.scan(false, |ended, change| {
            let next = (!*ended).then_some(change);
            *ended = next.as_ref().is_some_and(Result::is_err);
            ready(next)
        });
        until_error.boxed()
    }
}
