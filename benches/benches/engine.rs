//! Decisions per second of the placement engine on fleets of 1,213, 10,000 and 100,000 nodes, with and without explanations: one
//! at a time, as replicas of one group, and as stacks of different services; what a refusal costs, of one and of a stack; and
//! what trying out costs. By processor time, of one thread.
//! `cargo bench -p miaas-benches --bench engine -- [STRATEGY]... [NODES]...`

#![allow(clippy::print_stdout, reason = "figures are what a benchmark is for")]
#![allow(clippy::cast_precision_loss, reason = "figures for people")]

use std::collections::{BTreeMap, VecDeque};

use anyhow::{Context as _, Result};
use miaas_benches::busy;
use miaas_core::{
    cluster::{Capacity, ClusterView, GpuView, NodeView},
    id::{DeploymentId, NodeId, WorkloadId},
    model::{ExecutorKind, GpuRequest, PlacementPolicy, Resources},
    name::{Name, NodeName},
    port::{Decision, Demand, DemandGroup, Explanation, Placer as _},
};
use miaas_placement::{Engine, allot};

/// How long each figure is measured, about.
const SECONDS: f64 = 1.0;
/// Most workloads for each node that run at once.
const RUNNING: usize = 8;
/// Replicas of one group.
const REPLICAS: usize = 1_000;
/// Services of a stack.
const SERVICES: usize = 4;
const SIZES: [usize; 3] = [1_213, 10_000, 100_000];
const STRATEGIES: [&str; 5] = ["spread", "binpack", "fgd", "foresight", "cost"];

fn main() -> Result<()> {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let named = |what: &str| args.iter().any(|a| a == what);
    let strategies: Vec<&str> = STRATEGIES.into_iter().filter(|name| named(name)).collect();
    let strategies = if strategies.is_empty() { STRATEGIES.to_vec() } else { strategies };
    let sizes: Vec<usize> = SIZES.into_iter().filter(|size| named(&size.to_string())).collect();
    println!("a second of processor time, one thread; GPU shares of 2 GiB on nodes of 4 x 24 GiB");
    println!("decisions: one by one, of {REPLICAS} replicas at once, of stacks of {SERVICES} different services;");
    println!("refusals: of a demand by itself, of one after another different one, of a stack");
    println!(
        "{:>8}  {:<10} {:<9} {:>10} {:>10} {:>10} {:>10} {:>10} {:>10}",
        "nodes", "strategy", "explained", "one by one", "replicas", "stacks", "refused", "again", "a stack"
    );
    for nodes in if sizes.is_empty() { SIZES.to_vec() } else { sizes } {
        let view = fleet(nodes)?;
        for strategy in &strategies {
            for explain in [true, false] {
                let engine = Engine::default().with_default(strategy).ok().context("no such strategy")?;
                figures(&engine.with_explanations(explain), &view, strategy, explain)?;
            }
        }
        trying_out(&view)?;
    }
    Ok(())
}

fn figures(engine: &Engine, view: &ClusterView, strategy: &str, explain: bool) -> Result<()> {
    let full = loaded(view)?;
    let figures = [
        one_by_one(engine, view)?,
        replicas(engine, view)?,
        stacks(engine, view)?,
        refusals(engine, &full)?,
        refusals_of_many(engine, &full)?,
        refused_stacks(engine, &full)?,
    ];
    let explained = if explain { "yes" } else { "no" };
    print!("{:>8}  {strategy:<10} {explained:<9}", view.nodes().len());
    figures.iter().for_each(|rate| print!(" {rate:>10.0}"));
    println!();
    Ok(())
}

/// Eight workloads, of four sizes, on each node.
fn loaded(view: &ClusterView) -> Result<ClusterView> {
    let mut view = view.clone();
    let nodes: Vec<NodeId> = view.nodes().map(|n| n.id.clone()).collect();
    for (i, id) in nodes.into_iter().enumerate() {
        for replica in 0..RUNNING {
            let wanted = demand(i % 500, i * RUNNING + replica, 1_024 << (i % 4))?;
            let node = view.node(&id).context("the node is there")?;
            let devices = allot::devices(wanted.resources.gpu.as_ref().context("asks for a GPU")?, node);
            let decision = Decision {
                workload: wanted.workload,
                deployment: wanted.deployment,
                node: id.clone(),
                resources: wanted.resources,
                devices: devices.context("there is room")?,
                ports: Vec::new(),
                executor: ExecutorKind::Docker,
                priority: 0,
                stateful: false,
                why: Explanation::default(),
            };
            view.commit(&decision);
        }
    }
    Ok(view)
}

/// A decision taken into account and given back: on a copy on top of the view, and in the view.
fn trying_out(view: &ClusterView) -> Result<()> {
    const ROUNDS: u32 = 20_000;
    let engine = Engine::default().with_explanations(false);
    let group = DemandGroup { demands: vec![demand(0, 0, 2_048)?] };
    let decision = engine.place(view, &group).ok().context("there is room")?.decisions.remove(0);
    let each = |round: &mut dyn FnMut()| {
        let start = busy();
        (0..ROUNDS).for_each(|_| round());
        (busy() - start).as_secs_f64() / f64::from(ROUNDS) * 1e6
    };
    let fork = each(&mut || drop(std::hint::black_box(view.fork())));
    let on_fork = each(&mut || {
        let mut fork = view.fork();
        assert!(fork.commit(&decision) && fork.release(&decision.workload));
    });
    let mut copy = view.clone();
    let in_view = each(&mut || assert!(copy.commit(&decision) && copy.release(&decision.workload).is_some()));
    println!(
        "{:>8}  fork {fork:.3} us; fork, commit and undo {on_fork:.2} us; commit and undo in the view {in_view:.2} us",
        view.nodes().len()
    );
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
    let start = busy();
    let (mut rounds, mut decisions) = (0, 0);
    while rounds == 0 || (busy() - start).as_secs_f64() < SECONDS {
        decisions += round(rounds)?;
        rounds += 1;
    }
    Ok(decisions as f64 / (busy() - start).as_secs_f64())
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

/// Stacks one after the other; once there are [`RUNNING`] workloads on each node the first end again.
fn stacks(engine: &Engine, view: &ClusterView) -> Result<f64> {
    let mut view = view.clone();
    let mut placing = engine.placing();
    let mut running = VecDeque::new();
    rate(|i| {
        let placement = placing.place(&view, &stack(i, 512)?).ok().context("the fleet is full")?;
        for decision in &placement.decisions {
            view.commit(decision);
            running.push_back(decision.workload.clone());
        }
        while running.len() > RUNNING * view.nodes().len()
            && let Some(first) = running.pop_front()
        {
            view.release(&first);
        }
        Ok(placement.decisions.len())
    })
}

fn stack(number: usize, memory_mib: u64) -> Result<DemandGroup> {
    let service = |i: usize| demand(number * SERVICES + i, 0, memory_mib * (1 + i as u64));
    Ok(DemandGroup { demands: (0..SERVICES).map(service).collect::<Result<_>>()? })
}

/// The same demand, asked anew each time.
fn refusals(engine: &Engine, view: &ClusterView) -> Result<f64> {
    let group = DemandGroup { demands: vec![demand(1_000, 0, 24_400)?] };
    rate(|_| Ok(usize::from(engine.place(view, &group).is_err())))
}

/// Another demand of another deployment each time, about one view.
fn refusals_of_many(engine: &Engine, view: &ClusterView) -> Result<f64> {
    let mut placing = engine.placing();
    rate(|i| {
        let group = DemandGroup { demands: vec![demand(1_000 + i, 0, 24_100 + i as u64 % 400)?] };
        Ok(usize::from(placing.place(view, &group).is_err()))
    })
}

/// Another stack each time, of which the last service has no place.
fn refused_stacks(engine: &Engine, view: &ClusterView) -> Result<f64> {
    let mut placing = engine.placing();
    rate(|i| Ok(usize::from(placing.place(view, &stack(1_000 + i, 6_100)?).is_err())))
}
