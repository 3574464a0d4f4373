//! The nodes that an orchestrator in this process has: imagined ones, or this machine.

use std::{path::PathBuf, sync::Arc, time::Duration};

use miaas_agent_lib::{
    StateDir,
    executor::{
        docker::{DockerExecutor, DockerOptions},
        process::ProcessExecutor,
    },
    facts::{FactsFeed, FactsOptions, Sampler},
};
use miaas_core::{
    ErrorKind, PortError,
    engine::{LocalLink, LocalNode, LocalNodeConfig, Orchestrator, SystemClock},
    model::{Disk, ExecutorKind, Facts, Gpu},
    name::{Labels, NodeName},
    port::Executor,
};
use serde::Deserialize;
use tokio::task::JoinSet;

use super::fake::ImaginedEngine;

/// Between two looks at the machine, and between two reports of what changes all the time.
const LOOK: Duration = Duration::from_secs(10);
const FULL: Duration = Duration::from_secs(60);

/// What runs workloads, as the façade says it.
#[derive(Debug, Deserialize)]
#[serde(tag = "executor", rename_all = "lowercase")]
pub(super) enum Machine {
    /// Nodes that are only imagined.
    Fake { nodes: Vec<Imagined> },
    /// Local processes.
    Process { node: NodeName },
    /// Containers of an engine.
    Docker { node: NodeName, socket: String },
}

/// A node that is only imagined.
#[derive(Debug, Deserialize)]
pub(super) struct Imagined {
    name: NodeName,
    cpu_milli: u64,
    mem_mib: u64,
    disk_mib: u64,
    arch: String,
    labels: Labels,
    gpus: Vec<ImaginedGpu>,
}

#[derive(Debug, Deserialize)]
struct ImaginedGpu {
    model: String,
    vendor: String,
    memory_mib: u64,
}

impl Machine {
    /// Starts its nodes. When that fails, those that run already are in `running`.
    pub(super) async fn start(
        self,
        orchestrator: &Arc<Orchestrator>,
        link: &Arc<LocalLink>,
        state: Option<&PathBuf>,
        running: &mut Running,
    ) -> Result<(), PortError> {
        match self {
            Self::Fake { nodes } => {
                for imagined in nodes {
                    let config = LocalNodeConfig::new(imagined.name.clone(), vec![Arc::new(ImaginedEngine::default())]);
                    let config = config.with_facts(imagined.facts()).with_labels(imagined.labels);
                    running.nodes.push(LocalNode::start(orchestrator, link, config).await?);
                }
                Ok(())
            }
            Self::Process { node } => {
                let state = StateDir::open(&needed(state)?.join("agent"))?;
                let executor = ProcessExecutor::open(state.path(), Arc::new(SystemClock))?;
                running
                    .join(orchestrator, link, This { name: node, executor: Arc::new(executor), state, socket: None })
                    .await
            }
            Self::Docker { node, socket } => {
                let state = StateDir::open(&needed(state)?.join("agent"))?;
                let options = DockerOptions::new(&socket).scoped_to(state.path());
                let executor = Arc::new(DockerExecutor::connect(options).await?);
                running
                    .join(orchestrator, link, This { name: node, executor, state, socket: Some(socket.into()) })
                    .await
            }
        }
    }
}

fn needed(state: Option<&PathBuf>) -> Result<&PathBuf, PortError> {
    state.ok_or_else(|| {
        PortError::new(ErrorKind::Invalid, "open", "what really runs has to be found again, and there is no state_dir")
            .with_hint("give state_dir=, or use executor=\"fake\"")
    })
}

/// This machine, about to be a node.
struct This {
    name: NodeName,
    executor: Arc<dyn Executor>,
    state: StateDir,
    socket: Option<PathBuf>,
}

/// The nodes, and what looks at the machine for them.
#[derive(Debug, Default)]
pub(super) struct Running {
    pub(super) tasks: JoinSet<()>,
    nodes: Vec<LocalNode>,
    /// The folder is this process's as long as its node runs.
    state: Option<StateDir>,
}

impl Running {
    async fn join(
        &mut self,
        orchestrator: &Arc<Orchestrator>,
        link: &Arc<LocalLink>,
        this: This,
    ) -> Result<(), PortError> {
        let mut options = FactsOptions::default();
        options.docker_socket = this.socket;
        options.executors = vec![this.executor.capability().kind];
        options.data_dir = this.state.path().to_owned();
        self.state = Some(this.state);
        let feed = FactsFeed::start(options.clone(), LOOK, FULL).await;
        let mut facts = feed.subscribe();
        let newest = facts.borrow_and_update().clone();
        let (mut sampler, with_gpus) = (Sampler::new(options), !newest.gpus.is_empty());
        // The orchestrator lives here too and tells the node its target at every start: nothing has to be kept for it on disk.
        let config = LocalNodeConfig::new(this.name, vec![this.executor])
            .with_facts((*newest).clone())
            .with_sample(move || sampler.heartbeat(with_gpus));
        let node = LocalNode::start(orchestrator, link, config).await?;
        let (orchestrator, id) = (Arc::clone(orchestrator), node.id().clone());
        self.nodes.push(node);
        self.tasks.spawn(async move {
            // The feed lives as long as somebody reads it here.
            let _feed = feed;
            while facts.changed().await.is_ok() {
                let newest = facts.borrow_and_update().clone();
                if let Err(error) = orchestrator.observe_facts(&id, (*newest).clone()) {
                    tracing::warn!(node = %id, error = %error.chain(), "facts were refused");
                }
            }
        });
        Ok(())
    }

    /// Ends all of it, and waits for that.
    pub(super) async fn stop(mut self) {
        self.tasks.shutdown().await;
        for node in self.nodes {
            node.stop().await;
        }
        drop(self.state);
    }
}

impl Imagined {
    fn facts(&self) -> Facts {
        let gpu = |(index, gpu): (u32, &ImaginedGpu)| Gpu {
            index,
            vendor: gpu.vendor.clone(),
            model: gpu.model.clone(),
            uuid: format!("{}-gpu{index}", self.name),
            memory_mb: gpu.memory_mib,
            ..Gpu::default()
        };
        Facts {
            os: "linux".to_owned(),
            arch: self.arch.clone(),
            hostname: self.name.to_string(),
            cpu_count: u32::try_from(self.cpu_milli / 1000).unwrap_or(u32::MAX),
            mem_mb: self.mem_mib,
            disks: vec![Disk { mount: "/".to_owned(), total_mb: self.disk_mib, free_mb: self.disk_mib }],
            gpus: (0..).zip(&self.gpus).map(gpu).collect(),
            executors: vec![ExecutorKind::Docker],
            ..Facts::default()
        }
    }
}
