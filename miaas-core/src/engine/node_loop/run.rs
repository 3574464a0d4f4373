use std::{sync::Arc, time::Duration};

use futures_util::StreamExt as _;
use tokio::{sync::Semaphore, task::JoinSet};

use super::{NodeLoop, Todo};
use crate::{
    error::PortError,
    fsm::{lease::Right, workload::Doing},
    id::WorkloadId,
    model::{ExecutorKind, NextState, Preparation, PullProgress, RenderedWorkload},
    plan::Attempts,
    port::Progress,
};

/// Time between two looks when nothing wakes the loop earlier; correctness rests on it, speed does not.
const IDLE: Duration = Duration::from_secs(10);
/// Time between two looks while something starts: engines do not announce every change of health.
const STARTING: Duration = Duration::from_millis(500);
/// Longest time between two looks at the clock while leases matter.
const LEASE_CHECK: Duration = Duration::from_secs(1);
/// Time before the next look when the engine does not answer.
const ENGINE_DOWN: Duration = Duration::from_secs(1);
/// Time that a service gets to end when its workload says nothing else.
const GRACE: Duration = Duration::from_secs(10);

impl NodeLoop {
    /// Keeps the machine as the target says, for ever. Slow actions run beside each other, at most as many at a time as the
    /// executor is fastest with; the loop goes on looking meanwhile.
    pub async fn run(self: Arc<Self>) {
        let mut changes = self.executor_changes();
        let limits: std::collections::BTreeMap<ExecutorKind, Arc<Semaphore>> = self
            .executors
            .iter()
            .map(|(kind, e)| (*kind, Arc::new(Semaphore::new(e.capability().parallel_starts.max(1)))))
            .collect();
        let mut tasks = JoinSet::new();
        loop {
            let pause = match self.look().await {
                Ok(round) => {
                    for todo in round.actions {
                        let limit = self.kind_of(&todo).and_then(|kind| limits.get(&kind).cloned());
                        let this = Arc::clone(&self);
                        tasks.spawn(async move { this.perform_within(todo, limit).await });
                    }
                    let until = round.wake.map(|at| at.since(self.clock.now()).max(Duration::from_millis(10)));
                    until.into_iter().chain(round.starting.then_some(STARTING)).fold(IDLE, Duration::min)
                }
                Err(e) => {
                    tracing::warn!(error = %e.chain(), "the machine cannot be observed");
                    ENGINE_DOWN
                }
            };
            tokio::select! {
                () = self.wake.notified() => {}
                _ = changes.next() => {}
                Some(_) = tasks.join_next() => {}
                () = self.right_changes() => {}
                () = tokio::time::sleep(pause) => {}
            }
            while tasks.try_join_next().is_some() {}
        }
    }

    /// Returns when what may be done with workloads that need a lease has changed; never while there are none. Looks at the
    /// clock at least once a second, since a machine that slept does not count that time as waited.
    async fn right_changes(&self) {
        loop {
            let left = {
                let state = self.state();
                let uptime = self.clock.uptime();
                if !state.target.workloads.iter().any(|w| w.exclusive) {
                    None
                } else if state.leases.right(uptime) != state.right {
                    return;
                } else {
                    Some(state.leases.ends().saturating_sub(uptime))
                }
            };
            match left {
                None => return std::future::pending().await,
                Some(left) if left.is_zero() => tokio::time::sleep(LEASE_CHECK).await,
                Some(left) => tokio::time::sleep(left.min(LEASE_CHECK)).await,
            }
        }
    }

    fn kind_of(&self, todo: &Todo) -> Option<ExecutorKind> {
        match todo {
            Todo::Run(w) | Todo::Stop(w) => Some(w.executor),
            Todo::Remove(_, kind) => Some(*kind),
            Todo::Pull(p) => Some(p.executor),
        }
    }

    /// Does one action to its end and keeps the result; never fails.
    pub(super) async fn perform(&self, todo: Todo) {
        self.perform_within(todo, None).await;
    }

    async fn perform_within(&self, todo: Todo, limit: Option<Arc<Semaphore>>) {
        let result = match &todo {
            Todo::Pull(next) => return self.pull(next).await,
            Todo::Run(w) => self.bring_up(w, limit).await,
            Todo::Stop(w) => self.take_down(w).await,
            Todo::Remove(id, kind) => self.take_away(id, *kind).await,
        };
        let now = self.clock.now();
        let mut state = self.state();
        let id = todo.id();
        state.finished.insert(id.clone());
        state.preparing.remove(id);
        state.progress.remove(id);
        state.taken_ports.remove(id);
        let error = match result {
            Ok(Done::Yes) => None,
            Ok(Done::GivenUp) => {
                drop(state);
                return self.announce();
            }
            Err(e) => {
                if let Some(port) = e.taken_port() {
                    state.taken_ports.insert(id.clone(), port);
                }
                Some(e.chain())
            }
        };
        let hash = match &todo {
            Todo::Run(w) | Todo::Stop(w) => w.hash.clone(),
            Todo::Remove(..) | Todo::Pull(_) => crate::hash::ContentHash::from_text("remove"),
        };
        match (&todo, error) {
            (Todo::Stop(_) | Todo::Remove(..), None) => {
                state.attempts.remove(id);
            }
            (_, error) => {
                if let Some(error) = &error {
                    tracing::warn!(workload = %id, %error, "could not be brought to the wanted state");
                }
                let next = Attempts::next(state.attempts.get(id), &hash, now, error);
                state.attempts.insert(id.clone(), next);
            }
        }
        drop(state);
        self.announce();
    }

    /// Gets what the next revision of a workload needs, beside whatever is done to the workload itself.
    async fn pull(&self, next: &Preparation) {
        let progress = Reporter { node_loop: self, id: &next.workload };
        let result = match self.executor(next.executor) {
            Ok(executor) => executor.pull(&next.workload, &next.images, &progress).await,
            Err(e) => Err(e),
        };
        let error = result.err().map(|e| e.chain());
        if let Some(error) = &error {
            tracing::warn!(workload = %next.workload, revision = next.revision, %error, "an update cannot be made ready");
        }
        let now = self.clock.now();
        let mut state = self.state();
        state.pulling.remove(&next.workload);
        state.progress.remove(&next.workload);
        // The target may have moved on meanwhile.
        if state.target.prepare.iter().any(|p| p.workload == next.workload && p.revision == next.revision) {
            let about = crate::hash::ContentHash::from_text(&next.revision.to_string());
            let attempts = Attempts::next(state.pulls.get(&next.workload), &about, now, error.clone());
            state.pulls.insert(next.workload.clone(), attempts);
            let known = NextState { revision: next.revision, ready: error.is_none(), error };
            state.next.insert(next.workload.clone(), known);
        }
        drop(state);
        self.announce();
        self.wake.notify_one();
    }

    async fn bring_up(&self, w: &RenderedWorkload, limit: Option<Arc<Semaphore>>) -> Result<Done, PortError> {
        let executor = self.executor(w.executor)?;
        if let Some(why) = (executor.capability().refuses)(w) {
            return Err(PortError::new(crate::ErrorKind::Unsupported, "node.run", why));
        }
        let given_up = Arc::new(tokio::sync::Notify::new());
        {
            let mut state = self.state();
            // The target may have moved on between planning and here.
            if !state.may_start(w) {
                return Ok(Done::GivenUp);
            }
            state.preparing.insert(w.id.clone(), (w.hash.clone(), Arc::clone(&given_up)));
        }
        let progress = Reporter { node_loop: self, id: &w.id };
        tokio::select! {
            biased;
            prepared = executor.prepare(w, &progress) => prepared?,
            () = given_up.notified() => return Ok(Done::GivenUp),
        }
        let _permit = match limit {
            Some(limit) => limit.acquire_owned().await.ok(),
            None => None,
        };
        {
            let mut state = self.state();
            state.look_at_leases(self.clock.uptime());
            if !state.may_start(w) {
                return Ok(Done::GivenUp);
            }
            state.progress.remove(&w.id);
            state.doing.insert(w.id.clone(), Doing::Starting);
        }
        self.announce();
        // What a start that is given up leaves behind is observed and settled by the next look.
        tokio::select! {
            biased;
            started = executor.start(w) => started.map(|()| Done::Yes),
            () = given_up.notified() => Ok(Done::GivenUp),
        }
    }

    async fn take_down(&self, w: &RenderedWorkload) -> Result<Done, PortError> {
        let grace = w.spec.services.values().filter_map(|s| s.stop_grace).map(|g| g.duration()).max().unwrap_or(GRACE);
        let grace = if w.exclusive { grace.min(self.stop_within()) } else { grace };
        self.executor(w.executor)?.stop(&w.id, grace).await.map(|()| Done::Yes)
    }

    /// How long a workload that needs a lease may take to end.
    fn stop_within(&self) -> Duration {
        let state = self.state();
        if state.right == Right::Run { Duration::MAX } else { state.leases.stop_within() }
    }

    async fn take_away(&self, id: &WorkloadId, kind: ExecutorKind) -> Result<Done, PortError> {
        let executor = self.executor(kind)?;
        executor.stop(id, GRACE).await?;
        executor.remove(id).await.map(|()| Done::Yes)
    }
}

enum Done {
    Yes,
    /// The target changed meanwhile; the next look decides anew.
    GivenUp,
}

struct Reporter<'a> {
    node_loop: &'a NodeLoop,
    id: &'a WorkloadId,
}

impl Progress for Reporter<'_> {
    fn pulled(&self, progress: &PullProgress) {
        self.node_loop.state().progress.insert(self.id.clone(), progress.clone());
        self.node_loop.announce();
    }
}
