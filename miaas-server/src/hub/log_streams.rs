//! The logs that are read over one session. What the agent sends faster than a reader takes it waits in memory up to a
//! limit, then slows the session down for a moment, and then ends that log with an error: one slow reader must not silence
//! a node.

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use miaas_core::{PortError, port::LogLine};
use tokio::sync::{Semaphore, mpsc};

/// How much of one log may wait, in KiB.
const WAITING_KIB: u32 = 16 * 1024;
/// How long the session waits for a reader that is behind.
const PATIENCE: Duration = Duration::from_secs(5);

/// Lines with the place that they take in `WAITING_KIB`, or why the log ends.
pub(super) type Batch = Result<(Vec<LogLine>, u32), PortError>;

#[derive(Debug, Clone)]
struct Writer {
    batches: mpsc::UnboundedSender<Batch>,
    room: Arc<Semaphore>,
}

/// The reading side of one log.
#[derive(Debug)]
pub(super) struct Reader {
    pub(super) batches: mpsc::UnboundedReceiver<Batch>,
    room: Arc<Semaphore>,
}

impl Reader {
    /// Says that lines were taken.
    pub(super) fn taken(&self, kib: u32) {
        self.room.add_permits(kib as usize);
    }
}

#[derive(Debug, Default)]
pub(super) struct LogStreams(Mutex<State>);

#[derive(Debug, Default)]
struct State {
    next: u64,
    closed: bool,
    open: BTreeMap<u64, Writer>,
}

impl LogStreams {
    /// A new log and its request number.
    pub(super) fn open(&self) -> Result<(u64, Reader), PortError> {
        let mut state = self.state();
        if state.closed {
            return Err(disconnected());
        }
        let (sender, batches) = mpsc::unbounded_channel();
        let room = Arc::new(Semaphore::new(WAITING_KIB as usize));
        let request = state.next;
        state.next += 1;
        state.open.insert(request, Writer { batches: sender, room: Arc::clone(&room) });
        Ok((request, Reader { batches, room }))
    }

    /// Forgets a log; true when it had not ended.
    pub(super) fn close(&self, request: u64) -> bool {
        self.state().open.remove(&request).is_some()
    }

    /// Hands lines to their reader. False when nobody reads them any more.
    pub(super) async fn deliver(&self, request: u64, lines: Vec<LogLine>) -> bool {
        let Some(writer) = self.state().open.get(&request).cloned() else { return false };
        let bytes: usize = lines.iter().map(|l| l.text.len() + 64).sum();
        let kib = u32::try_from(bytes.div_ceil(1024)).unwrap_or(u32::MAX).min(WAITING_KIB);
        match tokio::time::timeout(PATIENCE, writer.room.acquire_many(kib)).await {
            Ok(Ok(room)) => {
                room.forget();
                writer.batches.send(Ok((lines, kib))).is_ok()
            }
            Ok(Err(_)) | Err(_) => {
                let message = "the log comes faster than it is read";
                let error = PortError::unavailable("hub.logs", message).with_hint("ask for less with tail or since");
                self.end(request, Some(error));
                false
            }
        }
    }

    /// Ends a log, with an error or at the end of the output.
    pub(super) fn end(&self, request: u64, error: Option<PortError>) {
        let writer = self.state().open.remove(&request);
        if let (Some(writer), Some(error)) = (writer, error) {
            // When nobody reads any more there is nobody to tell.
            writer.batches.send(Err(error)).ok();
        }
    }

    /// Ends every log because the session is over.
    pub(super) fn close_all(&self) {
        let mut state = self.state();
        state.closed = true;
        for writer in std::mem::take(&mut state.open).into_values() {
            writer.batches.send(Err(disconnected())).ok();
        }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn disconnected() -> PortError {
    PortError::unavailable("hub.logs", "the node has disconnected").with_hint("ask again when it is back")
}
