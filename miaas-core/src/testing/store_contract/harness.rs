use std::{sync::Arc, time::Duration};

use futures_util::StreamExt as _;

use crate::{
    error::{ErrorKind, PortError},
    port::{BoxStream, Change, Key, Kind, Op, Revision, Store, Value, When, Write},
};

/// How long something that must happen may take on a busy machine.
const PATIENCE: Duration = Duration::from_secs(30);

pub(super) type Changes = BoxStream<'static, Result<Change, PortError>>;

pub(super) fn node(name: &str) -> Key {
    Key::new(Kind::Node, name)
}

pub(super) fn put(key: &Key, text: impl Into<Arc<str>>, when: When) -> Write {
    Write { key: key.clone(), op: Op::Put(Value(text.into())), when }
}

pub(super) fn delete(key: &Key, when: When) -> Write {
    Write { key: key.clone(), op: Op::Delete, when }
}

pub(super) fn check(key: &Key, when: When) -> Write {
    Write { key: key.clone(), op: Op::Check, when }
}

/// The success of a call that must succeed.
pub(super) fn ok<T>(what: &str, result: Result<T, PortError>) -> T {
    result.unwrap_or_else(|e| panic!("{what}: {} ({:?})", e.chain(), e.kind()))
}

pub(super) async fn commit(store: &dyn Store, writes: Vec<Write>) -> Revision {
    let what = format!("commit of {writes:?}");
    ok(&what, store.commit(writes).await)
}

/// The commit must end with a conflict that names the key.
pub(super) async fn conflict(store: &dyn Store, writes: Vec<Write>, key: &Key) {
    let what = format!("{writes:?}");
    match store.commit(writes).await {
        Ok(revision) => panic!("{what} must conflict at {key}, but was committed as revision {revision}"),
        Err(e) => {
            assert_eq!(e.kind(), ErrorKind::Conflict, "{what} must conflict, but failed with: {}", e.chain());
            assert!(e.to_string().contains(&key.to_string()), "the conflict must name {key}, it says: {e}");
        }
    }
}

/// Text and revision of an object.
pub(super) async fn read(store: &dyn Store, key: &Key) -> Option<(String, Revision)> {
    ok(&format!("get {key}"), store.get(key).await).map(|v| (v.value.0.to_string(), v.revision))
}

pub(super) async fn revision(store: &dyn Store) -> Revision {
    ok("list of settings", store.list(Kind::Setting).await).revision
}

/// The next item of a watch.
pub(super) async fn item(changes: &mut Changes) -> Option<Result<Change, PortError>> {
    match tokio::time::timeout(PATIENCE, changes.next()).await {
        Ok(item) => item,
        Err(_) => panic!("the watch yielded nothing for {PATIENCE:?} although a change was committed"),
    }
}

/// The next change of a watch.
pub(super) async fn next(changes: &mut Changes) -> Change {
    match item(changes).await {
        Some(change) => ok("watch", change),
        None => panic!("the watch ended although more changes were expected"),
    }
}

/// Revision, name and text of the next change.
pub(super) async fn next_row(changes: &mut Changes) -> (Revision, String, Option<String>) {
    let change = next(changes).await;
    (change.revision, change.key.name.to_string(), change.value.map(|v| v.0.to_string()))
}

/// That the watch has nothing to yield now: after a marker is committed, the marker is what comes next.
pub(super) async fn nothing_before(changes: &mut Changes, store: &dyn Store, what: &str) {
    let marker = Key::new(Kind::Setting, "marker");
    let revision = commit(store, vec![put(&marker, "here", When::Any)]).await;
    let seen = next(changes).await;
    assert_eq!((&seen.key, seen.revision), (&marker, revision), "{what}: the watch yielded a change that nobody made");
}

/// The number in a document that holds only a number.
pub(super) fn number(text: &str) -> u64 {
    text.parse().unwrap_or_else(|_| panic!("the store returned {text:?} where a number was written"))
}
