//! Moving a state from one database to another.
//!
//! Every object keeps its revision and the store its count, so conditions, cursors of events and everything else that
//! remembers a revision mean the same afterwards. The log of changes is not moved: whoever watches lists first.

use miaas_core::{ErrorKind, PortError, port::Revision};

use super::{DurableStore, Location};
use crate::{Transferred, snapshot::Snapshot};

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
    if from.is_new() {
        return Err(PortError::not_found("store.transfer", format!("the database {from}")));
    }
    let source = from.open_alone().await?;
    let moved = copy(&source, from, to).await;
    source.close().await;
    moved
}

async fn copy(source: &DurableStore, from: &Location, to: &Location) -> Result<Transferred, PortError> {
    let snapshot = Snapshot::read(&*source.shared()).await?;
    if snapshot.revision == 0 {
        return Err(PortError::not_found("store.transfer", format!("a state in {from}")));
    }
    to.restore(&snapshot).await?;
    let target = to.open_alone().await?;
    let written = Snapshot::read(&*target.shared()).await;
    target.close().await;
    let (before, after) = (snapshot.transferred(), written?.transferred());
    if before == after {
        return Ok(after);
    }
    let message = format!("the copy in {to} differs: {before:?} became {after:?}");
    Err(PortError::internal("store.transfer", message).with_hint("do not use the copy; remove it and try again"))
}

/// The error of a target that holds something.
pub(crate) fn not_empty(to: &str, revision: Revision, objects: i64) -> PortError {
    let message = format!("{to} is not empty: it holds {objects} objects and stands at revision {revision}");
    PortError::new(ErrorKind::AlreadyExists, "store.transfer", message)
        .with_hint("name an empty database; nothing was changed")
}
