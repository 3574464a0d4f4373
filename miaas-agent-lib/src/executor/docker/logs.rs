//! The output of a workload's containers as one stream.

mod line;

use std::{collections::BTreeMap, sync::Arc, time::Duration};

use bollard::query_parameters::LogsOptions;
use futures_util::{
    StreamExt as _,
    future::join_all,
    stream::{self, BoxStream},
};
use miaas_core::{
    ErrorKind, PortError,
    id::WorkloadId,
    port::{LogLine, LogOptions},
};
use tokio::sync::mpsc;

pub(super) use self::line::millis;
use self::line::{Assembler, Stamped};
use super::{engine::Engine, found::Found};

const OPERATION: &str = "executor.logs";
/// How soon a follower looks whether a container that has ended runs again.
const LOOK_AGAIN: Duration = Duration::from_millis(500);

type Sender = mpsc::Sender<Result<LogLine, PortError>>;

pub(super) fn logs(
    engine: Arc<Engine>,
    id: WorkloadId,
    options: LogOptions,
) -> BoxStream<'static, Result<LogLine, PortError>> {
    let (tx, rx) = mpsc::channel(64);
    let lines = stream::unfold(rx, |mut rx| async move { rx.recv().await.map(|line| (line, rx)) });
    // The producer runs inside the stream, so that dropping the stream ends everything.
    let producer = stream::once(async move {
        let log = Log { engine: &engine, id: &id, options: &options, tx: &tx };
        if let Err(error) = log.produce().await {
            // Nobody listens any more: nothing to tell.
            let _ = tx.send(Err(error)).await;
        }
    });
    stream::select(lines, producer.filter_map(async |()| None)).boxed()
}

struct Log<'a> {
    engine: &'a Engine,
    id: &'a WorkloadId,
    options: &'a LogOptions,
    tx: &'a Sender,
}

impl Log<'_> {
    async fn produce(&self) -> Result<(), PortError> {
        let found = self.find().await?;
        if found.is_empty() {
            let what = self.options.service.as_ref().map_or_else(String::new, |s| format!(", service {s}"));
            let message = format!("workload {}{what}: no container of it is here", self.id);
            return Err(PortError::new(ErrorKind::NotFound, OPERATION, message));
        }
        let mut last = BTreeMap::new();
        let nothing = self.options.tail == Some(0);
        if !nothing {
            self.backlog(&found, &mut last).await?;
        }
        if self.options.follow {
            let ends = join_all(found.iter().map(|f| self.follow(f, last.get(&f.id).cloned(), nothing))).await;
            ends.into_iter().collect::<Result<(), _>>()?;
        }
        Ok(())
    }

    async fn find(&self) -> Result<Vec<Found>, PortError> {
        let mut found = self.engine.containers(OPERATION, Some(self.id)).await?;
        found.retain(|f| self.options.service.as_ref().is_none_or(|s| *s == f.service));
        found.sort_by(|a, b| a.service.cmp(&b.service));
        Ok(found)
    }

    /// Sends what was written until now, oldest first over all containers; notes the last stamp of each.
    async fn backlog(&self, found: &[Found], last: &mut BTreeMap<String, String>) -> Result<(), PortError> {
        let tail = self.options.tail.map_or_else(|| "all".to_owned(), |n| n.to_string());
        let mut streams = Vec::new();
        for f in found {
            let mut lines = self.read(f, false, &tail, None).await?;
            let head = lines.next().await.transpose()?;
            streams.push((f, lines, head));
        }
        loop {
            let stamp = |head: &Option<Stamped>| head.as_ref().map(|h| h.stamp.clone());
            let next = streams.iter_mut().filter(|s| s.2.is_some()).min_by(|a, b| stamp(&a.2).cmp(&stamp(&b.2)));
            let Some((f, lines, head)) = next else { return Ok(()) };
            if let Some(line) = std::mem::replace(head, lines.next().await.transpose()?) {
                last.insert(f.id.clone(), line.stamp.clone());
                if !self.send(f, line).await {
                    return Ok(());
                }
            }
        }
    }

    /// Sends what is written from now on, also by the container that takes the place of this one. Ends with the workload.
    async fn follow(&self, found: &Found, mut last: Option<String>, only_new: bool) -> Result<(), PortError> {
        let mut found = found.clone();
        let mut tail = if only_new { "0" } else { "all" };
        loop {
            let mut lines = self.read(&found, true, tail, last.as_deref()).await?;
            tail = "all";
            while let Some(line) = lines.next().await.transpose()? {
                if last.as_ref().is_some_and(|last| line.stamp <= *last) {
                    continue;
                }
                last = Some(line.stamp.clone());
                if !self.send(&found, line).await {
                    return Ok(());
                }
            }
            loop {
                tokio::time::sleep(LOOK_AGAIN).await;
                let now = self.find().await?;
                if now.is_empty() {
                    return Ok(());
                }
                if let Some(again) =
                    now.into_iter().find(|f| f.service == found.service && (f.alive() || f.id != found.id))
                {
                    found = again;
                    break;
                }
            }
        }
    }

    async fn send(&self, found: &Found, line: Stamped) -> bool {
        self.tx.send(Ok(line.into_line(self.id, &found.service))).await.is_ok()
    }

    /// The lines of a container that are wanted, from the second of `after` on.
    async fn read(
        &self,
        found: &Found,
        follow: bool,
        tail: &str,
        after: Option<&str>,
    ) -> Result<BoxStream<'static, Result<Stamped, PortError>>, PortError> {
        let client = self.engine.client(OPERATION, &found.about()).await?;
        let since = self.options.since.map(|s| s.as_millis());
        let after = after.and_then(millis).max(since).unwrap_or_default();
        let options = LogsOptions {
            follow,
            stdout: true,
            stderr: true,
            timestamps: true,
            since: i32::try_from(after / 1000).unwrap_or(i32::MAX),
            tail: tail.to_owned(),
            ..LogsOptions::default()
        };
        let about = found.about();
        let socket = self.engine.options.socket.clone();
        let frames = client.logs(&found.id, Some(options)).boxed();
        let lines = frames.scan(Assembler::default(), |assembler, frame| {
            let lines = match frame {
                Ok(frame) => assembler.add(frame).map(Ok),
                Err(e) => Some(Err(e)),
            };
            std::future::ready(Some(lines))
        });
        // The engine selects by whole seconds.
        let late_enough = move |line: &Stamped| since.is_none_or(|s| line.millis().is_some_and(|at| at >= s));
        let wanted = lines.filter_map(move |line| {
            let line = line.filter(|l| l.as_ref().map_or(true, &late_enough));
            std::future::ready(line.map(|l| l.map_err(|e| super::error::port_error(OPERATION, &about, &socket, e))))
        });
        Ok(wanted.boxed())
    }
}
