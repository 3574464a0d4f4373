//! What the parts of the executor share.

use std::{
    collections::BTreeMap,
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicUsize, Ordering},
    },
};

use miaas_core::{id::WorkloadId, port::Clock};
use tokio::{sync::watch, task::AbortHandle};

use super::{
    layout::{Layout, ServiceFiles},
    logs::RawWatch,
    record::ServiceRun,
};

#[derive(Debug)]
pub(super) struct Inner {
    pub(super) layout: Layout,
    pub(super) search_path: String,
    pub(super) clock: Arc<dyn Clock>,
    pub(super) raw: Arc<RawWatch>,
    pub(super) collector: AbortHandle,
    pub(super) changes: watch::Sender<u64>,
    /// Health by run, while the run has a check.
    pub(super) health: Mutex<BTreeMap<(ServiceFiles, String), Option<bool>>>,
    pub(super) gates: Mutex<BTreeMap<WorkloadId, Arc<Gate>>>,
}

impl Drop for Inner {
    fn drop(&mut self) {
        self.collector.abort();
    }
}

impl Inner {
    pub(super) fn changed(&self) {
        self.changes.send_modify(|n| *n += 1);
    }

    fn all_health(&self) -> MutexGuard<'_, BTreeMap<(ServiceFiles, String), Option<bool>>> {
        self.health.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn health(&self, files: &ServiceFiles, mark: &str) -> Option<bool> {
        self.all_health().get(&(files.clone(), mark.to_owned())).copied().flatten()
    }

    /// A run has a health check from now on; what is known of earlier runs of the service is forgotten.
    pub(super) fn expect_health(&self, files: &ServiceFiles, mark: &str) {
        let mut all = self.all_health();
        all.retain(|(f, _), _| f != files);
        all.insert((files.clone(), mark.to_owned()), None);
    }

    /// Takes a result; false when the run is over.
    pub(super) fn set_health(&self, files: &ServiceFiles, mark: &str, health: Option<bool>) -> bool {
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

    pub(super) fn gate(&self, id: &WorkloadId) -> Arc<Gate> {
        let mut gates = self.gates.lock().unwrap_or_else(PoisonError::into_inner);
        gates.retain(|other, gate| other == id || Arc::strong_count(gate) > 1);
        Arc::clone(gates.entry(id.clone()).or_default())
    }
}

/// Lets one method at a time work on a workload.
#[derive(Debug, Default)]
pub(super) struct Gate {
    pub(super) turn: tokio::sync::Mutex<()>,
    /// How many wait to end the workload: a start that waits for a dependency gives way to them.
    pub(super) ending: AtomicUsize,
}

impl Gate {
    pub(super) async fn to_end(&self) -> tokio::sync::MutexGuard<'_, ()> {
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
