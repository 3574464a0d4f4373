//! Runs workloads as supervised local processes, for machines without a container engine.
//!
//! Each service runs under a small shell wrapper in a process group of its own and writes into files, so it runs on when the
//! agent ends; all that is needed to find it again is on the disk (see `layout`). Services share the machine: there is no
//! isolation, limits do not apply, and what only a container can have is refused (see `refuse`). `{volume:NAME}` in arguments and values of
//! the environment stands for the folder of a named volume.

mod adopt;
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
mod refuse;
mod shared;
mod start;
mod stop;

use std::{
    collections::BTreeMap,
    path::PathBuf,
    sync::{Arc, Mutex},
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
use tokio::sync::watch;

use self::{
    layout::Layout,
    logs::RawWatch,
    record::WorkloadRecord,
    shared::{Gate, Inner},
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
        adopt::adopt(&inner)?;
        Ok(Self { inner })
    }
}

#[async_trait]
impl Executor for ProcessExecutor {
    fn capability(&self) -> Capability {
        Capability { kind: ExecutorKind::Process, parallel_starts: PARALLEL_STARTS, refuses: refuse::refuses }
    }

    async fn observe(&self) -> Result<BTreeMap<WorkloadId, Observed>, PortError> {
        let inner = Arc::clone(&self.inner);
        blocking("process.observe", move || observe::observe(&inner)).await
    }

    async fn pull(&self, _: &WorkloadId, _: &[String], _: &dyn Progress) -> Result<(), PortError> {
        Ok(())
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
            Some(record) => stop::stop_services(&self.inner, &dir, &record, grace, |_| true).await,
            None => Ok(()),
        }
    }

    async fn remove(&self, id: &WorkloadId) -> Result<(), PortError> {
        let gate = self.inner.gate(id);
        let _turn = gate.to_end().await;
        let dir = self.inner.layout.workload(id);
        if let Some(record) = WorkloadRecord::started(&dir)? {
            stop::stop_services(&self.inner, &dir, &record, stop::DEFAULT_GRACE, |_| true).await?;
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
