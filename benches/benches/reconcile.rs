//! What a tick of the reconciler costs with 10,000 nodes and 100,000 workloads: with nothing to do, with one deployment that
//! changed, and while 1,000 deployments of 100 replicas are placed; and the memory of the process. Over a sealed SQLite database,
//! as a server has it.
//! `cargo bench -p miaas-benches --bench reconcile [-- NODES]`

#![allow(clippy::print_stdout, reason = "figures are what a benchmark is for")]
#![allow(clippy::disallowed_methods, reason = "a benchmark measures time")]
#![allow(clippy::cast_precision_loss, reason = "figures for people")]

use std::{sync::Arc, time::Instant};

use anyhow::{Context as _, Result};
use async_trait::async_trait;
use futures_util::stream;
use miaas_core::{
    PortError,
    api::v1::{CreateDeployment, RegisterNode, UpdateDeployment},
    engine::{EngineConfig, Orchestrator, Ports},
    id::{NodeId, WorkloadId},
    model::{
        ExecutorKind, Facts, Generation, Heartbeat, Lease, NodeReport, NodeTarget, Phase, WorkloadReport, WorkloadState,
    },
    name::Labels,
    port::{AgentLink, BoxStream, Kind, LogLine, LogOptions},
};
use miaas_placement::Engine;
use miaas_store::{DurableStore, Location, MasterKeySource};
use miaas_templates::{Catalog, CatalogRenderer};

/// Replicas of each deployment.
const REPLICAS: u32 = 100;
/// Workloads for each node.
const WORKLOADS: usize = 10;
/// Ticks that are measured.
const TICKS: usize = 10;

/// Agents that take everything.
#[derive(Debug)]
struct Nowhere;

#[async_trait]
impl AgentLink for Nowhere {
    async fn deliver(&self, target: &NodeTarget) -> Result<Generation, PortError> {
        Ok(target.generation)
    }

    async fn renew(&self, _: &NodeId, _: Lease) -> Result<(), PortError> {
        Ok(())
    }

    fn logs(&self, _: &NodeId, _: &WorkloadId, _: LogOptions) -> BoxStream<'static, Result<LogLine, PortError>> {
        Box::pin(stream::empty())
    }
}

fn main() -> Result<()> {
    let given = std::env::args().find_map(|a| a.parse::<usize>().ok());
    tokio::runtime::Builder::new_current_thread().enable_all().build()?.block_on(run(given.unwrap_or(10_000)))
}

async fn run(nodes: usize) -> Result<()> {
    let folder = tempfile::tempdir()?;
    let (location, key) = (Location::Sqlite(folder.path().join("miaas.db")), folder.path().join("master.key"));
    let (_, store) = DurableStore::open_sealed(&location, &MasterKeySource::File(key)).await?;
    let renderer = CatalogRenderer::new(Catalog::builtin()?);
    let ports = Ports::new(store, Arc::new(Nowhere), Arc::new(Engine::default()), Arc::new(renderer));
    let control = Orchestrator::open(ports, EngineConfig::default()).await?;
    let start = Instant::now();
    let mut fleet = Vec::new();
    for i in 0..nodes {
        fleet.push(register(&control, i).await?);
    }
    println!("{nodes} nodes registered: {:.0}/s", rate(nodes, start));

    let deployments = nodes * WORKLOADS / REPLICAS as usize;
    let start = Instant::now();
    for i in 0..deployments {
        control.create(wanted(i)).await?;
    }
    println!("memory: {} MiB", resident().unwrap_or(0) >> 10);
    println!("{deployments} deployments created: {:.0}/s", rate(deployments, start));
    let start = Instant::now();
    // As the engine does every few seconds.
    while control.tick().await? {
        control.flush().await?;
    }
    let workloads = control.view().assignments().len();
    println!("{workloads} workloads placed and told: {:.0}/s (limit 2000/s)", rate(workloads, start));
    println!("memory: {} MiB", resident().unwrap_or(0) >> 10);
    let start = Instant::now();
    for (i, node) in fleet.iter().enumerate() {
        control.report(all_runs(&control.target(node))).await?;
        if i.is_multiple_of(1_000) {
            control.flush().await?;
        }
    }
    println!("{nodes} reports of {workloads} workloads: {:.0} reports/s", rate(nodes, start));
    while control.tick().await? {}
    println!("memory: {} MiB", resident().unwrap_or(0) >> 10);
    measure("a tick with nothing to do", 50.0, || async { control.tick().await }).await?;
    let mut replicas = REPLICAS;
    let mut times = Vec::new();
    for _ in 0..TICKS {
        replicas -= 1;
        let fewer = UpdateDeployment { replicas: Some(replicas), ..UpdateDeployment::default() };
        control.update("d0", fewer).await?;
        let start = Instant::now();
        control.tick().await?;
        times.push(start.elapsed().as_secs_f64() * 1e3);
    }
    tell("a tick with one deployment that changed", 5.0, times);
    for node in &fleet {
        control.heartbeat(node, Heartbeat::default())?;
    }
    while control.detect().await? {}
    measure("the failure detector", 50.0, || async { control.detect().await }).await?;
    let start = Instant::now();
    control.flush().await?;
    println!("writing what was seen of all nodes: {:.1} ms", start.elapsed().as_secs_f64() * 1e3);
    println!("memory: {} MiB (limit 1024 MiB)", resident().context("no /proc")? >> 10);
    for kind in [Kind::Assignment, Kind::Target, Kind::Status, Kind::Node, Kind::Observation] {
        let stored = control.store().list(kind).await?.items;
        let bytes: usize = stored.iter().map(|(_, v)| v.value.0.len()).sum();
        println!("stored of {kind:?}: {} of {} bytes each", stored.len(), bytes / stored.len().max(1));
    }
    Ok(())
}

async fn measure<F>(what: &str, limit: f64, mut f: impl FnMut() -> F) -> Result<()>
where
    F: Future<Output = Result<bool, PortError>>,
{
    let mut times = Vec::new();
    for _ in 0..TICKS {
        let start = Instant::now();
        anyhow::ensure!(!f().await?, "{what}: there was something to do");
        times.push(start.elapsed().as_secs_f64() * 1e3);
    }
    tell(what, limit, times);
    Ok(())
}

fn tell(what: &str, limit: f64, mut times: Vec<f64>) {
    times.sort_by(f64::total_cmp);
    println!("{what}: median {:.1} ms, best {:.1} ms (limit {limit} ms)", times[times.len() / 2], times[0]);
}

fn rate(count: usize, since: Instant) -> f64 {
    count as f64 / since.elapsed().as_secs_f64()
}

async fn register(control: &Orchestrator, i: usize) -> Result<NodeId> {
    let facts = Facts {
        os: "linux".into(),
        arch: "x86_64".into(),
        cpu_count: 64,
        mem_mb: 262_144,
        executors: vec![ExecutorKind::Docker],
        ..Facts::default()
    };
    let body = RegisterNode {
        name: format!("node{i}"),
        ip: "10.0.0.1".into(),
        capabilities: facts,
        agent_version: None,
        public_key: None,
    };
    let node = control.register_node(body, Labels::default()).await?.id;
    control.heartbeat(&node, Heartbeat::default())?;
    Ok(node)
}

fn wanted(i: usize) -> CreateDeployment {
    let compose = "services:\n  main:\n    image: app:1\n    deploy: {resources: {limits: {cpus: '1', memory: 1g}}}\n";
    CreateDeployment {
        name: Some(format!("d{i}")),
        compose: Some(compose.to_owned()),
        replicas: Some(REPLICAS),
        ..CreateDeployment::default()
    }
}

fn all_runs(target: &NodeTarget) -> NodeReport {
    let runs = target.workloads.iter().map(|w| WorkloadReport {
        workload: w.id.clone(),
        state: WorkloadState {
            phase: Phase::Running,
            running_hash: Some(w.hash.clone()),
            wanted_hash: Some(w.hash.clone()),
            running_generation: Some(w.generation),
            ..WorkloadState::default()
        },
    });
    NodeReport { node: target.node.clone(), generation: target.generation, full: true, workloads: runs.collect() }
}

/// Memory of this process, in KiB; Linux only.
fn resident() -> Option<u64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"))?;
    line.trim().trim_end_matches("kB").trim().parse().ok()
}
