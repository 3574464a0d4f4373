//! What the tests of the SQLite store share.
#![allow(dead_code, unreachable_pub, clippy::unwrap_used, reason = "each test file uses a part of it")]

use std::path::Path;

use miaas_core::port::{Key, Kind, Op, Revision, Store as _, Value, When, Write};
use miaas_store::{SqliteOptions, SqliteStore};
use sqlx::{ConnectOptions as _, Connection as _, SqliteConnection, sqlite::SqliteConnectOptions};

pub async fn open(path: &Path) -> SqliteStore {
    SqliteStore::open(path, SqliteOptions::default()).await.unwrap()
}

pub fn key(name: &str) -> Key {
    Key::new(Kind::Node, name)
}

pub fn put(name: &str, text: &str) -> Write {
    Write { key: key(name), op: Op::Put(Value(text.into())), when: When::Any }
}

/// Commits `key-0`, `key-1` … one after the other.
pub async fn fill(store: &SqliteStore, count: u64) {
    for i in 0..count {
        store.commit(vec![put(&format!("key-{i}"), &i.to_string())]).await.unwrap();
    }
}

pub async fn read(store: &SqliteStore, name: &str) -> Option<(String, Revision)> {
    store.get(&key(name)).await.unwrap().map(|v| (v.value.0.to_string(), v.revision))
}

/// A connection of another program.
pub async fn outsider(path: &Path) -> SqliteConnection {
    SqliteConnectOptions::new().filename(path).connect().await.unwrap()
}

/// Does something to the file behind the back of the store.
pub async fn execute(path: &Path, sql: &'static str) {
    let mut conn = outsider(path).await;
    sqlx::query(sql).execute(&mut conn).await.unwrap();
    conn.close().await.unwrap();
}
