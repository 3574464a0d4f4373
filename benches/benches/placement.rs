//! Decisions per second of the placement policies, the cost of trying a placement out, and what the policies allocate on
//! the public GPU trace beside the published figures and the bound. Needs the trace: `MIAAS_TRACE_DIR` names its folder.
//! `cargo bench -p miaas-benches --bench placement -- [speed|trace] [POLICY]... [--seeds N]`,
//! or what moving running pods adds: `-- rebalance [WORKLOAD]... [--seeds N]`

#![allow(clippy::print_stdout, reason = "figures are what a benchmark is for")]
#![allow(clippy::disallowed_methods, reason = "a benchmark is configured by environment")]
#![allow(clippy::cast_precision_loss, reason = "figures for people")]

#[path = "placement/rebalance.rs"]
mod rebalance;

use std::{
    path::{Path, PathBuf},
    sync::atomic::{AtomicUsize, Ordering},
    time::Instant,
};

use anyhow::{Context as _, Result};
use miaas_benches::busy;
use miaas_placement::{
    fleet::{Boards, Fleet, Shape},
    policy::{self, Policy},
    trace::{Arrivals, Curve, Nodes, Pods, Summary, prepare, replay},
};

/// Workload, what FGD allocates at 100 % arrived as published, and the bound of a linear program that knows all arrivals.
const WORKLOADS: [(&str, f64, f64); 9] = [
    ("default", 95.23, 96.90),
    ("gpushare40", 93.96, 95.64),
    ("gpushare100", 86.64, 89.14),
    ("multigpu20", 95.53, 97.34),
    ("multigpu50", 97.09, 98.35),
    ("gpuspec10", 94.66, 96.85),
    ("gpuspec20", 94.66, 96.90),
    ("cpu100", 95.21, 96.89),
    ("cpu250", 93.20, 96.73),
];

fn main() -> Result<()> {
    let Some(folder) = std::env::var_os("MIAAS_TRACE_DIR").map(PathBuf::from) else {
        println!(
            "placement: skipped, MIAAS_TRACE_DIR names no folder with the public GPU trace (see docs/simulate.md)"
        );
        return Ok(());
    };
    let args: Vec<String> = std::env::args().skip(1).filter(|a| a != "--bench").collect();
    let seeds = args.iter().position(|a| a == "--seeds").and_then(|i| args.get(i + 1)).map_or(Ok(3), |n| n.parse())?;
    let named: Vec<&str> = policy::NAMES.iter().copied().filter(|n| args.iter().any(|a| a == n)).collect();
    let policies = if named.is_empty() { policy::NAMES.to_vec() } else { named };
    let only = |what: &str| args.iter().any(|a| a == what);
    if only("rebalance") {
        return rebalance::table(&folder, &args, seeds);
    }
    if !only("trace") {
        speed(&folder, &policies)?;
    }
    if !only("speed") {
        allocation(&folder, &policies, seeds)?;
    }
    Ok(())
}

fn read(folder: &Path, name: &str) -> Result<String> {
    let path = folder.join(name);
    std::fs::read_to_string(&path).with_context(|| path.display().to_string())
}

fn workload(folder: &Path, name: &str, seed: usize) -> Result<(Nodes, Pods, Arrivals)> {
    let nodes = Nodes::parse("nodes", &read(folder, "openb_node_list_gpu_node.csv")?)?;
    let pods = Pods::parse("pods", &read(folder, &format!("openb_pod_list_{name}.csv"))?, &nodes)?;
    let text = read(folder, &format!("arrivals/{name}_{seed}.txt"))?;
    let arrivals = Arrivals::parse("arrivals", &text, pods.list.len(), nodes.list.len())?;
    Ok((nodes, pods, arrivals))
}

/// The default workload on one, eight and eighty-two copies of the fleet, until so much of the GPUs has been asked for as
/// there is; at most this long for each.
fn speed(folder: &Path, policies: &[&str]) -> Result<()> {
    const SECONDS: f64 = 8.0;
    let (nodes, pods, arrivals) = workload(folder, "default", 42)?;
    println!(
        "decisions per second of processor time, one thread, from an idle fleet to one that is asked for all of its GPUs"
    );
    for copies in [1, 8, 82] {
        for name in policies {
            let Some(mut policy) = policy::by_name(name) else { continue };
            let (one, shapes) = prepare(&nodes.list, &pods.list, &arrivals);
            let mut fleet = Fleet::new((0..copies).flat_map(|_| one.states().iter().copied()));
            let capacity = fleet.gpu_free();
            policy.expect(&shapes);
            let mut boards = Boards::default();
            let start = busy();
            let (mut decided, mut asked) = (0_u64, 0_u64);
            for row in arrivals.order.iter().cycle() {
                let shape = &shapes[*row as usize];
                asked += u64::from(shape.gpu_total());
                if asked > capacity || (decided % 256 == 0 && (busy() - start).as_secs_f64() > SECONDS) {
                    break;
                }
                decide(policy.as_mut(), &mut boards, &mut fleet, shape);
                decided += 1;
            }
            let rate = decided as f64 / (busy() - start).as_secs_f64();
            let full = 100.0 * asked as f64 / capacity as f64;
            println!(
                "  {:>6} nodes  {name:<15} {rate:>9.0}/s  ({decided} decisions, {full:.0} % asked)",
                fleet.states().len()
            );
        }
    }
    let (mut fleet, shapes) = prepare(&nodes.list, &pods.list, &arrivals);
    let shape = shapes.iter().find(|s| s.is_share()).context("no share in the trace")?;
    let rounds = 10_000_000_u32;
    let start = busy();
    for _ in 0..rounds {
        let undo = fleet.commit(std::hint::black_box(7), shape, 0);
        fleet.undo(undo);
    }
    println!("  commit and undo: {:.0} ns", (busy() - start).as_secs_f64() / f64::from(rounds) * 1e9);
    Ok(())
}

fn decide(policy: &mut dyn Policy, boards: &mut Boards, fleet: &mut Fleet, shape: &Shape) {
    policy.arrived(shape, fleet);
    if let Some((node, device)) = policy::choose(policy, boards, fleet, shape) {
        let _ = fleet.commit(node, shape, device);
    }
}

/// The table of allocation at 100 % arrived.
fn allocation(folder: &Path, policies: &[&str], seeds: usize) -> Result<()> {
    println!(
        "GPU allocation at 100 % arrived, {seeds} seeds; closed: the part of the way from published FGD to the bound"
    );
    for name in policies {
        let mut gaps = Vec::new();
        for (workload_name, fgd, bound) in WORKLOADS {
            let (figures, rate) = over_seeds(folder, workload_name, name, seeds)?;
            let Summary { mean, std } = Summary::of(&figures);
            let closed = 100.0 * (mean - fgd) / (bound - fgd);
            gaps.push(closed);
            println!(
                "  {name:<15} {workload_name:<12} {mean:.2} ± {std:.2}  fgd {fgd:.2}  bound {bound:.2}  closed {closed:>6.1} %  {rate:.0}/s"
            );
        }
        println!("  {name:<15} closed on average {:.1} %", Summary::of(&gaps).mean);
    }
    Ok(())
}

fn over_seeds(folder: &Path, workload_name: &str, policy: &str, seeds: usize) -> Result<(Vec<f64>, f64)> {
    let next = AtomicUsize::new(0);
    let threads = std::thread::available_parallelism()?.get();
    let one = |seed: usize| -> Result<(usize, f64, f64)> {
        let (nodes, pods, arrivals) = workload(folder, workload_name, 42 + seed)?;
        let mut policy = policy::by_name(policy).context("no such policy")?;
        let start = Instant::now();
        let run = replay(&nodes.list, &pods.list, &arrivals, policy.as_mut());
        let rate = arrivals.order.len() as f64 / start.elapsed().as_secs_f64();
        let figure = Curve::new(&run.points, nodes.capacity_milli()).at(100).context("no arrival at 100 %")?;
        Ok((seed, figure.allocated, rate))
    };
    let work = || {
        let mut done = Vec::new();
        loop {
            match next.fetch_add(1, Ordering::Relaxed) {
                seed if seed < seeds => done.push(one(seed)?),
                _ => break,
            }
        }
        Ok(done)
    };
    let mut all: Vec<(usize, f64, f64)> = Vec::new();
    std::thread::scope(|scope| {
        let workers: Vec<_> = (0..threads).map(|_| scope.spawn(work)).collect();
        for worker in workers {
            let done: Result<Vec<_>> = worker.join().map_err(|_| anyhow::anyhow!("a replay panicked"))?;
            all.extend(done?);
        }
        anyhow::Ok(())
    })?;
    all.sort_by_key(|(seed, ..)| *seed);
    let rate = all.iter().map(|(_, _, rate)| rate).sum::<f64>() / all.len() as f64;
    Ok((all.into_iter().map(|(_, figure, _)| figure).collect(), rate))
}
