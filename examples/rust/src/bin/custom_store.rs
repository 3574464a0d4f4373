//! A store of one's own: a file with one line of JSON for each commit. What a commit means, and how watchers are served, comes
//! from the core; so this is only about keeping. The test at the end shows that it is a store.

use std::{
    fs::{File, OpenOptions},
    io::{self, Read as _, Write as _},
    path::Path,
    sync::{Arc, Mutex, PoisonError},
};

use async_trait::async_trait;
use miaas_core::{
    PortError,
    engine::MemoryStore,
    port::{BoxStream, Change, Key, Kind, Listing, Op, Revision, Store, Value, Versioned, When, Write, settle},
};

/// One line: the objects that a commit changed, by kind and name; none is a delete.
type Line = Vec<(Kind, String, Option<String>)>;

/// A store in one file, for one process.
#[derive(Debug, Clone)]
struct JsonLines {
    file: Arc<Mutex<File>>,
    objects: Arc<MemoryStore>,
}

impl JsonLines {
    /// Reads the file, and makes it when it is missing. Watchers can go back `revisions` commits.
    fn open(path: &Path, revisions: usize) -> anyhow::Result<Self> {
        let mut file = OpenOptions::new().read(true).append(true).create(true).open(path)?;
        let mut text = String::new();
        file.read_to_string(&mut text)?;
        // A line without an end was cut off by a crash: nobody was told that its commit was done.
        let whole = text.rfind('\n').map_or(0, |end| end + 1);
        file.set_len(whole as u64)?;
        let objects = MemoryStore::with_retention(revisions);
        for line in text[..whole].lines() {
            objects.commit_now(writes(serde_json::from_str(line)?))?;
        }
        Ok(Self { file: Arc::new(Mutex::new(file)), objects: Arc::new(objects) })
    }

    /// Keeps a commit first, then shows it.
    fn write(&self, wanted: Vec<Write>) -> Result<Revision, PortError> {
        let file = self.file.lock().unwrap_or_else(PoisonError::into_inner);
        let effects = settle(wanted, |key| self.objects.revision_of(key))?;
        let text = |value: Option<Value>| value.map(|v| v.0.to_string());
        let line: Line = effects.into_iter().map(|(k, v)| (k.kind, k.name.to_string(), text(v))).collect();
        if !line.is_empty() {
            let failed = |e| PortError::unavailable("store.commit", "the file takes no line").with_source(e);
            append(&file, &line).map_err(failed)?;
        }
        self.objects.commit_now(writes(line))
    }
}

fn append(mut file: &File, line: &Line) -> io::Result<()> {
    let before = file.metadata()?.len();
    let text = format!("{}\n", serde_json::to_string(line)?);
    let written = file.write_all(text.as_bytes()).and_then(|()| file.sync_data());
    if written.is_err() {
        // The next line must not stand behind half of this one.
        file.set_len(before)?;
    }
    written
}

fn writes(line: Line) -> Vec<Write> {
    let op = |text: Option<String>| text.map_or(Op::Delete, |t| Op::Put(Value(t.into())));
    line.into_iter().map(|(kind, name, t)| Write { key: Key::new(kind, name), op: op(t), when: When::Any }).collect()
}

#[async_trait]
impl Store for JsonLines {
    async fn get(&self, key: &Key) -> Result<Option<Versioned<Value>>, PortError> {
        self.objects.get(key).await
    }
    async fn list(&self, kind: Kind) -> Result<Listing, PortError> {
        self.objects.list(kind).await
    }
    async fn commit(&self, writes: Vec<Write>) -> Result<Revision, PortError> {
        // Files block. Once begun it is done, whoever still waits for it.
        let this = self.clone();
        let done = tokio::task::spawn_blocking(move || this.write(writes)).await;
        done.map_err(|e| PortError::internal("store.commit", "the commit broke off").with_source(e))?
    }
    fn watch(&self, from: Revision) -> BoxStream<'static, Result<Change, PortError>> {
        self.objects.watch(from)
    }
}

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let file = tempfile::NamedTempFile::new()?;
    let greeting = vec![(Kind::Setting, "greeting".to_owned(), Some("\"hello\"".to_owned()))];
    let revision = JsonLines::open(file.path(), 100)?.commit(writes(greeting)).await?;
    println!("revision {revision} is {}", std::fs::read_to_string(file.path())?.trim());
    let found = JsonLines::open(file.path(), 100)?.get(&Key::new(Kind::Setting, "greeting")).await?;
    println!("opened again it has {:?}", found.map(|v| v.value.0));
    Ok(())
}

#[cfg(test)]
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn it_keeps_the_contract() {
    let folder = tempfile::tempdir().unwrap();
    miaas_core::testing::store_contract::store_contract(async |revisions| {
        let (_, path) = tempfile::NamedTempFile::new_in(&folder).unwrap().keep().unwrap();
        Arc::new(JsonLines::open(&path, revisions).unwrap())
    })
    .await;
}
