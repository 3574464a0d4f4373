use std::borrow::Cow;

use miaas_core::{
    cluster::NodeView,
    port::{Demand, Neighbour, RejectReason},
};

use super::{Filter, Verdict};
use crate::score::Ask;

/// No workload of a deployment that it wants to be apart from is on the node, or on one with the same value of a label.
/// Nodes without the label are never the same place.
#[derive(Debug)]
pub struct AntiAffinity;

impl Filter for AntiAffinity {
    fn name(&self) -> &'static str {
        "anti_affinity"
    }

    fn check(&self, ask: &Ask<'_>, node: &NodeView, verdict: &mut Verdict) {
        for (i, other) in ask.demand.apart.iter().enumerate() {
            let count = ask.apart(i).count(node);
            if count > 0 {
                verdict.reject(|| RejectReason::AntiAffinity {
                    deployment: other.name.to_string(),
                    place: place(other, node),
                    count,
                });
            }
        }
    }

    fn is_local(&self, demand: &Demand) -> bool {
        demand.apart.iter().all(|n| n.by.is_none())
    }
}

/// `on the node`, or `where zone=a`: which places count as one.
pub(super) fn place(other: &Neighbour, node: &NodeView) -> String {
    match other.by.as_deref().map(|by| (by, node.labels.get(by))) {
        None => "on the node".to_owned(),
        Some((by, Some(value))) => format!("where {by}={value}"),
        Some((by, None)) => format!("on a node without label {by}"),
    }
}

/// The demands, each apart also from those of the group that want to be apart from it: whichever is placed second must
/// respect the wish of the first.
#[must_use]
pub fn mutual(demands: &[Demand]) -> Cow<'_, [Demand]> {
    if demands.iter().all(|d| d.apart.is_empty()) {
        return Cow::Borrowed(demands);
    }
    let mut all = demands.to_vec();
    for (i, demand) in all.iter_mut().enumerate() {
        for other in demands.iter().enumerate().filter(|(j, _)| *j != i).map(|(_, d)| d) {
            let about_it = other.apart.iter().filter(|n| n.deployment.as_ref() == Some(&demand.deployment));
            demand.apart.extend(about_it.map(|n| Neighbour {
                deployment: Some(other.deployment.clone()),
                name: other.name.clone(),
                by: n.by.clone(),
            }));
        }
        demand.apart.sort();
        demand.apart.dedup();
    }
    Cow::Owned(all)
}
