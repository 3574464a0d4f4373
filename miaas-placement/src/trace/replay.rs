use std::collections::BTreeMap;

use super::{Arrivals, Point, TraceNode, TracePod};
use crate::{
    fleet::{Boards, Fleet, Models, Shape, State},
    policy::{self, Policy},
};

/// What one replay gave.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Run {
    /// After each arrival, in order.
    pub points: Vec<Point>,
    /// How many pods found a place.
    pub placed: u64,
    /// How many were lost.
    pub lost: u64,
}

/// Lets the pods arrive one by one, each to be placed for good by the policy or lost.
///
/// A point's `fragmented_milli` is what is free on GPUs in pieces that are too small for a whole-GPU demand, or on nodes
/// that lack the processor for the smallest demand for a GPU.
///
/// # Panics
/// Never for arrivals that were parsed or generated for these nodes and pods.
pub fn replay(nodes: &[TraceNode], pods: &[TracePod], arrivals: &Arrivals, policy: &mut dyn Policy) -> Run {
    let (mut fleet, shapes) = prepare(nodes, pods, arrivals);
    policy.expect(&shapes);
    let least_cpu = shapes.iter().filter(|s| s.gpus > 0).map(|s| s.cpu_milli).min().unwrap_or(0);
    let fragments = |s: &State| {
        let stranded = s.cpu_milli < least_cpu;
        let pieces = s.devices().iter().filter(|f| stranded || **f < crate::fleet::WHOLE);
        pieces.map(|f| u64::from(*f)).sum::<u64>()
    };
    let mut boards = Boards::default();
    let (mut arrived, mut allocated, mut fragmented) = (0, 0, 0);
    let mut run = Run { points: Vec::with_capacity(arrivals.order.len()), placed: 0, lost: 0 };
    for row in &arrivals.order {
        let shape = &shapes[*row as usize];
        policy.arrived(shape, &fleet);
        let milli = u64::from(shape.gpu_total());
        arrived += milli;
        match policy::choose(policy, &mut boards, &fleet, shape) {
            Some((node, device)) => {
                fragmented -= fragments(&fleet.states()[node]);
                let _ = fleet.commit(node, shape, device);
                fragmented += fragments(&fleet.states()[node]);
                allocated += milli;
                run.placed += 1;
            }
            None => run.lost += 1,
        }
        run.points.push(Point { arrived_milli: arrived, allocated_milli: allocated, fragmented_milli: fragmented });
    }
    run
}

/// The idle fleet, its nodes in order of their ranks, and the shape of each pod.
#[must_use]
pub fn prepare(nodes: &[TraceNode], pods: &[TracePod], arrivals: &Arrivals) -> (Fleet, Vec<Shape>) {
    let models: BTreeMap<&str, u8> = {
        let mut names: Vec<&str> = nodes.iter().map(|n| n.model.as_str()).collect();
        names.sort_unstable();
        names.dedup();
        names.into_iter().zip(0..64).collect()
    };
    let number = |model: &str| models.get(model).copied().unwrap_or(63);
    let mut order: Vec<usize> = (0..nodes.len()).collect();
    order.sort_by_key(|i| arrivals.rank.get(*i).copied().unwrap_or(u32::MAX));
    let clamp = |amount: u64| u32::try_from(amount).unwrap_or(u32::MAX);
    let idle = order.into_iter().map(|i| {
        let n = &nodes[i];
        State::idle(clamp(n.cpu_milli), clamp(n.memory_mib), n.gpus as u8, number(&n.model))
    });
    let mut spellings: Vec<String> = pods.iter().map(|p| p.models.join("|")).collect();
    spellings.sort_unstable();
    spellings.dedup();
    let shape = |p: &TracePod| Shape {
        cpu_milli: clamp(p.cpu_milli),
        mem_mib: clamp(p.memory_mib),
        gpus: p.num_gpu as u8,
        gpu_milli: if p.num_gpu == 0 { 0 } else { p.gpu_milli as u16 },
        models: Models {
            spelling: spellings.binary_search(&p.models.join("|")).map_or(0, |i| i as u16),
            set: p.models.iter().fold(0, |set, m| set | 1 << number(m)),
        },
    };
    (Fleet::new(idle), pods.iter().map(shape).collect())
}
