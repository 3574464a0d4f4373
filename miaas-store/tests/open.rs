//! Opening, closing and refusing databases.
#![allow(clippy::unwrap_used, reason = "tests")]

mod common;

use std::os::unix::fs::PermissionsExt as _;

use common::{execute, fill, open, put, read};
use futures_util::StreamExt as _;
use miaas_core::{
    ErrorKind,
    port::{Kind, Store as _},
};
use miaas_store::{SqliteOptions, SqliteStore};

async fn refused(path: &std::path::Path) -> (ErrorKind, String) {
    let error = SqliteStore::open(path, SqliteOptions::default()).await.unwrap_err();
    let text = format!("{} | {}", error.chain(), error.hint().unwrap());
    assert!(text.contains(&path.display().to_string()), "the error names the file: {text}");
    (error.kind(), text)
}

#[tokio::test]
async fn what_was_committed_is_there_after_reopening() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("miaas.db");
    let store = open(&path).await;
    fill(&store, 5).await;
    store.close().await;
    assert!(!folder.path().join("miaas.db-wal").exists(), "closing moves the write-ahead log into the database");

    let store = open(&path).await;
    assert_eq!(read(&store, "key-3").await, Some(("3".into(), 4)));
    assert_eq!(store.list(Kind::Node).await.unwrap().revision, 5, "the count goes on");
    assert_eq!(store.commit(vec![put("more", "1")]).await.unwrap(), 6);
    let revisions: Vec<_> = store.watch(2).take(4).map(|c| c.unwrap().revision).collect().await;
    assert_eq!(revisions, [3, 4, 5, 6], "a watch goes on across a restart");
    store.close().await;
}

#[tokio::test]
async fn a_closed_store_says_so() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("miaas.db");
    let store = open(&path).await;
    fill(&store, 1).await;
    let mut changes = store.watch(0);
    changes.next().await.unwrap().unwrap();
    store.close().await;
    store.close().await;

    let errors = [
        store.commit(vec![put("late", "1")]).await.unwrap_err(),
        store.get(&common::key("key-0")).await.unwrap_err(),
        store.list(Kind::Node).await.unwrap_err(),
        changes.next().await.unwrap().unwrap_err(),
    ];
    for error in errors {
        assert_eq!(error.kind(), ErrorKind::Unavailable);
        assert!(error.to_string().contains("closed"), "{error}");
    }
    assert!(changes.next().await.is_none(), "the watch has ended");
    open(&path).await.close().await;
}

/// Everything that was queued when the store is closed is still done.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn closing_finishes_what_waits() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("miaas.db");
    let store = std::sync::Arc::new(open(&path).await);
    let tasks: Vec<_> = (0..200)
        .map(|i| {
            let store = std::sync::Arc::clone(&store);
            tokio::spawn(async move { (i, store.commit(vec![put(&format!("key-{i}"), "1")]).await) })
        })
        .collect();
    tokio::task::yield_now().await;
    store.close().await;
    let mut acknowledged = Vec::new();
    for task in tasks {
        match task.await.unwrap() {
            (i, Ok(_)) => acknowledged.push(i),
            (_, Err(e)) => assert_eq!(e.kind(), ErrorKind::Unavailable, "{e}"),
        }
    }
    let store = open(&path).await;
    assert_eq!(store.list(Kind::Node).await.unwrap().items.len(), acknowledged.len(), "refused means not done");
    for i in acknowledged {
        assert!(read(&store, &format!("key-{i}")).await.is_some());
    }
    store.close().await;
}

#[tokio::test]
async fn a_second_opening_is_refused_until_the_first_is_closed() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("miaas.db");
    let store = open(&path).await;
    let (kind, text) = refused(&path).await;
    assert_eq!(kind, ErrorKind::Unavailable);
    assert!(text.contains(&format!("in use by process {}", std::process::id())), "{text}");
    assert!(text.contains("stop that process"), "{text}");
    store.close().await;
    open(&path).await.close().await;
}

#[tokio::test]
async fn a_database_of_a_newer_version_is_refused_and_left_alone() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("miaas.db");
    let store = open(&path).await;
    fill(&store, 1).await;
    store.close().await;
    execute(
        &path,
        "INSERT INTO _sqlx_migrations (version, description, success, checksum, execution_time) \
         VALUES (900, 'from the future', 1, x'00', 0)",
    )
    .await;
    let before = std::fs::read(&path).unwrap();
    let (kind, text) = refused(&path).await;
    assert_eq!(kind, ErrorKind::Unsupported);
    assert!(text.contains("schema version 900") && text.contains("versions up to 1"), "{text}");
    assert!(text.contains("newer version"), "{text}");
    assert!(std::fs::read(&path).unwrap() == before, "the refused database was changed");
}

#[tokio::test]
async fn files_that_are_no_database_of_this_program_are_refused() {
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name);
    std::fs::write(path("text"), "this is a letter, not a database. ".repeat(100)).unwrap();
    assert_eq!(refused(&path("text")).await.0, ErrorKind::Invalid);

    std::fs::create_dir(path("folder")).unwrap();
    let (kind, text) = refused(&path("folder")).await;
    assert!(kind == ErrorKind::Invalid && text.contains("is a folder"), "{text}");

    std::fs::File::create(path("foreign")).unwrap();
    execute(&path("foreign"), "CREATE TABLE recipes (name TEXT)").await;
    let (kind, text) = refused(&path("foreign")).await;
    assert!(kind == ErrorKind::Invalid && text.contains("another program"), "{text}");

    let (kind, text) = refused(&path("missing/miaas.db")).await;
    assert!(kind == ErrorKind::Unavailable && text.contains("folder exists"), "{text}");
}

/// Documents hold environments, so nobody but the owner may read the files.
#[tokio::test]
async fn only_the_owner_can_read_the_files() {
    let folder = tempfile::tempdir().unwrap();
    let store = open(&folder.path().join("miaas.db")).await;
    fill(&store, 1).await;
    let mut files = 0;
    for entry in std::fs::read_dir(folder.path()).unwrap() {
        let entry = entry.unwrap();
        let mode = entry.metadata().unwrap().permissions().mode() & 0o777;
        assert_eq!(mode, 0o600, "{}", entry.path().display());
        files += 1;
    }
    assert_eq!(files, 4, "database, log, shared memory, lock");
    store.close().await;
}
