//! The newest revisions of a store, kept in memory for its watchers.
//!
//! A watcher pulls: it remembers the revision it has seen and reads on from there, so a slow one costs the store nothing
//! and none can miss a change. What is older than the log is asked of the store itself.

use std::{
    collections::VecDeque,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use futures_util::stream;
use tokio::sync::watch;

use crate::{
    error::{ErrorKind, PortError},
    port::{BoxStream, Change, Revision},
};

/// How many revisions a watcher takes over at once.
const PAGE: usize = 256;

/// How much a [`ChangeLog`] keeps.
#[derive(Debug, Clone, Copy)]
pub struct LogLimits {
    /// At most this many revisions.
    pub revisions: usize,
    /// At most this many bytes of values, but always the newest revision.
    pub bytes: usize,
}

/// The writing side. Watchers end when it is dropped.
#[derive(Debug)]
pub struct ChangeLog {
    tail: Arc<Mutex<Tail>>,
    position: watch::Sender<Position>,
    limits: LogLimits,
}

#[derive(Debug, Clone, Copy)]
struct Position {
    /// How often the log was reset to a revision before one that it had told of.
    rewinds: u64,
    head: Revision,
}

#[derive(Debug)]
struct Tail {
    /// Every revision greater than this one is in `revisions`, without gaps.
    floor: Revision,
    revisions: VecDeque<Arc<[Change]>>,
    bytes: usize,
}

impl ChangeLog {
    /// An empty log of a store that stands at `head`.
    #[must_use]
    pub fn new(head: Revision, limits: LogLimits) -> Self {
        let tail = Tail { floor: head, revisions: VecDeque::new(), bytes: 0 };
        let position = watch::Sender::new(Position { rewinds: 0, head });
        Self { tail: Arc::new(Mutex::new(tail)), position, limits }
    }

    /// Adds the changes of the next revision and wakes the watchers. There is at least one change.
    pub fn append(&self, changes: Vec<Change>) {
        let mut tail = lock(&self.tail);
        tail.bytes += size(&changes);
        tail.revisions.push_back(changes.into());
        while tail.revisions.len() > self.limits.revisions
            || (tail.bytes > self.limits.bytes && tail.revisions.len() > 1)
        {
            let Some(oldest) = tail.revisions.pop_front() else { break };
            tail.bytes -= size(&oldest);
            tail.floor += 1;
        }
        let head = tail.floor + tail.revisions.len() as Revision;
        drop(tail);
        self.position.send_modify(|position| position.head = head);
    }

    /// Forgets everything and goes on at `head`: the store found out that it stands elsewhere than the log. When that is
    /// before what was told, for example after a restore, watches end with `Compacted`: revisions will come a second time.
    pub fn reset(&self, head: Revision) {
        *lock(&self.tail) = Tail { floor: head, revisions: VecDeque::new(), bytes: 0 };
        self.position.send_modify(|position| {
            position.rewinds += u64::from(head < position.head);
            position.head = head;
        });
    }

    /// The reading side.
    #[must_use]
    pub fn reader(&self) -> LogReader {
        LogReader { tail: Arc::clone(&self.tail), position: self.position.subscribe() }
    }
}

/// The reading side of a [`ChangeLog`].
#[derive(Debug, Clone)]
pub struct LogReader {
    tail: Arc<Mutex<Tail>>,
    position: watch::Receiver<Position>,
}

enum Page {
    Changes(Vec<Arc<[Change]>>),
    UpToDate,
    /// The log does not reach back that far.
    Older,
}

impl LogReader {
    fn read(&self, from: Revision) -> Page {
        let tail = lock(&self.tail);
        let Some(skip) = from.checked_sub(tail.floor) else { return Page::Older };
        let skip = usize::try_from(skip).unwrap_or(usize::MAX);
        let page: Vec<_> = tail.revisions.iter().skip(skip).take(PAGE).cloned().collect();
        if page.is_empty() { Page::UpToDate } else { Page::Changes(page) }
    }

    /// Every change after `from`, then each new one: the stream of `Store::watch`. `older` reads a page of changes in order
    /// from the store when the log does not reach back far enough, or says that they were compacted.
    pub fn follow<F, Fut>(self, from: Revision, older: F) -> BoxStream<'static, Result<Change, PortError>>
    where
        F: Fn(Revision) -> Fut + Send + 'static,
        Fut: Future<Output = Result<Vec<Change>, PortError>> + Send + 'static,
    {
        let rewinds = self.position.borrow().rewinds;
        let start =
            Follow { reader: self, rewinds, cursor: from, pending: Vec::new().into_iter(), older, ended: false };
        Box::pin(stream::unfold(start, Follow::step))
    }
}

struct Follow<F> {
    reader: LogReader,
    /// When the watch began.
    rewinds: u64,
    /// Everything up to this revision was yielded or is pending.
    cursor: Revision,
    pending: std::vec::IntoIter<Change>,
    older: F,
    ended: bool,
}

impl<F, Fut> Follow<F>
where
    F: Fn(Revision) -> Fut + Send + 'static,
    Fut: Future<Output = Result<Vec<Change>, PortError>> + Send + 'static,
{
    async fn step(mut self) -> Option<(Result<Change, PortError>, Self)> {
        loop {
            if let Some(change) = self.pending.next() {
                return Some((Ok(change), self));
            }
            if self.ended {
                return None;
            }
            if let Err(error) = self.refill().await {
                self.ended = true;
                return Some((Err(error), self));
            }
        }
    }

    async fn refill(&mut self) -> Result<(), PortError> {
        if self.reader.position.borrow().rewinds != self.rewinds {
            return Err(compacted(self.cursor));
        }
        let page = match self.reader.read(self.cursor) {
            Page::Changes(revisions) => revisions.iter().flat_map(|r| r.iter().cloned()).collect(),
            Page::Older => (self.older)(self.cursor).await?,
            Page::UpToDate => {
                let (cursor, rewinds) = (self.cursor, self.rewinds);
                let moved = |at: &Position| at.head > cursor || at.rewinds != rewinds;
                let newer = self.reader.position.wait_for(moved).await;
                return newer.map(|_| ()).map_err(|_| PortError::unavailable("store.watch", "the store was closed"));
            }
        };
        match page.last() {
            Some(last) => self.cursor = last.revision,
            // Going on would skip changes or spin.
            None => {
                let message = format!("the changes after revision {} are missing from the log", self.cursor);
                return Err(PortError::internal("store.watch", message));
            }
        }
        self.pending = page.into_iter();
        Ok(())
    }
}

/// The error that tells a watcher to list again.
#[must_use]
pub fn compacted(from: Revision) -> PortError {
    let message = format!("the changes after revision {from} are no longer kept");
    PortError::new(ErrorKind::Compacted, "store.watch", message)
        .with_hint("list again and watch from the listing's revision")
}

fn size(changes: &[Change]) -> usize {
    changes.iter().map(|c| c.key.name.len() + c.value.as_ref().map_or(0, |v| v.0.len())).sum()
}

/// The data is whole after every statement that can panic, so a poisoned lock is as good as any.
fn lock(tail: &Mutex<Tail>) -> MutexGuard<'_, Tail> {
    tail.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use futures_util::StreamExt as _;

    use super::*;
    use crate::port::{Key, Kind};

    fn change(revision: Revision) -> Vec<Change> {
        vec![Change { revision, key: Key::new(Kind::Node, "a"), value: None }]
    }

    #[tokio::test]
    async fn a_watch_ends_when_the_store_went_back_and_goes_on_when_it_went_ahead() {
        let log = ChangeLog::new(5, LogLimits { revisions: 10, bytes: 1000 });
        let watch = |from| log.reader().follow(from, |from| std::future::ready(Ok(change(from + 1))));
        let mut behind = watch(5);
        log.append(change(6));
        log.reset(8);
        let seen: Vec<_> = behind.by_ref().take(3).map(|c| c.map(|c| c.revision).ok()).collect().await;
        assert_eq!(seen, [Some(6), Some(7), Some(8)], "what the log lacks comes from the store");

        let mut waiting = watch(8);
        let (ended, ()) = tokio::join!(waiting.next(), async { log.reset(7) });
        for ended in [ended, behind.next().await] {
            assert_eq!(ended.map(|c| c.map_err(|e| e.kind())), Some(Err(ErrorKind::Compacted)));
        }
        let mut anew = watch(7);
        log.append(change(8));
        assert_eq!(anew.next().await.map(|c| c.map(|c| c.revision).ok()), Some(Some(8)));
    }
}
