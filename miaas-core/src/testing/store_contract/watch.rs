//! Watches: the past, the present, and what was compacted.

use std::sync::Arc;

use super::harness::{Changes, commit, delete, item, next, next_row, node, ok, put, revision};
use crate::{
    error::ErrorKind,
    port::{Kind, Revision, Store, When},
};

/// What the stores of the checks on compaction keep.
pub(super) const RETENTION: usize = 8;
/// Enough commits for every store to compact.
const MANY: u64 = 200;

pub(super) async fn the_past_is_replayed_in_order(store: Arc<dyn Store>) {
    let (a, b) = (node("a"), node("b"));
    commit(&*store, vec![put(&a, "1", When::Any)]).await;
    commit(&*store, vec![put(&b, "2", When::Any), put(&a, "2", When::Any)]).await;
    commit(&*store, vec![delete(&a, When::Any)]).await;
    commit(&*store, vec![put(&a, "4", When::Any)]).await;
    let all = [(1, "a", Some("1")), (2, "a", Some("2")), (2, "b", Some("2")), (3, "a", None), (4, "a", Some("4"))];
    for from in 0..=4 {
        let mut changes = store.watch(from);
        let expected: Vec<_> = all.iter().filter(|(revision, ..)| *revision > from).collect();
        let mut seen = Vec::new();
        for _ in &expected {
            seen.push(next_row(&mut changes).await);
        }
        // Within one revision the order is the store's own.
        seen.sort_by(|x, y| (x.0, &x.1).cmp(&(y.0, &y.1)));
        let seen: Vec<_> = seen.iter().map(|(r, name, text)| (*r, name.as_str(), text.as_deref())).collect();
        assert_eq!(seen.iter().collect::<Vec<_>>(), expected, "watch({from}) replays every later change in order");
    }
}

pub(super) async fn new_changes_follow_the_past(store: Arc<dyn Store>) {
    let a = node("a");
    commit(&*store, vec![put(&a, "1", When::Any)]).await;
    let mut changes = store.watch(0);
    for i in 1..=20_u64 {
        assert_eq!(
            next_row(&mut changes).await,
            (i, "a".into(), Some(i.to_string())),
            "watch yields change after change"
        );
        let later = tokio::spawn({
            let (store, a) = (Arc::clone(&store), a.clone());
            async move {
                // The watcher waits already in most rounds, and not yet in some.
                if i % 3 != 0 {
                    tokio::time::sleep(std::time::Duration::from_millis(2)).await;
                }
                commit(&*store, vec![put(&a, (i + 1).to_string(), When::Any)]).await;
            }
        });
        if i % 2 == 0 {
            later.await.expect("the writer ends well");
        }
        // Only one writer at a time: the change of this round is awaited before the next round writes.
    }
}

pub(super) async fn watching_from_now_starts_with_the_next_change(store: Arc<dyn Store>) {
    let a = node("a");
    commit(&*store, vec![put(&a, "1", When::Any)]).await;
    let mut now = store.watch(1);
    let mut later = store.watch(3);
    for i in 2..=5_u64 {
        commit(&*store, vec![put(&a, i.to_string(), When::Any)]).await;
    }
    assert_eq!(next(&mut now).await.revision, 2, "watch(1) starts with revision 2");
    assert_eq!(next(&mut later).await.revision, 4, "watch(3) starts with revision 4 even when it began at revision 1");
}

pub(super) async fn each_watcher_sees_everything(store: Arc<dyn Store>) {
    let a = node("a");
    let mut watchers: Vec<Changes> = (0..5).map(|_| store.watch(0)).collect();
    for i in 1..=10_u64 {
        commit(&*store, vec![put(&a, i.to_string(), When::Any)]).await;
    }
    drop(watchers.pop());
    for changes in &mut watchers {
        for i in 1..=10 {
            assert_eq!(next(changes).await.revision, i, "each watcher sees every revision for itself");
        }
    }
}

async fn write_many(store: &dyn Store) {
    for i in 1..=MANY {
        commit(store, vec![put(&node("a"), i.to_string(), When::Any)]).await;
    }
}

async fn ends_compacted(changes: &mut Changes, what: &str) {
    match item(changes).await {
        Some(Err(e)) => {
            assert_eq!(e.kind(), ErrorKind::Compacted, "{what} must end with Compacted, not: {}", e.chain());
        }
        Some(Ok(change)) => panic!("{what} must end with Compacted, but yielded revision {}", change.revision),
        None => panic!("{what} must end with Compacted, but ended without an error"),
    }
    assert!(item(changes).await.is_none(), "{what}: nothing follows Compacted");
}

pub(super) async fn old_revisions_are_compacted(store: Arc<dyn Store>) {
    write_many(&*store).await;
    for from in [0, 1, 50] {
        ends_compacted(&mut store.watch(from), &format!("watch({from}) at revision {MANY}")).await;
    }
    let listing = ok("list", store.list(Kind::Node).await);
    assert_eq!(listing.items.len(), 1, "compaction does not touch objects");
    let mut changes = store.watch(listing.revision);
    commit(&*store, vec![delete(&node("a"), When::At(MANY))]).await;
    assert_eq!(next(&mut changes).await.revision, MANY + 1, "list and watch again works after compaction");
}

pub(super) async fn the_newest_revisions_are_kept(store: Arc<dyn Store>) {
    write_many(&*store).await;
    let from = revision(&*store).await - RETENTION as Revision;
    let mut changes = store.watch(from);
    for expected in from + 1..=MANY {
        assert_eq!(next(&mut changes).await.revision, expected, "the last {RETENTION} revisions can be watched");
    }
}

pub(super) async fn a_slow_watcher_sees_no_gap(store: Arc<dyn Store>) {
    commit(&*store, vec![put(&node("a"), "0", When::Any)]).await;
    let mut changes = store.watch(0);
    let mut seen = next(&mut changes).await.revision;
    for i in 1..=MANY {
        commit(&*store, vec![put(&node("a"), i.to_string(), When::Any)]).await;
    }
    while seen <= MANY {
        match item(&mut changes).await {
            Some(Ok(change)) => {
                assert_eq!(change.revision, seen + 1, "a slow watcher may be cut off, but must not miss a revision");
                seen = change.revision;
            }
            Some(Err(e)) => {
                assert_eq!(e.kind(), ErrorKind::Compacted, "a slow watcher is cut off with Compacted: {}", e.chain());
                assert!(item(&mut changes).await.is_none(), "nothing follows Compacted");
                return;
            }
            None => panic!("the watch of a slow watcher ended at revision {seen} without an error"),
        }
    }
}
