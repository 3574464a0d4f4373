//! Databases of every schema that was ever released open with this program (O2). `tests/fixtures/postgres/N.sql` is what
//! `pg_dump` wrote when N was the newest schema; after adding a migration, `MIAAS_UPDATE=1 cargo test -p miaas-store schema`
//! writes the missing one. A fixture that exists is never written again.

use std::path::Path;

use futures_util::StreamExt as _;
use miaas_core::port::{Kind, Op, Store as _, When, Write};

use crate::{
    cluster::Cluster,
    support::{key, open, put, read},
};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn o2_postgres_databases_of_every_schema_open_and_go_on() {
    let Some(cluster) = Cluster::start() else { return };
    let package = Path::new(env!("CARGO_MANIFEST_DIR"));
    let migrations = std::fs::read_dir(package.join("migrations/postgres")).unwrap().count();
    for version in 1..=migrations {
        let fixture = package.join(format!("tests/fixtures/postgres/{version}.sql"));
        if version == migrations && !fixture.exists() && std::env::var_os("MIAAS_UPDATE").is_some() {
            write(&cluster.database("written")).await;
            std::fs::create_dir_all(fixture.parent().unwrap()).unwrap();
            std::fs::write(&fixture, cluster.dump("written")).unwrap();
        }
        let name = format!("schema_{version}");
        let url = cluster.database(&name);
        let dump = std::fs::read_to_string(&fixture);
        let dump = dump.unwrap_or_else(|e| panic!("{}: {e}: see the top of this file", fixture.display()));
        cluster.sql(&name, &dump);
        let store = open(&url).await;
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
async fn write(url: &str) {
    let store = open(url).await;
    store.commit(vec![put("kept", "{\"text\":\"ü\"}")]).await.unwrap();
    store.commit(vec![put("changed", "1")]).await.unwrap();
    store.commit(vec![put("changed", "2"), put("gone", "1")]).await.unwrap();
    store.commit(vec![Write { key: key("gone"), op: Op::Delete, when: When::Any }]).await.unwrap();
    store.close().await;
}
