//! Decisions per second of the placement engine on fleets of 1,213, 10,000 and 100,000 nodes, with and without explanations,
//! one at a time and as replicas of one group; and what a refusal costs.
//! `cargo bench -p miaas-benches --bench engine`

#![allow(clippy::print_stdout, reason = "figures are what a benchmark is for")]
#![allow(clippy::disallowed_methods, reason = "a benchmark measures time")]
#![allow(clippy::cast_precision_loss, reason = "figures for people")]

use std::{
    collections::{BTreeMap, VecDeque},
    time::Instant,
};

use anyhow::{Context as _, Result};
use miaas_core::{
    cluster::{Capacity, ClusterView, GpuView, NodeView},
    id::{DeploymentId, NodeId, WorkloadId},
    model::{ExecutorKind, GpuRequest, PlacementPolicy, Resources},
    name::{Name, NodeName},
    port::{Demand, DemandGroup, Placer as _},
};
use miaas_placement::Engine;

/// How long each figure is measured, about.
const SECONDS: f64 = 2.0;
/// Most workloads for each node that run at once.
const RUNNING: usize = 8;
/// Replicas of one group.
const REPLICAS: usize = 1_000;

fn main() -> Result<()> {
    println!("decisions per second of the engine, one core, GPU shares of 2 GiB on nodes of 4 x 24 GiB");
    println!(
        "{:>8}  {:<10} {:<10} {:>12} {:>12} {:>12}",
        "nodes", "strategy", "explained", "one by one", "replicas", "refusals"
    );
    for nodes in [1_213, 10_000, 100_000] {
        let view = fleet(nodes)?;
        for (strategy, explain) in [("spread", true), ("spread", false), ("foresight", false)] {
            let engine = Engine::default().with_default(strategy).ok().context("no such strategy")?;
            let engine = engine.with_explanations(explain);
            let figures = [one_by_one(&engine, &view)?, replicas(&engine, &view)?, refusals(&engine, &view)?];
            let [single, group, refused] = figures.map(|rate| format!("{rate:.0}/s"));
            let explained = if explain { "yes" } else { "no" };
            println!("{nodes:>8}  {strategy:<10} {explained:<10} {single:>12} {group:>12} {refused:>12}");
        }
    }
    Ok(())
}

fn fleet(nodes: usize) -> Result<ClusterView> {
    let node = |i: usize| -> Result<NodeView> {
        let name = format!("node-{i:06}");
        let gpu = |g: usize| GpuView {
            uuid: format!("GPU-{i}-{g}"),
            vendor: "nvidia".into(),
            model: "L4".into(),
            memory_mib: 24_576,
            margin_mib: 491,
            ..GpuView::default()
        };
        Ok(NodeView {
            arch: "x86_64".into(),
            executors: vec![ExecutorKind::Docker],
            allocatable: Capacity { cpu_milli: 96_000, mem_mib: 393_216 + i as u64 % 64, disk_mib: 1 << 20 },
            gpus: (0..4).map(gpu).collect(),
            ..NodeView::empty(NodeId::parse(&name)?, NodeName::parse(&name)?)
        })
    };
    Ok(ClusterView::new((0..nodes).map(node).collect::<Result<Vec<_>>>()?))
}

fn demand(deployment: usize, replica: usize, memory_mib: u64) -> Result<Demand> {
    let gpu = GpuRequest { count: 1, memory_mib, ..GpuRequest::default() };
    Ok(Demand {
        workload: WorkloadId::parse(&format!("llama-{deployment}-{replica}"))?,
        deployment: DeploymentId::parse(&format!("d-{deployment}"))?,
        name: Name::parse("llama")?,
        resources: Resources { cpu_milli: 2_000, mem_mib: 4_096, disk_mib: 1_024, gpu: Some(gpu) },
        ports: Vec::new(),
        executors: vec![ExecutorKind::Docker],
        architectures: vec!["amd64".into()],
        policy: PlacementPolicy::default(),
        priority: 0,
        stateful: false,
        volume_node: None,
        near: Vec::new(),
        apart: Vec::new(),
        images: Vec::new(),
        avoid: BTreeMap::new(),
    })
}

/// Repeats for about [`SECONDS`]; each round says how many decisions it made.
fn rate(mut round: impl FnMut(usize) -> Result<usize>) -> Result<f64> {
    let start = Instant::now();
    let (mut rounds, mut decisions) = (0, 0);
    while rounds == 0 || start.elapsed().as_secs_f64() < SECONDS {
        decisions += round(rounds)?;
        rounds += 1;
    }
    Ok(decisions as f64 / start.elapsed().as_secs_f64())
}

/// Each of its own deployment; once there are [`RUNNING`] on each node the first end again.
fn one_by_one(engine: &Engine, view: &ClusterView) -> Result<f64> {
    let mut view = view.clone();
    let mut placing = engine.placing();
    let mut running = VecDeque::new();
    rate(|i| {
        let group = DemandGroup { demands: vec![demand(i, 0, 2_048)?] };
        let placement = placing.place(&view, &group).ok().context("the fleet is full")?;
        for decision in &placement.decisions {
            view.commit(decision);
            running.push_back(decision.workload.clone());
        }
        if running.len() > RUNNING * view.nodes().len()
            && let Some(first) = running.pop_front()
        {
            view.release(&first);
        }
        Ok(placement.decisions.len())
    })
}

fn replicas(engine: &Engine, view: &ClusterView) -> Result<f64> {
    let demands: Result<Vec<Demand>> = (0..REPLICAS).map(|i| demand(0, i, 2_048)).collect();
    let group = DemandGroup { demands: demands? };
    rate(|_| Ok(engine.place(view, &group).ok().context("the replicas do not fit")?.decisions.len()))
}

fn refusals(engine: &Engine, view: &ClusterView) -> Result<f64> {
    let group = DemandGroup { demands: vec![demand(0, 0, 24_400)?] };
    rate(|_| Ok(usize::from(engine.place(view, &group).is_err())))
}
