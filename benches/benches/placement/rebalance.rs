//! What moving running pods adds: the replay of the trace where a planner may move pods, with the moves counted.
//!
//! Pods arrive as always. One that finds no place gets room made for it when a chain of moves can; every so many arrivals,
//! once the fleet is well filled, it is defragmented. A reserve, where there is one, turns pods away that would leave GPU
//! unused although they would fit: that is outside the protocol of the published figures, and its rows say so.

use std::{sync::Mutex, time::Instant};

use anyhow::{Context as _, Result};
use miaas_placement::{
    fleet::Shape,
    policy,
    rebalance::{Budget, Cost, Limits, Loads, Planner, Reserve, Running, Wanted},
    trace::{Arrivals, Curve, Point, Summary, TraceNode, TracePod, prepare},
};

/// How pods may be moved.
#[derive(Debug, Clone, Copy)]
struct Variant {
    name: &'static str,
    policy: &'static str,
    /// Moves for a thousand placed pods; none without limit.
    permille: Option<u64>,
    reserve: bool,
}

const VARIANTS: [Variant; 6] = [
    Variant { name: "fgd, no moves", policy: "fgd", permille: Some(0), reserve: false },
    Variant { name: "fgd, any moves", policy: "fgd", permille: None, reserve: false },
    Variant { name: "foresight, no moves", policy: "foresight", permille: Some(0), reserve: false },
    Variant { name: "foresight, any moves", policy: "foresight", permille: None, reserve: false },
    Variant { name: "foresight, moves <= 5 %, reserve", policy: "foresight", permille: Some(50), reserve: true },
    Variant { name: "foresight, any moves, reserve", policy: "foresight", permille: None, reserve: true },
];

/// The fleet is defragmented after so many arrivals …
const EVERY: usize = 200;
/// … once so much of its GPU was asked for, in thousandths, …
const FROM_PERMILLE: u64 = 600;
/// … by moves that each gain so many thousandths of a GPU.
const LEAST: u64 = 20;
/// The reserve: from which part of the GPUs on, and how much of a GPU what is still taken has to use, in thousandths.
const RESERVE: (u64, u64) = (790, 850);

struct Figure {
    allocated: f64,
    moves_per_pod: f64,
    declined: u64,
    seconds: f64,
}

/// Prints the table, for the named workloads or all.
pub(crate) fn table(folder: &std::path::Path, args: &[String], seeds: usize) -> Result<()> {
    println!(
        "GPU allocation at 100 % arrived when pods may be moved, {seeds} seeds; closed: the part of the way from FGD to the bound"
    );
    let all = super::WORKLOADS.iter().all(|(name, ..)| !args.iter().any(|a| a == name));
    for variant in VARIANTS {
        let mut gaps = Vec::new();
        for (name, fgd, bound) in super::WORKLOADS.iter().filter(|(name, ..)| all || args.iter().any(|a| a == name)) {
            let figures = over_seeds(folder, name, variant, seeds)?;
            let mean = |of: fn(&Figure) -> f64| Summary::of(&figures.iter().map(of).collect::<Vec<_>>());
            let Summary { mean: allocated, std } = mean(|f| f.allocated);
            let closed = 100.0 * (allocated - fgd) / (bound - fgd);
            gaps.push(closed);
            println!(
                "  {:<32} {name:<12} {allocated:.2} ± {std:.2}  closed {closed:>6.1} %  moves/pod {:.3}  declined {:.0}  {:.1} s",
                variant.name,
                mean(|f| f.moves_per_pod).mean,
                mean(|f| f.declined as f64).mean,
                mean(|f| f.seconds).mean,
            );
        }
        println!("  {:<32} closed on average {:.1} %", variant.name, Summary::of(&gaps).mean);
    }
    Ok(())
}

fn over_seeds(folder: &std::path::Path, name: &str, variant: Variant, seeds: usize) -> Result<Vec<Figure>> {
    let next = Mutex::new(0..seeds);
    let work = || {
        let mut done = Vec::new();
        loop {
            let seed = next.lock().ok().and_then(|mut seeds| seeds.next());
            let Some(seed) = seed else { return anyhow::Ok(done) };
            let (nodes, pods, arrivals) = super::workload(folder, name, 42 + seed)?;
            done.push((seed, replay(&nodes.list, &pods.list, &arrivals, variant)?));
        }
    };
    let mut all = Vec::new();
    std::thread::scope(|scope| {
        let threads = std::thread::available_parallelism().map_or(1, usize::from);
        let workers: Vec<_> = (0..threads).map(|_| scope.spawn(work)).collect();
        for worker in workers {
            all.extend(worker.join().map_err(|_| anyhow::anyhow!("a replay panicked"))??);
        }
        anyhow::Ok(())
    })?;
    all.sort_by_key(|(seed, _)| *seed);
    Ok(all.into_iter().map(|(_, figure)| figure).collect())
}

fn replay(nodes: &[TraceNode], pods: &[TracePod], arrivals: &Arrivals, variant: Variant) -> Result<Figure> {
    let start = Instant::now();
    let (fleet, shapes) = prepare(nodes, pods, arrivals);
    let capacity = fleet.gpu_free();
    let mut policy = policy::by_name(variant.policy).context("no such policy")?;
    policy.expect(&shapes);
    let wanted = || Wanted::new(shapes.iter().map(|s| (Shape { mem_mib: 0, ..*s }, 1)));
    let reserve = Reserve::new(&wanted(), RESERVE.0, RESERVE.1);
    let mut planner = Planner::new(policy, wanted(), Limits::default());
    let mut loads = Loads::new(fleet);
    let (mut points, mut point) = (Vec::new(), Point::default());
    let (mut moves, mut placed, mut declined) = (0, 0_u64, 0);
    for (at, row) in arrivals.order.iter().enumerate() {
        let shape = &shapes[*row as usize];
        planner.policy().arrived(shape, loads.fleet());
        point.arrived_milli += u64::from(shape.gpu_total());
        if point.arrived_milli * 100 > capacity * 102 {
            // The figure is of 100 %.
            break;
        }
        let left = |moves: u64| {
            variant.permille.map_or(Budget::UNLIMITED, |p| Budget::moves((p * placed / 1000).saturating_sub(moves)))
        };
        if at % EVERY == 0 && variant.permille != Some(0) && point.arrived_milli * 1000 > capacity * FROM_PERMILLE {
            moves += planner.defragment(&mut loads, LEAST, &left(moves)).spent.moves;
        }
        let place = if variant.reserve && reserve.declines(shape, loads.fleet(), capacity) {
            declined += u64::from(planner.place(&loads, shape).is_some());
            None
        } else if variant.permille == Some(0) {
            planner.place(&loads, shape)
        } else {
            let room = planner.make_room(&mut loads, shape, &left(moves));
            moves += room.as_ref().map_or(0, |room| room.moves.len() as u64);
            room.map(|room| room.place)
        };
        if let Some(place) = place {
            loads.add(Running { shape: *shape, place, pinned: false, cost: Cost::one(0, 0) });
            point.allocated_milli += u64::from(shape.gpu_total());
            placed += 1;
        }
        points.push(point);
    }
    let allocated = Curve::new(&points, capacity).at(100).context("no arrival at 100 %")?.allocated;
    let moves_per_pod = moves as f64 / placed.max(1) as f64;
    Ok(Figure { allocated, moves_per_pod, declined, seconds: start.elapsed().as_secs_f64() })
}
