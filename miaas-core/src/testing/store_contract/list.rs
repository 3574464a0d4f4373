//! Listings and what a watch adds to them.

use std::{
    collections::BTreeMap,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
};

use tokio::sync::Barrier;

use super::harness::{commit, delete, next, node, number, ok, put};
use crate::port::{Change, Key, Kind, Store, Value, Versioned, When};

pub(super) async fn a_listing_is_in_key_order(store: Arc<dyn Store>) {
    let names = ["b", "a10", "", "B", "a", "a2", "é", "z", "-", "a-b", "a.b", "\u{1F980}", "\u{FFFD}"];
    for name in names {
        commit(&*store, vec![put(&node(name), name, When::Absent)]).await;
    }
    let listed: Vec<_> = ok("list", store.list(Kind::Node).await).items.into_iter().map(|(key, _)| key).collect();
    let mut sorted: Vec<_> = names.map(node).to_vec();
    sorted.sort();
    assert_eq!(listed, sorted, "a listing is in key order, byte by byte");
}

pub(super) async fn a_listing_carries_the_revision_of_the_store(store: Arc<dyn Store>) {
    commit(&*store, vec![put(&node("a"), "1", When::Any)]).await;
    commit(&*store, vec![put(&Key::new(Kind::Event, "e"), "2", When::Any)]).await;
    for kind in Kind::ALL {
        let at = ok("list", store.list(kind).await).revision;
        assert_eq!(at, 2, "the listing of {} carries the revision of the whole store", kind.as_str());
    }
}

/// A pair is always written together, so every listing must show two equal halves, at the revision of their commit.
pub(super) async fn a_listing_is_one_snapshot(store: Arc<dyn Store>) {
    let enough = Arc::new(AtomicBool::new(false));
    let writer = tokio::spawn({
        let (store, enough) = (Arc::clone(&store), Arc::clone(&enough));
        async move {
            let pair = [node("left"), node("right")];
            let mut i: u64 = 0;
            while !enough.load(Ordering::Relaxed) {
                i += 1;
                let writes = pair.iter().map(|k| put(k, i.to_string(), When::Any)).collect();
                assert_eq!(commit(&*store, writes).await, i, "one writer takes one revision after the other");
                tokio::task::yield_now().await;
            }
        }
    });
    let mut last = 0;
    let mut seen = 0;
    // Listings that show something new, so that the writer was at work between them.
    while seen < 100 {
        let listing = ok("list", store.list(Kind::Node).await);
        let halves: Vec<_> = listing.items.iter().map(|(_, v)| (number(&v.value.0), v.revision)).collect();
        let expected = if listing.revision == 0 { vec![] } else { vec![(listing.revision, listing.revision); 2] };
        assert_eq!(halves, expected, "a listing at revision {} is not one snapshot", listing.revision);
        assert!(listing.revision >= last, "a listing went back from revision {last} to {}", listing.revision);
        seen += usize::from(listing.revision > last);
        last = listing.revision;
        assert!(!writer.is_finished(), "the writer failed");
        tokio::task::yield_now().await;
    }
    enough.store(true, Ordering::Relaxed);
    writer.await.expect("the writer ends well");
}

/// Watchers that list and then replay the changes onto the listing must arrive at what the store holds in the end.
pub(super) async fn list_then_watch_misses_nothing(store: Arc<dyn Store>) {
    const WRITERS: u64 = 4;
    const ROUNDS: u64 = 60;
    const WATCHERS: u64 = 6;
    let marker = Key::new(Kind::Setting, "marker");
    let listed = Arc::new(Barrier::new(WATCHERS as usize + 1));
    let write = |w: u64| {
        let store = Arc::clone(&store);
        tokio::spawn(async move {
            for i in 0..ROUNDS {
                // Seven keys shared by all writers, and one in five writes deletes.
                let key = node(&((w * 3 + i) % 7).to_string());
                let write = if i % 5 == 4 { delete(&key, When::Any) } else { put(&key, format!("{w}-{i}"), When::Any) };
                let own = put(&node(&format!("own-{w}")), i.to_string(), When::Any);
                commit(&*store, vec![write, own]).await;
                tokio::task::yield_now().await;
            }
        })
    };
    let replay = |delay: u64| {
        let (store, marker, listed) = (Arc::clone(&store), marker.clone(), Arc::clone(&listed));
        tokio::spawn(async move {
            let mut listing = ok("list", store.list(Kind::Node).await);
            // Each watcher lists at another moment of the storm.
            while listing.revision < delay * WRITERS * ROUNDS / WATCHERS {
                tokio::task::yield_now().await;
                listing = ok("list", store.list(Kind::Node).await);
            }
            listed.wait().await;
            let mut view: BTreeMap<Key, Versioned<Value>> = listing.items.into_iter().collect();
            let mut changes = store.watch(listing.revision);
            let mut at = listing.revision;
            loop {
                let Change { revision, key, value } = next(&mut changes).await;
                assert!(revision == at || revision == at + 1, "revision {revision} follows {at}: changes are missing");
                at = revision;
                match value {
                    _ if key == marker => return view,
                    Some(value) => view.insert(key, Versioned { value, revision }),
                    None => view.remove(&key),
                };
            }
        })
    };
    let writers: Vec<_> = (0..WRITERS).map(write).collect();
    let watchers: Vec<_> = (0..WATCHERS).map(replay).collect();
    for writer in writers {
        writer.await.expect("a writer ends well");
    }
    listed.wait().await;
    let end = commit(&*store, vec![put(&marker, "end", When::Any)]).await;
    assert_eq!(end, WRITERS * ROUNDS + 1, "every commit changed something");
    let expected: BTreeMap<_, _> = ok("list", store.list(Kind::Node).await).items.into_iter().collect();
    for watcher in watchers {
        let view = watcher.await.expect("a watcher ends well");
        assert_eq!(view, expected, "a listing and its watch must lead to what the store holds");
    }
}
