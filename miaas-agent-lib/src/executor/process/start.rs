//! Starts the services of a workload in the order of their dependencies.

use std::{
    sync::{Arc, atomic::Ordering},
    time::Duration,
};

use miaas_core::{
    ErrorKind, PortError,
    hash::ContentHash,
    model::{DependsOn, RenderedWorkload},
};
use tokio::time::Instant;

use super::{
    Gate, Inner,
    command::command_line,
    health, keeper,
    layout::{ServiceFiles, WorkloadDir},
    logs::{collect, reset},
    ports::check_free,
    procfs::{boot_id, random_id},
    record::{RunRecord, ServiceRun, WorkloadRecord, forget_run},
    stop::{DEFAULT_GRACE, stop_services},
};
use crate::fsutil::{blocking, io_error, make_private_dir, remove_if_there};

/// How long a start waits for a dependency before it gives up for now; the next start waits on.
const DEPENDENCY_LIMIT: Duration = Duration::from_secs(120);
const LOOK_EVERY: Duration = Duration::from_millis(20);

/// Makes the workload run.
pub(super) async fn start(inner: &Arc<Inner>, gate: &Gate, w: &RenderedWorkload) -> Result<(), PortError> {
    let dir = inner.layout.workload(&w.id);
    for folder in dir.folders() {
        make_private_dir(&folder).map_err(|e| io_error("process.start", "make the folder", &folder, e))?;
    }
    replace_old(inner, &dir, w).await?;
    let hashes = WorkloadRecord::of(w).service_hashes();
    inner.raw.add(&dir);
    let levels = w.spec.start_levels().map_err(|e| {
        PortError::new(ErrorKind::Invalid, "process.start", format!("workload {}: {e}", w.id)).with_source(e)
    })?;
    for name in levels.into_iter().flatten() {
        let service = &w.spec.services[name];
        let files = dir.service(name);
        let before = ServiceRun::look(&files)?;
        if before.as_ref().is_some_and(|run| run.is_settled(service.restart)) {
            continue;
        }
        wait_for_dependencies(inner, gate, w, name).await?;
        let hash = hashes.get(name).unwrap_or(&w.hash);
        start_service(inner, &dir, w, name, hash, before).await?;
    }
    inner.changed();
    Ok(())
}

/// Ends the services that run under another hash or are gone, and what follows them, and writes down what is to run from
/// now on.
async fn replace_old(inner: &Arc<Inner>, dir: &WorkloadDir, w: &RenderedWorkload) -> Result<(), PortError> {
    let new = WorkloadRecord::of(w);
    let old = WorkloadRecord::started(dir)?;
    if old.as_ref() == Some(&new) {
        return Ok(());
    }
    if let Some(old) = old.filter(|old| old.hash != new.hash) {
        let (is, wanted) = (old.service_hashes(), new.service_hashes());
        let stays = |name: &str| wanted.contains_key(name) && wanted.get(name) == is.get(name);
        let follows = |name: &str| old.spec.services[name].follows.iter().any(|followed| !stays(followed));
        stop_services(inner, dir, &old, DEFAULT_GRACE, |name| !stays(name) || follows(name)).await?;
        for name in old.spec.services.keys().filter(|name| !stays(name)) {
            let files = dir.service(name);
            forget_run(&files).map_err(|e| io_error("process.start", "forget the old run in", files.folder(), e))?;
            // As with a new container: what replaces begins with empty output.
            for path in [files.log(), files.old_log(), files.position(), files.out(), files.err()] {
                remove_if_there(&path).map_err(|e| io_error("process.start", "remove", &path, e))?;
            }
        }
    }
    new.write(&dir.record())
}

async fn start_service(
    inner: &Arc<Inner>,
    dir: &WorkloadDir,
    w: &RenderedWorkload,
    name: &str,
    hash: &ContentHash,
    before: Option<ServiceRun>,
) -> Result<(), PortError> {
    let service = &w.spec.services[name];
    let files = dir.service(name);
    let fail = |why: String| {
        PortError::new(ErrorKind::Invalid, "process.start", format!("workload {}, service {name}: {why}", w.id))
    };
    let line = command_line(&inner.layout, dir, &w.spec, service, &inner.search_path).map_err(fail)?;
    let run = RunRecord {
        mark: random_id().map_err(|e| PortError::internal("process.start", "no random identity").with_source(e))?,
        boot: boot_id(),
        hash: hash.clone(),
        restarts: before.as_ref().filter(|b| !b.record.stopped).map_or(0, |b| b.record.restarts.saturating_add(1)),
        stopped: false,
        started_at: inner.clock.now().as_millis(),
    };
    clear_away(&files, &run, before).await?;
    for port in &service.ports {
        check_free(port, &w.id, name)?;
    }
    let child = line.spawn(&files, &run, w.id.as_str()).map_err(|e| {
        PortError::new(
            ErrorKind::Unavailable,
            "process.start",
            format!("workload {}, service {name}: cannot be started", w.id),
        )
        .with_source(e)
    })?;
    tokio::spawn(keeper::keep_child(Arc::downgrade(inner), files.clone(), run.mark.clone(), child));
    until_noted(&files, w, name).await?;
    if let Some(check) = service.healthcheck.clone() {
        inner.expect_health(&files, &run.mark);
        tokio::spawn(health::watch(Arc::downgrade(inner), files, run.mark, line, check));
    }
    Ok(())
}

/// Nothing of an earlier run may be left, and the new one is written down before it begins.
async fn clear_away(files: &ServiceFiles, run: &RunRecord, before: Option<ServiceRun>) -> Result<(), PortError> {
    let (files, run) = (files.clone(), run.clone());
    blocking("process.start", move || {
        if let Some(before) = before {
            before.kill_leftovers();
        }
        let fail = |e| io_error("process.start", "make ready", files.folder(), e);
        collect(&files, true).and_then(|()| reset(&files)).and_then(|()| forget_run(&files)).map_err(fail)?;
        run.write(&files)
    })
    .await
}

/// Waits until the wrapper has written who it is: from then on the next agent finds it.
async fn until_noted(files: &ServiceFiles, w: &RenderedWorkload, name: &str) -> Result<(), PortError> {
    let begun = Instant::now();
    while begun.elapsed() < Duration::from_secs(10) {
        if ServiceRun::look(files)?.is_some_and(|run| run.process.is_some() || run.exit_code.is_some()) {
            return Ok(());
        }
        tokio::time::sleep(Duration::from_millis(2)).await;
    }
    let text = format!("workload {}, service {name}: the process did not begin in 10 s", w.id);
    Err(PortError::new(ErrorKind::Timeout, "process.start", text))
}

async fn wait_for_dependencies(
    inner: &Arc<Inner>,
    gate: &Gate,
    w: &RenderedWorkload,
    name: &str,
) -> Result<(), PortError> {
    let begun = Instant::now();
    for (on, condition) in &w.spec.services[name].depends_on {
        let fail = |kind, why: String| {
            let text = format!("workload {}, service {name}: depends on {on}, {why}", w.id);
            Err(PortError::new(kind, "process.start", text))
        };
        let files = inner.layout.workload(&w.id).service(on);
        let checked = w.spec.services.get(on).is_some_and(|s| s.healthcheck.is_some());
        loop {
            let Some(run) = ServiceRun::look(&files)? else {
                return fail(ErrorKind::Internal, "which was not started".into());
            };
            match met(*condition, &run, checked, inner.health(&files, &run.record.mark)) {
                Met::Yes => break,
                Met::Never(why) => return fail(ErrorKind::Unavailable, why),
                Met::NotYet if gate.ending.load(Ordering::SeqCst) > 0 => {
                    return fail(ErrorKind::Conflict, "and the workload is to end meanwhile".into());
                }
                Met::NotYet if begun.elapsed() > DEPENDENCY_LIMIT => {
                    return fail(
                        ErrorKind::Timeout,
                        format!("which is not ready after {} s", DEPENDENCY_LIMIT.as_secs()),
                    );
                }
                Met::NotYet => tokio::time::sleep(LOOK_EVERY).await,
            }
        }
    }
    Ok(())
}

/// Whether a dependency is met.
#[derive(Debug, PartialEq, Eq)]
enum Met {
    Yes,
    NotYet,
    Never(String),
}

fn met(condition: DependsOn, run: &ServiceRun, checked: bool, health: Option<bool>) -> Met {
    let code = run.exit_code.map_or_else(|| "an unknown exit code".to_owned(), |c| format!("exit code {c}"));
    match condition {
        DependsOn::ServiceStarted => Met::Yes,
        DependsOn::ServiceCompletedSuccessfully if run.exit_code == Some(0) => Met::Yes,
        DependsOn::ServiceCompletedSuccessfully if run.running => Met::NotYet,
        DependsOn::ServiceHealthy if run.running && (!checked || health == Some(true)) => Met::Yes,
        DependsOn::ServiceHealthy if run.running && health == Some(false) => Met::Never("which is not healthy".into()),
        DependsOn::ServiceHealthy if run.running => Met::NotYet,
        DependsOn::ServiceHealthy | DependsOn::ServiceCompletedSuccessfully => {
            Met::Never(format!("which ended with {code}"))
        }
    }
}
