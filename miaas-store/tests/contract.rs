//! The SQLite store keeps the contract of every store.
#![allow(clippy::unwrap_used, reason = "tests")]

use std::sync::{
    Arc,
    atomic::{AtomicU64, Ordering},
};

use miaas_core::testing::store_contract::store_contract;
use miaas_store::{SqliteOptions, SqliteStore};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn sqlite_store_keeps_the_contract() {
    let folder = tempfile::tempdir().unwrap();
    let count = AtomicU64::new(0);
    store_contract(async |retention| {
        let path = folder.path().join(format!("{}.db", count.fetch_add(1, Ordering::Relaxed)));
        let options = SqliteOptions::default().with_keep_revisions(retention as u64);
        Arc::new(SqliteStore::open(path, options).await.unwrap())
    })
    .await;
}
