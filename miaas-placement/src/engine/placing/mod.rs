//! Many questions about one view: what was found out of its nodes is kept, and only those that changed are asked again.

mod boards;
mod holders;
#[cfg(test)]
mod tests;

use std::{cell::OnceCell, rc::Rc};

use miaas_core::{
    cluster::{ClusterView, Version},
    port::{Decision, Demand, DemandGroup, Explanation, Placement, Placing, Unplaceable},
};

use self::{
    boards::{Boards, Kept},
    holders::Holders,
};
use super::{Board, Engine, Nodes, decide::decision};
use crate::{
    allot,
    explain::{self, Place},
    filter,
    policy::Market,
    score::Ask,
    strategy::Strategy,
};

/// On so few nodes a deployment may run for a demand of it to share a board with others.
const FEW: usize = 16;
/// What the GPUs are asked for is learned anew after one change for so many nodes and workloads.
const LEARN_PER: usize = 16;
/// After less changes than so many nothing is looked at as a whole again.
const LEAST: usize = 64;

/// Keeps the ranking of the nodes for each kind of demand. A demand for one workload that looks at nothing but the node costs
/// O(log N) for each node that changed since its kind was asked for; all others are placed as if alone.
#[derive(Debug)]
pub(super) struct Session<'e> {
    engine: &'e Engine,
    version: Option<Version>,
    holders: Holders,
    /// Numbers of the nodes that changed, in order, since the boards were emptied.
    changes: Vec<u32>,
    boards: Boards<'e>,
    market: Rc<OnceCell<Market>>,
    /// How many nodes and workloads there were when everything was looked at last.
    size: usize,
}

impl Placing for Session<'_> {
    fn place(&mut self, view: &ClusterView, group: &DemandGroup) -> Result<Placement, Unplaceable> {
        self.follow(view);
        if let [demand] = &*filter::mutual(&group.demands)
            && let Some(decision) = self.one(view, demand)
        {
            return Ok(Placement { decisions: vec![decision] });
        }
        self.engine.place_in(view, group, Rc::clone(&self.market))
    }
}

impl<'e> Session<'e> {
    pub(super) fn new(engine: &'e Engine) -> Self {
        Self {
            engine,
            version: None,
            holders: Holders::default(),
            changes: Vec::new(),
            boards: Boards::default(),
            market: Rc::default(),
            size: 0,
        }
    }

    /// Takes note of what changed.
    fn follow(&mut self, view: &ClusterView) {
        let changes = self.version.as_ref().and_then(|version| view.changes_since(version));
        let most = if self.market.get().is_some() { self.size / LEARN_PER } else { self.size }.max(LEAST);
        match changes.filter(|changes| self.changes.len() + changes.len() < most) {
            Some(changes) => {
                for change in changes {
                    self.changes.push(change.node as u32);
                    self.holders.add(change);
                }
            }
            None => {
                self.boards = Boards::default();
                self.changes.clear();
                self.holders = Holders::of(view);
                self.market = Rc::default();
                self.size = view.nodes().map(|n| 1 + n.workloads.len()).sum();
            }
        }
        self.version = Some(view.version());
    }

    /// Places a demand by what is kept. None when it has to be looked at as a whole: it looks at more than the node, or has no
    /// place.
    fn one(&mut self, view: &ClusterView, demand: &Demand) -> Option<Decision> {
        let strategy = self.engine.strategy(demand.policy.strategy.as_deref()).ok()?;
        if view.location(&demand.workload).is_some() || !self.engine.is_local(demand, &strategy.applicable(demand)) {
            return None;
        }
        let nodes = Nodes::new(view.fork());
        let holders = self.holders.of_deployment(&demand.deployment, view);
        let Kept { key, mut board } = self.board(strategy, demand, &nodes, holders.len() <= FEW);
        // The board is of a deployment that runs nowhere, or of this one: then asking again changes nothing.
        let ask = Ask::new(demand, nodes.fork()).with_market(&self.market);
        let own = key.deployment == demand.deployment;
        let apart: &[usize] = if own { &[] } else { &holders };
        apart.iter().for_each(|at| board.ask_again(self.engine, &ask, &nodes, *at));
        board.fill_up();
        let decision = self.best(strategy, &ask, &board, &nodes);
        let of_key = Ask::new(&key, nodes.fork()).with_market(&self.market);
        apart.iter().for_each(|at| board.ask_again(self.engine, &of_key, &nodes, *at));
        drop(of_key);
        self.boards.keep(Kept { key, board }, nodes.len());
        decision
    }

    /// What the kind of the demand finds on the nodes as they are now.
    fn board(&mut self, strategy: &'e Strategy, demand: &Demand, nodes: &Nodes<'_>, shared: bool) -> Kept<'e> {
        let key = boards::key(demand, shared);
        let (key, kept) = match self.boards.take(&key) {
            Some(Kept { key, board }) => (key, Some(board)),
            None => (key, None),
        };
        let ask = Ask::new(&key, nodes.fork()).with_market(&self.market);
        let board = match kept {
            Some(mut board) => {
                board.refresh(self.engine, &ask, nodes, &self.changes);
                board
            }
            None => Board::new(self.engine, strategy, &ask, nodes, usize::MAX, self.changes.len()),
        };
        drop(ask);
        Kept { key, board }
    }

    fn best(&self, strategy: &Strategy, ask: &Ask<'_>, board: &Board<'_>, nodes: &Nodes<'_>) -> Option<Decision> {
        let (at, allotment) = board.best().iter().find_map(|(_, at)| {
            let at = *at as usize;
            Some((at, allot::allot(ask.demand, nodes.get(at))?))
        })?;
        let why = if self.engine.explain {
            explain::explanation(&Place { engine: self.engine, strategy, ask, board, nodes, at, group: 1 })
        } else {
            let (strategy, considered) = (strategy.name().to_owned(), board.considered());
            Explanation { strategy, considered, ..Explanation::default() }
        };
        Some(decision(ask.demand, nodes.get(at), allotment, why))
    }
}
