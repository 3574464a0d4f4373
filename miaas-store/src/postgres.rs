//! The store in a PostgreSQL database, which several processes may have open at once.
//!
//! **One revision for all.** The table `head` has one row. A commit locks it, reads the revisions that its conditions look
//! at, writes, counts up, and commits; the lock is released when the commit is durable and visible. So commits of all
//! processes happen one after the other, revision n + 1 becomes visible only after n, and a commit that fails leaves no
//! gap. A sequence would give numbers out of order of visibility and keep those of failed commits: a watcher that has seen
//! revision n could then miss n - 1. An advisory lock would do the same as the row, but the row is locked, read and written
//! anyway, and needs no convention.
//!
//! **Grouping.** One task per process writes for all its callers and puts the commits that wait into one transaction, so
//! that the disk is flushed once for all of them.
//!
//! **Watching.** Commits announce their revision (`NOTIFY`). One task per process listens and reads the table `changes`
//! from the last revision that it has read; see [`follower`].
//!
//! **Failures.** What is known to have done nothing is tried again while the patience lasts. When the answer to a COMMIT is
//! lost, nobody knows: the caller is told so. Watches wait for the database to come back.

mod error;
mod follower;
mod options;
mod reader;
mod restore;
mod rows;
mod schema;
mod scrub;
mod target;
mod url;
mod usage;
mod writer;

use async_trait::async_trait;
use miaas_core::{
    PortError,
    engine::change_log::LogReader,
    port::{BoxStream, Change, Key, Kind, Listing, Revision, Store, Value, Versioned, Write},
};

pub use options::PostgresOptions;
use reader::Reader;
pub(crate) use restore::restore;
pub(crate) use scrub::scrub;
use target::Target;
pub use url::PostgresUrl;
pub(crate) use usage::Usage;
use writer::Writer;

use crate::queue::{CommitStats, Commits, Counters, queue};

/// A durable [`Store`] in a PostgreSQL database. Call [`close`](Self::close) before the program ends.
#[derive(Debug)]
pub struct PostgresStore {
    commits: Commits,
    reader: Reader,
    log: LogReader,
    counters: Counters,
}

impl PostgresStore {
    /// Connects and brings the schema up to date. Needs a tokio runtime with time and I/O enabled, which also runs the
    /// writer and the follower.
    ///
    /// # Errors
    /// `Unavailable` when the database does not answer, refuses the user, or is being moved; `Unsupported` when a newer
    /// version of this program wrote it or its encoding is not UTF-8; `Invalid` when its schema `miaas` is another
    /// program's.
    pub async fn open(url: &PostgresUrl, options: PostgresOptions) -> Result<Self, PortError> {
        Self::open_as(url, options, Usage::Shared).await
    }

    pub(crate) async fn open_as(url: &PostgresUrl, options: PostgresOptions, usage: Usage) -> Result<Self, PortError> {
        let target = Target { url: url.clone(), options };
        let mut conn = target.connect_writer().await.map_err(|f| f.port("store.open"))?;
        schema::prepare(&mut conn, &target).await?;
        let (following, log) = follower::follow(target.clone(), usage).await?;
        let reader = Reader::new(target.clone());
        let (commits, queue) = queue();
        let counters = Counters::default();
        let writer = Writer::new(target, conn, counters.clone());
        tokio::spawn(writer.run(queue, reader.clone(), following));
        Ok(Self { commits, reader, log, counters })
    }

    /// The database.
    #[must_use]
    pub fn url(&self) -> &PostgresUrl {
        &self.reader.target.url
    }

    /// How the store was used by this process since it was opened.
    #[must_use]
    pub fn stats(&self) -> CommitStats {
        self.counters.stats()
    }

    /// Finishes the commits that wait, ends all watches and closes the connections. Everything fails with `Unavailable`
    /// afterwards. Closing twice is no error.
    pub async fn close(&self) {
        self.commits.close().await;
    }
}

#[async_trait]
impl Store for PostgresStore {
    async fn get(&self, key: &Key) -> Result<Option<Versioned<Value>>, PortError> {
        self.reader.get(key).await
    }

    async fn list(&self, kind: Kind) -> Result<Listing, PortError> {
        self.reader.list(kind).await
    }

    async fn commit(&self, writes: Vec<Write>) -> Result<Revision, PortError> {
        self.commits.commit(writes, self.url()).await
    }

    fn watch(&self, from: Revision) -> BoxStream<'static, Result<Change, PortError>> {
        let reader = self.reader.clone();
        self.log.clone().follow(from, move |from| {
            let reader = reader.clone();
            async move { reader.changes_after(from).await }
        })
    }
}
