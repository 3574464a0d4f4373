use async_trait::async_trait;

use super::FakeExecutor;
use crate::{
    hash::ContentHash,
    id::{DeploymentId, WorkloadId},
    model::{
        ExecutorKind, HealthTest, Healthcheck, Millis, Mount, MountSource, RenderedWorkload, RestartPolicy, Service,
        WorkloadSpec,
    },
    name::Name,
    port::Executor as _,
    testing::executor_contract::{ExecutorFixtures, Step},
};

/// Workloads for a [`FakeExecutor`].
#[derive(Debug, Clone)]
pub struct FakeFixtures {
    fake: FakeExecutor,
}

impl FakeFixtures {
    /// Fixtures for this machine.
    #[must_use]
    pub fn new(fake: &FakeExecutor) -> Self {
        Self { fake: fake.clone() }
    }

    /// A workload with the one service `main` of `image`.
    ///
    /// # Panics
    /// When `id` is no valid name.
    #[must_use]
    #[allow(clippy::expect_used, reason = "fixtures are called with literals")]
    pub fn workload(&self, id: &str, image: &str) -> RenderedWorkload {
        let service = Service { image: image.to_owned(), ..Service::default() };
        let spec = WorkloadSpec { services: [("main".to_owned(), service.into())].into(), ..WorkloadSpec::default() };
        RenderedWorkload {
            id: WorkloadId::parse(id).expect("a valid workload id"),
            deployment: DeploymentId::parse("dep-fake").expect("a valid id"),
            deployment_name: Name::parse("fake").expect("a valid name"),
            slot: 0,
            generation: 1,
            revision: 0,
            inputs: None,
            hash: RenderedWorkload::hash_of(&spec, ExecutorKind::Fake, 0).unwrap_or(ContentHash::from_text("0")),
            restarts: 0,
            executor: ExecutorKind::Fake,
            run: true,
            exclusive: false,
            spec,
            compose: String::new(),
        }
    }
}

#[async_trait]
impl ExecutorFixtures for FakeFixtures {
    fn kind(&self) -> ExecutorKind {
        ExecutorKind::Fake
    }

    #[allow(clippy::expect_used, reason = "the suite gives valid names")]
    fn id(&self, name: &str) -> WorkloadId {
        WorkloadId::parse(name).expect("the suite gives valid names")
    }

    fn service(&self, steps: &[Step]) -> Service {
        let mounted = steps.iter().any(|s| matches!(s, Step::Keep(_) | Step::Recall));
        let source = MountSource::Volume("data".to_owned());
        Service {
            image: "fake:1".to_owned(),
            command: Some(FakeExecutor::script(steps)),
            mounts: mounted.then(|| Mount::new(source, "/data", false)).into_iter().collect(),
            healthcheck: steps.contains(&Step::Checked).then(|| Healthcheck {
                test: HealthTest::Shell("true".to_owned()),
                interval: Millis(1000),
                timeout: Millis(1000),
                retries: 1,
                start_period: Millis(0),
                start_interval: None,
            }),
            restart: RestartPolicy::No,
            ..Service::default()
        }
    }

    fn unpreparable(&self) -> (Service, String) {
        self.fake.fail_prepare("absent:1", "manifest unknown");
        (Service { image: "absent:1".to_owned(), ..Service::default() }, "absent:1".to_owned())
    }

    async fn kill(&self, instance: &str) -> bool {
        let found = self.fake.lock().service_of(instance);
        found.is_some_and(|(id, service)| self.fake.kill(&id, &service))
    }

    async fn plant_foreign(&self, like: &WorkloadId) -> Option<String> {
        self.fake.start(&self.workload(like.as_str(), "foreign:1")).await.ok()?;
        self.fake.mark_foreign(like);
        Some(like.to_string())
    }

    async fn foreign_runs(&self, planted: &str) -> bool {
        self.fake.runs(&self.id(planted))
    }
}
