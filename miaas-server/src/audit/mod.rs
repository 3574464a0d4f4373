//! The audit log (S4): every change that somebody asked for is entered before it is answered.
//!
//! Entries form a chain of digests ([`AuditEntry`]). The head of the chain is written on the condition that it is the one that was
//! read, so entries of all servers form one chain, and an end that was cut off is noticed. Callers that come at once share a
//! commit.

mod note;

use std::{
    ops::RangeInclusive,
    sync::{Arc, Mutex, PoisonError},
};

use hmac::{Hmac, Mac as _};
use miaas_core::{
    ErrorKind, PortError,
    api::v1::AuditEntry,
    port::{Key, Kind, Store, StoreExt as _, Stored, Value, When},
    secret::Secret,
    time::Timestamp,
};
use serde::{Deserialize, Serialize};
use sha2::Sha256;
use tokio::sync::{Mutex as Turn, oneshot};

pub(crate) use note::Note;

const OPERATION: &str = "audit";
/// Entries of one commit.
const AT_ONCE: usize = 256;

/// An entry as it is stored. Its name sorts as it counts.
#[derive(Debug, Clone, Serialize, Deserialize)]
struct StoredEntry {
    name: String,
    entry: AuditEntry,
}

impl Stored for StoredEntry {
    const KIND: Kind = Kind::Audit;
    fn name(&self) -> &str {
        &self.name
    }
}

fn name(number: u64) -> String {
    format!("{number:016}")
}

/// The end of the chain.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
struct Head {
    number: u64,
    digest: String,
    /// The key of the digests of objects: these could be guessed from a digest without one.
    key: Option<Secret>,
}

impl Stored for Head {
    const KIND: Kind = Kind::Setting;
    fn name(&self) -> &str {
        HEAD
    }
}

const HEAD: &str = "audit_head";

type Answer = oneshot::Sender<Result<(), PortError>>;

/// Writes and reads the log.
#[derive(Debug, Clone)]
pub(crate) struct AuditLog(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    store: Arc<dyn Store>,
    waiting: Mutex<Vec<(AuditEntry, Answer)>>,
    turn: Turn<()>,
}

impl AuditLog {
    pub(crate) fn new(store: Arc<dyn Store>) -> Self {
        Self(Arc::new(Inner { store, waiting: Mutex::default(), turn: Turn::default() }))
    }

    /// Enters it, durably. It is entered also when the caller stops waiting.
    pub(crate) async fn enter(&self, entry: AuditEntry) -> Result<(), PortError> {
        let (answer, answered) = oneshot::channel();
        self.waiting().push((entry, answer));
        let this = self.clone();
        tokio::spawn(async move { this.write_waiting().await });
        let lost = || PortError::internal(OPERATION, "it is not known whether the entry was written");
        answered.await.map_err(|_| lost())?
    }

    fn waiting(&self) -> std::sync::MutexGuard<'_, Vec<(AuditEntry, Answer)>> {
        self.0.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }

    async fn write_waiting(&self) {
        let _turn = self.0.turn.lock().await;
        loop {
            let some: Vec<_> = {
                let mut waiting = self.waiting();
                let count = waiting.len().min(AT_ONCE);
                waiting.drain(..count).collect()
            };
            if some.is_empty() {
                return;
            }
            let (entries, answers): (Vec<_>, Vec<_>) = some.into_iter().unzip();
            let written = self.write(&entries).await;
            for answer in answers {
                let told = match &written {
                    Ok(()) => Ok(()),
                    Err(e) => Err(PortError::new(e.kind(), OPERATION, e.chain())),
                };
                // Nobody waits any more.
                answer.send(told).ok();
            }
        }
    }

    async fn write(&self, entries: &[AuditEntry]) -> Result<(), PortError> {
        loop {
            let (mut head, when) = self.head().await?;
            let mut writes = Vec::with_capacity(entries.len() + 1);
            for entry in entries {
                let next = AuditEntry { number: head.number + 1, previous: head.digest, ..entry.clone() }
                    .sealed()
                    .map_err(|e| PortError::internal(OPERATION, "an entry does not serialise").with_source(e))?;
                (head.number, head.digest) = (next.number, next.digest.clone());
                writes.push(StoredEntry { name: name(next.number), entry: next }.put(When::Absent)?);
            }
            writes.push(head.put(when)?);
            match self.0.store.commit(writes).await {
                Ok(_) => return Ok(()),
                Err(e) if e.kind() == ErrorKind::Conflict => {}
                Err(e) => return Err(e),
            }
        }
    }

    /// The end of the chain, with a key.
    async fn head(&self) -> Result<(Head, When), PortError> {
        let (mut head, when) = match self.0.store.read::<Head>(HEAD).await? {
            Some(found) => (found.value, When::At(found.revision)),
            None => (Head::default(), When::Absent),
        };
        if head.key.is_none() {
            let bytes = crate::auth::random_bytes()?;
            head.key = Some(Secret::new(bytes.iter().map(|b| format!("{b:02x}")).collect::<String>()));
        }
        Ok((head, when))
    }

    /// The number of the last entry; 0 when there is none.
    pub(crate) async fn last(&self) -> Result<u64, PortError> {
        Ok(self.0.store.read::<Head>(HEAD).await?.map_or(0, |head| head.value.number))
    }

    /// The entries of these numbers, which are there.
    pub(crate) async fn entries(&self, numbers: RangeInclusive<u64>) -> Result<Vec<AuditEntry>, PortError> {
        let mut entries = Vec::new();
        for number in numbers {
            match self.0.store.read::<StoredEntry>(&name(number)).await? {
                Some(found) => entries.push(found.value.entry),
                None => {
                    return Err(PortError::internal(OPERATION, format!("entry {number} of the audit log is gone"))
                        .with_hint("somebody who can write to the database has removed it"));
                }
            }
        }
        Ok(entries)
    }

    /// A keyed digest of an object as it is stored.
    pub(crate) async fn digest(&self, key: &Key) -> Result<Option<String>, PortError> {
        let Some(found) = self.0.store.get(key).await? else { return Ok(None) };
        let head = match self.0.store.read::<Head>(HEAD).await? {
            Some(head) if head.value.key.is_some() => head.value,
            _ => self.begin().await?,
        };
        let secret = head.key.as_ref().map(|k| k.expose().to_owned()).unwrap_or_default();
        Ok(Some(digest(&secret, key, &found.value)?))
    }

    /// Stores a head with a key.
    async fn begin(&self) -> Result<Head, PortError> {
        loop {
            let (head, when) = self.head().await?;
            match self.0.store.commit(vec![head.put(when)?]).await {
                Ok(_) => return Ok(head),
                Err(e) if e.kind() == ErrorKind::Conflict => {}
                Err(e) => return Err(e),
            }
        }
    }
}

fn digest(secret: &str, key: &Key, value: &Value) -> Result<String, PortError> {
    let broken = || PortError::internal(OPERATION, "an object has no digest");
    let mut mac = Hmac::<Sha256>::new_from_slice(secret.as_bytes()).map_err(|_| broken())?;
    mac.update(key.to_string().as_bytes());
    mac.update(&[0]);
    mac.update(value.0.as_bytes());
    Ok(mac.finalize().into_bytes().iter().take(16).map(|b| format!("{b:02x}")).collect())
}

/// An entry without its place in the chain.
pub(super) fn unplaced(note: &Note, status: u16, at: Timestamp) -> AuditEntry {
    AuditEntry {
        number: 0,
        at,
        who: note.who.clone(),
        role: note.role,
        from: note.from.clone(),
        method: note.method.clone(),
        path: note.path.clone(),
        status,
        object: note.object.as_ref().map(ToString::to_string),
        before: note.before.clone(),
        after: None,
        previous: String::new(),
        digest: String::new(),
    }
}
