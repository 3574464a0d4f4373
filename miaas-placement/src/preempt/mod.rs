//! Preemption by priority (P3): which workloads of one node would have to go so that a more important one has a place.
//!
//! A plan only: nothing here stops anything. Who wants to preempt asks for the plan, releases the victims and commits the
//! decision, as the reconciler does for deployments with `placement.preempt`.

mod victims;

pub use miaas_core::port::Preemption;
use miaas_core::{cluster::ClusterView, port::Demand};

use self::victims::Room;
use crate::engine::Engine;

/// How many sets of victims are tried for one plan, over all nodes.
const TRIED: usize = 20_000;

/// What a set of victims costs, the most important first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct PreemptionCost {
    /// Sum of the priorities of the victims.
    pub priority: i64,
    /// How many they are.
    pub victims: usize,
    /// Memory in MiB that they hold: what has to be built up anew somewhere.
    pub mem_mib: u64,
}

impl PreemptionCost {
    /// No victims.
    pub const NONE: Self = Self { priority: 0, victims: 0, mem_mib: 0 };

    /// One victim more.
    #[must_use]
    pub fn with(self, priority: i32, mem_mib: u64) -> Self {
        Self {
            priority: self.priority + i64::from(priority),
            victims: self.victims + 1,
            mem_mib: self.mem_mib.saturating_add(mem_mib),
        }
    }
}

/// The cheapest victims on one node that make room for the demand: only workloads of a lower priority that keep no data on
/// their node, none of them in vain; least total priority, then fewest, then least memory, then the first node by id. None when no node can make room.
///
/// What is returned was tried on a fork. Exact while fewer than 20,000 sets have to be tried, which a fleet with few
/// workloads of lower priority on each node stays below; beyond, the best set found so far.
#[must_use]
pub fn preempt(engine: &Engine, view: &ClusterView, demand: &Demand) -> Option<Preemption> {
    if view.location(&demand.workload).is_some() {
        return None;
    }
    if let Some(decision) =
        engine.try_place(&view.fork(), std::slice::from_ref(demand)).and_then(|d| d.into_iter().next())
    {
        return Some(Preemption { node: decision.node.clone(), victims: Vec::new(), decision });
    }
    let rooms: Vec<Room<'_>> = view.nodes().filter_map(|node| Room::new(engine, view, demand, node)).collect();
    // A good first answer lets the exact search give up early elsewhere.
    let mut best: Option<(PreemptionCost, usize, Vec<usize>)> = None;
    for (at, room) in rooms.iter().enumerate() {
        let Some((cost, victims)) = room.greedy() else { continue };
        if best.as_ref().is_none_or(|(least, ..)| cost < *least) {
            best = Some((cost, at, victims));
        }
    }
    let mut left = TRIED;
    for (at, room) in rooms.iter().enumerate() {
        // Of equal costs the first node by id: a room before the best so far also wins with the same.
        let bound = best.as_ref().map(|(cost, of, _)| (*cost, at < *of));
        if let Some((cost, victims)) = room.cheaper(bound, &mut left) {
            best = Some((cost, at, victims));
        }
    }
    let (_, at, victims) = best?;
    rooms[at].plan(&victims)
}
