//! Keeps the view in step with the store: own commits are applied at once, those of others by watching.

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex, PoisonError, RwLock},
};

use futures_util::{FutureExt as _, StreamExt as _};
use tokio::sync::{Notify, watch};

use super::{EngineConfig, Notes, Orchestrator, Ports};
use crate::{
    engine::event_log::EventLog,
    error::{ErrorKind, PortError},
    id::NodeId,
    model::{Event, Facts, Observation},
    port::{BoxStream, Change, Kind, Op, Revision, StoreExt as _, Stored as _, Write},
    world::{VIEWED, World},
};

/// The watch of the store.
pub(super) type Pump = BoxStream<'static, Result<Change, PortError>>;

/// Of a change; 0 when it is none.
fn revision_of(change: Option<&Result<Change, PortError>>) -> Revision {
    change.and_then(|c| c.as_ref().ok()).map_or(0, |c| c.revision)
}

impl Orchestrator {
    /// Reads the state and begins to watch it.
    ///
    /// # Errors
    /// The store's.
    pub async fn open(ports: Ports, config: EngineConfig) -> Result<Arc<Self>, PortError> {
        let observed = ports.store.read_all::<Observation>().await?;
        let this = Self {
            pump: tokio::sync::Mutex::new(Box::pin(futures_util::stream::pending())),
            ports,
            config,
            world: RwLock::default(),
            seen: Mutex::default(),
            notes: Mutex::new(Notes::default()),
            events: Mutex::new(EventLog::default()),
            event_cursor: watch::Sender::new(0),
            planning: tokio::sync::Mutex::default(),
            wake: Notify::new(),
        };
        this.reload(&mut *this.pump.lock().await).await?;
        let observed = this.remembered(observed.into_iter().map(|v| v.value));
        this.seen().restore(observed, this.now(), this.ports.clock.uptime());
        Ok(Arc::new(this))
    }

    /// What is known of every node. Observations are stored late, so some may be missing, and some be of nodes that are gone.
    fn remembered(&self, stored: impl Iterator<Item = Observation>) -> Vec<Observation> {
        let world = self.world();
        let mut stored: BTreeMap<NodeId, Observation> = stored.map(|o| (o.node.clone(), o)).collect();
        let known =
            |node: &NodeId| stored.remove(node).unwrap_or_else(|| Observation::new(node.clone(), Facts::default()));
        world.nodes().keys().map(known).collect()
    }

    /// Builds the view anew from listings. The watch starts at the oldest of their revisions, so nothing between is missed.
    async fn reload(&self, pump: &mut Pump) -> Result<(), PortError> {
        let mut world = World::default();
        let mut oldest = Revision::MAX;
        let (mut events, mut through) = (Vec::new(), 0);
        for kind in VIEWED.into_iter().chain([Kind::Event]) {
            let listing = self.ports.store.list(kind).await?;
            oldest = oldest.min(listing.revision);
            if kind == Kind::Event {
                through = listing.revision;
            }
            for (key, item) in &listing.items {
                if kind == Kind::Event {
                    events.push((item.revision, Event::decode(key, &item.value)?));
                } else {
                    world.apply(key, Some(&item.value), item.revision)?;
                }
            }
        }
        *self.world.write().unwrap_or_else(PoisonError::into_inner) = world;
        for (revision, event) in events {
            self.events_log().add(revision, event);
        }
        self.show_events(through);
        *pump = self.ports.store.watch(oldest);
        Ok(())
    }

    /// Applies what others wrote, as far as it is known now; never waits. True when something changed. While
    /// [`Self::run`] watches the store, that does it.
    pub(super) async fn catch_up(&self) -> Result<bool, PortError> {
        match self.pump.try_lock() {
            Ok(mut pump) => self.take_in(&mut pump, 0).await,
            Err(_) => Ok(false),
        }
    }

    /// After a conflict: takes in what others wrote, giving the watch a moment to bring it.
    pub(super) async fn after_conflict(&self) -> Result<(), PortError> {
        if !self.catch_up().await? {
            tokio::time::sleep(std::time::Duration::from_millis(5)).await;
        }
        Ok(())
    }

    /// Waits for a change of the store and applies it, with what has come since.
    pub(super) async fn wait_for_change(&self) -> Result<bool, PortError> {
        let mut pump = self.pump.lock().await;
        let change = pump.next().await;
        let through = revision_of(change.as_ref());
        let changed = self.pumped(&mut pump, change).await?;
        Ok(self.take_in(&mut pump, through).await? || changed)
    }

    /// Applies what has come. The changes of a revision come together, so that the last one is complete as well: its events are
    /// shown then. Whoever holds the pump applies all that it takes, so no other can be ahead of it.
    async fn take_in(&self, pump: &mut Pump, mut through: Revision) -> Result<bool, PortError> {
        let mut changed = false;
        while let Some(change) = pump.next().now_or_never() {
            through = revision_of(change.as_ref()).max(through);
            changed |= self.pumped(pump, change).await?;
        }
        self.show_events(through);
        Ok(changed)
    }

    async fn pumped(&self, pump: &mut Pump, change: Option<Result<Change, PortError>>) -> Result<bool, PortError> {
        match change {
            Some(Ok(change)) => self.apply(&change),
            Some(Err(e)) if e.kind() == ErrorKind::Compacted => self.reload(pump).await.map(|()| true),
            Some(Err(e)) => {
                // The stream is over after an error; the next one continues from a fresh listing.
                self.reload(pump).await?;
                Err(e)
            }
            None => self.reload(pump).await.map(|()| true),
        }
    }

    fn apply(&self, change: &Change) -> Result<bool, PortError> {
        if change.key.kind == Kind::Event {
            if let Some(value) = &change.value {
                self.events_log().add(change.revision, Event::decode(&change.key, value)?);
            }
            return Ok(false);
        }
        let mut world = self.world.write().unwrap_or_else(PoisonError::into_inner);
        let applied = world.apply(&change.key, change.value.as_ref(), change.revision)?;
        world.passed(change.revision.saturating_sub(1));
        Ok(applied)
    }

    /// Commits and takes the result into the view, so that the caller reads its own writes.
    pub(super) async fn commit(&self, writes: Vec<Write>) -> Result<Revision, PortError> {
        if writes.is_empty() {
            return Ok(0);
        }
        let revision = self.ports.store.commit(writes.clone()).await?;
        let mut events = Vec::new();
        {
            let mut world = self.world.write().unwrap_or_else(PoisonError::into_inner);
            for write in &writes {
                match &write.op {
                    Op::Put(value) if write.key.kind == Kind::Event => events.push(Event::decode(&write.key, value)?),
                    Op::Put(value) => {
                        world.apply(&write.key, Some(value), revision)?;
                    }
                    Op::Delete => {
                        world.apply(&write.key, None, revision)?;
                    }
                    Op::Check => {}
                }
            }
        }
        let tells = !events.is_empty();
        for event in events {
            self.events_log().add(revision, event);
        }
        if tells {
            self.catch_up().await?;
        }
        Ok(revision)
    }

    /// Shows the events up to this revision, all of which are known.
    fn show_events(&self, through: Revision) {
        let newest = self.events_log().complete_through(through);
        self.event_cursor.send_if_modified(|cursor| {
            let grows = newest > *cursor;
            *cursor = newest.max(*cursor);
            grows
        });
    }
}
