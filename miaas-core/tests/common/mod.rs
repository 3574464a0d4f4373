//! An orchestrator with real planners and node loops over memory, driven by hand.

#![allow(dead_code, reason = "each test binary uses a part")]
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test fails by panicking")]

use std::{
    collections::VecDeque,
    sync::{
        Arc, Mutex,
        atomic::{AtomicI64, AtomicU64, Ordering::SeqCst},
    },
    time::Duration,
};

use async_trait::async_trait;
use miaas_core::{
    PortError,
    api::v1::RegisterNode,
    engine::{EngineConfig, MemoryStore, NodeLoop, Orchestrator, Ports},
    id::{NodeId, WorkloadId},
    model::{ExecutorKind, Facts, Generation, Heartbeat, Lease, NodeTarget},
    name::Labels,
    port::{AgentLink, BoxStream, Clock, IdSource, Ledger, LogLine, LogOptions, Placer, Store},
    testing::{
        fake_executor::FakeExecutor,
        simulator::{FirstFit, PlainRenderer},
    },
    time::Timestamp,
};

#[derive(Debug, Default)]
pub(crate) struct Time(AtomicI64);
impl Clock for Time {
    fn now(&self) -> Timestamp {
        Timestamp::from_millis(1_700_000_000_000 + self.0.load(SeqCst))
    }
    fn uptime(&self) -> Duration {
        Duration::from_millis(self.0.load(SeqCst).unsigned_abs())
    }
}

impl Time {
    pub(crate) fn pass(&self, time: Duration) {
        self.0.fetch_add(i64::try_from(time.as_millis()).unwrap(), SeqCst);
    }
}

#[derive(Debug, Default)]
struct Ids(AtomicU64);
impl IdSource for Ids {
    fn next_bits(&self) -> u64 {
        self.0.fetch_add(1, SeqCst)
    }
}

#[derive(Debug, Default)]
pub(crate) struct Wire(Mutex<VecDeque<NodeTarget>>, Mutex<Vec<(NodeId, Lease)>>);
#[async_trait]
impl AgentLink for Wire {
    async fn deliver(&self, target: &NodeTarget) -> Result<Generation, PortError> {
        self.0.lock().unwrap().push_back(target.clone());
        Ok(target.generation)
    }
    async fn renew(&self, node: &NodeId, lease: Lease) -> Result<(), PortError> {
        self.1.lock().unwrap().push((node.clone(), lease));
        Ok(())
    }
    fn logs(&self, _: &NodeId, _: &WorkloadId, _: LogOptions) -> BoxStream<'static, Result<LogLine, PortError>> {
        Box::pin(futures_util::stream::empty())
    }
}

#[derive(Debug, Default)]
struct NoDisk(Mutex<Option<NodeTarget>>);
#[async_trait]
impl Ledger for NoDisk {
    async fn load(&self) -> Result<Option<NodeTarget>, PortError> {
        Ok(self.0.lock().unwrap().clone())
    }
    async fn save(&self, target: &NodeTarget) -> Result<(), PortError> {
        *self.0.lock().unwrap() = Some(target.clone());
        Ok(())
    }
}

pub(crate) struct Bench {
    pub(crate) time: Arc<Time>,
    pub(crate) wire: Arc<Wire>,
    pub(crate) control: Arc<Orchestrator>,
    pub(crate) machines: Vec<(NodeId, FakeExecutor, Arc<NodeLoop>)>,
}

impl Bench {
    pub(crate) async fn new(nodes: usize) -> Self {
        Self::over(Arc::new(MemoryStore::new()), nodes).await
    }

    pub(crate) async fn over(store: Arc<dyn Store>, nodes: usize) -> Self {
        Self::placed_by(Arc::new(FirstFit), store, nodes).await
    }

    pub(crate) async fn placed_by(placer: Arc<dyn Placer>, store: Arc<dyn Store>, nodes: usize) -> Self {
        let (time, wire) = (Arc::new(Time::default()), Arc::new(Wire::default()));
        let ports = Ports::new(store, wire.clone(), placer, Arc::new(PlainRenderer))
            .with_clock(time.clone())
            .with_ids(Arc::new(Ids::default()));
        let control = Orchestrator::open(ports, EngineConfig::default()).await.unwrap();
        let mut bench = Self { time, wire, control, machines: Vec::new() };
        for i in 0..nodes {
            let node = bench.control.register_node(registration(&format!("n{i}")), Labels::default()).await.unwrap();
            let executor = FakeExecutor::new();
            let node_loop = NodeLoop::open(
                node.id.clone(),
                vec![Arc::new(executor.clone())],
                Arc::new(NoDisk::default()),
                bench.time.clone(),
            );
            let node_loop = node_loop.await.unwrap();
            bench.control.heartbeat(&node.id, Heartbeat::default()).unwrap();
            bench.machines.push((node.id, executor, node_loop));
        }
        bench
    }

    pub(crate) fn pass(&self, time: Duration) {
        self.time.pass(time);
    }

    /// Rounds of everything, a second apart; machines listed in `silent` do not take part.
    pub(crate) async fn rounds(&self, count: usize, silent: &[usize]) {
        for _ in 0..count {
            self.pass(Duration::from_secs(1));
            self.control.detect().await.unwrap();
            self.control.tick().await.unwrap();
            self.control.renew_leases().await;
            let targets: Vec<_> = self.wire.0.lock().unwrap().drain(..).collect();
            let leases: Vec<_> = self.wire.1.lock().unwrap().drain(..).collect();
            for (i, (id, _, agent)) in self.machines.iter().enumerate() {
                if silent.contains(&i) {
                    continue;
                }
                for target in targets.iter().filter(|t| t.node == *id) {
                    agent.accept(target.clone()).await.unwrap();
                }
                leases.iter().filter(|(node, _)| node == id).for_each(|(_, lease)| agent.renew(lease));
                let _ = agent.step().await;
                let beat = Heartbeat { stamp: Some(agent.stamp()), ..Heartbeat::default() };
                self.control.heartbeat(id, beat).unwrap();
                self.control.report(agent.full_report()).await.unwrap();
            }
            self.control.redeliver().await;
        }
    }
}

pub(crate) fn registration(name: &str) -> RegisterNode {
    let capabilities = Facts { cpu_count: 4, mem_mb: 8192, executors: vec![ExecutorKind::Fake], ..Facts::default() };
    RegisterNode { name: name.into(), ip: "10.0.0.1".into(), capabilities, agent_version: None, public_key: None }
}
