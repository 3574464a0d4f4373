//! The store in one SQLite file.
//!
//! One task owns the only writing connection. It takes all commits that wait, decides them in memory against an index of
//! revisions, writes what they change in one transaction, and answers after its durable COMMIT. Reads go to a small pool
//! of connections of their own, which the write-ahead log never blocks. Watchers read from the newest revisions in memory
//! and from the `changes` table where those do not reach back.

mod database;
mod error;
mod index;
mod lock;
mod options;
mod reader;
mod restore;
mod rows;
mod schema;
mod scrub;
mod session;
mod writer;

use std::path::{Path, PathBuf};

use async_trait::async_trait;
use miaas_core::{
    PortError,
    engine::change_log::LogReader,
    port::{BoxStream, Change, Key, Kind, Listing, Revision, Store, Value, Versioned, Write},
};

pub use options::SqliteOptions;
use reader::Reader;
pub(crate) use restore::restore;
pub(crate) use scrub::scrub;
use writer::Writer;

use crate::queue::{CommitStats, Commits, Counters, queue};

/// A durable [`Store`] in one SQLite file. Call [`close`](Self::close) before the program ends or opens the file again.
#[derive(Debug)]
pub struct SqliteStore {
    path: PathBuf,
    commits: Commits,
    reader: Reader,
    log: LogReader,
    counters: Counters,
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
        let (commits, queue) = queue();
        tokio::spawn(writer.run(queue, reader.clone()));
        Ok(Self { path: path.to_owned(), commits, reader, log, counters })
    }

    /// The file.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// How the store was used since it was opened.
    #[must_use]
    pub fn stats(&self) -> CommitStats {
        self.counters.stats()
    }

    /// Finishes the commits that wait, ends all watches, moves the write-ahead log into the database and gives up the file.
    /// Everything fails with `Unavailable` afterwards. Closing twice is no error.
    pub async fn close(&self) {
        self.commits.close().await;
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
        self.commits.commit(writes, self.path.display()).await
    }

    fn watch(&self, from: Revision) -> BoxStream<'static, Result<Change, PortError>> {
        let reader = self.reader.clone();
        self.log.clone().follow(from, move |from| {
            let reader = reader.clone();
            async move { reader.changes_after(from).await }
        })
    }
}
