//! What a demand gets on one node.

use miaas_core::{
    cluster::{Fork, NodeView},
    port::{Decision, Demand, Explanation},
};

use super::Engine;
use crate::{
    allot::{self, Allotment},
    filter::Verdict,
    score::Ask,
};

/// What the demand gets on this node, without an explanation; none when it cannot go there. O(1) unless the demand looks at
/// other nodes.
pub(crate) fn decide(engine: &Engine, demand: &Demand, nodes: &Fork<'_>, node: &NodeView) -> Option<Decision> {
    let ask = Ask::new(demand, nodes);
    if !Verdict::passes(&engine.filters, &ask, node) {
        return None;
    }
    Some(decision(demand, node, allot::allot(demand, node)?, Explanation::default()))
}

/// The decision that gives the demand this on the node.
pub(super) fn decision(demand: &Demand, node: &NodeView, allotment: Allotment, why: Explanation) -> Decision {
    Decision {
        workload: demand.workload.clone(),
        deployment: demand.deployment.clone(),
        node: node.id.clone(),
        resources: demand.resources.clone(),
        devices: allotment.devices,
        ports: allotment.ports,
        executor: allotment.executor,
        priority: demand.priority,
        stateful: demand.stateful,
        why,
    }
}
