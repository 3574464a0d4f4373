//! A state as it was at one moment, although others write.

use std::{collections::BTreeMap, time::Duration};

use futures_util::{FutureExt as _, StreamExt as _};
use miaas_core::{
    ErrorKind, PortError,
    port::{Change, Key, Kind, Revision, Store},
};
use tokio::time::timeout;

use super::OPERATION;
use crate::snapshot::Snapshot;

/// How long the changes that were made meanwhile may take to come.
const PATIENCE: Duration = Duration::from_secs(10);

/// The kinds are listed one after the other; what changed between the first and the last listing is made up for from the watch.
pub(super) async fn consistent(store: &dyn Store) -> Result<Snapshot, PortError> {
    let mut objects: BTreeMap<Key, Change> = BTreeMap::new();
    let (mut first, mut last) = (Revision::MAX, 0);
    for kind in Kind::ALL {
        let listing = store.list(kind).await?;
        (first, last) = (first.min(listing.revision), last.max(listing.revision));
        objects.extend(listing.items.into_iter().map(|(key, o)| {
            let change = Change { revision: o.revision, key: key.clone(), value: Some(o.value) };
            (key, change)
        }));
    }
    let mut changes = store.watch(first);
    let mut reached = first;
    while reached <= last && first < last {
        let next = match changes.next().now_or_never() {
            Some(next) => next,
            // The changes of a revision come together.
            None if reached == last => break,
            None => timeout(PATIENCE, changes.next()).await.map_err(|_| restless())?,
        };
        let change = next.ok_or_else(restless)??;
        reached = change.revision;
        if reached > last {
            break;
        }
        match (&change.value, objects.get(&change.key)) {
            (_, Some(newer)) if newer.revision > change.revision => {}
            (None, _) => drop(objects.remove(&change.key)),
            (Some(_), _) => drop(objects.insert(change.key.clone(), change)),
        }
    }
    Ok(Snapshot { revision: last, objects: objects.into_values().collect() })
}

fn restless() -> PortError {
    PortError::new(ErrorKind::Unavailable, OPERATION, "the state changes faster than it can be read")
        .with_hint("try again")
}
