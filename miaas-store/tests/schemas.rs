//! Databases of every schema that was ever released open with this program (O2). `tests/fixtures/sqlite/N.db` was written
//! when N was the newest schema; after adding a migration, `MIAAS_UPDATE=1 cargo test -p miaas-store schema` writes the
//! missing one. A fixture that exists is never written again.
#![allow(
    clippy::unwrap_used,
    clippy::disallowed_methods,
    reason = "tests fail by panicking, and are told by their environment to write"
)]

mod common;

use std::path::Path;

use common::{open, put, read};
use futures_util::StreamExt as _;
use miaas_core::port::{Kind, Op, Store as _, When, Write};

#[tokio::test]
async fn o2_sqlite_databases_of_every_schema_open_and_go_on() {
    let package = Path::new(env!("CARGO_MANIFEST_DIR"));
    let migrations = std::fs::read_dir(package.join("migrations/sqlite")).unwrap().count();
    for version in 1..=migrations {
        let fixture = package.join(format!("tests/fixtures/sqlite/{version}.db"));
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("miaas.db");
        if version == migrations && !fixture.exists() && std::env::var_os("MIAAS_UPDATE").is_some() {
            write(&path).await;
            std::fs::create_dir_all(fixture.parent().unwrap()).unwrap();
            std::fs::copy(&path, &fixture).unwrap();
        }
        std::fs::copy(&fixture, &path)
            .unwrap_or_else(|e| panic!("{}: {e}: see the top of this file", fixture.display()));
        let store = open(&path).await;
        assert_eq!(read(&store, "kept").await, Some(("{\"text\":\"ü\"}".into(), 1)), "{version}");
        assert_eq!(read(&store, "changed").await, Some(("2".into(), 3)), "{version}");
        let listing = store.list(Kind::Node).await.unwrap();
        assert_eq!((listing.items.len(), listing.revision), (2, 4), "{version}");
        assert_eq!(store.commit(vec![put("next", "1")]).await.unwrap(), 5, "{version}");
        let changes: Vec<_> = store.watch(0).take(5).map(|c| c.unwrap().revision).collect().await;
        assert_eq!(changes, [1, 2, 3, 3, 4], "the log of schema {version} is still read");
        store.close().await;
    }
}

/// What every fixture holds.
async fn write(path: &Path) {
    let store = open(path).await;
    store.commit(vec![put("kept", "{\"text\":\"ü\"}")]).await.unwrap();
    store.commit(vec![put("changed", "1")]).await.unwrap();
    store.commit(vec![put("changed", "2"), put("gone", "1")]).await.unwrap();
    store.commit(vec![Write { key: common::key("gone"), op: Op::Delete, when: When::Any }]).await.unwrap();
    store.close().await;
}
