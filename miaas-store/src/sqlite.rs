//! The store in one SQLite file.
//!
//! One task owns the only writing connection. It takes all commits that wait, decides them in memory against an index of
//! revisions, writes what they change in one transaction, and answers after its durable COMMIT. Reads go to a small pool
//! of connections of their own, which the write-ahead log never blocks. Watchers read from the newest revisions in memory
//! and from the `changes` table where those do not reach back.

mod batch;
mod database;
mod error;
mod index;
mod lock;
mod options;
mod reader;
mod rows;
mod schema;
mod session;
mod writer;

use std::{
    path::{Path, PathBuf},
    sync::{Arc, atomic::Ordering},
};

use async_trait::async_trait;
use miaas_core::{
    PortError,
    engine::change_log::LogReader,
    port::{BoxStream, Change, Key, Kind, Listing, Revision, Store, Value, Versioned, Write},
};
use tokio::sync::{mpsc, oneshot};

pub use options::SqliteOptions;
use reader::Reader;
use writer::{Counters, Message, Writer};

/// Commits that may wait for the writer before further callers have to wait for a place.
const QUEUE: usize = 1024;

/// A durable [`Store`] in one SQLite file. Call [`close`](Self::close) before the program ends or opens the file again.
#[derive(Debug)]
pub struct SqliteStore {
    path: PathBuf,
    writer: mpsc::Sender<Message>,
    reader: Reader,
    log: LogReader,
    counters: Arc<Counters>,
}

/// How the store was used since it was opened.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SqliteStats {
    /// Commits that changed something.
    pub commits: u64,
    /// Durable transactions that they needed; fewer than `commits` when callers are concurrent.
    pub transactions: u64,
}

impl SqliteStore {
    /// Opens the database, creates it where it is missing, and brings its schema up to date. Needs a tokio runtime with
    /// time enabled, which also runs the writer.
    ///
    /// # Errors
    /// `Unavailable` when another process has it open or the file cannot be opened, `Unsupported` when a newer version of
    /// this program wrote it or the file system lacks what a write-ahead log needs, `Invalid` when the file is no database
    /// of this program, `Internal` when it is damaged.
    pub async fn open(path: impl AsRef<Path>, options: SqliteOptions) -> Result<Self, PortError> {
        let path = path.as_ref();
        let (writer, log) = Writer::open(path, options).await?;
        let reader = Reader::new(path, options);
        let counters = writer.counters();
        let (send, receive) = mpsc::channel(QUEUE);
        tokio::spawn(writer.run(receive, reader.clone()));
        Ok(Self { path: path.to_owned(), writer: send, reader, log, counters })
    }

    /// The file.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// How the store was used since it was opened.
    #[must_use]
    pub fn stats(&self) -> SqliteStats {
        SqliteStats {
            commits: self.counters.commits.load(Ordering::Relaxed),
            transactions: self.counters.transactions.load(Ordering::Relaxed),
        }
    }

    /// Finishes the commits that wait, ends all watches, moves the write-ahead log into the database and gives up the file.
    /// Everything fails with `Unavailable` afterwards. Closing twice is no error.
    pub async fn close(&self) {
        let (done, closed) = oneshot::channel();
        // When either end is gone, the writer has ended already.
        if self.writer.send(Message::Close(done)).await.is_ok() {
            let _ = closed.await;
        }
    }
}

#[async_trait]
impl Store for SqliteStore {
    async fn get(&self, key: &Key) -> Result<Option<Versioned<Value>>, PortError> {
        self.reader.get(key).await
    }

    async fn list(&self, kind: Kind) -> Result<Listing, PortError> {
        self.reader.list(kind).await
    }

    async fn commit(&self, writes: Vec<Write>) -> Result<Revision, PortError> {
        let (reply, answer) = oneshot::channel();
        let closed = || PortError::unavailable("store.commit", format!("the store {} was closed", self.path.display()));
        self.writer.send(Message::Commit { writes, reply }).await.map_err(|_| closed())?;
        answer.await.map_err(|_| closed())?
    }

    fn watch(&self, from: Revision) -> BoxStream<'static, Result<Change, PortError>> {
        let reader = self.reader.clone();
        self.log.clone().follow(from, move |from| {
            let reader = reader.clone();
            async move { reader.changes_after(from).await }
        })
    }
}
