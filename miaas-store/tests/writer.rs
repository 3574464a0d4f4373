//! Grouping of commits, retention of the log and of events, and what happens when the file cannot be written.
#![allow(clippy::unwrap_used, reason = "tests")]

mod common;

use std::{sync::Arc, time::Duration};

use common::{execute, fill, key, open, outsider, put, read};
use futures_util::StreamExt as _;
use miaas_core::{
    ErrorKind,
    port::{Key, Kind, Op, Store as _, Value, When, Write},
};
use miaas_store::{SqliteOptions, SqliteStore};
use sqlx::Connection as _;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn concurrent_commits_share_durable_transactions() {
    let folder = tempfile::tempdir().unwrap();
    let store = Arc::new(open(&folder.path().join("miaas.db")).await);
    let tasks: Vec<_> = (0..32)
        .map(|caller| {
            let store = Arc::clone(&store);
            tokio::spawn(async move {
                for i in 0..20 {
                    store.commit(vec![put(&format!("key-{caller}"), &i.to_string())]).await.unwrap();
                    let stale = Write { when: When::Absent, ..put(&format!("key-{caller}"), "stale") };
                    assert_eq!(store.commit(vec![stale]).await.unwrap_err().kind(), ErrorKind::Conflict);
                }
            })
        })
        .collect();
    for task in tasks {
        task.await.unwrap();
    }
    let stats = store.stats();
    assert_eq!(stats.commits, 640, "only commits that change something count");
    assert!(stats.transactions * 2 < stats.commits, "32 callers did not share transactions: {stats:?}");
    store.close().await;
}

#[tokio::test]
async fn the_log_on_disk_is_compacted_and_bridges_what_memory_lacks() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("miaas.db");
    let options = SqliteOptions::default().with_keep_revisions(20);
    let store = SqliteStore::open(&path, options).await.unwrap();
    fill(&store, 50).await;
    store.close().await;

    // Nothing is in memory after opening: watchers read the table, then what is new.
    let store = SqliteStore::open(&path, options).await.unwrap();
    let mut changes = store.watch(30);
    assert_eq!(changes.next().await.unwrap().unwrap().revision, 31);
    fill(&store, 2).await;
    let revisions: Vec<_> = changes.take(21).map(|c| c.unwrap().revision).collect().await;
    assert_eq!(revisions, (32..=52).collect::<Vec<_>>());
    let error = store.watch(31).next().await.unwrap().unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Compacted);
    assert!(error.hint().unwrap().contains("list again"), "{error:?}");
    store.close().await;

    let mut conn = outsider(&path).await;
    let rows: i64 = sqlx::query_scalar("SELECT count(*) FROM changes").fetch_one(&mut conn).await.unwrap();
    assert_eq!(rows, 20, "the table keeps what was asked for and no more");
    conn.close().await.unwrap();
}

/// The table is read in pages, and a page ends at the end of a revision.
#[tokio::test]
async fn a_long_past_with_large_commits_is_replayed_whole() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("miaas.db");
    let store = open(&path).await;
    for i in 0..600_u64 {
        let names = if i % 100 == 0 { 50 } else { 1 };
        store.commit((0..names).map(|n| put(&format!("key-{n}"), &i.to_string())).collect()).await.unwrap();
    }
    store.close().await;
    let store = open(&path).await;
    let seen: Vec<_> = store.watch(0).take(6 * 50 + 594).map(|c| c.unwrap()).collect().await;
    assert!(seen.is_sorted_by_key(|c| c.revision));
    for revision in 1..=600_u64 {
        let expected = if (revision - 1) % 100 == 0 { 50 } else { 1 };
        assert_eq!(seen.iter().filter(|c| c.revision == revision).count(), expected, "revision {revision}");
    }
    store.close().await;
}

#[tokio::test]
async fn the_oldest_events_are_deleted_for_all_to_see() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("miaas.db");
    let store = SqliteStore::open(&path, SqliteOptions::default().with_keep_events(20)).await.unwrap();
    for i in 0..60_u32 {
        // Names that do not sort by age.
        let name = format!("ev-{}", i.wrapping_mul(2_654_435_761));
        let event =
            Write { key: Key::new(Kind::Event, name), op: Op::Put(Value(i.to_string().into())), when: When::Any };
        store.commit(vec![event, put("other", "1")]).await.unwrap();
    }
    // A commit is answered before the store cleans up behind it: this one waits for that.
    store.commit(vec![put("other", "2")]).await.unwrap();
    let listing = store.list(Kind::Event).await.unwrap();
    let mut left: Vec<u32> = listing.items.iter().map(|(_, v)| v.value.0.parse().unwrap()).collect();
    left.sort_unstable();
    assert!((20..22).contains(&left.len()), "{left:?}");
    assert_eq!(left.last(), Some(&59), "the newest are kept");
    assert!(left.windows(2).all(|w| w[0] + 1 == w[1]), "the oldest went: {left:?}");
    let end = listing.revision;
    let deleted = store
        .watch(0)
        .take_while(move |c| std::future::ready(c.as_ref().unwrap().revision < end))
        .filter(|c| std::future::ready(c.as_ref().unwrap().value.is_none()))
        .count()
        .await;
    assert_eq!(deleted, 60 - left.len(), "watchers see the events go");
    store.close().await;
}

#[tokio::test]
async fn a_full_disk_refuses_commits_and_loses_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("miaas.db");
    let small = SqliteOptions::default().with_max_bytes(400_000).with_keep_revisions(1);
    let store = SqliteStore::open(&path, small).await.unwrap();
    let text = "x".repeat(20_000);
    let mut committed = 0;
    let error = loop {
        match store.commit(vec![put(&format!("big-{committed}"), &text)]).await {
            Ok(_) => committed += 1,
            Err(error) => break error,
        }
        assert!(committed < 100, "the limit was not respected");
    };
    assert_eq!(error.kind(), ErrorKind::Unavailable, "{error}");
    assert!(error.to_string().contains("full"), "{error}");
    assert!(error.hint().unwrap().contains("free space"), "{error:?}");
    let listing = store.list(Kind::Node).await.unwrap();
    assert_eq!(
        (listing.items.len() as u64, listing.revision),
        (committed, committed),
        "the failed commit left nothing"
    );

    // A large commit does not drag down the small ones beside it, and space can be made.
    let (large, little) =
        tokio::join!(store.commit(vec![put("large", &text.repeat(20))]), store.commit(vec![put("big-0", "small")]));
    assert_eq!(large.unwrap_err().kind(), ErrorKind::Unavailable);
    assert_eq!(little.unwrap(), committed + 1, "a failed commit takes no revision");
    store.commit(vec![Write { key: key("big-1"), op: Op::Delete, when: When::Any }]).await.unwrap();
    store.commit(vec![put("big-2", &text)]).await.unwrap();
    store.close().await;

    let store = open(&path).await;
    assert_eq!(read(&store, "big-0").await, Some(("small".into(), committed + 1)));
    assert_eq!(read(&store, "big-1").await, None);
    assert_eq!(read(&store, "large").await, None);
    store.close().await;
}

#[tokio::test]
async fn another_writer_makes_commits_wait_and_then_fail() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("miaas.db");
    let options = SqliteOptions::default().with_busy_timeout(Duration::from_millis(100));
    let store = SqliteStore::open(&path, options).await.unwrap();
    fill(&store, 1).await;
    let mut conn = outsider(&path).await;
    sqlx::query("BEGIN IMMEDIATE").execute(&mut conn).await.unwrap();
    let error = store.commit(vec![put("a", "1")]).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Unavailable, "{error}");
    assert!(error.hint().unwrap().contains("another program"), "{error:?}");
    assert!(read(&store, "key-0").await.is_some(), "reads go on");
    sqlx::query("ROLLBACK").execute(&mut conn).await.unwrap();
    conn.close().await.unwrap();
    assert_eq!(store.commit(vec![put("a", "1")]).await.unwrap(), 2, "and commits go on when the other is done");
    store.close().await;
}

#[tokio::test]
async fn a_damaged_database_is_called_that() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("miaas.db");
    let store = open(&path).await;
    fill(&store, 1).await;
    store.close().await;
    execute(&path, "DELETE FROM changes").await;
    let store = open(&path).await;
    let error = store.watch(0).next().await.unwrap().unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Internal, "a gap in the log is never skipped: {error}");
    store.close().await;
    execute(&path, "UPDATE objects SET kind = 'unheard'").await;
    let error = SqliteStore::open(&path, SqliteOptions::default()).await.unwrap_err();
    assert!(error.to_string().contains("unheard") && error.to_string().contains("miaas.db"), "{error}");
}
