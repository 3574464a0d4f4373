//! The façade: every request ends in one method here. Methods change what is wanted in the store and return; the reconciler
//! makes the world match.

mod deployments;
mod direct;
mod dry_run;
mod events;
mod leases;
mod lookup;
mod nodes;
mod observe;
mod once;
mod reads;
mod reconcile;
mod refer;
mod relocate;
mod report;
mod revisions;
mod secrets;
mod spec;
mod stack_file;
mod stacks;
mod sync;
mod wait;

pub use stacks::StackServices;

use std::{
    collections::BTreeMap,
    fmt,
    sync::{Arc, Mutex, MutexGuard, PoisonError, RwLock, RwLockReadGuard},
    time::Duration,
};

use tokio::sync::{Notify, watch};

use super::{SystemClock, SystemIds, event_log::EventLog, observations::Observations};
use crate::{
    api::v1::Problem,
    fsm::node::Patience,
    id::{DeploymentId, WorkloadId},
    model::PullProgress,
    plan::Planner,
    port::{AgentLink, Clock, IdSource, Placer, Renderer, Store},
    time::Timestamp,
    world::World,
};

/// Everything that an orchestrator stands on.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Ports {
    /// Where the state lives.
    pub store: Arc<dyn Store>,
    /// The way to the agents.
    pub link: Arc<dyn AgentLink>,
    /// Decides where work runs.
    pub placer: Arc<dyn Placer>,
    /// Decides what runs.
    pub renderer: Arc<dyn Renderer>,
    /// Time.
    pub clock: Arc<dyn Clock>,
    /// New identifiers.
    pub ids: Arc<dyn IdSource>,
}

impl Ports {
    /// These ports with the clock of the machine and identifiers from it.
    #[must_use]
    pub fn new(
        store: Arc<dyn Store>,
        link: Arc<dyn AgentLink>,
        placer: Arc<dyn Placer>,
        renderer: Arc<dyn Renderer>,
    ) -> Self {
        Self { store, link, placer, renderer, clock: Arc::new(SystemClock), ids: Arc::new(SystemIds) }
    }

    /// With another clock.
    #[must_use]
    pub fn with_clock(mut self, clock: Arc<dyn Clock>) -> Self {
        self.clock = clock;
        self
    }

    /// With another source of identifiers.
    #[must_use]
    pub fn with_ids(mut self, ids: Arc<dyn IdSource>) -> Self {
        self.ids = ids;
        self
    }
}

/// How the engine behaves.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct EngineConfig {
    /// When silence of a node counts.
    pub patience: Patience,
    /// Time between two looks of the failure detector and two deliveries to a node that has not acknowledged.
    pub beat: Duration,
    /// Time after which everything is planned again, and nothing must be found to do; ten times as long while there always is
    /// something to do.
    pub replan: Duration,
    /// Time between two writes of observations.
    pub flush: Duration,
}

impl Default for EngineConfig {
    fn default() -> Self {
        Self {
            patience: Patience::default(),
            beat: Duration::from_secs(1),
            replan: Duration::from_secs(30),
            flush: Duration::from_secs(10),
        }
    }
}

/// An orchestrator. Any number of them can live in one process.
pub struct Orchestrator {
    ports: Ports,
    config: EngineConfig,
    world: RwLock<World>,
    seen: Mutex<Observations>,
    notes: Mutex<Notes>,
    events: Mutex<EventLog>,
    event_cursor: watch::Sender<u64>,
    pump: tokio::sync::Mutex<sync::Pump>,
    planning: tokio::sync::Mutex<Planner>,
    wake: Notify,
}

/// What is derived and kept in memory only.
#[derive(Debug, Default)]
struct Notes {
    /// Problems of the last plan.
    problems: BTreeMap<DeploymentId, Vec<Problem>>,
    /// When to plan again although nothing will have changed.
    wake: Option<Timestamp>,
    /// When requests were last forgotten.
    pruned_at: Option<Timestamp>,
    /// Progress of pulls, too fleeting for the store.
    progress: BTreeMap<WorkloadId, PullProgress>,
}

impl fmt::Debug for Orchestrator {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Orchestrator").field("config", &self.config).finish_non_exhaustive()
    }
}

impl Orchestrator {
    /// Now, by the clock of the orchestrator.
    #[must_use]
    pub fn now(&self) -> Timestamp {
        self.ports.clock.now()
    }

    /// The store, for objects that the engine does not know (tokens, keys).
    #[must_use]
    pub fn store(&self) -> &Arc<dyn Store> {
        &self.ports.store
    }

    /// Its clock.
    #[must_use]
    pub fn clock(&self) -> &Arc<dyn Clock> {
        &self.ports.clock
    }

    /// Source of new identifiers.
    #[must_use]
    pub fn ids(&self) -> &dyn IdSource {
        &*self.ports.ids
    }

    // A panic while one of these is held leaves maps of whole values, so a poisoned lock is as good as any.
    fn world(&self) -> RwLockReadGuard<'_, World> {
        self.world.read().unwrap_or_else(PoisonError::into_inner)
    }

    fn seen(&self) -> MutexGuard<'_, Observations> {
        self.seen.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn notes(&self) -> MutexGuard<'_, Notes> {
        self.notes.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn events_log(&self) -> MutexGuard<'_, EventLog> {
        self.events.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
