//! Opening, closing and refusing databases.

use std::time::{Duration, Instant};

use futures_util::StreamExt as _;
use miaas_core::{
    ErrorKind,
    port::{Kind, Store as _},
};
use miaas_store::{PostgresOptions, PostgresStore};

use crate::{
    cluster::{Cluster, PASSWORD},
    support::{key, open, put, read},
};

async fn refused(url: &str) -> (ErrorKind, String) {
    let error = PostgresStore::open(&url.parse().unwrap(), PostgresOptions::default()).await.unwrap_err();
    let text = format!("{} | {} | {error:?}", error.chain(), error.hint().unwrap_or("no hint"));
    for secret in [PASSWORD, "hush%40hush", "wrong"] {
        assert!(!text.contains(secret), "the error shows a password: {text}");
    }
    assert!(text.contains("postgres://miaas@127.0.0.1:"), "the error names the database: {text}");
    (error.kind(), text)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_cannot_be_opened_is_explained_and_left_alone() {
    let Some(mut cluster) = Cluster::start() else { return };
    let url = cluster.database("good");
    for (url, kind, wanted) in [
        (url.replace("hush%40hush", "wrong"), ErrorKind::Unavailable, "check the user and the password"),
        (cluster.url("missing"), ErrorKind::Unavailable, "create the database first"),
    ] {
        let (found, text) = refused(&url).await;
        assert!(found == kind && text.contains(wanted), "{found} {text}");
    }

    cluster.sql(
        "postgres",
        "CREATE DATABASE ascii ENCODING 'SQL_ASCII' LOCALE_PROVIDER libc LOCALE 'C' TEMPLATE template0",
    );
    let (kind, text) = refused(&cluster.url("ascii")).await;
    assert!(kind == ErrorKind::Unsupported && text.contains("SQL_ASCII") && text.contains("UTF8"), "{text}");

    let foreign = cluster.database("foreign_schema");
    cluster.sql("foreign_schema", "CREATE SCHEMA miaas; CREATE TABLE miaas.recipes (name text)");
    let (kind, text) = refused(&foreign).await;
    assert!(kind == ErrorKind::Invalid && text.contains("another program"), "{text}");
    let tables =
        cluster.sql("foreign_schema", "SELECT string_agg(tablename, ',') FROM pg_tables WHERE schemaname = 'miaas'");
    assert_eq!(tables, "recipes", "nothing was added");

    cluster.stop();
    let (kind, text) = refused(&url).await;
    assert!(kind == ErrorKind::Unavailable && text.contains("is PostgreSQL running"), "{text}");
}

/// Also by a store that is open already: the newer version may read what this one would write differently.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_database_of_a_newer_version_is_not_written_to() {
    let Some(cluster) = Cluster::start() else { return };
    let url = cluster.database("db");
    let store = open(&url).await;
    store.commit(vec![put("a", "1")]).await.unwrap();
    cluster.sql(
        "db",
        "INSERT INTO miaas._sqlx_migrations (version, description, success, checksum, execution_time) \
         VALUES (900, 'from the future', true, '', 0)",
    );
    let (kind, text) = refused(&url).await;
    let error = store.commit(vec![put("a", "2")]).await.unwrap_err();
    assert_eq!((kind, error.kind()), (ErrorKind::Unsupported, ErrorKind::Unsupported));
    for text in [text, error.to_string()] {
        assert!(text.contains("schema version 900") && text.contains("versions up to 1"), "{text}");
    }
    assert_eq!(read(&store, "a").await, Some(("1".into(), 1)), "nothing was written");
    store.close().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_was_committed_is_there_after_reopening() {
    let Some(cluster) = Cluster::start() else { return };
    let url = cluster.database("db");
    // Whoever comes first makes the schema; nobody minds.
    let stores = futures_util::future::join_all((0..6).map(|_| open(&url))).await;
    for (i, store) in stores.iter().enumerate() {
        assert_eq!(store.commit(vec![put("a", &i.to_string())]).await.unwrap(), i as u64 + 1);
    }
    let shown = format!("{:?}", stores[0]);
    assert!(shown.contains("postgres://miaas@127.0.0.1") && !shown.contains("hush"), "{shown}");
    let mut changes = stores[0].watch(0);
    changes.next().await.unwrap().unwrap();
    let begun = Instant::now();
    for store in &stores {
        store.close().await;
        store.close().await;
    }
    assert!(begun.elapsed() < Duration::from_secs(5), "closing took {:?}", begun.elapsed());

    let mut errors = vec![
        stores[0].commit(vec![put("late", "1")]).await.unwrap_err(),
        stores[0].get(&key("a")).await.unwrap_err(),
        stores[0].list(Kind::Node).await.unwrap_err(),
    ];
    errors.extend(changes.filter_map(async |c| c.err()).collect::<Vec<_>>().await);
    assert_eq!(errors.len(), 4, "the watch ends with an error");
    for error in errors {
        assert!(error.kind() == ErrorKind::Unavailable && error.to_string().contains("closed"), "{error}");
    }

    let store = open(&url).await;
    assert_eq!(read(&store, "a").await, Some(("5".into(), 6)));
    assert_eq!(store.list(Kind::Node).await.unwrap().revision, 6, "the count goes on");
    let revisions: Vec<_> = store.watch(2).take(4).map(|c| c.unwrap().revision).collect().await;
    assert_eq!(revisions, [3, 4, 5, 6], "a watch goes on across a restart");
    store.close().await;
    let left =
        cluster.sql("postgres", "SELECT count(*) FROM pg_stat_activity WHERE datname = 'db' AND state <> 'idle'");
    assert_eq!(left, "0");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn texts_that_postgres_cannot_hold_are_refused_alone() {
    let Some(cluster) = Cluster::start() else { return };
    let store = open(&cluster.database("db")).await;
    let (bad, good) = tokio::join!(store.commit(vec![put("a\0b", "1")]), store.commit(vec![put("c", "1")]));
    let error = bad.unwrap_err();
    assert!(error.kind() == ErrorKind::Invalid && error.hint().unwrap().contains("NUL"), "{error}");
    assert_eq!(good.unwrap(), 1);
    store.close().await;
}
