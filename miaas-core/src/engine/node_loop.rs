//! The loop of one node: keeps the newest target, compares it with the machine, acts, reports. It needs nothing but its
//! ledger and what the executors observe, so it may be killed at any time.

mod run;
mod state;

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use futures_util::{StreamExt as _, future::join_all, stream};
use tokio::sync::{Notify, watch};

use self::state::State;
use crate::{
    error::PortError,
    fsm::{lease::Leases, workload::Doing},
    id::{NodeId, WorkloadId},
    model::{ExecutorKind, Generation, Lease, NodeReport, NodeTarget, Preparation, RenderedWorkload},
    plan::{Action, NodePlanInput, plan_node, plan_pulls},
    port::{BoxStream, Clock, Executor, Ledger, LogLine, LogOptions, Observed},
    time::Timestamp,
};

/// Keeps one machine as its target says. See the [module](self).
#[derive(Debug)]
pub struct NodeLoop {
    node: NodeId,
    executors: BTreeMap<ExecutorKind, Arc<dyn Executor>>,
    ledger: Arc<dyn Ledger>,
    clock: Arc<dyn Clock>,
    state: Mutex<State>,
    /// Serialises targets, so that the ledger and the memory agree on the newest.
    accepting: tokio::sync::Mutex<()>,
    wake: Notify,
    changed: watch::Sender<u64>,
}

/// What one look at the machine found to do.
#[derive(Debug)]
struct Round {
    actions: Vec<Todo>,
    wake: Option<Timestamp>,
    starting: bool,
}

#[derive(Debug, Clone)]
enum Todo {
    Run(Box<RenderedWorkload>),
    Stop(Box<RenderedWorkload>),
    Remove(WorkloadId, ExecutorKind),
    Pull(Box<Preparation>),
}

impl Todo {
    const fn id(&self) -> &WorkloadId {
        match self {
            Self::Run(w) | Self::Stop(w) => &w.id,
            Self::Remove(id, _) => id,
            Self::Pull(p) => &p.workload,
        }
    }
}

impl NodeLoop {
    /// A loop that continues from what the ledger holds.
    ///
    /// # Errors
    /// The ledger's, when it is damaged or cannot be read.
    pub async fn open(
        node: NodeId,
        executors: Vec<Arc<dyn Executor>>,
        ledger: Arc<dyn Ledger>,
        clock: Arc<dyn Clock>,
    ) -> Result<Arc<Self>, PortError> {
        // A ledger of another node comes from a copied state directory: its workloads are not this node's.
        let target = ledger.load().await?.filter(|t| t.node == node);
        let state = State::new(target.unwrap_or_else(|| NodeTarget::empty(node.clone())), Leases::new(clock.uptime()));
        let executors = executors.into_iter().map(|e| (e.capability().kind, e)).collect();
        Ok(Arc::new(Self {
            node,
            executors,
            ledger,
            clock,
            state: Mutex::new(state),
            accepting: tokio::sync::Mutex::new(()),
            wake: Notify::new(),
            changed: watch::Sender::new(0),
        }))
    }

    /// Takes a target: a newer one is written to the ledger and then acted on, any other is ignored. Returns the newest
    /// generation held.
    ///
    /// # Errors
    /// `Invalid` for another node's target; the ledger's, and then the old target stays.
    pub async fn accept(&self, target: NodeTarget) -> Result<Generation, PortError> {
        if target.node != self.node {
            let message = format!("got the target of {}, this is {}", target.node, self.node);
            return Err(PortError::new(crate::ErrorKind::Invalid, "node.accept", message));
        }
        let _turn = self.accepting.lock().await;
        if target.generation <= self.generation() {
            return Ok(self.generation());
        }
        self.ledger.save(&target).await?;
        let generation = target.generation;
        self.state().accept(target);
        self.wake.notify_one();
        self.announce();
        Ok(generation)
    }

    /// The node whose machine this is.
    #[must_use]
    pub const fn node(&self) -> &NodeId {
        &self.node
    }

    /// The stamp of a heartbeat that is sent now.
    #[must_use]
    pub fn stamp(&self) -> u64 {
        u64::try_from(self.clock.uptime().as_millis()).unwrap_or(u64::MAX)
    }

    /// Takes a lease: the answer to a heartbeat with the same stamp.
    pub fn renew(&self, lease: &Lease) {
        let mut state = self.state();
        let generation = state.target.generation;
        state.leases.renew(lease, generation);
        let began = state.right != state.leases.right(self.clock.uptime());
        drop(state);
        if began {
            self.wake.notify_one();
        }
    }

    /// When the right to run what needs a lease ends, as the clock's uptime; none when nothing here needs one.
    #[must_use]
    pub fn lease_ends(&self) -> Option<Duration> {
        let state = self.state();
        state.target.workloads.iter().any(|w| w.exclusive).then(|| state.leases.ends())
    }

    /// The newest generation held; 0 before the first target.
    #[must_use]
    pub fn generation(&self) -> Generation {
        self.state().target.generation
    }

    /// The state of everything that is wanted or there.
    #[must_use]
    pub fn full_report(&self) -> NodeReport {
        self.state().report(&self.node)
    }

    /// A report whenever something changed since the last one; the first one comes at once when something was observed.
    #[must_use]
    pub fn reports(self: &Arc<Self>) -> BoxStream<'static, NodeReport> {
        let mut changed = self.changed.subscribe();
        changed.mark_changed();
        let start = (Arc::downgrade(self), changed, None::<NodeReport>);
        Box::pin(stream::unfold(start, |(this, mut changed, mut last)| async move {
            loop {
                changed.changed().await.ok()?;
                let report = {
                    let node_loop = this.upgrade()?;
                    if !node_loop.state().observed_once {
                        continue;
                    }
                    node_loop.full_report()
                };
                if last.as_ref() != Some(&report) {
                    last = Some(report.clone());
                    return Some((report, (this, changed, last.take())));
                }
            }
        }))
    }

    /// The output of a workload, whichever executor has it.
    #[must_use]
    pub fn logs(&self, id: &WorkloadId, options: LogOptions) -> BoxStream<'static, Result<LogLine, PortError>> {
        let kind = self.state().executor_of(id);
        match kind.and_then(|k| self.executors.get(&k)) {
            Some(executor) => executor.logs(id, options),
            None => {
                let error = PortError::not_found("node.logs", format!("workload {id} on node {}", self.node));
                Box::pin(stream::once(async { Err(error) }))
            }
        }
    }

    /// Looks once and acts until everything that was found is done; returns how many actions there were. For simulations and
    /// tests; [`Self::run`] does the same without waiting for slow actions.
    ///
    /// # Errors
    /// When an executor cannot be observed; nothing was done then.
    pub async fn step(&self) -> Result<usize, PortError> {
        let round = self.look().await?;
        let count = round.actions.len();
        for todo in round.actions {
            self.perform(todo).await;
        }
        if count > 0 {
            self.look().await?;
        }
        Ok(count)
    }

    /// Observes and plans; what is planned is marked as being done.
    async fn look(&self) -> Result<Round, PortError> {
        let finished = std::mem::take(&mut self.state().finished);
        let observed = match self.observe().await {
            Ok(observed) => observed,
            Err(e) => {
                let mut state = self.state();
                state.finished.extend(finished);
                state.engine_error = Some(e.chain());
                drop(state);
                self.announce();
                return Err(e);
            }
        };
        let now = self.clock.now();
        let mut state = self.state();
        for id in &finished {
            state.doing.remove(id);
        }
        state.observed = observed;
        state.observed_once = true;
        state.engine_error = None;
        state.look_at_leases(self.clock.uptime());
        let State { target, observed, doing, attempts, right, .. } = &*state;
        let plain: BTreeMap<WorkloadId, Observed> =
            observed.iter().map(|(id, (_, o))| (id.clone(), o.clone())).collect();
        let busy: BTreeSet<WorkloadId> = doing.keys().cloned().collect();
        let (actions, wake) =
            plan_node(NodePlanInput { target, observed: &plain, busy: &busy, right: *right, attempts, now });
        let (pulls, later) = plan_pulls(target, &state.next, &state.pulling, &state.pulls, now);
        let wake = wake.into_iter().chain(later).min();
        let pulls: Vec<Preparation> = pulls.into_iter().cloned().collect();
        let todo: Vec<Todo> = actions
            .into_iter()
            .map(|action| match action {
                Action::Run(w) => Todo::Run(Box::new(w.clone())),
                Action::Stop(w) => Todo::Stop(Box::new(w.clone())),
                Action::Remove(id) => Todo::Remove(id.clone(), observed[id].0),
            })
            .collect();
        for item in &todo {
            let doing = match item {
                Todo::Run(_) | Todo::Pull(_) => Doing::Preparing,
                Todo::Stop(_) | Todo::Remove(..) => Doing::Stopping,
            };
            state.doing.insert(item.id().clone(), doing);
        }
        state.pulling.extend(pulls.iter().map(|p| p.workload.clone()));
        let todo = todo.into_iter().chain(pulls.into_iter().map(|p| Todo::Pull(Box::new(p)))).collect();
        let starting = state.any_starting();
        drop(state);
        self.announce();
        Ok(Round { actions: todo, wake, starting })
    }

    async fn observe(&self) -> Result<BTreeMap<WorkloadId, (ExecutorKind, Observed)>, PortError> {
        let each = self.executors.iter().map(|(kind, e)| async move { (*kind, e.observe().await) });
        let mut all = BTreeMap::new();
        for (kind, observed) in join_all(each).await {
            all.extend(observed?.into_iter().map(|(id, o)| (id, (kind, o))));
        }
        Ok(all)
    }

    fn state(&self) -> MutexGuard<'_, State> {
        // Every change of the state is one assignment or insertion, so a poisoned lock holds a consistent state.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn announce(&self) {
        self.changed.send_modify(|n| *n += 1);
    }

    fn executor(&self, kind: ExecutorKind) -> Result<&Arc<dyn Executor>, PortError> {
        self.executors.get(&kind).ok_or_else(|| {
            PortError::new(crate::ErrorKind::Unsupported, "node.run", format!("this node has no {kind} executor"))
                .with_hint(format!("start the agent with --{kind}"))
        })
    }

    /// A stream that ends never and yields when any executor noticed a change.
    fn executor_changes(&self) -> BoxStream<'static, ()> {
        Box::pin(stream::select_all(self.executors.values().map(|e| e.changes())).chain(stream::pending()))
    }
}
