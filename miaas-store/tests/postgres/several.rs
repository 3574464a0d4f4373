//! Several pools and several processes on one database.

use std::{
    collections::BTreeMap,
    io::{BufRead as _, BufReader},
    process::{Child, Command, Stdio},
    sync::Arc,
    time::{Duration, Instant},
};

use futures_util::StreamExt as _;
use miaas_core::{
    ErrorKind,
    port::{Kind, Store as _, When},
};
use miaas_store::{PostgresOptions, PostgresStore};
use rustix::process::{Pid, Signal, kill_process};

use crate::{
    cluster::Cluster,
    support::{key, open, open_with, put, put_when, read},
};

const DATABASE: &str = "MIAAS_STORE_TEST_POSTGRES";

/// Adds one to a counter, again after each conflict.
async fn increment(store: &PostgresStore, name: &str) -> u64 {
    loop {
        let (text, at) = read(store, name).await.unwrap();
        let next = text.parse::<u64>().unwrap() + 1;
        match store.commit(vec![put_when(name, &next.to_string(), When::At(at))]).await {
            Ok(revision) => return revision,
            Err(e) => assert_eq!(e.kind(), ErrorKind::Conflict, "{}", e.chain()),
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn revisions_have_no_gap_and_conditions_hold_across_pools() {
    const ROUNDS: u64 = 60;
    let Some(cluster) = Cluster::start() else { return };
    let url = cluster.database("db");
    let stores = [Arc::new(open(&url).await), Arc::new(open(&url).await), Arc::new(open(&url).await)];
    stores[0].commit(vec![put("counter", "0")]).await.unwrap();
    let watches = stores.each_ref().map(|store| store.watch(0));
    let tasks: Vec<_> = (0..6)
        .map(|i: usize| {
            let store = Arc::clone(&stores[i % 3]);
            tokio::spawn(async move {
                let mut revisions = Vec::new();
                for round in 0..ROUNDS {
                    revisions.push(increment(&store, "counter").await);
                    revisions.push(store.commit(vec![put(&format!("own-{i}-{round}"), "1")]).await.unwrap());
                }
                revisions
            })
        })
        .collect();
    let mut revisions = vec![1];
    for task in tasks {
        revisions.extend(task.await.unwrap());
    }
    revisions.sort_unstable();
    assert_eq!(revisions, (1..=6 * 2 * ROUNDS + 1).collect::<Vec<_>>(), "each revision was given out once");
    assert_eq!(read(&stores[1], "counter").await.unwrap().0, (6 * ROUNDS).to_string(), "no update was lost");
    for changes in watches {
        let seen: Vec<_> = changes.take(revisions.len()).map(|c| c.unwrap().revision).collect().await;
        assert_eq!(seen, revisions, "watchers of every pool see all commits in order");
    }
    for store in stores {
        store.close().await;
    }
}

/// A process of its own: commits pairs from several tasks and prints each acknowledgement. Does nothing unless started by
/// a test below.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn child_that_commits_until_it_is_ended() {
    let Ok(url) = std::env::var(DATABASE) else { return };
    let store = Arc::new(open(&url).await);
    let me = std::process::id();
    let tasks: Vec<_> = (0..4)
        .map(|task| {
            let store = Arc::clone(&store);
            tokio::spawn(async move {
                for i in 0.. {
                    let name = format!("{me}-{task}-{i}");
                    let pair = vec![put(&format!("left-{name}"), &name), put(&format!("right-{name}"), &name)];
                    match store.commit(pair).await {
                        Ok(revision) => println!("\nacknowledged {name} {revision}"),
                        // A process that was stopped finds its connection closed.
                        Err(e) => assert!(e.retryable(), "{}", e.chain()),
                    }
                }
            })
        })
        .collect();
    for task in tasks {
        task.await.unwrap();
    }
}

struct Committer {
    child: Child,
    acknowledged: std::thread::JoinHandle<BTreeMap<String, u64>>,
}

impl Committer {
    fn start(url: &str) -> Self {
        let mut child = Command::new(std::env::current_exe().unwrap())
            .args(["--exact", "several::child_that_commits_until_it_is_ended", "--nocapture"])
            .env(DATABASE, url)
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let out = BufReader::new(child.stdout.take().unwrap());
        let acknowledged = std::thread::spawn(move || {
            // The last line may be cut off: then nobody was told.
            let lines = out.split(b'\n').map_while(Result::ok).filter_map(|line| String::from_utf8(line).ok());
            let told = lines.filter_map(|line| {
                let (name, revision) = line.strip_prefix("acknowledged ")?.split_once(' ')?;
                Some((name.to_owned(), revision.parse().ok()?))
            });
            told.collect()
        });
        Self { child, acknowledged }
    }

    fn signal(&self, signal: Signal) {
        kill_process(Pid::from_child(&self.child), signal).unwrap();
    }

    /// SIGKILL; what is in the pipe is still read.
    fn kill(mut self) -> BTreeMap<String, u64> {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
        let mut told = self.acknowledged.join().unwrap();
        // The kernel may have cut the last number short.
        if let Some(last) = told.iter().max_by_key(|(_, revision)| **revision).map(|(name, _)| name.clone()) {
            told.remove(&last);
        }
        told
    }
}

/// D7: two processes commit at once and are killed with SIGKILL at some moment.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn killed_processes_lose_no_acknowledged_commit_and_leave_no_gap() {
    let Some(cluster) = Cluster::start() else { return };
    let url = cluster.database("db");
    let store = open(&url).await;
    let changes = store.watch(0);
    let mut acknowledged = BTreeMap::new();
    for pause in [400, 900, 1300] {
        let two = [Committer::start(&url), Committer::start(&url)];
        tokio::time::sleep(Duration::from_millis(pause)).await;
        for committer in two {
            acknowledged.extend(committer.kill());
        }
        // Locks of a killed process are gone with it.
        let begun = Instant::now();
        store.commit(vec![put("end", "1")]).await.unwrap();
        assert!(begun.elapsed() < Duration::from_secs(2), "a commit waited {:?}", begun.elapsed());
    }
    assert!(acknowledged.len() > 50, "only {} commits", acknowledged.len());

    let listing = store.list(Kind::Node).await.unwrap();
    for (name, revision) in &acknowledged {
        for half in ["left", "right"] {
            let found = read(&store, &format!("{half}-{name}")).await;
            assert_eq!(found, Some((name.clone(), *revision)), "{half}-{name} was acknowledged and is not there");
        }
    }
    let halves = |half: &str| listing.items.iter().filter(|(k, _)| k.name.starts_with(half)).count();
    assert_eq!(halves("left"), halves("right"), "a commit is there by half");
    let seen: Vec<_> = changes.take(2 * halves("left") + 3).map(|c| c.unwrap().revision).collect().await;
    assert_eq!(seen.last(), Some(&listing.revision));
    assert!(seen.windows(2).all(|w| w[1] == w[0] || w[1] == w[0] + 1), "a revision is missing");
    store.close().await;
}

/// A process that is paused in the middle of a commit holds its lock; the server ends its session after three seconds.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_paused_process_holds_up_the_others_for_a_bounded_time() {
    let Some(cluster) = Cluster::start() else { return };
    let url = cluster.database("db");
    let store = open_with(&url, PostgresOptions::default().with_patience(Duration::from_secs(30))).await;
    // Stopped while it holds the lock: found by asking the server who waits for nothing but its client after having
    // locked a row. The server may still be reading what the process sent last, so it is asked again a moment later.
    let holding = "SELECT count(*) FROM pg_stat_activity \
                   WHERE datname = 'db' AND state LIKE 'idle in transaction%' AND backend_xid IS NOT NULL";
    let caught = || cluster.sql("postgres", holding) != "0";
    let committer = Committer::start(&url);
    let begun = Instant::now();
    loop {
        tokio::time::sleep(Duration::from_millis(30)).await;
        committer.signal(Signal::STOP);
        if caught() {
            tokio::time::sleep(Duration::from_millis(100)).await;
            if caught() {
                break;
            }
        }
        committer.signal(Signal::CONT);
        assert!(begun.elapsed() < Duration::from_secs(60), "the process was never caught in a commit");
    }
    let begun = Instant::now();
    store.commit(vec![put("mine", "1")]).await.unwrap();
    let waited = begun.elapsed();
    assert!(waited > Duration::from_millis(500) && waited < Duration::from_secs(6), "waited {waited:?}");

    committer.signal(Signal::CONT);
    tokio::time::sleep(Duration::from_millis(500)).await;
    let acknowledged = committer.kill();
    for (name, revision) in &acknowledged {
        let found = store.get(&key(&format!("left-{name}"))).await.unwrap().map(|v| v.revision);
        assert_eq!(found, Some(*revision), "{name} was acknowledged");
    }
    store.close().await;
}
