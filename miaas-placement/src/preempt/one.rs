//! One demand: the victims are all on the node that it gets.

use miaas_core::{
    cluster::{Fork, Held, NodeView},
    port::{Decision, Demand},
};

use super::{PreemptionCost, TRIED, is_monotone, victims::Victims};
use crate::engine::{Engine, decide};

/// What makes room on one node.
pub(super) struct Found<'a> {
    pub(super) victims: Vec<&'a Held>,
    pub(super) decision: Decision,
}

/// The cheapest victims on one node: least total priority, then fewest, then least memory, then the first node by id. Only
/// workloads of a priority below `least` that keep no data. O(N) beside what is tried.
pub(super) fn cheapest<'a>(
    engine: &'a Engine,
    start: &'a Fork<'a>,
    demand: &'a Demand,
    least: i32,
) -> Option<Found<'a>> {
    let rooms: Vec<Victims<'a, 'a, Decision>> =
        start.nodes().map(|node| room(engine, start, demand, node, least)).filter(Victims::may_help).collect();
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
    Some(Found { victims: rooms[at].held(&victims), decision: rooms[at].without(&victims)? })
}

fn room<'a>(
    engine: &'a Engine,
    start: &'a Fork<'a>,
    demand: &'a Demand,
    node: &'a NodeView,
    least: i32,
) -> Victims<'a, 'a, Decision> {
    let lower = node.workloads.values().filter(|h| h.priority < least && !h.stateful).collect();
    Victims::new(lower, is_monotone(demand), move |victims| {
        let mut nodes = start.clone();
        for victim in victims {
            nodes.release(&victim.workload);
        }
        decide(engine, demand, &nodes, nodes.node(&node.id)?)
    })
}
