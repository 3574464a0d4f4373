//! The task that brings the commits of all processes to the watchers of this one.
//!
//! An announcement only says that there is something to read: what was committed comes from the table `changes`, always
//! from the last revision that was read. So it does not matter when announcements are lost, and after a connection was
//! lost the same read goes on where it ended.

use miaas_core::{
    PortError,
    engine::change_log::{ChangeLog, LogLimits, LogReader},
    port::{Change, Revision},
};
use sqlx::{
    Acquire as _, Connection as _,
    postgres::{PgListener, PgPoolOptions},
};
use tokio::{
    task::JoinHandle,
    time::{sleep, timeout},
};

use super::{
    error::Failure,
    reader::{Page, page_after},
    target::{Target, delays},
    usage::{self, Usage},
    writer::CHANNEL,
};

/// What the watchers find in memory; the rest is in the database.
const LOG_REVISIONS: u64 = 2048;
const LOG_BYTES: usize = 16 << 20;

/// A running follower. Dropping it ends the task and the watches.
#[derive(Debug)]
pub(super) struct Following(JoinHandle<()>);

impl Following {
    /// Ends it and waits until it has.
    pub(super) async fn end(mut self) {
        self.0.abort();
        // Being aborted is what was asked for.
        let _ = (&mut self.0).await;
    }
}

impl Drop for Following {
    fn drop(&mut self) {
        self.0.abort();
    }
}

/// Starts to follow from where the store stands now.
pub(super) async fn follow(target: Target, usage: Usage) -> Result<(Following, LogReader), PortError> {
    let port = |f: Failure| f.port("store.open");
    let mut listener = listen(&target, usage).await.map_err(port)?;
    let head = target.limit(page_after(&mut listener, Revision::MAX >> 1)).await.map_err(port)?.head;
    let revisions = usize::try_from(target.options.keep_revisions.min(LOG_REVISIONS)).unwrap_or(usize::MAX);
    let log = ChangeLog::new(head, LogLimits { revisions, bytes: LOG_BYTES });
    let reader = log.reader();
    let follower = Follower { target, usage, log, seen: head };
    Ok((Following(tokio::spawn(follower.run(listener))), reader))
}

struct Follower {
    target: Target,
    usage: Usage,
    log: ChangeLog,
    /// Everything up to this revision is in the log.
    seen: Revision,
}

impl Follower {
    async fn run(mut self, mut listener: PgListener) {
        loop {
            let failure = loop {
                if let Err(failure) = self.step(&mut listener).await {
                    break failure;
                }
            };
            tracing::warn!(error = failure.message, "the connection of the watchers was lost");
            drop(listener);
            let mut delays = delays();
            listener = loop {
                sleep(delays.next().unwrap_or_default()).await;
                match listen(&self.target, self.usage).await {
                    Ok(again) => break again,
                    Err(failure) => tracing::debug!(error = failure.message, "the watchers wait for the database"),
                }
            };
            tracing::info!(database = %self.target.url, revision = self.seen, "the watchers go on");
        }
    }

    /// Reads what is new, then waits for more.
    async fn step(&mut self, listener: &mut PgListener) -> Result<(), Failure> {
        self.catch_up(listener).await?;
        // Nothing announced in this time: look all the same.
        if let Ok(heard) = timeout(self.target.options.poll, listener.try_recv()).await
            && heard.map_err(|e| self.target.failure(&e))?.is_none()
        {
            return Err(self.target.silent());
        }
        // One read serves all that was announced meanwhile.
        while listener.next_buffered().is_some() {}
        Ok(())
    }

    async fn catch_up(&mut self, listener: &mut PgListener) -> Result<(), Failure> {
        loop {
            let page = self.target.limit(page_after(&mut *listener, self.seen)).await?;
            let head = page.head;
            self.take(page)?;
            if self.seen >= head {
                return Ok(());
            }
        }
    }

    fn take(&mut self, page: Page) -> Result<(), Failure> {
        if page.head < self.seen || self.seen < page.compacted {
            // Restored from a backup, or more was committed than is kept: watchers have to list again.
            tracing::warn!(
                seen = self.seen,
                head = page.head,
                "the log of the database does not continue where it was read"
            );
            self.log.reset(page.head);
            self.seen = page.head;
            return Ok(());
        }
        page.check(self.seen, &self.target)?;
        let mut revision: Vec<Change> = Vec::new();
        for change in page.changes {
            if revision.first().is_some_and(|c| c.revision != change.revision) {
                self.append(std::mem::take(&mut revision));
            }
            revision.push(change);
        }
        if !revision.is_empty() {
            self.append(revision);
        }
        Ok(())
    }

    fn append(&mut self, changes: Vec<Change>) {
        self.seen += 1;
        self.log.append(changes);
    }
}

/// A connection that listens. It also holds the lock that says how the database is used, so it is the only one of its pool:
/// it must not go back among others with that lock.
async fn listen(target: &Target, usage: Usage) -> Result<PgListener, Failure> {
    // The errors of a pool say less than those of a connection.
    let probe = target.connect().await?;
    target.limit(probe.close()).await?;
    let pool = PgPoolOptions::new()
        .max_connections(1)
        .idle_timeout(None)
        .max_lifetime(None)
        .acquire_timeout(target.options.patience)
        .connect_lazy_with(target.connect_options());
    let mut listener = target.limit(PgListener::connect_with(&pool)).await?;
    // Reconnecting is done here, because the lock has to be taken anew.
    listener.eager_reconnect(false);
    usage::claim(target, target.limit(listener.acquire()).await?, usage).await?;
    target.limit(listener.listen(CHANNEL)).await?;
    Ok(listener)
}
