//! The conditions of writes.

use std::sync::Arc;

use super::harness::{check, commit, conflict, delete, node, nothing_before, put, read, revision};
use crate::port::{Store, When, Write};

/// A condition, given the revision of the object.
type Condition = fn(u64) -> When;

pub(super) async fn each_condition_holds_when_it_should(store: Arc<dyn Store>) {
    let here = node("here");
    let missing = node("missing");
    // (condition, on an object at the given revision, on a missing one)
    let table: [(Condition, bool, bool); 5] = [
        (|_| When::Any, true, true),
        (|_| When::Absent, false, true),
        (When::At, true, false),
        (|at| When::At(at + 1), false, false),
        (|at| When::At(at - 1), false, false),
    ];
    let ops: [fn(&crate::port::Key, When) -> Write; 3] = [|k, w| put(k, "new", w), delete, check];
    for (condition, on_present, on_missing) in table {
        for op in ops {
            for (key, holds) in [(&here, on_present), (&missing, on_missing)] {
                commit(&*store, vec![put(&here, "old", When::Any), delete(&missing, When::Any)]).await;
                let at = revision(&*store).await;
                let write = op(key, condition(at));
                if holds {
                    commit(&*store, vec![write]).await;
                } else {
                    conflict(&*store, vec![write], key).await;
                    let seen = (read(&*store, &here).await, read(&*store, &missing).await, revision(&*store).await);
                    assert_eq!(seen, (Some(("old".into(), at)), None, at), "a conflict at {key} changed something");
                }
            }
        }
    }
}

pub(super) async fn a_conflict_writes_nothing(store: Arc<dyn Store>) {
    let (a, b, c) = (node("a"), node("b"), node("c"));
    commit(&*store, vec![put(&a, "1", When::Any)]).await;
    let mut changes = store.watch(1);
    let bad = [put(&c, "2", When::At(9)), delete(&c, When::At(9)), check(&c, When::At(9))];
    for bad in bad {
        for place in 0..=2 {
            let mut writes = vec![delete(&a, When::At(1)), put(&b, "2", When::Absent)];
            writes.insert(place, bad.clone());
            conflict(&*store, writes, &c).await;
        }
    }
    let seen = (read(&*store, &a).await, read(&*store, &b).await, revision(&*store).await);
    assert_eq!(seen, (Some(("1".into(), 1)), None, 1), "a conflict must write nothing and take no revision");
    nothing_before(&mut changes, &*store, "after conflicts").await;
}

pub(super) async fn a_check_guards_other_writes(store: Arc<dyn Store>) {
    let (head, a) = (node("head"), node("a"));
    let at = commit(&*store, vec![put(&head, "1", When::Absent)]).await;
    assert_eq!(commit(&*store, vec![check(&head, When::At(at))]).await, at, "a commit of checks takes no revision");
    commit(&*store, vec![check(&head, When::At(at)), put(&a, "1", When::Any)]).await;
    assert_eq!(read(&*store, &head).await, Some(("1".into(), at)), "a check leaves the object and its revision alone");
    commit(&*store, vec![put(&head, "2", When::At(at))]).await;
    conflict(&*store, vec![put(&a, "2", When::Any), check(&head, When::At(at))], &head).await;
    assert_eq!(read(&*store, &a).await, Some(("1".into(), 2)), "a failed check must stop the other writes");
}

pub(super) async fn conditions_see_the_state_before_the_commit(store: Arc<dyn Store>) {
    let a = node("a");
    commit(&*store, vec![put(&a, "1", When::Absent), check(&a, When::Absent)]).await;
    commit(&*store, vec![delete(&a, When::At(1)), put(&a, "2", When::At(1))]).await;
    assert_eq!(read(&*store, &a).await, Some(("2".into(), 2)), "every condition sees the state before the commit");
    conflict(&*store, vec![delete(&a, When::Any), put(&a, "3", When::Absent)], &a).await;
}

pub(super) async fn an_object_made_anew_has_a_new_revision(store: Arc<dyn Store>) {
    let a = node("a");
    commit(&*store, vec![put(&a, "same", When::Absent)]).await;
    commit(&*store, vec![delete(&a, When::At(1))]).await;
    commit(&*store, vec![put(&a, "same", When::Absent)]).await;
    conflict(&*store, vec![put(&a, "late", When::At(1))], &a).await;
    commit(&*store, vec![put(&a, "in time", When::At(3))]).await;
}
