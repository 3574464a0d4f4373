//! Durable commits per second of the SQLite store, alone and grouped. Prints, asserts nothing.
//! Run: `cargo bench -p miaas-store --bench commit_rate`
#![allow(clippy::print_stdout, clippy::unwrap_used, reason = "a program for people")]

use std::{sync::Arc, time::Duration};

use miaas_core::port::{Key, Kind, Op, Store as _, Value, When, Write};
use miaas_store::{SqliteOptions, SqliteStore};
use tokio::time::Instant;

const RUN: Duration = Duration::from_secs(3);

#[tokio::main]
async fn main() {
    println!("{:>8} {:>12} {:>14} {:>12} {:>12}", "callers", "commits/s", "per disk flush", "p50", "p99");
    for callers in [1, 8, 32, 128, 512] {
        measure(callers).await;
    }
}

async fn measure(callers: usize) {
    let folder = tempfile::tempdir_in(".").unwrap();
    let store = Arc::new(SqliteStore::open(folder.path().join("bench.db"), SqliteOptions::default()).await.unwrap());
    let end = Instant::now() + RUN;
    let text: Arc<str> = format!(r#"{{"filler":"{}"}}"#, "x".repeat(600)).into();
    let tasks: Vec<_> = (0..callers)
        .map(|caller| {
            let (store, text) = (Arc::clone(&store), Arc::clone(&text));
            tokio::spawn(async move {
                let mut times = Vec::new();
                while Instant::now() < end {
                    let key = Key::new(Kind::Observation, format!("node-{caller}-{}", times.len() % 50));
                    let write = Write { key, op: Op::Put(Value(Arc::clone(&text))), when: When::Any };
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
    let stats = store.stats();
    println!(
        "{callers:>8} {:>12.0} {:>14.1} {:>12.2?} {:>12.2?}",
        stats.commits as f64 / RUN.as_secs_f64(),
        stats.commits as f64 / stats.transactions as f64,
        times[times.len() / 2],
        times[times.len() * 99 / 100],
    );
    store.close().await;
}
