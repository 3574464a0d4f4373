//! An executor whose machine is a value in memory: no timers, no randomness, faults on request.
//!
//! Clones share the machine, so a clone is what a new agent process sees after the old one was killed. Services do nothing
//! but run, unless their command is a script made by [`FakeExecutor::script`].

mod fixtures;
mod machine;

use std::{
    collections::BTreeMap,
    fmt,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use async_trait::async_trait;
use futures_util::{StreamExt as _, stream};
use tokio::sync::watch;

pub use self::fixtures::FakeFixtures;
use self::machine::Machine;
use super::executor_contract::Step;
use crate::{
    error::PortError,
    id::WorkloadId,
    model::{ExecutorKind, RenderedWorkload},
    port::{BoxStream, Capability, Executor, LogLine, LogOptions, Observed, Progress},
};

/// See the [module](self).
#[derive(Clone)]
pub struct FakeExecutor {
    machine: Arc<Mutex<Machine>>,
    changed: watch::Sender<u64>,
}

impl Default for FakeExecutor {
    fn default() -> Self {
        Self { machine: Arc::default(), changed: watch::Sender::new(0) }
    }
}

impl fmt::Debug for FakeExecutor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("FakeExecutor").field("workloads", &self.lock().names()).finish_non_exhaustive()
    }
}

impl FakeExecutor {
    /// An empty machine.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// The command of a service that does these steps.
    #[must_use]
    pub fn script(steps: &[Step]) -> Vec<String> {
        steps.iter().map(machine::encode).collect()
    }

    /// From now on the engine does not answer (`true`), or answers again. What runs goes on running.
    pub fn set_down(&self, down: bool) {
        self.change(|m| m.faults.down = down);
    }

    /// From now on preparing a workload with `image` fails with `message`.
    pub fn fail_prepare(&self, image: &str, message: &str) {
        self.change(|m| m.faults.prepare.insert(image.to_owned(), message.to_owned()));
    }

    /// From now on starting `id` fails with `message`, after what ran before was stopped.
    pub fn fail_start(&self, id: &WorkloadId, message: &str) {
        self.change(|m| m.faults.start.insert(id.clone(), message.to_owned()));
    }

    /// From now on starting anything with `image` fails with `message`, after what ran before was stopped.
    pub fn fail_start_of(&self, image: &str, message: &str) {
        self.change(|m| m.faults.start_image.insert(image.to_owned(), message.to_owned()));
    }

    /// Ends every fault: the engine answers, images and starts work, health checks pass.
    pub fn heal(&self) {
        self.change(|m| m.faults = Default::default());
    }

    /// Ends a service as `kill -9` does. It stays down until it is started. False when it does not run.
    pub fn kill(&self, id: &WorkloadId, service: &str) -> bool {
        self.change(|m| m.kill(id, service))
    }

    /// Ends everything that runs, as a reboot does.
    pub fn kill_all(&self) {
        self.change(Machine::kill_all);
    }

    /// Makes the health check of a service fail (`true`) or pass again. Services without a check have no health.
    pub fn set_unhealthy(&self, id: &WorkloadId, service: &str, unhealthy: bool) {
        self.change(|m| {
            let key = (id.clone(), service.to_owned());
            if unhealthy { m.faults.unhealthy.insert(key) } else { m.faults.unhealthy.remove(&key) }
        });
    }

    /// Takes the system's mark off a workload: it runs on, and is neither listed nor touched any more.
    pub fn mark_foreign(&self, id: &WorkloadId) {
        self.change(|m| m.foreign.insert(id.clone()));
    }

    /// Whether `id` is on the machine, ours or not, with at least one service running.
    #[must_use]
    pub fn runs(&self, id: &WorkloadId) -> bool {
        self.lock().runs(id)
    }

    /// How many calls have changed something on the machine. Stands still once the system has converged.
    #[must_use]
    pub fn effects(&self) -> u64 {
        self.lock().effects
    }

    fn lock(&self) -> MutexGuard<'_, Machine> {
        self.machine.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Changes the machine and wakes who waits for changes.
    fn change<T>(&self, change: impl FnOnce(&mut Machine) -> T) -> T {
        let result = change(&mut self.lock());
        self.changed.send_modify(|version| *version += 1);
        result
    }

    /// Changes the machine over its engine's API; only a real change wakes.
    fn call(
        &self,
        operation: &'static str,
        call: impl FnOnce(&mut Machine) -> Result<(), PortError>,
    ) -> Result<(), PortError> {
        let mut machine = self.lock();
        machine.answers(operation)?;
        let before = machine.effects;
        let result = call(&mut machine);
        let changed = machine.effects != before;
        drop(machine);
        if changed {
            self.changed.send_modify(|version| *version += 1);
        }
        result
    }
}

#[async_trait]
impl Executor for FakeExecutor {
    fn capability(&self) -> Capability {
        Capability {
            kind: ExecutorKind::Fake,
            parallel_starts: 4,
            refuses: |w| w.spec.start_levels().err().map(|e| e.to_string()),
        }
    }

    async fn observe(&self) -> Result<BTreeMap<WorkloadId, Observed>, PortError> {
        let machine = self.lock();
        machine.answers("executor.observe")?;
        Ok(machine.observe())
    }

    async fn pull(&self, _: &WorkloadId, images: &[String], _: &dyn Progress) -> Result<(), PortError> {
        self.call("executor.pull", |m| images.iter().try_for_each(|image| m.pull(image)))
    }

    async fn prepare(&self, workload: &RenderedWorkload, progress: &dyn Progress) -> Result<(), PortError> {
        self.call("executor.prepare", |m| m.prepare(workload, progress))
    }

    async fn start(&self, workload: &RenderedWorkload) -> Result<(), PortError> {
        self.call("executor.start", |m| m.start(workload))
    }

    async fn stop(&self, id: &WorkloadId, grace: Duration) -> Result<(), PortError> {
        self.call("executor.stop", |m| {
            m.stop(id, grace);
            Ok(())
        })
    }

    async fn remove(&self, id: &WorkloadId) -> Result<(), PortError> {
        self.call("executor.remove", |m| {
            m.remove(id);
            Ok(())
        })
    }

    fn logs(&self, id: &WorkloadId, options: LogOptions) -> BoxStream<'static, Result<LogLine, PortError>> {
        if let Err(error) = self.lock().answers("executor.logs") {
            return stream::once(async { Err(error) }).boxed();
        }
        let (lines, seen) = self.lock().lines(id, &options);
        let backlog = stream::iter(lines.into_iter().map(Ok));
        if !options.follow {
            return backlog.boxed();
        }
        let state = (self.clone(), self.changed.subscribe(), id.clone(), options, seen);
        let live = stream::unfold(state, |(fake, mut changed, id, options, mut seen)| async move {
            loop {
                let (lines, now) = fake.lock().lines_after(&id, &options, seen);
                seen = now;
                if !lines.is_empty() {
                    return Some((stream::iter(lines.into_iter().map(Ok)), (fake, changed, id, options, seen)));
                }
                changed.changed().await.ok()?;
            }
        });
        backlog.chain(live.flatten()).boxed()
    }

    fn changes(&self) -> BoxStream<'static, ()> {
        stream::unfold(self.changed.subscribe(), |mut changed| async move {
            changed.changed().await.ok()?;
            Some(((), changed))
        })
        .boxed()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{error::ErrorKind, port::NoProgress, testing::executor_contract::executor_contract};

    #[tokio::test]
    async fn the_fake_keeps_the_contract() {
        let fake = FakeExecutor::new();
        let make = || Arc::new(fake.clone()) as Arc<dyn Executor>;
        executor_contract(&make, &FakeFixtures::new(&fake)).await;
    }

    #[tokio::test]
    async fn faults_are_faults_until_healed() {
        let fake = FakeExecutor::new();
        let w = FakeFixtures::new(&fake).workload("w", "redis:7");
        fake.fail_prepare("redis:7", "manifest unknown");
        let error = fake.prepare(&w, &NoProgress).await.unwrap_err();
        assert!(error.to_string().contains("redis:7") && error.to_string().contains("manifest unknown"), "{error}");
        fake.heal();
        fake.fail_start(&w.id, "port is taken");
        assert!(fake.start(&w).await.unwrap_err().to_string().contains("port is taken"));
        fake.heal();
        fake.start(&w).await.unwrap();
        fake.set_down(true);
        assert_eq!(fake.observe().await.unwrap_err().kind(), ErrorKind::Unavailable);
        assert!(fake.runs(&w.id), "what runs goes on while the engine is away");
        fake.heal();
        let effects = fake.effects();
        fake.start(&w).await.unwrap();
        assert_eq!(fake.effects(), effects, "starting what runs is no effect");
    }

    #[tokio::test]
    async fn what_is_foreign_is_left_alone() {
        let fake = FakeExecutor::new();
        let w = FakeFixtures::new(&fake).workload("w", "redis:7");
        fake.start(&w).await.unwrap();
        fake.mark_foreign(&w.id);
        assert!(fake.observe().await.unwrap().is_empty());
        fake.remove(&w.id).await.unwrap();
        assert!(fake.runs(&w.id));
        assert_eq!(fake.start(&w).await.unwrap_err().kind(), ErrorKind::Conflict);
    }
}
