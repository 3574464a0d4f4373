//! Watches over running services: takes their exit, their last output, and tells that something changed.

use std::{os::unix::process::ExitStatusExt as _, process::ExitStatus, sync::Weak, time::Duration};

use rustix::process::{Pid, PidfdFlags};
use tokio::process::Child;

use super::{
    Inner,
    layout::ServiceFiles,
    logs::collect,
    procfs::ProcessId,
    record::{ServiceRun, keep_exit_code},
};
use crate::fsutil::{async_fd, blocking};

/// Waits for a child of this process. Also when the executor is gone, so that its exit code is kept.
pub(super) async fn keep_child(inner: Weak<Inner>, files: ServiceFiles, mark: String, mut child: Child) {
    let code = match child.wait().await {
        Ok(status) => Some(exit_code(status)),
        Err(e) => {
            tracing::error!(service = %files.name, error = %e, "the end of a process could not be waited for");
            None
        }
    };
    ended(&inner, files, mark, code).await;
}

/// Waits for a process that an earlier agent started.
pub(super) async fn keep_adopted(inner: Weak<Inner>, files: ServiceFiles, mark: String, process: ProcessId) {
    const LOOK_EVERY: Duration = Duration::from_secs(1);
    let watched = Pid::from_raw(process.pid)
        .and_then(|pid| rustix::process::pidfd_open(pid, PidfdFlags::NONBLOCK).ok())
        .and_then(|fd| async_fd(fd).ok());
    // The id may have been given to another process before the descriptor was opened: the first look decides.
    while process.lives() {
        match &watched {
            Some(fd) => {
                let _ = tokio::time::timeout(LOOK_EVERY * 60, fd.readable()).await;
            }
            None => tokio::time::sleep(LOOK_EVERY).await,
        }
        if inner.strong_count() == 0 {
            return;
        }
        if process.lives() && watched.is_some() {
            // Readable, but not yet gone from the process table.
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    }
    // How it ended was seen by its wrapper, or by nobody.
    ended(&inner, files, mark, None).await;
}

/// What is left to do after a run: nothing of it stays, its output is taken, its exit code kept.
async fn ended(inner: &Weak<Inner>, files: ServiceFiles, mark: String, code: Option<i64>) {
    let done = blocking("process.ended", move || {
        // A newer run of the service may own the files by now.
        let Some(run) = ServiceRun::look(&files)?.filter(|r| r.record.mark == mark) else { return Ok(()) };
        run.kill_leftovers();
        let kept = code.map_or(Ok(()), |c| keep_exit_code(&files, c));
        if let Err(e) = kept.and_then(|()| collect(&files, true)) {
            tracing::warn!(service = %files.name, error = %e, "the end of a process could not be recorded");
        }
        Ok(())
    });
    if let Err(e) = done.await {
        tracing::warn!(error = %e.chain(), "the end of a process could not be recorded");
    }
    if let Some(inner) = inner.upgrade() {
        inner.changed();
    }
}

/// As a shell counts: 128 and the signal for what a signal ended.
fn exit_code(status: ExitStatus) -> i64 {
    status.code().map_or_else(|| 128 + i64::from(status.signal().unwrap_or(0)), i64::from)
}
