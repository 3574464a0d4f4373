//! Moving a state from one database to another.
//!
//! Every object keeps its revision and the store its count, so conditions, cursors of events and everything else that
//! remembers a revision mean the same afterwards. The log of changes is not moved: whoever watches lists first.

use miaas_core::{
    ErrorKind, PortError,
    port::{Change, Kind, Revision, Store},
};
use sha2::{Digest as _, Sha256};

use crate::{DurableStore, Location, PostgresOptions, PostgresStore, SqliteOptions, SqliteStore, postgres, sqlite};

/// What was moved.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Transferred {
    /// How many objects there are.
    pub objects: usize,
    /// The revision of the store.
    pub revision: Revision,
    /// SHA-256 over kind, name, revision and text of all objects, the same in both databases.
    pub digest: String,
}

/// All objects of a store at one revision.
pub(crate) struct Snapshot {
    pub(crate) revision: Revision,
    /// By kind and name; each has a value.
    pub(crate) objects: Vec<Change>,
}

/// Copies the state in `from` into the empty database `to`, in one transaction, reads it back there, and compares. The
/// source stays as it is.
///
/// # Errors
/// `Unavailable` when a server has one of them open, `NotFound` when there is no state in `from`, `AlreadyExists` when `to`
/// is not empty, `Internal` when what was written reads differently; those of opening the stores.
pub async fn transfer(from: &Location, to: &Location) -> Result<Transferred, PortError> {
    if from.to_string() == to.to_string() {
        return Err(PortError::new(
            ErrorKind::Invalid,
            "store.transfer",
            format!("{from} is the same database as {to}"),
        ));
    }
    let source = open_alone(from, true).await?;
    let moved = copy(&source, from, to).await;
    source.close().await;
    moved
}

async fn copy(source: &DurableStore, from: &Location, to: &Location) -> Result<Transferred, PortError> {
    let snapshot = Snapshot::read(&*source.shared()).await?;
    if snapshot.revision == 0 {
        return Err(PortError::not_found("store.transfer", format!("a state in {from}")));
    }
    match to {
        Location::Sqlite(path) => sqlite::restore(path, SqliteOptions::default(), &snapshot).await?,
        Location::Postgres(url) => postgres::restore(url, PostgresOptions::default(), &snapshot).await?,
    }
    let target = open_alone(to, false).await?;
    let written = Snapshot::read(&*target.shared()).await;
    target.close().await;
    let (before, after) = (snapshot.transferred(), written?.transferred());
    if before == after {
        return Ok(after);
    }
    let message = format!("the copy in {to} differs: {before:?} became {after:?}");
    Err(PortError::internal("store.transfer", message).with_hint("do not use the copy; remove it and try again"))
}

async fn open_alone(location: &Location, existing: bool) -> Result<DurableStore, PortError> {
    match location {
        // Opening would create it.
        Location::Sqlite(path) if existing && !path.exists() => {
            Err(PortError::not_found("store.transfer", format!("the database {}", path.display())))
        }
        // Its lock is for one process.
        Location::Sqlite(path) => {
            Ok(DurableStore::Sqlite(SqliteStore::open(path, SqliteOptions::default()).await?.into()))
        }
        Location::Postgres(url) => {
            let store = PostgresStore::open_as(url, PostgresOptions::default(), postgres::Usage::Alone).await?;
            Ok(DurableStore::Postgres(store.into()))
        }
    }
}

impl Snapshot {
    pub(crate) async fn read(store: &dyn Store) -> Result<Self, PortError> {
        let mut objects = Vec::new();
        let mut revision = None;
        for kind in Kind::ALL {
            let listing = store.list(kind).await?;
            if revision.is_some_and(|before| before != listing.revision) {
                let message = "the state changed while it was read";
                return Err(PortError::new(ErrorKind::Conflict, "store.transfer", message)
                    .with_hint("stop every server that uses it, then try again"));
            }
            revision = Some(listing.revision);
            let changes = listing.items.into_iter().map(|(key, object)| Change {
                revision: object.revision,
                key,
                value: Some(object.value),
            });
            objects.extend(changes);
        }
        Ok(Self { revision: revision.unwrap_or_default(), objects })
    }

    pub(crate) fn transferred(&self) -> Transferred {
        let mut hasher = Sha256::new();
        for object in &self.objects {
            let text = object.value.as_ref().map_or("", |value| &*value.0);
            hasher.update(object.revision.to_be_bytes());
            for part in [object.key.kind.as_str(), &*object.key.name, text] {
                // With their lengths, so that no two states are written the same.
                hasher.update((part.len() as u64).to_be_bytes());
                hasher.update(part);
            }
        }
        let digest = hasher.finalize().iter().map(|byte| format!("{byte:02x}")).collect();
        Transferred { objects: self.objects.len(), revision: self.revision, digest }
    }
}

/// The error of a target that holds something.
pub(crate) fn not_empty(to: &str, revision: Revision, objects: i64) -> PortError {
    let message = format!("{to} is not empty: it holds {objects} objects and stands at revision {revision}");
    PortError::new(ErrorKind::AlreadyExists, "store.transfer", message)
        .with_hint("name an empty database; nothing was changed")
}
