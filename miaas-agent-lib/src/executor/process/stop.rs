//! Ends services: the stop signal, the grace, then the kill of the whole group.

use std::{sync::Arc, time::Duration};

use miaas_core::{ErrorKind, PortError};
use rustix::process::Signal;
use tokio::time::Instant;

use super::{
    Inner,
    layout::{ServiceFiles, WorkloadDir},
    logs::collect,
    procfs,
    record::{ServiceRun, WorkloadRecord, keep_exit_code},
};
use crate::fsutil::{blocking, io_error};

/// Grace of a service that names none.
pub(super) const DEFAULT_GRACE: Duration = Duration::from_secs(10);
const LOOK_EVERY: Duration = Duration::from_millis(10);
/// A killed process that is still there after this waits in the kernel, usually for a disk.
const KILL_LIMIT: Duration = Duration::from_secs(20);
/// 128 and SIGKILL, as a shell counts.
const KILLED: i64 = 137;

/// Ends the services that are `meant`, those first on which no other depends. `grace` is for all of them together.
pub(super) async fn stop_services(
    inner: &Arc<Inner>,
    dir: &WorkloadDir,
    record: &WorkloadRecord,
    grace: Duration,
    meant: impl Fn(&str) -> bool,
) -> Result<(), PortError> {
    let deadline = Instant::now() + grace;
    // What was started has an order; if the record says otherwise all end at once.
    let levels =
        record.spec.start_levels().unwrap_or_else(|_| vec![record.spec.services.keys().map(String::as_str).collect()]);
    for level in levels.into_iter().rev() {
        let stops = level.into_iter().filter(|name| meant(name)).map(|name| {
            let service = &record.spec.services[name];
            let own = service.stop_grace.map_or(deadline, |g| deadline.min(Instant::now() + g.duration()));
            let signal = service.stop_signal.as_deref().and_then(procfs::signal).unwrap_or(Signal::TERM);
            stop_service(dir.service(name), signal, own)
        });
        futures_util::future::try_join_all(stops).await?;
    }
    inner.changed();
    Ok(())
}

async fn stop_service(files: ServiceFiles, signal: Signal, deadline: Instant) -> Result<(), PortError> {
    let Some(mut run) = ServiceRun::look(&files)? else { return Ok(()) };
    if !run.record.stopped {
        run.record.stopped = true;
        run.record.write(&files)?;
    }
    if let Some(process) = run.process.filter(|_| run.running) {
        process.signal_service(signal);
        while process.lives() && Instant::now() < deadline {
            tokio::time::sleep(LOOK_EVERY).await;
        }
        process.signal_group(Signal::KILL);
        let killed_at = Instant::now();
        while process.lives() {
            if killed_at.elapsed() > KILL_LIMIT {
                let text =
                    format!("service {} (process {}) does not end, although it was killed", files.name, process.pid);
                return Err(PortError::new(ErrorKind::Timeout, "process.stop", text));
            }
            tokio::time::sleep(LOOK_EVERY).await;
        }
    }
    blocking("process.stop", move || {
        run.kill_leftovers();
        let fail = |e| io_error("process.stop", "record the end in", files.folder(), e);
        if run.running {
            // The wrapper wrote the true code before it ended; what was killed with it left none.
            keep_exit_code(&files, KILLED).map_err(fail)?;
        }
        collect(&files, true).map_err(fail)
    })
    .await
}
