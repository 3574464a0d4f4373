//! Places a group: wholly, or not at all.

use std::{cmp::Reverse, collections::BTreeSet};

use miaas_core::{
    cluster::Fork,
    port::{Decision, Demand},
};

use super::{
    Engine,
    search::{Failure, Learned, Search},
};
use crate::{filter, strategy::Strategy};

/// Places `demands`, each by the strategy at its index, on top of what was tried already. O(N) for each kind of demand and
/// O(log N) for each demand, where kinds look at nothing but the node; else O(N) for each demand. What is learned spares the O(N)
/// for a kind.
pub(super) fn group<'a>(
    engine: &'a Engine,
    start: &Fork<'a>,
    demands: &'a [Demand],
    strategies: &'a [&'a Strategy],
    explain: bool,
    learned: Learned<'a>,
) -> Result<Vec<Decision>, Failure> {
    let late = filter::order_of(demands);
    let mut search = Search::new(engine, start.clone(), demands, strategies, explain, learned);
    // Stable: the order is otherwise kept. What others want to be near to comes before them.
    let first_near = |mut order: Vec<usize>| {
        order.sort_by_key(|i| late[*i]);
        order
    };
    let mut next = Some(first_near(by_scarcity(&mut search, demands)));
    let mut first_failure = None;
    let mut tried: BTreeSet<Vec<usize>> = BTreeSet::new();
    while let Some(order) = next.take() {
        match search.run(&order) {
            Ok(decisions) => return Ok(decisions),
            Err(failure) => {
                let orders = other_orders(&order, failure.demand).map(first_near);
                tried.insert(order);
                next = orders.into_iter().find(|o| tried.len() < MAX_ORDERS && !tried.contains(o));
                first_failure.get_or_insert(failure);
            }
        }
    }
    first_failure.map_or_else(|| Ok(Vec::new()), Err)
}

/// Most orders that are tried: the work stays a small multiple of placing the group once.
const MAX_ORDERS: usize = 4;

/// What found no place goes first next time; when that was tried, the order of the request.
fn other_orders(order: &[usize], failed: usize) -> [Vec<usize>; 2] {
    let mut failing_first = order.to_vec();
    failing_first.retain(|i| *i != failed);
    failing_first.insert(0, failed);
    [failing_first, (0..order.len()).collect()]
}

/// By which of two demands with as many nodes the larger is placed first.
pub(crate) fn size(demand: &Demand) -> impl Ord + use<> {
    let r = &demand.resources;
    let gpu = r.gpu.as_ref().map_or((0, 0), |g| (g.count, g.memory_mib));
    (gpu, r.mem_mib, r.cpu_milli, r.disk_mib)
}

/// Demands with the fewest nodes first, then the largest: they are the hardest to place once others are.
fn by_scarcity(search: &mut Search<'_>, demands: &[Demand]) -> Vec<usize> {
    let mut order: Vec<usize> = (0..demands.len()).collect();
    if demands.len() > 1 {
        let choices = search.choices();
        order.sort_by_cached_key(|i| (choices[*i], Reverse(size(&demands[*i])), *i));
    }
    order
}
