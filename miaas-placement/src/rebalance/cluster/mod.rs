//! The same for a cluster as the engine sees it: whatever is proposed was tried on a fork, with every filter.

mod search;

use std::collections::BTreeMap;

use miaas_core::{
    cluster::ClusterView,
    id::{NodeId, WorkloadId},
    model::DeviceShare,
    port::{Decision, Demand},
};

use self::search::Search;
use super::{Budget, Cost, Stopped};
use crate::engine::Engine;

/// One workload that moves.
#[derive(Debug, Clone, PartialEq)]
pub struct Relocation {
    /// Where it is.
    pub from: NodeId,
    /// The GPUs that it has there.
    pub devices: Vec<DeviceShare>,
    /// Which workload, and where it goes and what it gets there. Without an explanation.
    pub to: Decision,
    /// What the move costs.
    pub cost: Cost,
    /// Thousandths of GPUs gained by the plan so far: what waited and has room now, and how much more of what runs and
    /// waits could be had once more. Never less than after the move before.
    pub gained_milli: u64,
}

/// Moves for a cluster, in the order in which they can be made: each finds its target free while its source is still held.
#[derive(Debug, Clone, PartialEq)]
pub struct ClusterPlan {
    /// The moves.
    pub moves: Vec<Relocation>,
    /// What waited and has a place once they are made.
    pub placed: Vec<Decision>,
    /// What all moves cost.
    pub spent: Cost,
    /// Why there are not more.
    pub stopped: Stopped,
}

impl ClusterPlan {
    /// Thousandths of GPUs gained by all moves.
    #[must_use]
    pub fn gained_milli(&self) -> u64 {
        self.moves.last().map_or(0, |m| m.gained_milli)
    }
}

/// What to rebalance, and what for.
#[derive(Debug, Clone, Copy)]
pub struct Rebalance<'a> {
    /// The workloads that may move, each with what moving it costs. Only those move of which the view
    /// [remembers](ClusterView::remember) what they asked for, that keep no data on their node, and whose node is online.
    pub movable: &'a BTreeMap<WorkloadId, Cost>,
    /// What waits for a place, the most urgent first.
    pub waiting: &'a [Demand],
    /// How many thousandths of a GPU a move has to gain that makes no room for what waits; none makes no such moves.
    pub least_milli: Option<u64>,
    /// The most that may be spent.
    pub budget: Budget,
}

impl Rebalance<'_> {
    /// The plan: first room for what waits, in order, then moves after which more of what runs and waits could be had once
    /// more. Pure: the view stays as it is.
    ///
    /// The search is bounded and does not find everything: one or two workloads leave a node at a time, and each goes
    /// where there is room already.
    #[must_use]
    pub fn plan(&self, engine: &Engine, view: &ClusterView) -> ClusterPlan {
        let mut search = Search::new(engine, view, self);
        for demand in self.waiting {
            search.admit(demand);
        }
        if let Some(least) = self.least_milli {
            search.defragment(least);
        }
        search.finish()
    }
}
