//! A backup holds the state of one moment, opens for its owner only, and is restored as it was (S5).
#![allow(clippy::unwrap_used, reason = "tests")]

use std::sync::Arc;

use age::secrecy::ExposeSecret as _;
use miaas_core::{
    ErrorKind,
    engine::MemoryStore,
    port::{Key, Kind, Op, Store, Value, When, Write},
    secret::Secret,
    time::Timestamp,
};
use miaas_store::{Bundle, BundleIdentity, BundleLock, DurableStore, Location, MasterKeySource, Sealed};

const NOW: Timestamp = Timestamp::from_millis(1_790_000_000_000);

fn put(kind: Kind, name: &str, text: &str) -> Write {
    let value = Value(serde_json::to_string(text).unwrap().into());
    Write { key: Key::new(kind, name), op: Op::Put(value), when: When::Any }
}

fn delete(kind: Kind, name: &str) -> Write {
    Write { key: Key::new(kind, name), op: Op::Delete, when: When::Any }
}

#[tokio::test]
async fn s5_a_backup_is_restored_on_an_empty_machine_with_readable_secrets() {
    let (old, new) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let source = MasterKeySource::File(old.path().join("master.key"));
    let location = Location::Sqlite(old.path().join("miaas.db"));
    let (store, sealed) = DurableStore::open_sealed(&location, &source).await.unwrap();
    sealed.commit((0..50).map(|n| put(Kind::Secret, &format!("s{n}"), "planted")).collect()).await.unwrap();
    sealed.commit(vec![put(Kind::Deployment, "d", "wanted"), delete(Kind::Secret, "s0")]).await.unwrap();
    let bundle = Bundle::of(&*sealed, NOW).await.unwrap();
    store.close().await;

    let identity = age::x25519::Identity::generate();
    let lock = BundleLock::new(&[identity.to_public().to_string()], None).unwrap();
    let mut file = Vec::new();
    bundle.write(&mut file, &lock).unwrap();
    assert!(!file.windows(7).any(|w| w == b"planted"));
    let keys = BundleIdentity::keys(&format!("# comment\n{}\n", identity.to_string().expose_secret())).unwrap();
    let read = Bundle::read(&*file, &keys).unwrap();
    assert_eq!((read.content(), read.at()), (bundle.content(), NOW));

    let to = Location::Sqlite(new.path().join("miaas.db"));
    let fresh = MasterKeySource::File(new.path().join("master.key"));
    let restored = read.restore(&to, &fresh).await.unwrap();
    assert_eq!(restored, bundle.content());
    assert_eq!(read.restore(&to, &fresh).await.unwrap_err().kind(), ErrorKind::AlreadyExists);
    let (store, sealed) = DurableStore::open_sealed(&to, &fresh).await.unwrap();
    let found = sealed.get(&Key::new(Kind::Secret, "s1")).await.unwrap().unwrap();
    assert_eq!((&*found.value.0, found.revision), ("\"planted\"", 1));
    assert!(sealed.get(&Key::new(Kind::Secret, "s0")).await.unwrap().is_none());
    store.close().await;
    assert!(DurableStore::open_sealed(&to, &source).await.is_err(), "it is another master key");

    // What is cut off, changed, or no backup is refused, and so are other keys.
    for cut in [0, 10, file.len() / 2, file.len() - 1] {
        assert_eq!(Bundle::read(&file[..cut], &keys).unwrap_err().kind(), ErrorKind::Invalid, "{cut}");
    }
    let mut changed = file.clone();
    let at = changed.len() - 100;
    changed[at] ^= 1;
    assert_eq!(Bundle::read(&*changed, &keys).unwrap_err().kind(), ErrorKind::Invalid);
    assert_eq!(Bundle::read(&b"not a backup"[..], &keys).unwrap_err().kind(), ErrorKind::Invalid);
    let other = age::x25519::Identity::generate();
    let other = BundleIdentity::keys(other.to_string().expose_secret()).unwrap();
    assert_eq!(Bundle::read(&*file, &other).unwrap_err().kind(), ErrorKind::Unauthenticated);
}

#[tokio::test]
async fn s5_a_passphrase_opens_it_and_another_does_not() {
    let store = Arc::new(MemoryStore::new());
    store.commit(vec![put(Kind::Secret, "a", "planted")]).await.unwrap();
    let bundle = Bundle::of(&*store, NOW).await.unwrap();
    let mut file = Vec::new();
    let phrase = |text: &str| Secret::new(text);
    bundle.write(&mut file, &BundleLock::new(&[], Some(phrase("correct horse battery"))).unwrap()).unwrap();
    let open = |text: &str| Bundle::read(&*file, &BundleIdentity::Passphrase(phrase(text)));
    assert_eq!(open("correct horse battery").unwrap().content(), bundle.content());
    assert_eq!(open("incorrect horse").unwrap_err().kind(), ErrorKind::Unauthenticated);
    for (recipients, passphrase) in [
        (vec![], None),
        (vec!["age1nonsense".to_owned()], None),
        (vec![], Some(phrase("short"))),
        (vec![age::x25519::Identity::generate().to_public().to_string()], Some(phrase("correct horse battery"))),
    ] {
        assert_eq!(BundleLock::new(&recipients, passphrase).unwrap_err().kind(), ErrorKind::Invalid);
    }
}

/// Each commit moves one unit from one object to another, of different kinds: no moment has another sum.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn s5_a_backup_is_of_one_moment_while_others_write() {
    let master = MasterKeySource::Text(Secret::new("5a".repeat(32)));
    let store = Arc::new(Sealed::open(Arc::new(MemoryStore::new()), &master).await.unwrap());
    let number = |kind, n: i64| put(kind, "n", &n.to_string());
    store.commit(vec![number(Kind::Node, 1000), number(Kind::Setting, 0)]).await.unwrap();
    let writing = {
        let store = store.clone();
        tokio::spawn(async move {
            for n in 1..=1000 {
                store.commit(vec![number(Kind::Setting, n), number(Kind::Node, 1000 - n)]).await.unwrap();
                if n % 7 == 0 {
                    tokio::time::sleep(std::time::Duration::from_micros(100)).await;
                }
            }
        })
    };
    let identity = age::x25519::Identity::generate();
    let lock = BundleLock::new(&[identity.to_public().to_string()], None).unwrap();
    let open = BundleIdentity::keys(identity.to_string().expose_secret()).unwrap();
    let mut moments = std::collections::BTreeSet::new();
    while !writing.is_finished() {
        let bundle = Bundle::of(&*store, NOW).await.unwrap();
        let mut file = Vec::new();
        bundle.write(&mut file, &lock).unwrap();
        let folder = tempfile::tempdir().unwrap();
        let to = Location::Sqlite(folder.path().join("miaas.db"));
        let fresh = MasterKeySource::File(folder.path().join("master.key"));
        Bundle::read(&*file, &open).unwrap().restore(&to, &fresh).await.unwrap();
        let (restored, sealed) = DurableStore::open_sealed(&to, &fresh).await.unwrap();
        let mut sum = 0;
        for kind in [Kind::Node, Kind::Setting] {
            let found = sealed.get(&Key::new(kind, "n")).await.unwrap().unwrap();
            let text: String = serde_json::from_str(&found.value.0).unwrap();
            sum += text.parse::<i64>().unwrap();
        }
        restored.close().await;
        assert_eq!(sum, 1000);
        moments.insert(bundle.content().revision);
    }
    writing.await.unwrap();
    assert!(!moments.is_empty());
}
