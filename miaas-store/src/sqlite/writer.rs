//! The task that owns the writing connection and groups commits.

use std::path::{Path, PathBuf};

use miaas_core::{
    PortError,
    engine::change_log::{ChangeLog, LogLimits, LogReader},
    port::{Revision, Write},
};

use super::{
    database::connect_writer,
    error::Failure,
    lock::{FileLock, create_private},
    options::SqliteOptions,
    reader::Reader,
    schema,
    session::Session,
};
use crate::{
    batch::Batch,
    queue::{Counters, Queue, Waiting, answer},
};

/// What the watchers find in memory; the rest is in the database.
const LOG_REVISIONS: u64 = 2048;
const LOG_BYTES: usize = 16 << 20;

pub(super) struct Writer {
    path: PathBuf,
    options: SqliteOptions,
    /// None after a failure that left its state in doubt, until the next commit connects again.
    session: Option<Session>,
    log: ChangeLog,
    counters: Counters,
    /// Given up last.
    _lock: FileLock,
}

impl Writer {
    pub(super) async fn open(path: &Path, options: SqliteOptions) -> Result<(Self, LogReader), PortError> {
        let lock = FileLock::take(path)?;
        create_private(path)?;
        let mut conn = connect_writer(path, options).await.map_err(|f| f.port("store.open"))?;
        schema::prepare(&mut conn, path).await?;
        let session = Session::load(conn).await.map_err(|e| Failure::new(path, &e).port("store.open"))?;
        let revisions = usize::try_from(options.keep_revisions.min(LOG_REVISIONS)).unwrap_or(usize::MAX);
        let log = ChangeLog::new(session.head(), LogLimits { revisions, bytes: LOG_BYTES });
        let reader = log.reader();
        let path = path.to_owned();
        Ok((Self { path, options, session: Some(session), log, counters: Counters::default(), _lock: lock }, reader))
    }

    pub(super) fn counters(&self) -> Counters {
        self.counters.clone()
    }

    /// Works until the store is closed or dropped. What was queued before that is still done.
    pub(super) async fn run(mut self, mut queue: Queue, readers: Reader) {
        while let Some(group) = queue.next().await {
            self.commit_all(group).await;
        }
        readers.close().await;
        if let Some(session) = self.session.take()
            && let Err(e) = session.close().await
        {
            // Everything is durable in the write-ahead log, which the next start takes over.
            tracing::warn!(database = %self.path.display(), error = %e, "the database did not close cleanly");
        }
        drop(self);
        queue.closed();
    }

    async fn commit_all(&mut self, waiting: Vec<Waiting>) {
        let failure = match self.commit_together(&waiting).await {
            Ok(answers) => return answer(waiting, answers),
            Err(failure) => failure,
        };
        tracing::warn!(error = failure.message, commits = waiting.len(), "a transaction failed and was undone");
        if waiting.len() == 1 || failure.busy {
            let answers = waiting.iter().map(|_| Err(failure.port("store.commit"))).collect();
            return answer(waiting, answers);
        }
        // One of them may be the reason: the others shall not suffer from it.
        for one in waiting {
            let one = vec![one];
            let answers = match self.commit_together(&one).await {
                Ok(answers) => answers,
                Err(failure) => vec![Err(failure.port("store.commit"))],
            };
            answer(one, answers);
        }
    }

    async fn commit_together(&mut self, waiting: &[Waiting]) -> Result<Vec<Result<Revision, PortError>>, Failure> {
        let answers = self.transact(waiting.iter().map(|(writes, _)| writes)).await?;
        let surplus = self.session.as_ref().and_then(|s| s.surplus_events(self.options.keep_events));
        if let Some(surplus) = surplus
            && let Err(failure) = self.transact(std::iter::once(&surplus)).await
        {
            // Tried again after the next commit.
            tracing::warn!(error = failure.message, "old events could not be deleted");
        }
        Ok(answers)
    }

    async fn transact(
        &mut self,
        commits: impl Iterator<Item = &Vec<Write>>,
    ) -> Result<Vec<Result<Revision, PortError>>, Failure> {
        let mut session = match self.session.take() {
            Some(session) => session,
            None => self.connect_again().await?,
        };
        let batch = Batch::decide(|key| session.index().get(key), session.head(), commits);
        if !batch.revisions.is_empty() {
            if let Err(e) = session.write(&batch, self.options.keep_revisions).await {
                // A session that cannot undo is dropped: the database is asked anew what it holds.
                self.session = session.undo().await;
                return Err(Failure::new(&self.path, &e));
            }
            self.counters.count(batch.revisions.len());
            for changes in batch.revisions {
                self.log.append(changes);
            }
        }
        self.session = Some(session);
        Ok(batch.answers)
    }

    async fn connect_again(&self) -> Result<Session, Failure> {
        let conn = connect_writer(&self.path, self.options).await?;
        let session = Session::load(conn).await.map_err(|e| Failure::new(&self.path, &e))?;
        // A COMMIT that reported an error may have reached the disk all the same.
        self.log.reset(session.head());
        tracing::info!(database = %self.path.display(), revision = session.head(), "the database was opened again");
        Ok(session)
    }
}
