//! Many writers at once.

use std::{collections::BTreeMap, sync::Arc, time::Duration};

use tokio::task::JoinHandle;

use super::harness::{commit, next, node, number, ok, put, read};
use crate::{
    error::ErrorKind,
    port::{Kind, Revision, Store, When},
};

const TASKS: u64 = 8;
const ROUNDS: u64 = 25;

async fn all<T>(tasks: Vec<JoinHandle<T>>) -> Vec<T> {
    let mut results = Vec::new();
    for task in tasks {
        results.push(task.await.expect("a task of the check ends well"));
    }
    results
}

fn spawn<F, Fut>(store: &Arc<dyn Store>, task: F) -> Vec<JoinHandle<Fut::Output>>
where
    F: Fn(u64, Arc<dyn Store>) -> Fut,
    Fut: Future<Output: Send> + Send + 'static,
{
    (0..TASKS).map(|i| tokio::spawn(task(i, Arc::clone(store)))).collect()
}

/// Read, add one, write if unchanged, again after a conflict: the sum must be exact.
pub(super) async fn no_update_is_lost(store: Arc<dyn Store>) {
    let counter = node("counter");
    commit(&*store, vec![put(&counter, "0", When::Absent)]).await;
    all(spawn(&store, |_, store| async move {
        let counter = node("counter");
        for _ in 0..ROUNDS {
            loop {
                let Some((text, at)) = read(&*store, &counter).await else { panic!("the counter vanished") };
                match store.commit(vec![put(&counter, (number(&text) + 1).to_string(), When::At(at))]).await {
                    Ok(_) => break,
                    Err(e) => assert_eq!(e.kind(), ErrorKind::Conflict, "only conflicts may happen: {}", e.chain()),
                }
            }
        }
    }))
    .await;
    let expected = (TASKS * ROUNDS).to_string();
    assert_eq!(read(&*store, &counter).await, Some((expected, TASKS * ROUNDS + 1)), "an update was lost");
}

pub(super) async fn one_of_many_creators_wins(store: Arc<dyn Store>) {
    for round in 0..ROUNDS {
        let won = all(spawn(&store, |i, store| async move {
            let (key, own) = (node(&format!("prize-{round}")), node(&format!("own-{round}-{i}")));
            store.commit(vec![put(&own, "1", When::Absent), put(&key, i.to_string(), When::Absent)]).await.is_ok()
        }))
        .await;
        assert_eq!(won.iter().filter(|w| **w).count(), 1, "exactly one of {TASKS} creators wins");
        for (i, won) in won.into_iter().enumerate() {
            let own = read(&*store, &node(&format!("own-{round}-{i}"))).await;
            assert_eq!(own.is_some(), won, "the other writes of a commit share its fate");
        }
    }
}

pub(super) async fn revisions_are_unique_and_without_gaps(store: Arc<dyn Store>) {
    let revisions = all(spawn(&store, |i, store| async move {
        let mut revisions = Vec::new();
        for round in 0..ROUNDS {
            let stale = store.commit(vec![put(&node("shared"), "x", When::At(u64::MAX >> 2))]).await;
            assert!(stale.is_err(), "a commit at a revision that never was must conflict");
            revisions.push(commit(&*store, vec![put(&node(&format!("{i}-{round}")), "1", When::Absent)]).await);
        }
        assert!(revisions.is_sorted(), "a later commit of one task has a later revision: {revisions:?}");
        revisions
    }))
    .await;
    let mut revisions: Vec<Revision> = revisions.into_iter().flatten().collect();
    revisions.sort_unstable();
    assert_eq!(revisions, (1..=TASKS * ROUNDS).collect::<Vec<_>>(), "revisions are unique and without gaps");
}

pub(super) async fn each_key_is_seen_in_the_order_of_its_writes(store: Arc<dyn Store>) {
    let mut changes = store.watch(0);
    let writers = spawn(&store, |i, store| async move {
        for round in 1..=ROUNDS {
            commit(&*store, vec![put(&node(&i.to_string()), round.to_string(), When::Any)]).await;
        }
    });
    let mut last: BTreeMap<String, u64> = BTreeMap::new();
    for expected in 1..=TASKS * ROUNDS {
        let change = next(&mut changes).await;
        assert_eq!(change.revision, expected, "revisions come in order while many write");
        let text = change.value.expect("nothing was deleted").0;
        let before = last.insert(change.key.name.to_string(), number(&text)).unwrap_or(0);
        assert_eq!(number(&text), before + 1, "{} is seen in the order of its writes", change.key);
    }
    all(writers).await;
}

pub(super) async fn a_commit_is_visible_when_it_returns(store: Arc<dyn Store>) {
    all(spawn(&store, |i, store| async move {
        let key = node(&i.to_string());
        for round in 1..=ROUNDS {
            let at = commit(&*store, vec![put(&key, round.to_string(), When::Any)]).await;
            let seen = read(&*store, &key).await;
            assert_eq!(seen, Some((round.to_string(), at)), "get must see a commit that has returned");
            let listing = ok("list", store.list(key.kind).await);
            assert!(listing.revision >= at, "list must see a commit that has returned");
            assert!(listing.items.iter().any(|(k, v)| *k == key && v.revision == at), "{key} in the listing is older");
        }
    }))
    .await;
}

/// A caller that stops waiting may or may not have committed, but nothing is half done and the others go on.
pub(super) async fn an_abandoned_commit_harms_nobody(store: Arc<dyn Store>) {
    all(spawn(&store, |i, store| async move {
        for round in 0..ROUNDS {
            let pair = ["left", "right"].map(|half| put(&node(&format!("{half}-{i}")), round.to_string(), When::Any));
            let limit = Duration::from_micros(round * 20);
            match tokio::time::timeout(limit, store.commit(pair.to_vec())).await {
                Ok(result) => drop(ok("commit", result)),
                Err(_abandoned) => {}
            }
        }
    }))
    .await;
    commit(&*store, vec![put(&node("end"), "1", When::Any)]).await;
    let listing = ok("list", store.list(Kind::Node).await);
    let half = |name: String| listing.items.iter().find(|(k, _)| *k.name == *name).map(|(_, v)| v);
    for i in 0..TASKS {
        assert_eq!(half(format!("left-{i}")), half(format!("right-{i}")), "an abandoned commit was done by half");
    }
}
