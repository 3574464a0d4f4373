//! One session as the rest of the server sees it, without its socket.

use std::sync::Arc;

use futures_util::{StreamExt as _, stream};
use miaas_core::{
    PortError,
    id::{NodeId, WorkloadId},
    port::{BoxStream, LogLine, LogOptions},
    protocol::FromServer,
};
use tokio::sync::watch;

use super::{
    close::CloseReason,
    log_streams::{LogStreams, Reader},
    outbox::Outbox,
};

#[derive(Debug)]
pub(super) struct Session {
    node: NodeId,
    serial: u64,
    outbox: Outbox,
    logs: LogStreams,
    end: watch::Sender<Option<CloseReason>>,
}

impl Session {
    pub(super) fn new(node: NodeId, serial: u64) -> Self {
        Self { node, serial, outbox: Outbox::default(), logs: LogStreams::default(), end: watch::Sender::new(None) }
    }

    pub(super) const fn node(&self) -> &NodeId {
        &self.node
    }

    pub(super) const fn serial(&self) -> u64 {
        self.serial
    }

    pub(super) const fn outbox(&self) -> &Outbox {
        &self.outbox
    }

    /// Asks the socket to close. The first reason counts.
    pub(super) fn end(&self, reason: CloseReason) {
        self.end.send_if_modified(|end| end.is_none() && end.replace(reason).is_none());
    }

    /// Waits until somebody asks for the end.
    pub(super) async fn ended(&self) -> CloseReason {
        let mut end = self.end.subscribe();
        match end.wait_for(Option::is_some).await {
            Ok(reason) => reason.clone().unwrap_or(CloseReason::GoingAway),
            // Cannot be: the sender is in `self`.
            Err(_) => CloseReason::GoingAway,
        }
    }

    /// Asks the agent for the output of a workload. Dropping the stream tells the agent to stop.
    pub(super) fn logs(
        self: &Arc<Self>,
        workload: &WorkloadId,
        options: LogOptions,
    ) -> Result<BoxStream<'static, Result<LogLine, PortError>>, PortError> {
        let (request, reader) = self.logs.open()?;
        let open = OpenLog { session: Arc::clone(self), request, reader };
        self.outbox.push(FromServer::LogStart { request, workload: workload.clone(), options })?;
        let batches = stream::unfold(open, |mut open| async move {
            let batch = open.reader.batches.recv().await?;
            let lines = match batch {
                Ok((lines, kib)) => {
                    open.reader.taken(kib);
                    lines.into_iter().map(Ok).collect()
                }
                Err(error) => vec![Err(error)],
            };
            Some((stream::iter(lines), open))
        });
        Ok(batches.flatten().boxed())
    }

    pub(super) async fn log_lines(&self, request: u64, lines: Vec<LogLine>) {
        if !self.logs.deliver(request, lines).await {
            self.stop_log(request);
        }
    }

    pub(super) fn log_end(&self, request: u64, error: Option<String>) {
        self.logs.end(request, error.map(|e| PortError::unavailable("hub.logs", e)));
    }

    pub(super) fn close_logs(&self) {
        self.logs.close_all();
    }

    fn stop_log(&self, request: u64) {
        // A stop is always taken; see `Outbox::push`.
        self.outbox.push(FromServer::LogStop { request }).ok();
    }
}

/// Tells the agent when nobody reads a log any more.
struct OpenLog {
    session: Arc<Session>,
    request: u64,
    reader: Reader,
}

impl Drop for OpenLog {
    fn drop(&mut self) {
        if self.session.logs.close(self.request) {
            self.session.stop_log(self.request);
        }
    }
}
