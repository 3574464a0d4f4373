//! A test's place on the engine: names of its own, and nothing left behind, also after a panic.

use std::{future::Future, path::Path, sync::Arc};

use async_trait::async_trait;
use bollard::{
    API_DEFAULT_VERSION, Docker,
    models::ContainerCreateBody,
    query_parameters::{CreateContainerOptions, ListContainersOptions, RemoveContainerOptions},
};
use futures_util::StreamExt as _;
use miaas_agent_lib::executor::docker::{DockerExecutor, DockerOptions};
use miaas_core::{
    id::{DeploymentId, WorkloadId},
    model::{
        ExecutorKind, HealthTest, Healthcheck, Millis, Mount, MountSource, RenderedWorkload, RestartPolicy, Service,
        Volume, WorkloadSpec,
    },
    name::Name,
    port::{Executor, LogOptions, NoProgress, Observed},
    testing::executor_contract::{ExecutorFixtures, Step, shell_script},
};

use crate::image::{self, IMAGE};

/// One test's place on the engine.
#[derive(Clone)]
pub(crate) struct Bench {
    pub docker: Docker,
    pub executor: DockerExecutor,
    prefix: String,
}

/// Runs a test against the engine of this machine. Without an engine it fails, unless `MIAAS_TEST_NO_DOCKER=1` says that
/// none is expected.
pub(crate) async fn on_engine<F: Future<Output = ()> + Send + 'static>(name: &str, test: impl FnOnce(Bench) -> F) {
    let docker = match Docker::connect_with_unix(DockerOptions::DEFAULT_SOCKET, 120, API_DEFAULT_VERSION) {
        Ok(docker) => docker.negotiate_version().await,
        Err(error) => Err(error),
    };
    let docker = match docker {
        Ok(docker) => docker,
        Err(error) if std::env::var_os("MIAAS_TEST_NO_DOCKER").is_some_and(|v| v == "1") => {
            println!("skipped {name}: no Docker engine answers ({error}) and MIAAS_TEST_NO_DOCKER=1");
            return;
        }
        Err(error) => panic!(
            "no Docker engine answers on {}: {error}; start one (scripts/install-docker), or set MIAAS_TEST_NO_DOCKER=1",
            DockerOptions::DEFAULT_SOCKET
        ),
    };
    image::ensure(&docker).await;
    let prefix = format!("mt-{name}-{}", std::process::id());
    let executor = DockerExecutor::connect(options(DockerOptions::DEFAULT_SOCKET, &prefix)).await.unwrap();
    let bench = Bench { docker, executor, prefix };
    let ended = tokio::spawn(test(bench.clone())).await;
    bench.clean_up().await;
    if let Err(panicked) = ended {
        std::panic::resume_unwind(panicked.into_panic());
    }
}

impl Bench {
    /// An executor as a new agent process would make it.
    pub(crate) fn fresh(&self) -> Arc<dyn Executor> {
        Arc::new(self.over(Path::new(DockerOptions::DEFAULT_SOCKET)))
    }

    /// An executor that reaches the engine over `path`.
    pub(crate) fn over(&self, path: &Path) -> DockerExecutor {
        DockerExecutor::new(options(path.to_str().unwrap(), &self.prefix))
    }

    /// The scope of this test's executors.
    pub(crate) fn scope(&self) -> &str {
        &self.prefix
    }

    /// An executor of another agent on the same engine.
    pub(crate) fn neighbour(&self) -> DockerExecutor {
        DockerExecutor::new(options(DockerOptions::DEFAULT_SOCKET, &format!("{}-neighbour", self.prefix)))
    }

    async fn clean_up(&self) {
        let observed = self.executor.observe().await.unwrap_or_default();
        for id in observed.keys() {
            if let Err(error) = self.executor.remove(id).await {
                println!("cannot clean up {id}: {}", error.chain());
            }
        }
        let options = ListContainersOptions { all: true, ..ListContainersOptions::default() };
        for container in self.docker.list_containers(Some(options)).await.unwrap_or_default() {
            let names = container.names.unwrap_or_default();
            if names.iter().any(|n| n.trim_start_matches('/').starts_with(&self.prefix)) {
                self.remove_foreign(&container.id.unwrap()).await;
            }
        }
    }

    /// A workload of these services and of every volume that they mount.
    pub(crate) fn workload(&self, name: &str, services: Vec<(&str, Service)>) -> RenderedWorkload {
        let services: std::collections::BTreeMap<_, _> =
            services.into_iter().map(|(n, s)| (n.to_owned(), Arc::new(s))).collect();
        let mounts = services.values().flat_map(|s| &s.mounts);
        let volumes = mounts.filter_map(|m| match &m.source {
            MountSource::Volume(name) => Some((name.clone(), Volume::default())),
            MountSource::Host(_) | MountSource::Tmpfs(_) => None,
        });
        let spec = WorkloadSpec { volumes: volumes.collect(), services, ..WorkloadSpec::default() };
        RenderedWorkload {
            id: self.id(name),
            deployment: DeploymentId::parse("dep-test").unwrap(),
            deployment_name: Name::parse("test").unwrap(),
            slot: 0,
            generation: 1,
            revision: 0,
            inputs: None,
            hash: RenderedWorkload::hash_of(&spec, ExecutorKind::Docker, 0).unwrap(),
            restarts: 0,
            executor: ExecutorKind::Docker,
            run: true,
            exclusive: false,
            spec,
            compose: String::new(),
        }
    }

    /// The workload with the hash that belongs to it, after its spec was changed.
    pub(crate) fn hashed(&self, w: RenderedWorkload) -> RenderedWorkload {
        let hash = RenderedWorkload::hash_of(&w.spec, w.executor, w.restarts).unwrap();
        RenderedWorkload { hash, ..w }
    }

    /// The output of a workload so far.
    pub(crate) async fn said(&self, w: &RenderedWorkload) -> Vec<String> {
        self.executor.logs(&w.id, LogOptions::default()).map(|line| line.unwrap().text).collect().await
    }

    /// The output as soon as its last line is this.
    pub(crate) async fn until_said(&self, w: &RenderedWorkload, last: &str) -> Vec<String> {
        let mut said = Vec::new();
        for _ in 0..400 {
            said = self.said(w).await;
            if said.last().is_some_and(|line| line == last) {
                return said;
            }
            tokio::time::sleep(std::time::Duration::from_millis(50)).await;
        }
        panic!("{} did not say {last:?} last, but {said:?}", w.id)
    }

    pub(crate) async fn run(&self, w: &RenderedWorkload) {
        self.executor.prepare(w, &NoProgress).await.unwrap();
        self.executor.start(w).await.unwrap();
    }

    pub(crate) async fn look(&self, id: &WorkloadId) -> Option<Observed> {
        self.executor.observe().await.unwrap().remove(id)
    }

    pub(crate) async fn until(&self, id: &WorkloadId, what: &str, wanted: impl Fn(&Observed) -> bool) -> Observed {
        let mut seen = None;
        for _ in 0..600 {
            seen = self.look(id).await;
            if let Some(observed) = seen.take_if(|o| wanted(o)) {
                return observed;
            }
            tokio::time::sleep(std::time::Duration::from_millis(50)).await;
        }
        panic!("{id}: {what} did not come true; last seen: {seen:#?}")
    }

    /// The container's name as the executor gives it.
    pub(crate) fn container(&self, w: &RenderedWorkload, service: &str) -> String {
        format!("{}-{service}-1", w.id)
    }
}

#[async_trait]
impl ExecutorFixtures for Bench {
    fn kind(&self) -> ExecutorKind {
        ExecutorKind::Docker
    }

    fn id(&self, name: &str) -> WorkloadId {
        WorkloadId::parse(&format!("{}-{name}", self.prefix)).unwrap()
    }

    fn service(&self, steps: &[Step]) -> Service {
        let mounted = steps.iter().any(|s| matches!(s, Step::Keep(_) | Step::Recall));
        let source = MountSource::Volume("data".into());
        Service {
            image: IMAGE.into(),
            command: Some(vec!["sh".into(), "-c".into(), shell_script(steps, "/data", "/tmp/healthy")]),
            mounts: mounted.then(|| Mount::new(source, "/data", false)).into_iter().collect(),
            healthcheck: steps.contains(&Step::Checked).then(|| Healthcheck {
                test: HealthTest::Exec(vec!["test".into(), "-e".into(), "/tmp/healthy".into()]),
                interval: Millis(300),
                timeout: Millis(5000),
                retries: 3,
                start_period: Millis(0),
                start_interval: None,
            }),
            restart: RestartPolicy::No,
            ..Service::default()
        }
    }

    fn unpreparable(&self) -> (Service, String) {
        // Nothing listens on port 1.
        let image = "127.0.0.1:1/miaas-test/absent:1".to_owned();
        (Service { image: image.clone(), ..Service::default() }, image)
    }

    async fn kill(&self, instance: &str) -> bool {
        self.docker.kill_container(instance, None).await.unwrap();
        true
    }

    async fn plant_foreign(&self, like: &WorkloadId) -> Option<String> {
        let options =
            CreateContainerOptions { name: Some(format!("{like}-main-1")), ..CreateContainerOptions::default() };
        // Compose's label alone is not our mark.
        let labels = [("com.docker.compose.project".to_owned(), like.to_string())].into();
        let body = ContainerCreateBody {
            image: Some(IMAGE.into()),
            cmd: Some(vec!["sleep".into(), "600".into()]),
            labels: Some(labels),
            ..ContainerCreateBody::default()
        };
        let made = self.docker.create_container(Some(options), body).await.unwrap();
        self.docker.start_container(&made.id, None).await.unwrap();
        Some(made.id)
    }

    async fn foreign_runs(&self, planted: &str) -> bool {
        let seen = self.docker.inspect_container(planted, None).await;
        seen.is_ok_and(|c| c.state.and_then(|s| s.running) == Some(true))
    }

    async fn remove_foreign(&self, planted: &str) {
        let options = RemoveContainerOptions { force: true, v: true, ..RemoveContainerOptions::default() };
        self.docker.remove_container(planted, Some(options)).await.unwrap();
    }
}

fn options(socket: &str, scope: &str) -> DockerOptions {
    let mut options = DockerOptions::new(socket);
    options.scope = scope.to_owned();
    options
}
