use std::{
    fmt,
    net::{IpAddr, Ipv4Addr},
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use futures_util::StreamExt as _;
use tokio::{task::JoinSet, time::sleep};

use super::{LocalLink, MemoryLedger};
use crate::{
    api::v1::RegisterNode,
    engine::{NodeLoop, Orchestrator},
    error::{ErrorKind, PortError},
    id::NodeId,
    model::{Facts, Heartbeat},
    name::{Labels, NodeName},
    port::{Executor, Ledger},
};

/// Time before a report that was not taken is given again.
const AGAIN: Duration = Duration::from_secs(1);

/// What a [`LocalNode`] is made of.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct LocalNodeConfig {
    /// Its name, unique in the fleet.
    pub name: NodeName,
    /// What runs its workloads; at most one of each kind.
    pub executors: Vec<Arc<dyn Executor>>,
    /// What it has. The kinds of the executors are filled in.
    pub facts: Facts,
    /// Its labels, when it is new.
    pub labels: Labels,
    /// The address that the outputs of workloads show.
    pub ip: IpAddr,
    /// Where it keeps its target.
    pub ledger: Arc<dyn Ledger>,
    /// Time between two heartbeats. Has to be shorter than the patience of the orchestrator.
    pub heartbeat: Duration,
    sample: Sample,
}

/// Looks at the machine for a heartbeat.
#[derive(Clone)]
struct Sample(Arc<Mutex<dyn FnMut() -> Heartbeat + Send>>);

impl fmt::Debug for Sample {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Sample").finish_non_exhaustive()
    }
}

impl Sample {
    fn new(sample: impl FnMut() -> Heartbeat + Send + 'static) -> Self {
        Self(Arc::new(Mutex::new(sample)))
    }

    fn take(&self) -> Heartbeat {
        // A sample that panicked once is asked again: what it looks at is not here.
        (self.0.lock().unwrap_or_else(PoisonError::into_inner))()
    }
}

impl LocalNodeConfig {
    /// A node of this name without any resources, on loopback, with a ledger in memory and a heartbeat every 5 s.
    #[must_use]
    pub fn new(name: NodeName, executors: Vec<Arc<dyn Executor>>) -> Self {
        Self {
            name,
            executors,
            facts: Facts::default(),
            labels: Labels::default(),
            ip: Ipv4Addr::LOCALHOST.into(),
            ledger: Arc::new(MemoryLedger::default()),
            heartbeat: Duration::from_secs(5),
            sample: Sample::new(Heartbeat::default),
        }
    }

    /// With what the machine has.
    #[must_use]
    pub fn with_facts(mut self, facts: Facts) -> Self {
        self.facts = facts;
        self
    }

    /// With labels.
    #[must_use]
    pub fn with_labels(mut self, labels: Labels) -> Self {
        self.labels = labels;
        self
    }

    /// With a ledger of one's own.
    #[must_use]
    pub fn with_ledger(mut self, ledger: Arc<dyn Ledger>) -> Self {
        self.ledger = ledger;
        self
    }

    /// With heartbeats that say how the machine is doing; without it they only say that it lives. The stamp is filled in.
    #[must_use]
    pub fn with_sample(mut self, sample: impl FnMut() -> Heartbeat + Send + 'static) -> Self {
        self.sample = Sample::new(sample);
        self
    }
}

/// A node that lives in this process: it keeps what it is told, sends heartbeats and reports.
///
/// Dropping it ends that and nothing else: its workloads keep running, and to the orchestrator it is a node that has fallen
/// silent. Needs a tokio runtime.
#[derive(Debug)]
pub struct LocalNode {
    node_loop: Arc<NodeLoop>,
    link: Arc<LocalLink>,
    // Aborts them when it is dropped.
    tasks: JoinSet<()>,
}

impl LocalNode {
    /// Starts a node. One of the same name that the orchestrator knows already goes on: over `link` it cannot be anywhere else.
    /// `link` is the one that the orchestrator was opened with.
    ///
    /// # Errors
    /// The orchestrator's when it cannot register; the ledger's when it is damaged.
    pub async fn start(
        orchestrator: &Arc<Orchestrator>,
        link: &Arc<LocalLink>,
        config: LocalNodeConfig,
    ) -> Result<Self, PortError> {
        let (heartbeat, sample) = (config.heartbeat, config.sample.clone());
        let node = known_or_registered(orchestrator, &config).await?;
        let clock = Arc::clone(orchestrator.clock());
        let node_loop = NodeLoop::open(node.clone(), config.executors, config.ledger, clock).await?;
        // Before it looks at the machine for the first time, so that it never acts on what is not wanted any more.
        node_loop.accept(orchestrator.target(&node)).await?;
        link.attach(Arc::clone(&node_loop));
        orchestrator.heartbeat(&node, beat(&node_loop, &sample))?;
        let mut tasks = JoinSet::new();
        tasks.spawn(Arc::clone(&node_loop).run());
        tasks.spawn(live(Arc::clone(orchestrator), Arc::clone(&node_loop), heartbeat, sample));
        tasks.spawn(report(Arc::clone(orchestrator), Arc::clone(&node_loop)));
        Ok(Self { node_loop, link: Arc::clone(link), tasks })
    }

    /// Its identity.
    #[must_use]
    pub fn id(&self) -> &NodeId {
        self.node_loop.node()
    }

    /// Ends it as dropping does, and waits until nothing of it runs any more: what it had is free then.
    pub async fn stop(mut self) {
        self.tasks.shutdown().await;
    }
}

impl Drop for LocalNode {
    fn drop(&mut self) {
        self.link.detach(self.node_loop.node());
    }
}

async fn known_or_registered(orchestrator: &Orchestrator, config: &LocalNodeConfig) -> Result<NodeId, PortError> {
    let kinds = config.executors.iter().map(|e| e.capability().kind).collect();
    let facts = Facts { executors: kinds, ..config.facts.clone() };
    let known = orchestrator.nodes().into_iter().find(|n| n.name == config.name);
    if let Some(known) = known {
        orchestrator.observe_facts(&known.id, facts)?;
        return Ok(known.id);
    }
    let body = RegisterNode {
        name: config.name.to_string(),
        ip: config.ip.to_string(),
        capabilities: facts,
        agent_version: None,
        public_key: None,
    };
    Ok(orchestrator.register_node(body, config.labels.clone()).await?.id)
}

fn beat(node_loop: &NodeLoop, sample: &Sample) -> Heartbeat {
    Heartbeat { stamp: Some(node_loop.stamp()), ..sample.take() }
}

/// Heartbeats until the orchestrator has forgotten the node.
async fn live(orchestrator: Arc<Orchestrator>, node_loop: Arc<NodeLoop>, every: Duration, sample: Sample) {
    loop {
        sleep(every).await;
        if let Err(e) = orchestrator.heartbeat(node_loop.node(), beat(&node_loop, &sample)) {
            tracing::warn!(node = %node_loop.node(), error = %e.chain(), "the node was removed: it sends no more heartbeats");
            return;
        }
    }
}

/// Each change until the orchestrator has forgotten the node.
async fn report(orchestrator: Arc<Orchestrator>, node_loop: Arc<NodeLoop>) {
    let mut reports = node_loop.reports();
    while let Some(mut report) = reports.next().await {
        while let Err(e) = orchestrator.report(report).await {
            if e.kind() == ErrorKind::NotFound {
                return;
            }
            tracing::warn!(node = %node_loop.node(), error = %e.chain(), "a report was not taken; trying again");
            sleep(AGAIN).await;
            report = node_loop.full_report();
        }
    }
}
