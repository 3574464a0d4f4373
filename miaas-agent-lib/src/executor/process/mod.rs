//! Runs workloads as supervised local processes, for machines without a container engine.
//!
//! Each service runs under a small shell wrapper in a process group of its own and writes into files, so it runs on when the
//! agent ends; all that is needed to find it again is on the disk ([`layout`]). Services share the machine: there is no
//! isolation, and limits, users and mounts of the container world do not apply. `{volume:NAME}` in arguments and values of
//! the environment stands for the folder of a named volume.

mod command;
mod health;
mod keeper;
mod layout;
mod logs;
mod observe;
mod ports;
mod prepare;
mod procfs;
mod record;
mod start;
mod stop;

use std::{
    collections::BTreeMap,
    path::PathBuf,
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use async_trait::async_trait;
use futures_util::stream;
use miaas_core::{
    PortError,
    id::WorkloadId,
    model::{ExecutorKind, RenderedWorkload},
    port::{BoxStream, Capability, Clock, Executor, LogLine, LogOptions, Observed, Progress},
};
use tokio::{sync::watch, task::AbortHandle};

use self::{
    layout::{Layout, ServiceFiles},
    logs::RawWatch,
    record::{ServiceRun, WorkloadRecord},
};
use crate::fsutil::{blocking, io_error, make_private_dir};

/// Where programs are searched when a service sets no `PATH`.
const SEARCH_PATH: &str = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";
const PARALLEL_STARTS: usize = 16;

/// The executor of local processes. Dropping it ends nothing.
#[derive(Debug, Clone)]
pub struct ProcessExecutor {
    inner: Arc<Inner>,
}

#[derive(Debug)]
struct Inner {
    layout: Layout,
    search_path: String,
    clock: Arc<dyn Clock>,
    raw: Arc<RawWatch>,
    collector: AbortHandle,
    changes: watch::Sender<u64>,
    /// Health by run, while the run has a check.
    health: Mutex<BTreeMap<(ServiceFiles, String), Option<bool>>>,
    gates: Mutex<BTreeMap<WorkloadId, Arc<Gate>>>,
}

/// Lets one method at a time work on a workload.
#[derive(Debug, Default)]
struct Gate {
    turn: tokio::sync::Mutex<()>,
    /// How many wait to end the workload: a start that waits for a dependency gives way to them.
    ending: AtomicUsize,
}

impl Gate {
    async fn to_end(&self) -> tokio::sync::MutexGuard<'_, ()> {
        let _announced = Announced::new(&self.ending);
        self.turn.lock().await
    }
}

/// Counts while it lives, also when the future that holds it is dropped.
struct Announced<'a>(&'a AtomicUsize);

impl<'a> Announced<'a> {
    fn new(count: &'a AtomicUsize) -> Self {
        count.fetch_add(1, Ordering::SeqCst);
        Self(count)
    }
}

impl Drop for Announced<'_> {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::SeqCst);
    }
}

impl ProcessExecutor {
    /// The executor that keeps its workloads below `<state_dir>/process`, with what runs there already. Must be called in
    /// a tokio runtime.
    ///
    /// # Errors
    /// `Internal` when the folder cannot be made or read, or a record in it is damaged.
    pub fn open(state_dir: impl Into<PathBuf>, clock: Arc<dyn Clock>) -> Result<Self, PortError> {
        // Processes run in their own folders: a relative path would not mean the same there.
        let root = std::path::absolute(state_dir.into().join("process"))
            .map_err(|e| PortError::internal("process.open", "the state folder has no absolute path").with_source(e))?;
        make_private_dir(&root).map_err(|e| io_error("process.open", "make the folder", &root, e))?;
        let raw = Arc::new(RawWatch::new());
        let watched = Arc::clone(&raw);
        let collector = tokio::spawn(async move {
            loop {
                watched.collect_next().await;
            }
        });
        let inner = Arc::new(Inner {
            layout: Layout { root },
            search_path: SEARCH_PATH.to_owned(),
            clock,
            raw,
            collector: collector.abort_handle(),
            changes: watch::Sender::new(0),
            health: Mutex::default(),
            gates: Mutex::default(),
        });
        adopt(&inner)?;
        Ok(Self { inner })
    }
}

impl Drop for Inner {
    fn drop(&mut self) {
        self.collector.abort();
    }
}

/// Finishes what an earlier executor was cut off in, and watches over what it left running.
fn adopt(inner: &Arc<Inner>) -> Result<(), PortError> {
    remove_gone(inner)?;
    for (_, dir) in observe::workloads(inner)? {
        let Some(record) = WorkloadRecord::started(&dir)? else { continue };
        inner.raw.add(&dir);
        for (name, service) in &record.spec.services {
            let files = dir.service(name);
            let Some(run) = ServiceRun::look(&files)? else { continue };
            let Some(process) = run.process.filter(|_| run.running) else { continue };
            let mark = run.record.mark;
            tokio::spawn(keeper::keep_adopted(Arc::downgrade(inner), files.clone(), mark.clone(), process));
            let line = command::command_line(&inner.layout, &dir, &record.spec, service, &inner.search_path);
            if let (Some(check), Ok(line)) = (service.healthcheck.clone(), line) {
                inner.expect_health(&files, &mark);
                tokio::spawn(health::watch(Arc::downgrade(inner), files, mark, line, check));
            }
        }
    }
    Ok(())
}

/// Workloads whose removal was cut off.
fn remove_gone(inner: &Inner) -> Result<(), PortError> {
    let root = &inner.layout.root;
    let entries = std::fs::read_dir(root).map_err(|e| io_error("process.open", "list", root, e))?;
    for entry in entries.filter_map(Result::ok).filter(|e| e.file_name().to_string_lossy().starts_with(".gone-")) {
        let path = entry.path();
        std::fs::remove_dir_all(&path).map_err(|e| io_error("process.open", "remove", &path, e))?;
    }
    Ok(())
}

impl Inner {
    fn changed(&self) {
        self.changes.send_modify(|n| *n += 1);
    }

    fn all_health(&self) -> MutexGuard<'_, BTreeMap<(ServiceFiles, String), Option<bool>>> {
        self.health.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn health(&self, files: &ServiceFiles, mark: &str) -> Option<bool> {
        self.all_health().get(&(files.clone(), mark.to_owned())).copied().flatten()
    }

    /// A run has a health check from now on; what is known of earlier runs of the service is forgotten.
    fn expect_health(&self, files: &ServiceFiles, mark: &str) {
        let mut all = self.all_health();
        all.retain(|(f, _), _| f != files);
        all.insert((files.clone(), mark.to_owned()), None);
    }

    /// Takes a result; false when the run is over.
    fn set_health(&self, files: &ServiceFiles, mark: &str, health: Option<bool>) -> bool {
        let runs = ServiceRun::look(files).is_ok_and(|r| r.is_some_and(|r| r.running && r.record.mark == mark));
        let key = (files.clone(), mark.to_owned());
        let mut all = self.all_health();
        if !runs {
            all.remove(&key);
            return false;
        }
        let Some(known) = all.get_mut(&key) else { return false };
        if std::mem::replace(known, health) != health {
            drop(all);
            self.changed();
        }
        true
    }

    fn gate(&self, id: &WorkloadId) -> Arc<Gate> {
        let mut gates = self.gates.lock().unwrap_or_else(PoisonError::into_inner);
        gates.retain(|other, gate| other == id || Arc::strong_count(gate) > 1);
        Arc::clone(gates.entry(id.clone()).or_default())
    }
}

fn refuses(w: &RenderedWorkload) -> Option<String> {
    let (name, _) = w.spec.services.iter().find(|(_, s)| s.process.is_empty())?;
    Some(format!("service {name} has no command line for processes (x-process): it needs a container engine"))
}

#[async_trait]
impl Executor for ProcessExecutor {
    fn capability(&self) -> Capability {
        Capability { kind: ExecutorKind::Process, parallel_starts: PARALLEL_STARTS, refuses }
    }

    async fn observe(&self) -> Result<BTreeMap<WorkloadId, Observed>, PortError> {
        let inner = Arc::clone(&self.inner);
        blocking("process.observe", move || observe::observe(&inner)).await
    }

    async fn prepare(&self, workload: &RenderedWorkload, _: &dyn Progress) -> Result<(), PortError> {
        let gate = self.inner.gate(&workload.id);
        let _turn = gate.turn.lock().await;
        let (inner, workload) = (Arc::clone(&self.inner), workload.clone());
        blocking("process.prepare", move || prepare::prepare(&inner, &workload)).await
    }

    async fn start(&self, workload: &RenderedWorkload) -> Result<(), PortError> {
        let gate = self.inner.gate(&workload.id);
        let _turn = gate.turn.lock().await;
        start::start(&self.inner, &gate, workload).await
    }

    async fn stop(&self, id: &WorkloadId, grace: Duration) -> Result<(), PortError> {
        let gate = self.inner.gate(id);
        let _turn = gate.to_end().await;
        let dir = self.inner.layout.workload(id);
        match WorkloadRecord::started(&dir)? {
            Some(record) => stop::stop_services(&self.inner, &dir, &record, grace).await,
            None => Ok(()),
        }
    }

    async fn remove(&self, id: &WorkloadId) -> Result<(), PortError> {
        let gate = self.inner.gate(id);
        let _turn = gate.to_end().await;
        let dir = self.inner.layout.workload(id);
        if let Some(record) = WorkloadRecord::started(&dir)? {
            stop::stop_services(&self.inner, &dir, &record, stop::DEFAULT_GRACE).await?;
        } else if WorkloadRecord::prepared(&dir)?.is_none() {
            // Not there, or a folder that somebody else made.
            return Ok(());
        }
        let gone = self.inner.layout.gone(id);
        blocking("process.remove", move || {
            // Out of sight at once: a removal that is cut off is finished by the next executor.
            std::fs::rename(&dir.path, &gone).map_err(|e| io_error("process.remove", "remove", &dir.path, e))?;
            std::fs::remove_dir_all(&gone).map_err(|e| io_error("process.remove", "remove", &gone, e))
        })
        .await?;
        self.inner.changed();
        Ok(())
    }

    fn logs(&self, id: &WorkloadId, options: LogOptions) -> BoxStream<'static, Result<LogLine, PortError>> {
        logs::stream(&self.inner.layout, id, options)
    }

    fn changes(&self) -> BoxStream<'static, ()> {
        let receiver = self.inner.changes.subscribe();
        Box::pin(stream::unfold(receiver, |mut r| async move { r.changed().await.ok().map(|()| ((), r)) }))
    }
}
