//! Places a group: wholly, or not at all with the reason why.

use std::collections::BTreeSet;

use miaas_core::{
    cluster::ClusterView,
    port::{Demand, Placement, Unplaceable},
};

use super::{Engine, search::Search};
use crate::{
    explain,
    filter::{self, Verdict},
    score::Ask,
    strategy::Strategy,
};

/// Places `demands`, each by the strategy at its index.
pub(super) fn group(
    engine: &Engine,
    view: &ClusterView,
    demands: &[Demand],
    strategies: &[&Strategy],
) -> Result<Placement, Unplaceable> {
    let demands = &*filter::mutual(demands);
    let late = filter::order_of(demands);
    let mut seen = BTreeSet::new();
    for demand in demands {
        if view.location(&demand.workload).is_some() || !seen.insert(&demand.workload) {
            return Err(explain::placed_already(engine, view, demand));
        }
    }
    let mut first_failure = None;
    let mut next = Some(by_lateness(by_scarcity(engine, view, demands), &late));
    let mut tried: BTreeSet<Vec<usize>> = BTreeSet::new();
    while let Some(order) = next.take() {
        match Search::new(engine, view, demands, strategies, &order).run() {
            Ok(decisions) => return Ok(Placement { decisions }),
            Err(failure) => {
                tried.insert(order.clone());
                next = next_order(&order, failure.demand, &late, &tried);
                first_failure.get_or_insert(failure);
            }
        }
    }
    match first_failure {
        Some(failure) => Err(explain::unplaceable(engine, view, &demands[failure.demand], &failure.placed)),
        None => Ok(Placement { decisions: Vec::new() }),
    }
}

/// Most orders that are tried: the work stays a small multiple of placing the group once.
const MAX_ORDERS: usize = 4;

/// What found no place goes first next time; when that was tried, the order of the request.
fn next_order(order: &[usize], failed: usize, late: &[usize], tried: &BTreeSet<Vec<usize>>) -> Option<Vec<usize>> {
    let mut failing_first = order.to_vec();
    failing_first.retain(|i| *i != failed);
    failing_first.insert(0, failed);
    let as_asked: Vec<usize> = (0..order.len()).collect();
    [failing_first, as_asked]
        .map(|o| by_lateness(o, late))
        .into_iter()
        .find(|o| tried.len() < MAX_ORDERS && !tried.contains(o))
}

/// The same order, but for what others want to be near to: that comes before them.
fn by_lateness(mut order: Vec<usize>, late: &[usize]) -> Vec<usize> {
    order.sort_by_key(|i| late[*i]);
    order
}

/// Demands with the fewest nodes first, then the largest: they are the hardest to place once others are. O(D · N).
fn by_scarcity(engine: &Engine, view: &ClusterView, demands: &[Demand]) -> Vec<usize> {
    let mut order: Vec<usize> = (0..demands.len()).collect();
    if demands.len() > 1 {
        order.sort_by_cached_key(|i| {
            let demand = &demands[*i];
            let fork = view.fork();
            let ask = Ask::new(demand, &fork);
            let nodes = view.nodes().filter(|n| Verdict::passes(&engine.filters, &ask, n)).count();
            let r = &demand.resources;
            let gpu = r.gpu.as_ref().map_or((0, 0), |g| (g.count, g.memory_mib));
            (nodes, std::cmp::Reverse((gpu, r.mem_mib, r.cpu_milli, r.disk_mib)), *i)
        });
    }
    order
}
