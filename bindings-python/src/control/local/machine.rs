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
    engine::{LocalLink, MemoryLedger, NodeLoop, Orchestrator, SystemClock},
    model::{Disk, ExecutorKind, Facts, Gpu, Heartbeat},
    name::{Labels, NodeName},
    port::{Executor, Ledger},
};
use serde::Deserialize;
use tokio::task::JoinSet;

use super::{fake::ImaginedEngine, node};

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
    /// Starts its nodes; they live as long as `tasks`.
    pub(super) async fn start(
        self,
        orchestrator: &Arc<Orchestrator>,
        link: &LocalLink,
        state: Option<&PathBuf>,
        tasks: &mut JoinSet<()>,
    ) -> Result<(), PortError> {
        let fleet = Fleet { orchestrator, link };
        match self {
            Self::Fake { nodes } => {
                for imagined in nodes {
                    let facts = imagined.facts();
                    let executor: Arc<dyn Executor> = Arc::new(ImaginedEngine::default());
                    let member = Member { name: imagined.name, labels: imagined.labels, executor, state: None };
                    fleet.join(member, facts, Box::new(Heartbeat::default), tasks).await?;
                }
                Ok(())
            }
            Self::Process { node } => {
                let state = StateDir::open(&needed(state)?.join("agent"))?;
                let executor: Arc<dyn Executor> = Arc::new(ProcessExecutor::open(state.path(), Arc::new(SystemClock))?);
                fleet.join_machine(node, executor, state, None, tasks).await
            }
            Self::Docker { node, socket } => {
                let state = StateDir::open(&needed(state)?.join("agent"))?;
                let options = DockerOptions::new(&socket).scoped_to(state.path());
                let executor: Arc<dyn Executor> = Arc::new(DockerExecutor::connect(options).await?);
                fleet.join_machine(node, executor, state, Some(socket.into()), tasks).await
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

/// The orchestrator and the way to its nodes.
struct Fleet<'a> {
    orchestrator: &'a Arc<Orchestrator>,
    link: &'a LocalLink,
}

/// A node about to be one.
struct Member {
    name: NodeName,
    labels: Labels,
    executor: Arc<dyn Executor>,
    state: Option<StateDir>,
}

impl Fleet<'_> {
    async fn join_machine(
        &self,
        name: NodeName,
        executor: Arc<dyn Executor>,
        state: StateDir,
        docker_socket: Option<PathBuf>,
        tasks: &mut JoinSet<()>,
    ) -> Result<(), PortError> {
        let mut options = FactsOptions::default();
        options.docker_socket = docker_socket;
        options.executors = vec![executor.capability().kind];
        options.data_dir = state.path().to_owned();
        let feed = FactsFeed::start(options.clone(), LOOK, FULL).await;
        let mut facts = feed.subscribe();
        let newest = facts.borrow_and_update().clone();
        let mut sampler = Sampler::new(options);
        let with_gpus = !newest.gpus.is_empty();
        let member = Member { name: name.clone(), labels: Labels::default(), executor, state: Some(state) };
        let beat: node::Beat = Box::new(move || sampler.heartbeat(with_gpus));
        self.join(member, (*newest).clone(), beat, tasks).await?;
        let (orchestrator, id) = (Arc::clone(self.orchestrator), self.orchestrator.node(name.as_str())?.id);
        tasks.spawn(async move {
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

    async fn join(
        &self,
        member: Member,
        facts: Facts,
        beat: node::Beat,
        tasks: &mut JoinSet<()>,
    ) -> Result<(), PortError> {
        let Member { name, labels, executor, state } = member;
        let id = node::enrol(self.orchestrator, &name, &facts, labels).await?;
        let ledger: Arc<dyn Ledger> = match &state {
            Some(state) => Arc::new(state.ledger(&id)),
            None => Arc::new(MemoryLedger::default()),
        };
        let node_loop = NodeLoop::open(id.clone(), vec![executor], ledger, Arc::new(SystemClock)).await?;
        self.orchestrator.observe_facts(&id, facts)?;
        self.link.attach(Arc::clone(&node_loop));
        let running = Arc::clone(&node_loop);
        tasks.spawn(async move {
            // The folder is this process's as long as the loop runs.
            let _state = state;
            running.run().await;
        });
        tasks.spawn(node::inform(Arc::clone(self.orchestrator), id, node_loop, beat));
        Ok(())
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
