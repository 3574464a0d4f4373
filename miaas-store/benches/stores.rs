//! Durable commits per second and how soon a watcher sees them, SQLite and PostgreSQL side by side on the same disk.
//! Prints, asserts nothing. Run: `cargo bench -p miaas-store --bench stores`
#![allow(
    clippy::print_stdout,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::disallowed_methods,
    reason = "a program for people"
)]

#[allow(dead_code, unreachable_pub, reason = "shared with the tests")]
#[path = "../tests/postgres/cluster.rs"]
mod cluster;

use std::{os::unix::fs::PermissionsExt as _, sync::Arc, time::Duration};

use futures_util::StreamExt as _;
use miaas_core::port::{Key, Kind, Op, Store, Value, When, Write};
use miaas_store::{CommitStats, PostgresOptions, PostgresStore, SqliteOptions, SqliteStore};
use tokio::time::Instant;

const RUN: Duration = Duration::from_secs(3);
const WATCHED: usize = 500;

struct Row {
    per_second: f64,
    per_flush: f64,
    p50: Duration,
    p99: Duration,
}

#[tokio::main]
async fn main() {
    let folder = tempfile::tempdir_in(".").unwrap();
    // PostgreSQL runs as another user.
    std::fs::set_permissions(folder.path(), std::fs::Permissions::from_mode(0o755)).unwrap();
    let sqlite = Arc::new(SqliteStore::open(folder.path().join("bench.db"), SqliteOptions::default()).await.unwrap());
    // In the same folder, with the durability that PostgreSQL has by default.
    let cluster = cluster::Cluster::start_in(folder.path()).expect("PostgreSQL is installed");
    let url = cluster.database("bench").parse().unwrap();
    let postgres = Arc::new(PostgresStore::open(&url, PostgresOptions::default()).await.unwrap());
    let other = Arc::new(PostgresStore::open(&url, PostgresOptions::default()).await.unwrap());

    println!("{:>8} | {:^48} | {:^48}", "", "SQLite", "PostgreSQL");
    let head = format!("{:>10} {:>11} {:>12} {:>12}", "commits/s", "per flush", "p50", "p99");
    println!("{:>8} | {head} | {head}", "callers");
    for callers in [1, 8, 32, 128, 512] {
        let one = commits(sqlite.clone(), callers, || sqlite.stats()).await;
        let two = commits(postgres.clone(), callers, || postgres.stats()).await;
        println!("{callers:>8} | {} | {}", one.text(), two.text());
    }
    println!("\nFrom the call of a commit to its arrival at a watcher, one commit at a time:");
    println!("{:>44} {:>12} {:>12} {:>12}", "", "commit p50", "watch p50", "watch p99");
    watch_latency("SQLite", sqlite.clone(), sqlite.clone()).await;
    watch_latency("PostgreSQL, the same process", postgres.clone(), postgres.clone()).await;
    watch_latency("PostgreSQL, another connection pool", postgres.clone(), other.clone()).await;
    sqlite.close().await;
    other.close().await;
    postgres.close().await;
}

fn write(name: String) -> Write {
    // As long as an observation of a node.
    let text = format!(r#"{{"filler":"{}"}}"#, "x".repeat(600));
    Write { key: Key::new(Kind::Observation, name), op: Op::Put(Value(text.into())), when: When::Any }
}

async fn commits<S: Store>(store: Arc<S>, callers: usize, stats: impl Fn() -> CommitStats) -> Row {
    let before = stats();
    let end = Instant::now() + RUN;
    let tasks: Vec<_> = (0..callers)
        .map(|caller| {
            let store = Arc::clone(&store);
            tokio::spawn(async move {
                let mut times = Vec::new();
                while Instant::now() < end {
                    let write = write(format!("node-{caller}-{}", times.len() % 50));
                    let start = Instant::now();
                    store.commit(vec![write]).await.unwrap();
                    times.push(start.elapsed());
                }
                times
            })
        })
        .collect();
    let mut times = Vec::new();
    for task in tasks {
        times.extend(task.await.unwrap());
    }
    times.sort_unstable();
    let after = stats();
    let commits = (after.commits - before.commits) as f64;
    Row {
        per_second: commits / RUN.as_secs_f64(),
        per_flush: commits / (after.transactions - before.transactions) as f64,
        p50: times[times.len() / 2],
        p99: times[times.len() * 99 / 100],
    }
}

impl Row {
    fn text(&self) -> String {
        format!("{:>10.0} {:>11.1} {:>12.2?} {:>12.2?}", self.per_second, self.per_flush, self.p50, self.p99)
    }
}

async fn watch_latency<S: Store>(name: &str, writer: Arc<S>, watcher: Arc<S>) {
    let from = watcher.list(Kind::Setting).await.unwrap().revision;
    let mut changes = watcher.watch(from);
    let (mut committed, mut seen) = (Vec::new(), Vec::new());
    for i in 0..WATCHED {
        let start = Instant::now();
        let commit = async {
            writer.commit(vec![write(format!("watched-{i}"))]).await.unwrap();
            start.elapsed()
        };
        let arrival = async {
            changes.next().await.unwrap().unwrap();
            start.elapsed()
        };
        let (commit, arrival) = tokio::join!(commit, arrival);
        committed.push(commit);
        seen.push(arrival);
    }
    committed.sort_unstable();
    seen.sort_unstable();
    let (commit, p50, p99) = (committed[WATCHED / 2], seen[WATCHED / 2], seen[WATCHED * 99 / 100]);
    println!("{name:>44} {commit:>12.2?} {p50:>12.2?} {p99:>12.2?}");
}
