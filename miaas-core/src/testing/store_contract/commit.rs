//! Revisions, deletes and texts.

use std::sync::Arc;

use super::harness::{commit, delete, next_row, node, nothing_before, ok, put, read, revision};
use crate::port::{Key, Kind, Store, When};

pub(super) async fn an_empty_store_stands_at_zero(store: Arc<dyn Store>) {
    for kind in Kind::ALL {
        let listing = ok("list", store.list(kind).await);
        assert!(
            listing.items.is_empty() && listing.revision == 0,
            "a fresh store must be empty at revision 0: {listing:?}"
        );
    }
    assert_eq!(read(&*store, &node("a")).await, None, "get on a fresh store");
    assert_eq!(commit(&*store, vec![]).await, 0, "an empty commit returns the present revision");
}

pub(super) async fn each_changing_commit_takes_the_next_revision(store: Arc<dyn Store>) {
    let (a, b) = (node("a"), node("b"));
    let commits = [
        vec![put(&a, "1", When::Any)],
        vec![put(&a, "2", When::Any), put(&b, "2", When::Any)],
        vec![delete(&a, When::Any)],
        vec![put(&a, "4", When::Absent), delete(&b, When::At(2))],
    ];
    for (writes, expected) in commits.into_iter().zip(1..) {
        assert_eq!(commit(&*store, writes).await, expected, "each changing commit takes the next revision");
        assert_eq!(commit(&*store, vec![]).await, expected, "an empty commit takes none");
    }
}

pub(super) async fn objects_carry_the_revision_of_their_commit(store: Arc<dyn Store>) {
    let keys = [node("a"), node("b"), Key::new(Kind::Event, "a")];
    commit(&*store, vec![put(&keys[0], "old", When::Any)]).await;
    commit(&*store, keys.iter().map(|k| put(k, "new", When::Any)).collect()).await;
    for key in &keys {
        assert_eq!(read(&*store, key).await, Some(("new".into(), 2)), "{key} carries the revision of its commit");
    }
    commit(&*store, vec![put(&keys[1], "newer", When::Any)]).await;
    assert_eq!(read(&*store, &keys[0]).await, Some(("new".into(), 2)), "an untouched object keeps its revision");
    for (key, object) in ok("list", store.list(Kind::Node).await).items {
        let expected = if key == keys[1] { 3 } else { 2 };
        assert_eq!(object.revision, expected, "{key} in a listing carries the revision of its commit");
    }
}

pub(super) async fn deleting_what_is_missing_changes_nothing(store: Arc<dyn Store>) {
    let (a, b) = (node("a"), node("b"));
    let mut changes = store.watch(0);
    assert_eq!(commit(&*store, vec![delete(&a, When::Any)]).await, 0, "deleting what is missing takes no revision");
    assert_eq!(commit(&*store, vec![delete(&a, When::Absent)]).await, 0, "nor does it under Absent");
    commit(&*store, vec![delete(&a, When::Any), put(&b, "1", When::Any)]).await;
    assert_eq!(next_row(&mut changes).await, (1, "b".into(), Some("1".into())), "only the put is a change");
    commit(&*store, vec![delete(&b, When::Any)]).await;
    assert_eq!(read(&*store, &b).await, None, "a deleted object is gone");
    assert_eq!(next_row(&mut changes).await, (2, "b".into(), None), "a delete is a change without a value");
    assert_eq!(commit(&*store, vec![delete(&b, When::Any)]).await, 2, "deleting twice takes one revision");
    nothing_before(&mut changes, &*store, "after deletes of missing objects").await;
}

pub(super) async fn the_last_write_of_a_key_counts(store: Arc<dyn Store>) {
    let a = node("a");
    let mut changes = store.watch(0);
    commit(&*store, vec![put(&a, "1", When::Any), put(&a, "2", When::Any)]).await;
    assert_eq!(read(&*store, &a).await, Some(("2".into(), 1)), "of two puts of a key the last counts");
    assert_eq!(next_row(&mut changes).await, (1, "a".into(), Some("2".into())), "a key changes once per revision");
    commit(&*store, vec![put(&a, "3", When::Any), delete(&a, When::Any)]).await;
    assert_eq!(next_row(&mut changes).await, (2, "a".into(), None), "a delete after a put counts");
    commit(&*store, vec![put(&a, "4", When::Any), delete(&a, When::Any)]).await;
    assert_eq!(revision(&*store).await, 2, "a put and a delete of what was missing change nothing");
    nothing_before(&mut changes, &*store, "after writes that cancel each other").await;
}

pub(super) async fn texts_come_back_as_they_were(store: Arc<dyn Store>) {
    let big = "é".repeat(512 * 1024);
    let texts = ["", "{}", "null", "'; DROP TABLE objects; --", "\u{1F980} \"\\ \r\n\t", "0012", "1e5", &big];
    let names = ["", "a", "A", "%", "_", "a/b", "a b", "é", "'", "\"", &"n".repeat(2_000)];
    for name in names {
        let key = node(name);
        for text in texts {
            let at = commit(&*store, vec![put(&key, text, When::Any)]).await;
            let seen = read(&*store, &key).await;
            let start: String = text.chars().take(20).collect();
            assert!(seen == Some((text.to_owned(), at)), "the text {start:?}… of {key:?} did not come back as it was");
        }
    }
    assert_eq!(
        ok("list", store.list(Kind::Node).await).items.len(),
        names.len(),
        "different names are different objects"
    );
}

pub(super) async fn kinds_do_not_mix(store: Arc<dyn Store>) {
    let keys = Kind::ALL.map(|kind| Key::new(kind, "same"));
    commit(&*store, keys.iter().map(|k| put(k, k.kind.as_str(), When::Absent)).collect()).await;
    commit(&*store, vec![delete(&keys[3], When::Any)]).await;
    for (i, key) in keys.iter().enumerate() {
        let expected = (i != 3).then(|| (key.kind.as_str().to_owned(), 1));
        assert_eq!(read(&*store, key).await, expected, "{key} is apart from the other kinds");
        let listed = ok("list", store.list(key.kind).await).items;
        assert_eq!(listed.len(), usize::from(i != 3), "the listing of {} holds only its kind", key.kind.as_str());
        assert!(listed.iter().all(|(k, v)| k == key && *v.value.0 == *key.kind.as_str()), "{key} in a listing");
    }
}
