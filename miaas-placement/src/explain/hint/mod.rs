//! What would help: counterfactuals that were tried, and commands that can be run. One file a kind of obstacle; adding a
//! hint is a function and a line in [`HINTS`].

mod evict;
mod executor;
mod fleet;
mod policy;
mod ports;
mod resources;
mod status;

use miaas_core::{
    cluster::{Fork, NodeView},
    port::{Demand, NodeVerdict, RejectReason},
};

use crate::engine::Engine;

/// Most hints that are given.
const MAX_HINTS: usize = 6;
/// Most nodes that one kind of hint names.
const MAX_NODES: usize = 2;

/// A demand that no node takes, with what each says.
pub(super) struct Case<'a> {
    pub(super) engine: &'a Engine,
    pub(super) demand: &'a Demand,
    pub(super) nodes: &'a Fork<'a>,
    /// One a node, in order of the nodes.
    pub(super) verdicts: &'a [NodeVerdict],
}

type Hint = fn(&Case<'_>) -> Vec<String>;

/// The most useful first: clients with room for one line show only that.
const HINTS: &[Hint] = &[
    fleet::none_registered,
    policy::unknown_node,
    ports::taken,
    status::not_schedulable,
    resources::smaller,
    evict::one_less,
    policy::not_pinned,
    policy::labels,
    policy::taints,
    policy::max_per_node,
    policy::avoided,
    executor::missing,
    executor::architecture,
    resources::too_large_for_all,
];

/// All hints that apply.
pub(super) fn hints(case: &Case<'_>) -> Vec<String> {
    HINTS.iter().flat_map(|hint| hint(case)).take(MAX_HINTS).collect()
}

impl<'a> Case<'a> {
    /// The nodes that would fit but for reasons of one kind, with those reasons.
    fn only(&self, kind: impl Fn(&RejectReason) -> bool) -> impl Iterator<Item = (&'a NodeView, &'a [RejectReason])> {
        let verdicts = self.verdicts.iter().filter(move |v| v.reasons.iter().all(&kind));
        let nodes = self.nodes;
        verdicts.filter_map(move |v| Some((nodes.node(&v.node)?, v.reasons.as_slice())))
    }

    /// Whether every node has a reason of this kind. False without nodes.
    fn everywhere(&self, kind: impl Fn(&RejectReason) -> bool) -> bool {
        !self.verdicts.is_empty() && self.verdicts.iter().all(|v| v.reasons.iter().any(&kind))
    }
}
