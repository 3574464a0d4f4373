use miaas_core::{cluster::Held, port::RejectReason};

use super::Case;
use crate::{filter::Verdict, score::Ask};

/// Most nodes, and most workloads of each, that are tried.
const TRIED: usize = 32;

/// One workload less on a node would make room.
pub(super) fn one_less(case: &Case<'_>) -> Vec<String> {
    let by_others = |r: &RejectReason| matches!(r, RejectReason::Insufficient { .. });
    case.only(by_others)
        .take(TRIED)
        .find_map(|(node, _)| {
            // What was just placed of the same group is not there to leave.
            let there = |w: &&Held| case.nodes.base().location(&w.workload).is_some();
            let mut smallest_first: Vec<&Held> = node.workloads.values().filter(there).collect();
            smallest_first.sort_by_key(|h| (h.resources.mem_mib, h.resources.cpu_milli, &h.workload));
            let ask = Ask::new(case.demand, case.nodes);
            let gone = smallest_first.into_iter().take(TRIED).find(|held| {
                let mut without = node.clone();
                without.remove(&held.workload);
                Verdict::passes(&case.engine.filters, &ask, &without)
            })?;
            Some(format!("fits on {} once {} has left it", node.name, gone.workload))
        })
        .into_iter()
        .collect()
}
