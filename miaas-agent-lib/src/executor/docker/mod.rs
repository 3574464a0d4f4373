//! Workloads as containers of a Docker-compatible engine, driven over its API, labelled so that Compose recognises them.
//!
//! A workload of one service lives on the engine's default bridge: a network of its own would cost about 0.1 s per start.
//! Several services share the network `<workload>_default` under their names. The engine restarts what ends by itself; what
//! somebody stops behind our back is seen as not running. Nothing is kept here that the engine does not know. Several agents
//! may share an engine: what does not carry this one's scope is not its own.

mod changes;
mod container;
mod describe;
mod engine;
mod error;
mod files;
#[cfg(test)]
mod fixtures;
mod found;
mod image;
mod labels;
mod logs;
mod needs;
mod network;
mod observe;
mod podman;
mod prepare;
mod probes;
mod reuse;
mod start;
mod stop;
mod volume;
mod wait;

use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
    sync::Arc,
    time::Duration,
};

use async_trait::async_trait;
use miaas_core::{
    PortError,
    hash::digest64,
    id::{WorkloadId, base32},
    model::{ExecutorKind, RenderedWorkload, Service},
    port::{BoxStream, Capability, Executor, LogLine, LogOptions, Observed, Progress},
};

use self::engine::Engine;

/// More starts at a time make the engine slower, not faster.
const PARALLEL_STARTS: usize = 4;

/// How to reach an engine, and how long to wait for what.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct DockerOptions {
    /// Path of the Unix socket, with or without `unix://`. Podman's works too.
    pub socket: String,
    /// Whose the workloads are: executors of different scopes share an engine without seeing each other's.
    pub scope: String,
    /// How long the engine may take to answer a request, beyond what the request itself waits for.
    pub request_timeout: Duration,
    /// How long the services of a workload may take to start, with everything that they wait for.
    pub start_timeout: Duration,
    /// How long a pull may go on without news from the registry.
    pub pull_stall: Duration,
    /// Where the files of configs and secrets are kept: the first of these whose parent is a file system in memory.
    pub memory: Vec<PathBuf>,
    /// How soon to look again after the engine went away.
    pub reconnect_every: Duration,
}

impl DockerOptions {
    /// The socket of a Docker engine as packages install it.
    pub const DEFAULT_SOCKET: &str = "/var/run/docker.sock";

    /// Usual limits for the engine at `socket`.
    #[must_use]
    pub fn new(socket: impl Into<String>) -> Self {
        Self {
            socket: socket.into(),
            scope: "default".to_owned(),
            request_timeout: Duration::from_secs(120),
            start_timeout: Duration::from_secs(600),
            pull_stall: Duration::from_secs(300),
            memory: memory(rustix::process::geteuid().as_raw()),
            reconnect_every: Duration::from_secs(1),
        }
    }

    /// The scope of the agent that keeps its state in this folder: another agent on the same engine has another folder.
    /// The folder should exist, so that every way to write its path gives one scope.
    #[must_use]
    pub fn scoped_to(mut self, state_dir: &Path) -> Self {
        let path = state_dir.canonicalize().unwrap_or_else(|_| state_dir.to_owned());
        self.scope = base32(digest64(&[path.as_os_str().as_encoded_bytes()]));
        self
    }
}

/// Where a user may keep files in memory. Users other than root get places of their own: one that is not theirs is refused.
fn memory(user: u32) -> Vec<PathBuf> {
    let own = [format!("/run/user/{user}/miaas"), format!("/dev/shm/miaas-{user}")];
    let all = match user {
        0 => vec!["/run/miaas".to_owned(), "/dev/shm/miaas".to_owned()],
        _ => ["/run/miaas".to_owned()].into_iter().chain(own).collect(),
    };
    all.into_iter().map(PathBuf::from).collect()
}

impl Default for DockerOptions {
    fn default() -> Self {
        Self::new(Self::DEFAULT_SOCKET)
    }
}

/// The executor. It connects when it is first used, and again by itself whenever the engine was away: until then every call
/// fails with [`miaas_core::ErrorKind::Unavailable`].
#[derive(Debug, Clone)]
pub struct DockerExecutor {
    engine: Arc<Engine>,
}

impl DockerExecutor {
    /// An executor that has not asked the engine anything yet.
    #[must_use]
    pub fn new(options: DockerOptions) -> Self {
        Self { engine: Arc::new(Engine::new(options)) }
    }

    /// An executor whose engine answers now.
    ///
    /// # Errors
    /// `Unavailable` when it does not.
    pub async fn connect(options: DockerOptions) -> Result<Self, PortError> {
        let executor = Self::new(options);
        executor.engine.client("docker.connect", "connecting").await?;
        Ok(executor)
    }
}

/// Why a workload cannot run in containers, whatever the engine. What only some engines can do is in `needs`.
fn refuses(w: &RenderedWorkload) -> Option<String> {
    if let Err(bad) = w.spec.start_levels() {
        return Some(bad.to_string());
    }
    w.spec.services.iter().find_map(|(name, service)| {
        let why = refuses_service(w, service)?;
        Some(format!("service {name:?}: {why}"))
    })
}

fn refuses_service(w: &RenderedWorkload, service: &Service) -> Option<String> {
    if service.image.is_empty() {
        return Some("it has no image, which the docker executor needs".to_owned());
    }
    let stranger = service.namespaces.joined().find(|name| !w.spec.services.contains_key(*name));
    if let Some(name) = stranger {
        return Some(format!("it shares a namespace with {name:?}, which is no service of this workload"));
    }
    container::refuses_gpu(service)
        .or_else(|| container::refuses_namespace(service))
        .or_else(|| container::refuses_mount(service))
        .or_else(|| network::refuses(w, service))
}

#[async_trait]
impl Executor for DockerExecutor {
    fn capability(&self) -> Capability {
        Capability { kind: ExecutorKind::Docker, parallel_starts: PARALLEL_STARTS, refuses }
    }

    async fn observe(&self) -> Result<BTreeMap<WorkloadId, Observed>, PortError> {
        observe::observe(&self.engine).await
    }

    async fn pull(&self, id: &WorkloadId, images: &[String], progress: &dyn Progress) -> Result<(), PortError> {
        prepare::pull(&self.engine, id, images, progress).await
    }

    async fn prepare(&self, workload: &RenderedWorkload, progress: &dyn Progress) -> Result<(), PortError> {
        prepare::prepare(&self.engine, workload, progress).await
    }

    async fn start(&self, workload: &RenderedWorkload) -> Result<(), PortError> {
        start::start(&self.engine, workload).await
    }

    async fn stop(&self, id: &WorkloadId, grace: Duration) -> Result<(), PortError> {
        stop::stop(&self.engine, id, grace).await
    }

    async fn remove(&self, id: &WorkloadId) -> Result<(), PortError> {
        stop::remove(&self.engine, id).await
    }

    fn logs(&self, id: &WorkloadId, options: LogOptions) -> BoxStream<'static, Result<LogLine, PortError>> {
        logs::logs(Arc::clone(&self.engine), id.clone(), options)
    }

    fn changes(&self) -> BoxStream<'static, ()> {
        changes::changes(Arc::clone(&self.engine))
    }
}
