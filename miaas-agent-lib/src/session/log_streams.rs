//! Output that the server asked for.

use std::{collections::BTreeMap, sync::Arc, time::Duration};

use futures_util::StreamExt as _;
use miaas_core::{
    PortError,
    engine::NodeLoop,
    id::WorkloadId,
    port::{BoxStream, LogLine, LogOptions},
    protocol::FromAgent,
};
use tokio::{
    sync::mpsc,
    task::AbortHandle,
    time::{Instant, timeout_at},
};

/// Lines in one message, at most.
const BATCH: usize = 100;
/// How long a line waits for others.
const LINGER: Duration = Duration::from_millis(50);
/// Streams at a time.
const MOST: usize = 64;
/// Messages that wait for the socket, over all streams: a slow server slows the reading of logs, nothing else.
const WAITING: usize = 8;

/// The log streams of one session. They end with it.
#[derive(Debug)]
pub(super) struct LogStreams {
    node_loop: Arc<NodeLoop>,
    running: BTreeMap<u64, AbortHandle>,
    sender: mpsc::Sender<FromAgent>,
    receiver: mpsc::Receiver<FromAgent>,
}

impl LogStreams {
    pub(super) fn new(node_loop: Arc<NodeLoop>) -> Self {
        let (sender, receiver) = mpsc::channel(WAITING);
        Self { node_loop, running: BTreeMap::new(), sender, receiver }
    }

    /// Begins a stream. A request number that runs already is replaced.
    pub(super) fn start(&mut self, request: u64, workload: &WorkloadId, options: LogOptions) {
        self.stop(request);
        self.running.retain(|_, task| !task.is_finished());
        let sender = self.sender.clone();
        let task = if self.running.len() >= MOST {
            let error = Some(format!("the node sends {MOST} logs already, which is the most it does at a time"));
            tokio::spawn(async move {
                // The session has ended: then nobody waits for the refusal.
                let _ = sender.send(FromAgent::LogEnd { request, error }).await;
            })
        } else {
            tokio::spawn(pump(self.node_loop.logs(workload, options), sender, request))
        };
        self.running.insert(request, task.abort_handle());
    }

    /// Ends a stream; one that is not there is no error.
    pub(super) fn stop(&mut self, request: u64) {
        if let Some(task) = self.running.remove(&request) {
            task.abort();
        }
    }

    /// The next message for the server. Waits for ever while no log is read.
    pub(super) async fn next(&mut self) -> FromAgent {
        match self.receiver.recv().await {
            Some(message) => message,
            // Cannot be: a sender is in `self`.
            None => std::future::pending().await,
        }
    }
}

impl Drop for LogStreams {
    fn drop(&mut self) {
        self.running.values().for_each(AbortHandle::abort);
    }
}

async fn pump(
    mut lines: BoxStream<'static, Result<LogLine, PortError>>,
    sender: mpsc::Sender<FromAgent>,
    request: u64,
) {
    let error = loop {
        let (batch, end) = next_batch(&mut lines).await;
        if !batch.is_empty() && sender.send(FromAgent::Log { request, lines: batch }).await.is_err() {
            return;
        }
        if let Some(end) = end {
            break end.map(|e| e.chain());
        }
    };
    // The session has ended: then nobody waits for the end.
    let _ = sender.send(FromAgent::LogEnd { request, error }).await;
}

/// Lines that come together, and the end of the stream when it was reached, with its error.
async fn next_batch(
    lines: &mut BoxStream<'static, Result<LogLine, PortError>>,
) -> (Vec<LogLine>, Option<Option<PortError>>) {
    let mut batch = Vec::new();
    let mut next = lines.next().await;
    let deadline = Instant::now() + LINGER;
    loop {
        match next {
            Some(Ok(line)) => batch.push(line),
            Some(Err(e)) => return (batch, Some(Some(e))),
            None => return (batch, Some(None)),
        }
        if batch.len() >= BATCH {
            return (batch, None);
        }
        match timeout_at(deadline, lines.next()).await {
            Ok(line) => next = line,
            Err(_) => return (batch, None),
        }
    }
}
