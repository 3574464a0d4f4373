//! The stream behind `Executor::logs`.

use std::{collections::BTreeMap, time::Duration};

use futures_util::stream;
use miaas_core::{
    ErrorKind, PortError,
    id::WorkloadId,
    port::{BoxStream, LogLine, LogOptions},
};
use tokio::sync::mpsc;

use super::{
    super::{
        layout::{Layout, WorkloadDir},
        record::{ServiceRun, WorkloadRecord},
    },
    collect::collect,
    read::{Cursor, history, log_line, merge},
};
use crate::fsutil::{blocking, io_error};

const LOOK_EVERY: Duration = Duration::from_millis(100);
/// Lines that wait for a slow reader; the files keep the rest.
const WAITING: usize = 256;

type Sender = mpsc::Sender<Result<LogLine, PortError>>;

/// The lines of a workload; with `follow`, until it is removed.
pub(in super::super) fn stream(
    layout: &Layout,
    id: &WorkloadId,
    options: LogOptions,
) -> BoxStream<'static, Result<LogLine, PortError>> {
    let (sender, receiver) = mpsc::channel(WAITING);
    let (dir, id) = (layout.workload(id), id.clone());
    tokio::spawn(async move {
        if let Err(e) = send_all(&dir, &id, options, &sender).await {
            // Nobody listens any more: then nobody misses the error.
            let _ = sender.send(Err(e)).await;
        }
    });
    Box::pin(stream::unfold(receiver, |mut r| async move { Some((r.recv().await?, r)) }))
}

async fn send_all(dir: &WorkloadDir, id: &WorkloadId, options: LogOptions, sender: &Sender) -> Result<(), PortError> {
    let (work, follow) = ((dir.clone(), id.clone(), options.clone(), sender.clone()), options.follow);
    let mut cursors = blocking("process.logs", move || {
        let (dir, id, options, sender) = work;
        send_history(&dir, &id, &options, &sender)
    })
    .await?;
    while follow && !sender.is_closed() {
        tokio::time::sleep(LOOK_EVERY).await;
        let (dir_, id_, only) = (dir.clone(), id.clone(), options.service.clone());
        let (lines, back, gone) = blocking("process.logs", move || news(&dir_, &id_, only.as_deref(), cursors)).await?;
        cursors = back;
        for line in lines {
            if sender.send(Ok(line)).await.is_err() {
                return Ok(());
            }
        }
        if gone {
            return Ok(());
        }
    }
    Ok(())
}

type Cursors = BTreeMap<String, Cursor>;

fn send_history(
    dir: &WorkloadDir,
    id: &WorkloadId,
    options: &LogOptions,
    sender: &Sender,
) -> Result<Cursors, PortError> {
    let record = WorkloadRecord::started(dir)?.or(WorkloadRecord::prepared(dir)?);
    let Some(record) = record else { return Err(PortError::not_found("process.logs", format!("workload {id}"))) };
    if let Some(wanted) = options.service.as_deref().filter(|s| !record.spec.services.contains_key(*s)) {
        let names: Vec<&str> = record.spec.services.keys().map(String::as_str).collect();
        return Err(PortError::not_found("process.logs", format!("service {wanted} of workload {id}"))
            .with_hint(format!("its services are: {}", names.join(", "))));
    }
    let (mut services, mut cursors) = (Vec::new(), BTreeMap::new());
    for name in chosen(&record, options.service.as_deref()) {
        take_new(dir, &name)?;
        let files = dir.service(&name);
        let (lines, cursor) =
            history(&files, options).map_err(|e| io_error("process.logs", "read the log", &files.log(), e))?;
        services.push((name.clone(), lines));
        cursors.insert(name, cursor);
    }
    for line in merge(id, services) {
        if sender.blocking_send(Ok(line)).is_err() {
            break;
        }
    }
    Ok(cursors)
}

/// What was written since, also by services that came meanwhile, and whether the workload is gone.
fn news(
    dir: &WorkloadDir,
    id: &WorkloadId,
    only: Option<&str>,
    mut cursors: Cursors,
) -> Result<(Vec<LogLine>, Cursors, bool), PortError> {
    if !dir.path.exists() {
        return Ok((Vec::new(), cursors, true));
    }
    let mut lines = Vec::new();
    for name in WorkloadRecord::started(dir)?.map(|r| chosen(&r, only)).unwrap_or_default() {
        take_new(dir, &name)?;
        let files = dir.service(&name);
        let fail = |e| io_error("process.logs", "read the log", &files.log(), e);
        let cursor = cursors.entry(name.clone()).or_insert_with(|| Cursor::at_start(&files));
        lines.extend(cursor.next().map_err(fail)?.into_iter().map(|l| log_line(id, &name, l)));
    }
    lines.sort_by_key(|l| l.at);
    Ok((lines, cursors, false))
}

fn chosen(record: &WorkloadRecord, only: Option<&str>) -> Vec<String> {
    record.spec.services.keys().filter(|name| only.is_none_or(|o| o == *name)).cloned().collect()
}

fn take_new(dir: &WorkloadDir, name: &str) -> Result<(), PortError> {
    let files = dir.service(name);
    let ended = ServiceRun::look(&files)?.is_none_or(|run| !run.running);
    collect(&files, ended).map_err(|e| {
        PortError::new(ErrorKind::Internal, "process.logs", format!("cannot take the output of service {name}"))
            .with_source(e)
    })
}
