//! The task that owns the writing connection and groups commits.

use std::{
    path::{Path, PathBuf},
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
};

use miaas_core::{
    PortError,
    engine::change_log::{ChangeLog, LogLimits, LogReader},
    port::{Revision, Write},
};
use tokio::sync::{mpsc, oneshot};

use super::{
    batch::Batch,
    database::connect_writer,
    error::Failure,
    lock::{FileLock, create_private},
    options::SqliteOptions,
    reader::Reader,
    schema,
    session::Session,
};

/// Commits in one transaction: enough to share a disk flush among all who wait, few enough to keep each wait short.
const MAX_BATCH: usize = 256;
/// What the watchers find in memory; the rest is in the database.
const LOG_REVISIONS: u64 = 2048;
const LOG_BYTES: usize = 16 << 20;

pub(super) enum Message {
    Commit { writes: Vec<Write>, reply: Reply },
    Close(oneshot::Sender<()>),
}

type Reply = oneshot::Sender<Result<Revision, PortError>>;
type Waiting = (Vec<Write>, Reply);

#[derive(Debug, Default)]
pub(super) struct Counters {
    pub(super) commits: AtomicU64,
    pub(super) transactions: AtomicU64,
}

pub(super) struct Writer {
    path: PathBuf,
    options: SqliteOptions,
    /// None after a failure that left its state in doubt, until the next commit connects again.
    session: Option<Session>,
    log: ChangeLog,
    counters: Arc<Counters>,
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
        Ok((Self { path, options, session: Some(session), log, counters: Arc::default(), _lock: lock }, reader))
    }

    pub(super) fn counters(&self) -> Arc<Counters> {
        Arc::clone(&self.counters)
    }

    /// Works until the store is closed or dropped. What was queued before that is still done.
    pub(super) async fn run(mut self, mut messages: mpsc::Receiver<Message>, readers: Reader) {
        let mut closed = Vec::new();
        let mut waiting: Vec<Waiting> = Vec::new();
        while let Some(first) = messages.recv().await {
            let mut next = Some(first);
            while let Some(message) = next {
                match message {
                    Message::Commit { writes, reply } => waiting.push((writes, reply)),
                    Message::Close(done) => {
                        messages.close();
                        closed.push(done);
                    }
                }
                next = if waiting.len() < MAX_BATCH { messages.try_recv().ok() } else { None };
            }
            self.commit_all(std::mem::take(&mut waiting)).await;
        }
        readers.close().await;
        if let Some(session) = self.session.take()
            && let Err(e) = session.close().await
        {
            // Everything is durable in the write-ahead log, which the next start takes over.
            tracing::warn!(database = %self.path.display(), error = %e, "the database did not close cleanly");
        }
        drop(self);
        for done in closed {
            // Whoever asked may have stopped waiting.
            let _ = done.send(());
        }
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
        let batch = Batch::decide(session.index(), session.head(), commits);
        if !batch.revisions.is_empty() {
            if let Err(e) = session.write(&batch, self.options.keep_revisions).await {
                // A session that cannot undo is dropped: the database is asked anew what it holds.
                self.session = session.undo().await;
                return Err(Failure::new(&self.path, &e));
            }
            self.counters.transactions.fetch_add(1, Ordering::Relaxed);
            self.counters.commits.fetch_add(batch.revisions.len() as u64, Ordering::Relaxed);
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

fn answer(waiting: Vec<Waiting>, answers: Vec<Result<Revision, PortError>>) {
    for ((_, reply), answer) in waiting.into_iter().zip(answers) {
        // Who stopped waiting does not need the answer.
        let _ = reply.send(answer);
    }
}
