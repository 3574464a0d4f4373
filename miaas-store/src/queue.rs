//! Callers of a store on one side, the task that writes for all of them on the other.

use std::{
    fmt::Display,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
};

use miaas_core::{
    PortError,
    port::{Revision, Write},
};
use tokio::sync::{mpsc, oneshot};

/// Commits that may wait for the writer before further callers have to wait for a place.
const QUEUE: usize = 1024;
/// Commits in one transaction: enough to share a disk flush among all who wait, few enough to keep each wait short.
const MAX_GROUP: usize = 256;

/// A commit whose caller waits.
pub(crate) type Waiting = (Vec<Write>, oneshot::Sender<Result<Revision, PortError>>);

enum Message {
    Commit(Waiting),
    Close(oneshot::Sender<()>),
}

/// The side of the callers.
#[derive(Debug, Clone)]
pub(crate) struct Commits(mpsc::Sender<Message>);

/// The side of the writer.
pub(crate) struct Queue {
    messages: mpsc::Receiver<Message>,
    closing: Vec<oneshot::Sender<()>>,
}

/// Both sides.
pub(crate) fn queue() -> (Commits, Queue) {
    let (send, messages) = mpsc::channel(QUEUE);
    (Commits(send), Queue { messages, closing: Vec::new() })
}

impl Commits {
    /// Waits until the writes are durable or refused; `name` is that of the store, for the error when it was closed.
    pub(crate) async fn commit(&self, writes: Vec<Write>, name: impl Display) -> Result<Revision, PortError> {
        let (reply, answer) = oneshot::channel();
        let closed = || PortError::unavailable("store.commit", format!("the store {name} was closed"));
        self.0.send(Message::Commit((writes, reply))).await.map_err(|_| closed())?;
        answer.await.map_err(|_| closed())?
    }

    /// Waits until everything that was queued before is done and the writer has ended.
    pub(crate) async fn close(&self) {
        let (done, closed) = oneshot::channel();
        // When either end is gone, the writer has ended already.
        if self.0.send(Message::Close(done)).await.is_ok() {
            let _ = closed.await;
        }
    }
}

impl Queue {
    /// The commits that wait now, at least one unless the store is being closed; none at the end.
    pub(crate) async fn next(&mut self) -> Option<Vec<Waiting>> {
        let mut group = Vec::new();
        let mut next = Some(self.messages.recv().await?);
        while let Some(message) = next {
            match message {
                Message::Commit(waiting) => group.push(waiting),
                Message::Close(done) => {
                    self.messages.close();
                    self.closing.push(done);
                }
            }
            next = if group.len() < MAX_GROUP { self.messages.try_recv().ok() } else { None };
        }
        Some(group)
    }

    /// Tells those who closed the store that it has ended.
    pub(crate) fn closed(self) {
        for done in self.closing {
            // Whoever asked may have stopped waiting.
            let _ = done.send(());
        }
    }
}

/// Tells each caller how its commit ended.
pub(crate) fn answer(group: Vec<Waiting>, answers: Vec<Result<Revision, PortError>>) {
    for ((_, reply), answer) in group.into_iter().zip(answers) {
        // Who stopped waiting does not need the answer.
        let _ = reply.send(answer);
    }
}

/// How a store was used since it was opened.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CommitStats {
    /// Commits that changed something.
    pub commits: u64,
    /// Durable transactions that they needed; fewer than `commits` when callers are concurrent.
    pub transactions: u64,
}

/// Counts for [`CommitStats`].
#[derive(Debug, Clone, Default)]
pub(crate) struct Counters(Arc<(AtomicU64, AtomicU64)>);

impl Counters {
    /// One more transaction, with this many commits.
    pub(crate) fn count(&self, commits: usize) {
        self.0.0.fetch_add(commits as u64, Ordering::Relaxed);
        self.0.1.fetch_add(1, Ordering::Relaxed);
    }

    pub(crate) fn stats(&self) -> CommitStats {
        CommitStats { commits: self.0.0.load(Ordering::Relaxed), transactions: self.0.1.load(Ordering::Relaxed) }
    }
}
