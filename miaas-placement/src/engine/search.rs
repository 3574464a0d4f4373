//! Depth-first search for one order of the demands, with a budget: greedy when greedy works, and never exponential.

use miaas_core::{
    cluster::{ClusterView, Fork},
    id::NodeId,
    port::{Decision, Demand},
};

use super::{Engine, Ranked, Ranking};
use crate::{
    allot,
    explain::{self, Place},
    score::Ask,
    strategy::Strategy,
};

/// How many nodes may be tried in one search beyond one for each demand.
const BUDGET: usize = 512;

/// A demand that found no node, and what had been placed before it.
#[derive(Debug)]
pub(super) struct Failure {
    pub(super) demand: usize,
    pub(super) placed: Vec<Decision>,
}

pub(super) struct Search<'a> {
    engine: &'a Engine,
    demands: &'a [Demand],
    strategies: &'a [&'a Strategy],
    order: &'a [usize],
    nodes: Fork<'a>,
    /// One for each demand of `order` that has a place now.
    path: Vec<Choice>,
    /// How many more nodes may be tried.
    budget: usize,
}

/// Where a demand was put, and where else it could go.
struct Choice {
    decision: Decision,
    /// The next best nodes, the best last.
    others: Vec<NodeId>,
}

impl<'a> Search<'a> {
    pub(super) fn new(
        engine: &'a Engine,
        view: &'a ClusterView,
        demands: &'a [Demand],
        strategies: &'a [&'a Strategy],
        order: &'a [usize],
    ) -> Self {
        Self { engine, demands, strategies, order, nodes: view.fork(), path: Vec::new(), budget: order.len() + BUDGET }
    }

    /// The decisions in the order of the demands, or the first dead end.
    pub(super) fn run(mut self) -> Result<Vec<Decision>, Failure> {
        let mut dead_end: Option<Failure> = None;
        while let Some(&demand) = self.order.get(self.path.len()) {
            if self.advance(demand) {
                continue;
            }
            let placed = self.path.iter().map(|c| c.decision.clone());
            let failure = dead_end.take().unwrap_or_else(|| Failure { demand, placed: placed.collect() });
            if !self.revise() {
                return Err(failure);
            }
            dead_end = Some(failure);
        }
        let path = self.path.into_iter().map(|c| c.decision);
        let mut decisions: Vec<(usize, Decision)> = self.order.iter().copied().zip(path).collect();
        decisions.sort_by_key(|(i, _)| *i);
        Ok(decisions.into_iter().map(|(_, d)| d).collect())
    }

    /// Puts the demand on its best node. False when no node takes it or the budget is spent.
    fn advance(&mut self, demand: usize) -> bool {
        if !self.spend() {
            return false;
        }
        let ask = Ask::new(&self.demands[demand], &self.nodes);
        let ranking = Ranking::new(self.engine, self.strategies[demand], &ask);
        let mut best = ranking.best().iter();
        let Some(decision) = best.by_ref().find_map(|at| self.decide(demand, &ask, &ranking, at)) else { return false };
        let others = best.rev().map(|r| r.node.id.clone()).collect();
        self.nodes.commit(&decision);
        self.path.push(Choice { decision, others });
        true
    }

    /// Takes back the last choice that had an alternative and takes that. False when there is none or the budget is spent.
    fn revise(&mut self) -> bool {
        while let Some(Choice { decision, mut others }) = self.path.pop() {
            self.nodes.release(&decision.workload);
            let demand = self.order[self.path.len()];
            while let Some(node) = others.pop() {
                if !self.spend() {
                    return false;
                }
                if let Some(decision) = self.decide_on(demand, &node) {
                    self.nodes.commit(&decision);
                    self.path.push(Choice { decision, others });
                    return true;
                }
            }
        }
        false
    }

    const fn spend(&mut self) -> bool {
        let left = self.budget > 0;
        self.budget = self.budget.saturating_sub(1);
        left
    }

    fn decide_on(&self, demand: usize, node: &NodeId) -> Option<Decision> {
        let ask = Ask::new(&self.demands[demand], &self.nodes);
        let ranking = Ranking::new(self.engine, self.strategies[demand], &ask);
        let at = ranking.best().iter().find(|r| r.node.id == *node)?;
        self.decide(demand, &ask, &ranking, at)
    }

    fn decide(&self, demand: usize, ask: &Ask<'_>, ranking: &Ranking<'_, '_>, at: &Ranked<'_>) -> Option<Decision> {
        let allotment = allot::allot(ask.demand, at.node)?;
        let group = self.demands.len();
        let place =
            Place { engine: self.engine, strategy: self.strategies[demand], ask, ranking, node: at.node, group };
        Some(Decision {
            workload: ask.demand.workload.clone(),
            deployment: ask.demand.deployment.clone(),
            node: at.node.id.clone(),
            resources: ask.demand.resources.clone(),
            devices: allotment.devices,
            ports: allotment.ports,
            executor: allotment.executor,
            priority: ask.demand.priority,
            stateful: ask.demand.stateful,
            why: explain::explanation(&place),
        })
    }
}
