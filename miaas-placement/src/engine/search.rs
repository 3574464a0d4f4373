//! Depth-first search for an order of the demands, with a budget: greedy when greedy works, and never exponential.

use std::{cell::OnceCell, rc::Rc};

use miaas_core::{
    cluster::Fork,
    port::{Decision, Demand, Explanation},
};

use super::{
    Board, Engine, Nodes,
    decide::{decide, decision},
    kinds::Kinds,
};
use crate::{
    allot,
    explain::{self, Known, Place},
    policy::Market,
    score::Ask,
    strategy::Strategy,
};

/// How many nodes may be tried in one search beyond one for each demand.
const BUDGET: usize = 512;
/// Most entries of all boards that are kept, so that a group of many kinds does not fill the memory.
pub(super) const KEPT: usize = 8_000_000;

/// A demand that found no node, and what had been placed before it.
#[derive(Debug)]
pub(crate) struct Failure {
    pub(crate) demand: usize,
    pub(crate) placed: Vec<Decision>,
}

/// What is known before a search.
#[derive(Debug, Default)]
pub(crate) struct Learned<'k> {
    /// What the GPUs of the view are asked for.
    pub(super) market: Rc<OnceCell<Market>>,
    /// What the demands find on the nodes, by kind; empty when that is not known.
    pub(super) boards: Vec<Option<Board<'k>>>,
    /// What is known of the nodes for refusals.
    pub(super) known: Option<Known<'k>>,
}

/// Tries orders of the same demands one after the other.
pub(super) struct Search<'a> {
    engine: &'a Engine,
    demands: &'a [Demand],
    strategies: &'a [&'a Strategy],
    explain: bool,
    nodes: Nodes<'a>,
    /// What is learned of the view's GPUs, when a scorer asks.
    market: Rc<OnceCell<Market>>,
    kinds: Kinds,
    /// What is known of the nodes, by kind of demand.
    boards: Vec<Option<Board<'a>>>,
    /// One for each demand of the order that has a place now.
    path: Vec<Choice>,
    /// How many more nodes may be tried.
    budget: usize,
    /// A choice was taken back: from then on nothing is explained until all demands have a place.
    revised: bool,
}

/// Where a demand was put, and where else it could go.
struct Choice {
    decision: Decision,
    /// Number of the node.
    at: usize,
    /// The next best nodes, the best last.
    others: Vec<u32>,
}

impl<'a> Search<'a> {
    /// On top of what was tried already. Decisions are explained when asked to.
    pub(super) fn new(
        engine: &'a Engine,
        start: Fork<'a>,
        demands: &'a [Demand],
        strategies: &'a [&'a Strategy],
        explain: bool,
        learned: Learned<'a>,
    ) -> Self {
        let (nodes, kinds) = (Nodes::new(start), Kinds::new(demands));
        let Learned { market, mut boards, known: _ } = learned;
        boards.resize_with(kinds.len(), || None);
        Self {
            engine,
            demands,
            strategies,
            explain,
            nodes,
            market,
            kinds,
            boards,
            path: Vec::new(),
            budget: 0,
            revised: false,
        }
    }

    /// How many nodes could take each demand if it were the first.
    pub(super) fn choices(&mut self) -> Vec<usize> {
        let mut of_kind: Vec<Option<usize>> = vec![None; self.kinds.len()];
        let mut choices = Vec::with_capacity(self.demands.len());
        for demand in 0..self.demands.len() {
            let kind = self.kinds.of(demand);
            let count = of_kind[kind].unwrap_or_else(|| {
                let board = self.take_board(demand);
                let count = board.candidates();
                self.keep_board(demand, board);
                count
            });
            of_kind[kind] = Some(count);
            choices.push(count);
        }
        choices
    }

    /// The decisions in the order of the demands, or the first dead end.
    pub(super) fn run(&mut self, order: &[usize]) -> Result<Vec<Decision>, Failure> {
        self.budget = order.len() + BUDGET;
        self.revised = false;
        let mut dead_end: Option<Failure> = None;
        while let Some(&demand) = order.get(self.path.len()) {
            if self.advance(demand) {
                continue;
            }
            let failure = dead_end.take().unwrap_or_else(|| {
                let placed = self.path.iter().map(|c| c.decision.clone());
                Failure { demand, placed: placed.collect() }
            });
            if !self.revise(order) {
                self.unwind();
                return Err(failure);
            }
            dead_end = Some(failure);
        }
        if self.explain && self.revised {
            self.explain_path(order);
        }
        let path = self.path.drain(..).map(|c| c.decision);
        let mut decisions: Vec<(usize, Decision)> = order.iter().copied().zip(path).collect();
        decisions.sort_by_key(|(i, _)| *i);
        Ok(decisions.into_iter().map(|(_, d)| d).collect())
    }

    /// Puts the demand on its best node. False when no node takes it or the budget is spent.
    fn advance(&mut self, demand: usize) -> bool {
        if !self.spend() {
            return false;
        }
        let board = self.take_board(demand);
        let ask = Ask::new(&self.demands[demand], self.nodes.fork()).with_market(&self.market);
        let mut best = board.best().iter().map(|(_, at)| *at);
        let choice = best.by_ref().find_map(|at| {
            let decision = self.decide(demand, &ask, &board, at as usize)?;
            Some(Choice { decision, at: at as usize, others: Vec::new() })
        });
        let others = best.rev().collect();
        self.keep_board(demand, board);
        let Some(choice) = choice else { return false };
        self.push(Choice { others, ..choice });
        true
    }

    /// Takes back the last choice that had an alternative and takes that. False when there is none or the budget is spent.
    fn revise(&mut self, order: &[usize]) -> bool {
        self.revised = true;
        while let Some(Choice { decision, at, mut others }) = self.path.pop() {
            self.nodes.release(at, &decision.workload);
            let demand = order[self.path.len()];
            while let Some(at) = others.pop() {
                if !self.spend() {
                    return false;
                }
                if let Some(decision) = self.decide_on(demand, at as usize) {
                    self.push(Choice { decision, at: at as usize, others });
                    return true;
                }
            }
        }
        false
    }

    fn push(&mut self, choice: Choice) {
        self.nodes.commit(choice.at, &choice.decision);
        self.path.push(choice);
    }

    /// Takes everything back.
    fn unwind(&mut self) {
        while let Some(choice) = self.path.pop() {
            self.nodes.release(choice.at, &choice.decision.workload);
        }
    }

    const fn spend(&mut self) -> bool {
        let left = self.budget > 0;
        self.budget = self.budget.saturating_sub(1);
        left
    }

    /// What the demand finds on every node as it is now.
    fn take_board(&mut self, demand: usize) -> Board<'a> {
        let kind = self.kinds.of(demand);
        let kept = self.boards[kind].take();
        let ask = Ask::new(&self.demands[demand], self.nodes.fork()).with_market(&self.market);
        match kept {
            Some(mut board) => {
                board.refresh(self.engine, &ask, &self.nodes, self.nodes.changes());
                board
            }
            None => {
                let (more, seen) = (self.kinds.count(kind) - 1, self.nodes.changes().len());
                Board::new(self.engine, self.strategies[demand], &ask, &self.nodes, more, seen)
            }
        }
    }

    /// Keeps it for the next demand of the kind, where a change of one node says nothing about others.
    fn keep_board(&mut self, demand: usize, board: Board<'a>) {
        let asked = &self.demands[demand];
        if self.engine.is_local(asked, board.scorers()) && self.nodes.len().saturating_mul(self.kinds.len()) <= KEPT {
            let kind = self.kinds.of(demand);
            self.boards[kind] = Some(board);
        }
    }

    fn decide_on(&self, demand: usize, at: usize) -> Option<Decision> {
        decide(self.engine, &self.demands[demand], self.nodes.fork(), self.nodes.get(at))
    }

    /// Explains every choice as it is, in the order in which they were made.
    fn explain_path(&mut self, order: &[usize]) {
        let path = std::mem::take(&mut self.path);
        for choice in path.iter().rev() {
            self.nodes.release(choice.at, &choice.decision.workload);
        }
        for (mut choice, demand) in path.into_iter().zip(order) {
            let board = self.take_board(*demand);
            let ask = Ask::new(&self.demands[*demand], self.nodes.fork()).with_market(&self.market);
            choice.decision.why = self.why(*demand, &ask, &board, choice.at);
            self.keep_board(*demand, board);
            self.push(choice);
        }
    }

    fn decide(&self, demand: usize, ask: &Ask<'_>, board: &Board<'_>, at: usize) -> Option<Decision> {
        let node = self.nodes.get(at);
        let allotment = allot::allot(ask.demand, node)?;
        let why = if self.explain && !self.revised {
            self.why(demand, ask, board, at)
        } else {
            let (strategy, considered) = (self.strategies[demand].name().to_owned(), board.considered());
            Explanation { strategy, considered, ..Explanation::default() }
        };
        Some(decision(ask.demand, node, allotment, why))
    }

    fn why(&self, demand: usize, ask: &Ask<'_>, board: &Board<'_>, at: usize) -> Explanation {
        let (engine, nodes, group) = (self.engine, &self.nodes, self.demands.len());
        explain::explanation(&Place { engine, strategy: self.strategies[demand], ask, board, nodes, at, group })
    }
}
