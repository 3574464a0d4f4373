//! The database goes away and comes back, in several ways (D7).

use std::{sync::Arc, time::Duration};

use futures_util::StreamExt as _;
use miaas_core::{
    ErrorKind,
    port::{Op, Revision, Store as _, When, Write},
};
use miaas_store::{PostgresOptions, PostgresStore};
use tokio::sync::watch;

use crate::{
    cluster::Cluster,
    support::{key, open, open_with, put, read},
};

/// Commits from many tasks until told to stop. Gives what was acknowledged: name and revision.
fn committers(
    store: &Arc<PostgresStore>,
    stop: &watch::Sender<bool>,
) -> Vec<tokio::task::JoinHandle<Vec<(String, Revision)>>> {
    (0..8)
        .map(|task| {
            let (store, stop) = (Arc::clone(store), stop.subscribe());
            tokio::spawn(async move {
                let mut acknowledged = Vec::new();
                for i in 0.. {
                    if *stop.borrow() {
                        break;
                    }
                    let name = format!("{task}-{i}");
                    match store.commit(vec![put(&name, &name)]).await {
                        Ok(revision) => acknowledged.push((name, revision)),
                        Err(e) => assert_eq!(e.kind(), ErrorKind::Unavailable, "{}", e.chain()),
                    }
                }
                acknowledged
            })
        })
        .collect()
}

/// Commits and watches while `trouble` happens; afterwards everything that was acknowledged is there, and the watch has
/// seen each revision once, in order, to the last.
async fn commits_and_watches_survive(store: PostgresStore, trouble: impl AsyncFnOnce()) {
    let store = Arc::new(store);
    let stop = watch::Sender::new(false);
    let tasks = committers(&store, &stop);
    let mut changes = store.watch(0);
    let (end, mut ended) = tokio::sync::oneshot::channel::<Revision>();
    let watcher = tokio::spawn(async move {
        let (mut seen, mut last) = (Vec::new(), None);
        while last.is_none_or(|last| seen.last() != Some(&last)) {
            tokio::select! {
                biased;
                change = changes.next() => {
                    let change = change.expect("the watch goes on").expect("the watch goes on");
                    seen.push(change.revision);
                }
                known = &mut ended, if last.is_none() => last = Some(known.unwrap()),
            }
        }
        seen
    });
    tokio::time::sleep(Duration::from_millis(200)).await;
    trouble().await;
    let before = store.commit(vec![put("between", "1")]).await.unwrap();
    tokio::time::sleep(Duration::from_millis(200)).await;
    stop.send_replace(true);
    let mut acknowledged = Vec::new();
    for task in tasks {
        acknowledged.extend(task.await.unwrap());
    }
    assert!(acknowledged.iter().any(|(_, at)| *at < before) && acknowledged.iter().any(|(_, at)| *at > before));
    for (name, revision) in &acknowledged {
        assert_eq!(read(&store, name).await, Some((name.clone(), *revision)), "acknowledged and lost");
    }
    let last = store.commit(vec![put("last", "1")]).await.unwrap();
    end.send(last).unwrap();
    let seen = tokio::time::timeout(Duration::from_secs(30), watcher).await.expect("the watch hangs").unwrap();
    assert_eq!(seen, (1..=last).collect::<Vec<_>>(), "the watch missed or repeated something");
    store.close().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn restarts_lose_nothing_and_watches_go_on() {
    let Some(mut cluster) = Cluster::start() else { return };
    let store = open(&cluster.database("db")).await;
    commits_and_watches_survive(store, async || {
        for round in 0..4 {
            if round % 2 == 0 {
                cluster.crash();
            } else {
                cluster.stop();
            }
            tokio::time::sleep(Duration::from_millis(100 * round)).await;
            cluster.start_again();
            tokio::time::sleep(Duration::from_millis(400)).await;
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn terminated_backends_lose_nothing_and_watches_go_on() {
    let Some(cluster) = Cluster::start() else { return };
    let store = open(&cluster.database("db")).await;
    commits_and_watches_survive(store, async || {
        for _ in 0..15 {
            let killed = cluster
                .sql("postgres", "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE datname = 'db'");
            assert_ne!(killed, "0");
            tokio::time::sleep(Duration::from_millis(120)).await;
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_database_that_stays_away_is_an_error_until_it_is_back() {
    let Some(mut cluster) = Cluster::start() else { return };
    let options = PostgresOptions::default().with_patience(Duration::from_millis(700));
    let store = open_with(&cluster.database("db"), options).await;
    store.commit(vec![put("a", "1")]).await.unwrap();
    cluster.stop();
    let begun = std::time::Instant::now();
    for _ in 0..3 {
        let key = key("a");
        let (write, read) = tokio::join!(store.commit(vec![put("a", "2")]), store.get(&key));
        for error in [write.unwrap_err(), read.unwrap_err()] {
            assert_eq!(error.kind(), ErrorKind::Unavailable);
            assert!(error.hint().unwrap().contains("is PostgreSQL running"), "{error:?}");
        }
    }
    assert!(begun.elapsed() < Duration::from_secs(5), "patience is not endless: {:?}", begun.elapsed());
    cluster.start_again();
    assert_eq!(store.commit(vec![put("a", "3")]).await.unwrap(), 2);
    assert_eq!(read(&store, "a").await, Some(("3".into(), 2)));
    store.close().await;
}

/// Announcements may be lost, for example while the connection that listens is made anew.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_commit_that_was_not_announced_is_seen_all_the_same() {
    let Some(cluster) = Cluster::start() else { return };
    let store = open(&cluster.database("db")).await;
    store.commit(vec![put("a", "1")]).await.unwrap();
    let mut changes = store.watch(1);
    cluster.sql(
        "db",
        "SET search_path = miaas; BEGIN; INSERT INTO changes VALUES (2, 'node', 'quiet', '1'); \
         INSERT INTO objects VALUES ('node', 'quiet', '1', 2); UPDATE head SET revision = 2; COMMIT",
    );
    let change =
        tokio::time::timeout(Duration::from_secs(8), changes.next()).await.expect("never seen").unwrap().unwrap();
    assert_eq!((change.revision, &*change.key.name), (2, "quiet"));
    store.close().await;
}

/// What is long past is read in pages, by revisions and by bytes, and a page ends at the end of a revision.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_long_past_with_large_commits_is_replayed_whole() {
    const COMMITS: u64 = 700;
    let Some(cluster) = Cluster::start() else { return };
    let url = cluster.database("db");
    let store = open(&url).await;
    // Several pages of bytes in a row, then one of revisions; each tenth commit deletes.
    let names = |i: u64| if i < 20 { 5 } else { 1 };
    for i in 0..COMMITS {
        let text = if i < 20 { "x".repeat(300_000) } else { i.to_string() };
        let write = |n| match i % 10 {
            9 => Write { key: key(&format!("key-{n}")), op: Op::Delete, when: When::Any },
            _ => put(&format!("key-{n}"), &text),
        };
        store.commit((0..names(i)).map(write).collect()).await.unwrap();
    }
    store.close().await;
    // Nothing is in memory after opening.
    let store = open(&url).await;
    let all = (0..COMMITS).map(names).sum::<u64>();
    let seen: Vec<_> = store.watch(0).take(usize::try_from(all).unwrap()).map(|c| c.unwrap()).collect().await;
    let expected: Vec<u64> = (0..COMMITS).flat_map(|i| (0..names(i)).map(move |_| i + 1)).collect();
    assert_eq!(seen.iter().map(|c| c.revision).collect::<Vec<_>>(), expected);
    store.close().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn watchers_behind_the_log_or_ahead_of_a_restored_database_have_to_list_again() {
    let Some(cluster) = Cluster::start() else { return };
    let url = cluster.database("db");
    let store = open_with(&url, PostgresOptions::default().with_keep_revisions(20)).await;
    for i in 0..200 {
        store.commit(vec![put("a", &i.to_string())]).await.unwrap();
    }
    let rows: u64 = cluster.sql("db", "SELECT count(*) FROM miaas.changes").parse().unwrap();
    assert!((20..20 + 65).contains(&rows), "{rows} rows: the log keeps what was asked for and little more");
    store.close().await;

    // Nothing is in memory after opening.
    let store = open(&url).await;
    let error = store.watch(50).next().await.unwrap().unwrap_err();
    assert!(error.kind() == ErrorKind::Compacted && error.hint().unwrap().contains("list again"), "{error:?}");
    let revisions: Vec<_> = store.watch(180).take(20).map(|c| c.unwrap().revision).collect().await;
    assert_eq!(revisions, (181..=200).collect::<Vec<_>>());

    // A backup was restored: revisions that were told of will come a second time.
    let mut ahead = store.watch(200);
    cluster
        .sql("db", "SET search_path = miaas; DELETE FROM changes WHERE revision > 190; UPDATE head SET revision = 190");
    let ended = tokio::time::timeout(Duration::from_secs(8), ahead.next()).await.expect("not noticed").unwrap();
    assert_eq!(ended.unwrap_err().kind(), ErrorKind::Compacted);
    let mut anew = store.watch(190);
    assert_eq!(store.commit(vec![put("a", "anew")]).await.unwrap(), 191);
    assert_eq!(anew.next().await.unwrap().unwrap().revision, 191);

    // A gap in the log is never skipped.
    cluster.sql("db", "DELETE FROM miaas.changes WHERE revision = 185");
    let fresh = open(&url).await;
    let last = fresh.watch(180).filter_map(|c| std::future::ready(c.err())).next().await.unwrap();
    assert!(last.kind() == ErrorKind::Internal && last.to_string().contains("185"), "{last}");
    fresh.close().await;
    store.close().await;
}
