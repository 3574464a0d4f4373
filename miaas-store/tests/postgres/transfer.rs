//! Moving a state between SQLite and PostgreSQL, and back (O2).

use std::path::Path;

use miaas_core::{
    ErrorKind,
    port::{Key, Kind, Op, Store, Value, When, Write},
};
use miaas_store::{DurableStore, Location, SqliteOptions, SqliteStore, transfer};

use crate::{
    cluster::Cluster,
    support::{key, open, put, put_when},
};

fn sqlite(path: &Path) -> Location {
    Location::Sqlite(path.to_owned())
}

/// Objects of every kind, some changed and some deleted, with names and texts that are easily damaged.
async fn fill(store: &dyn Store) {
    for kind in Kind::ALL {
        for (i, name) in ["a", "B", "é", "a b", "a/b", "'\"%_", "z"].into_iter().enumerate() {
            let text = format!("{{\"{i}\": \"\u{1F980} \\u0000 {}\"}}", "x".repeat(i * 500));
            let write = Write { key: Key::new(kind, name), op: Op::Put(Value(text.into())), when: When::Any };
            store.commit(vec![write]).await.unwrap();
        }
    }
    let many = (0..2500).map(|i| put(&format!("many-{i}"), "1")).collect();
    store.commit(many).await.unwrap();
    store.commit(vec![put("a", "changed")]).await.unwrap();
    store.commit(vec![Write { key: key("B"), op: Op::Delete, when: When::Any }]).await.unwrap();
}

async fn everything(location: &Location) -> Vec<String> {
    let store = DurableStore::open(location).await.unwrap();
    let mut all = Vec::new();
    for kind in Kind::ALL {
        let listing = store.shared().list(kind).await.unwrap();
        all.push(format!("{kind:?} at {}", listing.revision));
        all.extend(listing.items.iter().map(|(key, v)| format!("{key} {} {}", v.revision, v.value.0)));
    }
    store.close().await;
    all
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn o2_a_state_moves_to_postgres_and_back_unchanged() {
    let Some(cluster) = Cluster::start() else { return };
    let folder = tempfile::tempdir().unwrap();
    let (first, back) = (sqlite(&folder.path().join("first.db")), sqlite(&folder.path().join("back.db")));
    let postgres = Location::read(&cluster.database("db")).unwrap();
    let store = DurableStore::open(&first).await.unwrap();
    fill(&*store.shared()).await;
    store.close().await;
    let before = everything(&first).await;

    let there = transfer(&first, &postgres).await.unwrap();
    assert_eq!((there.objects, there.revision), (before.len() - Kind::ALL.len(), Kind::ALL.len() as u64 * 7 + 3));
    assert_eq!(there.digest.len(), 64);
    assert_eq!(everything(&postgres).await, before);
    assert_eq!(transfer(&postgres, &back).await.unwrap(), there, "the digest depends on the objects only");
    assert_eq!(everything(&back).await, before);
    assert_eq!(everything(&first).await, before, "the source is as it was");

    // Conditions go on to hold, the count goes on, and whoever watches lists first.
    for location in [&postgres, &back] {
        let open = DurableStore::open(location).await.unwrap();
        let store = open.shared();
        let stale = store.commit(vec![put_when("a", "stale", When::At(1))]).await.unwrap_err();
        assert_eq!(stale.kind(), ErrorKind::Conflict);
        let at = store.get(&key("a")).await.unwrap().unwrap().revision;
        assert_eq!(store.commit(vec![put_when("a", "next", When::At(at))]).await.unwrap(), there.revision + 1);
        let missed = futures_util::StreamExt::next(&mut store.watch(at - 1)).await.unwrap().unwrap_err();
        assert_eq!(missed.kind(), ErrorKind::Compacted);
        open.close().await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_may_not_be_moved_is_refused_and_left_alone() {
    let Some(cluster) = Cluster::start() else { return };
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name);
    let url = cluster.database("occupied");
    let (full, empty) = (Location::read(&url).unwrap(), Location::read(&cluster.database("empty")).unwrap());
    let (file, missing) = (sqlite(&path("file.db")), sqlite(&path("missing.db")));

    let refused = async |from: &Location, to: &Location, kind: ErrorKind, wanted: &str| {
        let error = transfer(from, to).await.unwrap_err();
        let text = format!("{} | {}", error.chain(), error.hint().unwrap_or_default());
        assert!(error.kind() == kind && text.contains(wanted), "{from} to {to}: {kind} {text}");
    };
    refused(&missing, &empty, ErrorKind::NotFound, "missing.db").await;
    assert!(!path("missing.db").exists(), "a source is not created");

    let sqlite = SqliteStore::open(path("file.db"), SqliteOptions::default()).await.unwrap();
    sqlite.commit(vec![put("a", "1")]).await.unwrap();
    refused(&file, &empty, ErrorKind::Unavailable, "in use by process").await;
    sqlite.close().await;

    let server = open(&url).await;
    server.commit(vec![put("b", "1")]).await.unwrap();
    refused(&full, &missing, ErrorKind::Unavailable, "miaas at 127.0.0.1").await;
    refused(&file, &full, ErrorKind::Unavailable, "stop every server").await;
    server.close().await;

    refused(&file, &full, ErrorKind::AlreadyExists, "holds 1 objects and stands at revision 1").await;
    refused(&full, &file, ErrorKind::AlreadyExists, "nothing was changed").await;
    refused(&empty, &missing, ErrorKind::NotFound, "/empty").await;
    refused(&full, &full, ErrorKind::Invalid, "the same database").await;
    assert_eq!(transfer(&file, &empty).await.unwrap().objects, 1, "the refusals left it empty");
}
