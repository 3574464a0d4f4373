//! A sealed store keeps the contract of every store, and its database tells nothing (S3).
#![allow(clippy::unwrap_used, reason = "tests")]

use std::{fs, path::Path, sync::Arc};

use futures_util::StreamExt as _;
use miaas_core::{
    ErrorKind,
    engine::MemoryStore,
    port::{Key, Kind, Op, Store, Value, When, Write},
    secret::Secret,
    testing::store_contract::store_contract,
};
use miaas_store::{DurableStore, Location, MasterKey, MasterKeySource, Sealed, SqliteOptions, SqliteStore};

const MASTER: &str = "00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff";
const PLANTED: &str = "hunter2-is-not-a-password";

fn master() -> MasterKeySource {
    MasterKeySource::Text(Secret::new(MASTER))
}

fn put(kind: Kind, name: &str, text: &str) -> Write {
    let value = Value(serde_json::to_string(text).unwrap().into());
    Write { key: Key::new(kind, name), op: Op::Put(value), when: When::Any }
}

async fn text(store: &dyn Store, kind: Kind, name: &str) -> String {
    serde_json::from_str(&store.get(&Key::new(kind, name)).await.unwrap().unwrap().value.0).unwrap()
}

fn folder_tells(folder: &Path, what: &str) -> bool {
    let files = fs::read_dir(folder).unwrap().map(|f| fs::read(f.unwrap().path()).unwrap());
    files.into_iter().any(|bytes| bytes.windows(what.len()).any(|w| w == what.as_bytes()))
}

#[tokio::test]
async fn s3_a_sealed_store_keeps_the_contract() {
    store_contract(async |retention| {
        let store = Arc::new(MemoryStore::with_retention(retention));
        Arc::new(Sealed::open(store, &master()).await.unwrap())
    })
    .await;
}

#[tokio::test]
async fn s3_the_files_of_a_database_tell_nothing_not_even_what_was_there_before() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("miaas.db");
    let open = async || Arc::new(SqliteStore::open(&path, SqliteOptions::default()).await.unwrap());
    let plain = open().await;
    plain.commit((0..450).map(|n| put(Kind::Secret, &format!("s{n}"), PLANTED)).collect()).await.unwrap();
    plain.close().await;
    assert!(folder_tells(folder.path(), PLANTED), "otherwise this test shows nothing");

    let location = Location::Sqlite(path.clone());
    let (store, sealed) = DurableStore::open_sealed(&location, &master()).await.unwrap();
    sealed.commit(vec![put(Kind::Deployment, "d", PLANTED)]).await.unwrap();
    assert_eq!(text(&*sealed, Kind::Secret, "s449").await, PLANTED);
    assert_eq!(sealed.list(Kind::Secret).await.unwrap().items.len(), 450);
    store.close().await;
    drop(sealed);
    assert!(!folder_tells(folder.path(), PLANTED), "the file still has it");

    let again = Sealed::open(open().await, &master()).await.unwrap();
    assert_eq!(text(&again, Kind::Deployment, "d").await, PLANTED);
}

#[tokio::test]
async fn s3_what_was_tampered_with_does_not_open() {
    let store = Arc::new(MemoryStore::new());
    let sealed = Sealed::open(store.clone(), &master()).await.unwrap();
    sealed.commit(vec![put(Kind::Secret, "a", "one"), put(Kind::Secret, "b", "two")]).await.unwrap();
    let (a, b) = (Key::new(Kind::Secret, "a"), Key::new(Kind::Secret, "b"));
    let of_a = store.get(&a).await.unwrap().unwrap().value;
    let damaged = of_a.0.replacen("\"data\":\"", "\"data\":\"AAAA", 1);
    for (what, key, value) in [
        ("another object in its place", &b, of_a.clone()),
        ("a changed one", &a, Value(damaged.into())),
        ("one in clear", &a, Value("\"one\"".into())),
    ] {
        store.commit(vec![Write { key: key.clone(), op: Op::Put(value), when: When::Any }]).await.unwrap();
        let error = sealed.get(key).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Internal, "{what}: {error}");
        assert!(sealed.list(Kind::Secret).await.is_err(), "{what}");
    }
    let ring = Write { key: Key::new(Kind::Setting, "key_ring"), op: Op::Delete, when: When::Any };
    assert_eq!(sealed.commit(vec![ring]).await.unwrap_err().kind(), ErrorKind::Forbidden);
}

#[tokio::test]
async fn s3_another_master_key_is_refused_by_name() {
    let store = Arc::new(MemoryStore::new());
    let sealed = Sealed::open(store.clone(), &master()).await.unwrap();
    sealed.commit(vec![put(Kind::Secret, "a", "one")]).await.unwrap();
    let other = MasterKeySource::Text(Secret::new(MASTER.replace('0', "1")));
    let error = Sealed::open(store, &other).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Invalid);
    assert!(error.message().contains(&sealed.master_fingerprint()), "{error}");
    assert!(!format!("{error:?} {sealed:?} {:?}", MasterKey::parse(MASTER, "x").unwrap()).contains(MASTER));
}

#[tokio::test]
async fn s3_keys_are_rotated_while_others_read_and_write() {
    let folder = tempfile::tempdir().unwrap();
    let file = MasterKeySource::File(folder.path().join("master.key"));
    let store = Arc::new(MemoryStore::new());
    let here = Sealed::open(store.clone(), &file).await.unwrap();
    let there = Sealed::open(store.clone(), &file).await.unwrap();
    here.commit((0..300).map(|n| put(Kind::Secret, &format!("s{n}"), PLANTED)).collect()).await.unwrap();
    let before = store.get(&Key::new(Kind::Secret, "s1")).await.unwrap().unwrap().value;
    let mut changes = there.watch(0);
    let write = async {
        for n in 0..100 {
            there.commit(vec![put(Kind::Deployment, &format!("d{n}"), PLANTED)]).await.unwrap();
            tokio::task::yield_now().await;
        }
    };
    let (rotated, ()) = tokio::join!(here.rotate(None), write);
    let rotated = rotated.unwrap();
    assert!(rotated.objects >= 300, "{rotated:?}");
    there.commit(vec![put(Kind::Deployment, "last", PLANTED)]).await.unwrap();
    assert_eq!(text(&here, Kind::Deployment, "last").await, PLANTED);
    for n in 0..100 {
        assert_eq!(text(&here, Kind::Deployment, &format!("d{n}")).await, PLANTED);
    }
    let behind = loop {
        match changes.next().await.unwrap() {
            Ok(change) if &*change.key.name == "last" => panic!("what a forgotten key sealed was shown"),
            Ok(_) => {}
            Err(e) => break e.kind(),
        }
    };
    assert_eq!(behind, ErrorKind::Compacted, "whoever is behind a rotation lists again");
    let after = store.get(&Key::new(Kind::Secret, "s1")).await.unwrap().unwrap().value;
    assert_ne!(before, after);
    // The old root key is forgotten: what it sealed does not come back.
    let old = Write { key: Key::new(Kind::Secret, "s1"), op: Op::Put(before), when: When::Any };
    store.commit(vec![old]).await.unwrap();
    assert_eq!(here.get(&Key::new(Kind::Secret, "s1")).await.unwrap_err().kind(), ErrorKind::Internal);
    here.commit(vec![put(Kind::Secret, "s1", PLANTED)]).await.unwrap();

    // A new master key: the file has it, and the old one opens nothing.
    let old = fs::read_to_string(folder.path().join("master.key")).unwrap();
    let rotated = here.rotate(Some(&file)).await.unwrap();
    assert_eq!(rotated.master_key, here.master_fingerprint());
    assert!(Sealed::open(store.clone(), &MasterKeySource::Text(Secret::new(old.clone()))).await.is_err());
    let again = Sealed::open(store.clone(), &file).await.unwrap();
    assert_eq!(text(&again, Kind::Secret, "s7").await, PLANTED);
    assert!(!folder.path().join("master.key.next").exists());

    // As if the process had died before the file got its name.
    fs::rename(folder.path().join("master.key"), folder.path().join("master.key.next")).unwrap();
    fs::write(folder.path().join("master.key"), old).unwrap();
    for name in ["master.key", "master.key.next"] {
        use std::os::unix::fs::PermissionsExt as _;
        fs::set_permissions(folder.path().join(name), fs::Permissions::from_mode(0o600)).unwrap();
    }
    assert_eq!(text(&Sealed::open(store, &file).await.unwrap(), Kind::Secret, "s7").await, PLANTED);
    let text_key = here.rotate(Some(&master())).await.unwrap_err();
    assert_eq!(text_key.kind(), ErrorKind::Invalid);
}
