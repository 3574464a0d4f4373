//! D7: a process that is killed at any moment loses no commit that it acknowledged, and none is there by half.
#![allow(clippy::unwrap_used, clippy::disallowed_methods, reason = "the child learns by its environment what to do")]

mod common;

use std::{
    io::{BufRead as _, BufReader},
    path::Path,
    process::{Command, Stdio},
    sync::Arc,
};

use common::{open, put};
use miaas_core::port::{Kind, Store as _};

const DATABASE: &str = "MIAAS_STORE_TEST_DATABASE";
const WRITERS: u64 = 16;

/// The process that is killed: commits pairs from many tasks and prints each acknowledgement. Does nothing unless started
/// by the test below.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn child_that_commits_until_it_is_killed() {
    let Ok(path) = std::env::var(DATABASE) else { return };
    let store = Arc::new(open(Path::new(&path)).await);
    let first = store.list(Kind::Node).await.unwrap().revision;
    let tasks: Vec<_> = (0..WRITERS)
        .map(|writer| {
            let store = Arc::clone(&store);
            tokio::spawn(async move {
                for i in 0.. {
                    let name = format!("{first}-{writer}-{i}");
                    let pair = vec![put(&format!("left-{name}"), &name), put(&format!("right-{name}"), &name)];
                    let revision = store.commit(pair).await.unwrap();
                    println!("\nacknowledged {name} {revision}");
                }
            })
        })
        .collect();
    for task in tasks {
        task.await.unwrap();
    }
}

/// Starts the child, kills it after so many acknowledgements, and returns all that it printed.
fn run_and_kill(path: &Path, after: usize) -> Vec<(String, u64)> {
    let mut child = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "child_that_commits_until_it_is_killed", "--nocapture"])
        .env(DATABASE, path)
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut out = BufReader::new(child.stdout.take().unwrap());
    let mut acknowledged = Vec::new();
    let mut line = String::new();
    while out.read_line(&mut line).unwrap() > 0 {
        // The last line may be cut off: then nobody was told.
        if let Some(rest) = line.strip_prefix("acknowledged ").and_then(|l| l.strip_suffix('\n')) {
            let (name, revision) = rest.split_once(' ').unwrap();
            acknowledged.push((name.to_owned(), revision.parse().unwrap()));
            if acknowledged.len() == after {
                // SIGKILL; what is in the pipe is still read.
                child.kill().unwrap();
            }
        }
        line.clear();
    }
    assert!(!child.wait().unwrap().success(), "the child ended by itself");
    assert!(acknowledged.len() >= after, "the child died after {} commits", acknowledged.len());
    acknowledged
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_killed_process_loses_no_acknowledged_commit() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("miaas.db");
    let mut acknowledged = Vec::new();
    for after in [1, 17, 150, 600] {
        acknowledged.extend(run_and_kill(&path, after));

        // The lock of a killed process is gone with it.
        let store = open(&path).await;
        let listing = store.list(Kind::Node).await.unwrap();
        for (name, revision) in &acknowledged {
            for half in ["left", "right"] {
                let found = store.get(&common::key(&format!("{half}-{name}"))).await.unwrap();
                let Some(found) = found else { panic!("{half}-{name} was acknowledged at {revision} and is lost") };
                assert_eq!((&*found.value.0, found.revision), (name.as_str(), *revision));
            }
        }
        let halves = |half: &str| listing.items.iter().filter(|(k, _)| k.name.starts_with(half)).count();
        assert_eq!(halves("left"), halves("right"), "a commit is there by half");
        let newest = listing.items.iter().map(|(_, v)| v.revision).max();
        assert_eq!(newest, Some(listing.revision), "the count agrees with the objects");
        store.close().await;
    }
}
