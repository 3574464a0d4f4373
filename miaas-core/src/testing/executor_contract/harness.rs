use std::{collections::BTreeMap, sync::Arc, time::Duration};

use futures_util::StreamExt as _;

use super::{ExecutorFixtures, MakeExecutor, Step};
use crate::{
    error::PortError,
    hash::ContentHash,
    id::{DeploymentId, WorkloadId},
    model::{RenderedWorkload, Service, Volume, WorkloadSpec},
    name::Name,
    port::{Executor, LogLine, LogOptions, NoProgress, Observed},
};

/// How long something that must happen may take on a busy machine.
const PATIENCE: Duration = Duration::from_secs(30);
const LOOK_EVERY: Duration = Duration::from_millis(30);

pub(super) struct Harness<'a> {
    pub make: MakeExecutor<'a>,
    pub executor: Arc<dyn Executor>,
    pub fixtures: &'a dyn ExecutorFixtures,
}

/// The success of a call that must succeed.
pub(super) fn ok<T>(what: &str, result: Result<T, PortError>) -> T {
    result.unwrap_or_else(|e| panic!("{what}: {} ({:?})", e.chain(), e.kind()))
}

impl Harness<'_> {
    /// A workload of these services, with the volume `data` where one mounts it.
    pub(super) fn workload(&self, name: &str, services: Vec<(&str, Service)>) -> RenderedWorkload {
        let services: BTreeMap<_, _> = services.into_iter().map(|(n, s)| (n.to_owned(), Arc::new(s))).collect();
        let mounted = services.values().any(|s| !s.mounts.is_empty());
        let volumes = if mounted { [("data".to_owned(), Volume::default())].into() } else { BTreeMap::new() };
        let spec = WorkloadSpec { services, volumes, ..WorkloadSpec::default() };
        let kind = self.fixtures.kind();
        RenderedWorkload {
            id: self.fixtures.id(name),
            deployment: DeploymentId::parse("dep-contract").expect("a valid id"),
            deployment_name: Name::parse("contract").expect("a valid name"),
            slot: 0,
            generation: 7,
            revision: 0,
            inputs: None,
            hash: RenderedWorkload::hash_of(&spec, kind, 0).expect("a workload serialises"),
            restarts: 0,
            executor: kind,
            run: true,
            exclusive: false,
            spec,
            compose: String::new(),
        }
    }

    /// A workload with the one service `main`.
    pub(super) fn single(&self, name: &str, steps: &[Step]) -> RenderedWorkload {
        self.workload(name, vec![("main", self.fixtures.service(steps))])
    }

    pub(super) async fn run(&self, workload: &RenderedWorkload) {
        ok(&format!("prepare {}", workload.id), self.executor.prepare(workload, &NoProgress).await);
        ok(&format!("start {}", workload.id), self.executor.start(workload).await);
    }

    pub(super) async fn stop(&self, id: &WorkloadId, grace: Duration) {
        ok(&format!("stop {id}"), self.executor.stop(id, grace).await);
    }

    pub(super) async fn remove(&self, id: &WorkloadId) {
        ok(&format!("remove {id}"), self.executor.remove(id).await);
        assert_eq!(self.look(id).await, None, "{id} is observed after it was removed");
    }

    pub(super) async fn look(&self, id: &WorkloadId) -> Option<Observed> {
        ok("observe", self.executor.observe().await).remove(id)
    }

    /// What is observed as soon as `wanted` holds.
    pub(super) async fn until(
        &self,
        id: &WorkloadId,
        what: &str,
        wanted: impl Fn(&Observed) -> bool + Send + Sync,
    ) -> Observed {
        let mut seen = None;
        for _ in 0..PATIENCE.as_millis() / LOOK_EVERY.as_millis() {
            seen = self.look(id).await;
            if let Some(observed) = seen.take_if(|o| wanted(o)) {
                return observed;
            }
            tokio::time::sleep(LOOK_EVERY).await;
        }
        panic!("{id}: {what} did not come true; last seen: {seen:#?}")
    }

    pub(super) async fn until_running(&self, workload: &RenderedWorkload) -> Observed {
        let count = workload.spec.services.len();
        let hash: &ContentHash = &workload.hash;
        self.until(&workload.id, "all services run with the wanted hash", |o| {
            o.services.len() == count && o.services.values().all(|s| s.running) && o.hash.as_ref() == Some(hash)
        })
        .await
    }

    /// Every line that was written until now.
    pub(super) async fn lines(&self, id: &WorkloadId, options: LogOptions) -> Vec<LogLine> {
        let lines: Vec<_> = self.executor.logs(id, options).collect().await;
        lines.into_iter().map(|line| ok(&format!("logs of {id}"), line)).collect()
    }

    pub(super) async fn texts(&self, id: &WorkloadId) -> Vec<String> {
        self.lines(id, LogOptions::default()).await.into_iter().map(|l| l.text).collect()
    }

    /// The lines as soon as the last of them is `last`.
    pub(super) async fn until_said(&self, id: &WorkloadId, last: &str) -> Vec<String> {
        let mut seen = Vec::new();
        for _ in 0..PATIENCE.as_millis() / LOOK_EVERY.as_millis() {
            seen = self.texts(id).await;
            if seen.last().is_some_and(|l| l == last) {
                return seen;
            }
            tokio::time::sleep(LOOK_EVERY).await;
        }
        panic!("{id} did not print {last:?} last; it printed {seen:?}")
    }
}
