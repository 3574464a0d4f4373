use miaas_core::port::{Key, Kind, Op, Revision, Store as _, Value, When, Write};
use miaas_store::{PostgresOptions, PostgresStore};

pub(crate) async fn open(url: &str) -> PostgresStore {
    open_with(url, PostgresOptions::default()).await
}

pub(crate) async fn open_with(url: &str, options: PostgresOptions) -> PostgresStore {
    PostgresStore::open(&url.parse().unwrap(), options).await.unwrap()
}

pub(crate) fn key(name: &str) -> Key {
    Key::new(Kind::Node, name)
}

pub(crate) fn put_when(name: &str, text: &str, when: When) -> Write {
    Write { key: key(name), op: Op::Put(Value(text.into())), when }
}

pub(crate) fn put(name: &str, text: &str) -> Write {
    put_when(name, text, When::Any)
}

pub(crate) async fn read(store: &PostgresStore, name: &str) -> Option<(String, Revision)> {
    store.get(&key(name)).await.unwrap().map(|v| (v.value.0.to_string(), v.revision))
}
