//! What would help: changes that were tried, and commands that can be run. One file a kind of obstacle; adding a hint is a
//! function and a line in [`HINTS`].

mod executor;
mod fleet;
mod moves;
mod policy;
mod ports;
mod resources;
mod smaller_gpu;
mod status;
mod trial;

use miaas_core::{
    cluster::{Fork, NodeView},
    port::{Counterfactual, Demand, RejectReason},
};

pub(super) use self::{resources::too_large, trial::Trial};
use super::{
    exclusion::Kind,
    obstacles::{Kinds, Obstacles},
};
use crate::{filter::Verdict, score::Ask};

/// Most hints that are given.
const MAX_HINTS: usize = 6;
/// Most nodes that one kind of hint names.
const MAX_NODES: usize = 2;
/// Most nodes on which one kind of change is tried.
const TRIED: usize = 8;

/// A demand that no node takes, with what keeps it off each.
pub(super) struct Case<'a> {
    pub(super) trial: Trial<'a>,
    pub(super) demand: &'a Demand,
    /// The nodes, with what was placed of the same group before.
    pub(super) nodes: &'a Fork<'a>,
    pub(super) ask: &'a Ask<'a>,
    pub(super) obstacles: &'a Obstacles<'a>,
}

/// What would help.
#[derive(Debug, Default)]
pub(super) struct Found {
    /// In words, the most useful first.
    pub(super) hints: Vec<String>,
    /// Changes after which the group has a place.
    pub(super) changes: Vec<Counterfactual>,
}

impl Found {
    fn say(&mut self, hint: String) {
        self.hints.push(hint);
    }

    fn change(&mut self, change: Counterfactual, hint: String) {
        self.changes.push(change);
        self.hints.push(hint);
    }
}

type Hint = fn(&Case<'_>, &mut Found);

/// The most useful first: clients with room for one line show only that.
const HINTS: &[Hint] = &[
    fleet::none_registered,
    policy::unknown_node,
    ports::taken,
    status::not_schedulable,
    resources::smaller,
    moves::one_moves,
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
pub(super) fn find(case: &Case<'_>) -> Found {
    let mut found = Found::default();
    HINTS.iter().for_each(|hint| hint(case, &mut found));
    found.hints.truncate(MAX_HINTS);
    found
}

impl<'a> Case<'a> {
    /// The first so many nodes that would fit but for obstacles of these kinds, in order.
    fn only<const N: usize>(&self, kinds: [Kind; N], most: usize) -> impl Iterator<Item = &'a NodeView> {
        let (nodes, obstacles) = (self.nodes, self.obstacles);
        obstacles.with_only(Kinds::of(&kinds), most).into_iter().map(move |at| obstacles.node(nodes, at))
    }

    /// The first node of each group that would fit but for obstacles of these kinds, in order: the others of a group are like it.
    fn first_with_only<const N: usize>(&self, kinds: [Kind; N]) -> impl Iterator<Item = &'a NodeView> {
        self.obstacles.firsts_with_only(Kinds::of(&kinds)).map(|at| self.obstacles.node(self.nodes, at))
    }

    /// The first node of each group, in order: the others of a group are like it.
    fn firsts(&self) -> impl Iterator<Item = &'a NodeView> {
        self.obstacles.firsts().map(|at| self.obstacles.node(self.nodes, at))
    }

    /// Every obstacle of a node.
    fn reasons(&self, node: &NodeView) -> Vec<RejectReason> {
        Verdict::reasons(&self.trial.engine.filters, self.ask, node)
    }
}
