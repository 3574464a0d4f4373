//! Many questions about one view: what was found out of its nodes is kept, and only those that changed are asked again.

mod boards;
#[cfg(test)]
mod tests;

use std::{cell::OnceCell, cmp::Reverse, collections::BTreeSet, rc::Rc};

use miaas_core::{
    cluster::{ClusterView, Version},
    port::{Decision, Demand, DemandGroup, Explanation, Placement, Placing, Unplaceable},
};

use self::boards::{Boards, Kept};
use super::{
    Alike, Board, Engine, Holders, Nodes,
    decide::decision,
    kinds::Kinds,
    search::{KEPT, Learned},
    size,
};
use crate::{
    allot,
    explain::{self, Asked, Known, Place, Refused},
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
/// O(log N) for each node that changed since its kind was asked for; groups begin with what is known of their kinds. From the first refusal
/// on one node is asked of each class of those that are [`Alike`], so that a refusal costs O(classes) and not O(N).
#[derive(Debug)]
pub(super) struct Session<'e> {
    engine: &'e Engine,
    version: Option<Version>,
    holders: Holders,
    /// Numbers of the nodes that changed, in order, since the boards were emptied.
    changes: Vec<u32>,
    boards: Boards<'e>,
    market: Rc<OnceCell<Market>>,
    refused: Refusing,
    /// How many nodes and workloads there were when everything was looked at last.
    size: usize,
}

/// What is known of the nodes for refusals.
#[derive(Debug)]
enum Refusing {
    /// Nothing was refused yet.
    Never,
    /// The classes of the nodes, and how many changes they know.
    Classes(Alike, usize),
    /// The nodes differ too much to be put into classes.
    AllDiffer,
}

/// What is known of a demand.
enum Answer {
    Placed(Box<Decision>),
    /// The one of this number has no place, whatever becomes of the others.
    Nowhere(usize),
    /// It has to be looked at as a whole.
    Unknown,
}

impl Placing for Session<'_> {
    fn place(&mut self, view: &ClusterView, group: &DemandGroup) -> Result<Placement, Unplaceable> {
        self.follow(view);
        let demands = filter::mutual(&group.demands);
        let answer = match &*demands {
            [demand] => self.one(view, demand),
            all => self.hopeless(view, all).map_or(Answer::Unknown, Answer::Nowhere),
        };
        match answer {
            Answer::Placed(decision) => Ok(Placement { decisions: vec![*decision] }),
            Answer::Nowhere(failed) => {
                self.look_closer(view);
                let (engine, start, known) = (self.engine, &view.fork(), self.classes());
                Err(engine.refusal(&Refused { engine, start, demands: &demands, failed, placed: &[], known }))
            }
            Answer::Unknown => {
                let (market, boards) = (Rc::clone(&self.market), self.lend(view, &demands));
                self.has_classes(view);
                let answer = self.engine.place_in(view, group, Learned { market, boards, known: self.classes() });
                if answer.is_err() && matches!(self.refused, Refusing::Never) {
                    self.look_closer(view);
                }
                answer
            }
        }
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
            refused: Refusing::Never,
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
                self.refused = Refusing::Never;
                self.holders = Holders::of(view);
                self.market = Rc::default();
                self.size = view.nodes().map(|n| 1 + n.workloads.len()).sum();
            }
        }
        self.version = Some(view.version());
    }

    /// Puts the nodes into classes, and brings them up to date.
    fn look_closer(&mut self, view: &ClusterView) {
        let seen = self.changes.len();
        let classes = match std::mem::replace(&mut self.refused, Refusing::AllDiffer) {
            Refusing::Never => self.engine.alike(view),
            Refusing::Classes(mut alike, before) => alike.refresh(view, &self.changes[before..]).then_some(alike),
            Refusing::AllDiffer => None,
        };
        self.refused = classes.map_or(Refusing::AllDiffer, |alike| Refusing::Classes(alike, seen));
    }

    /// Brings the classes up to date, where there are any.
    fn has_classes(&mut self, view: &ClusterView) -> bool {
        if matches!(self.refused, Refusing::Classes(..)) {
            self.look_closer(view);
        }
        matches!(self.refused, Refusing::Classes(..))
    }

    const fn classes(&self) -> Option<Known<'_>> {
        match &self.refused {
            Refusing::Classes(alike, _) => Some(Known { alike, holders: Some(&self.holders) }),
            _ => None,
        }
    }

    /// Whether no node takes a demand, if that is known without asking every node.
    fn is_nowhere(&self, view: &ClusterView, demand: &Demand) -> bool {
        let nodes = view.fork();
        let asked = self.classes().map(|known| Asked::new(demand, &nodes, Some(known)));
        asked.is_some_and(|asked| asked.fits_nowhere(self.engine, &Ask::new(demand, &nodes)))
    }

    /// Which demand of a group is the first that no node takes, if that is known without asking every node: the one that would
    /// be placed first, since no other has fewer nodes.
    fn hopeless(&mut self, view: &ClusterView, demands: &[Demand]) -> Option<usize> {
        let mut seen = BTreeSet::new();
        let odd = |d: &Demand| {
            !d.near.is_empty()
                || view.location(&d.workload).is_some()
                || self.engine.strategy(d.policy.strategy.as_deref()).is_err()
        };
        if demands.iter().any(|d| odd(d) || !seen.insert(&d.workload)) || !self.has_classes(view) {
            return None;
        }
        let nowhere = (0..demands.len()).filter(|i| self.is_nowhere(view, &demands[*i]));
        nowhere.min_by_key(|i| (Reverse(size(&demands[*i])), *i))
    }

    /// What the demands find on the nodes, by kind, for those that look at nothing but the node.
    fn lend(&mut self, view: &ClusterView, demands: &[Demand]) -> Vec<Option<Board<'e>>> {
        let kinds = Kinds::new(demands);
        if view.nodes().len().saturating_mul(kinds.len()) > KEPT {
            return Vec::new();
        }
        let nodes = Nodes::new(view.fork());
        kinds.firsts().map(|first| self.lent(view, &demands[first], &nodes)).collect()
    }

    fn lent(&mut self, view: &ClusterView, demand: &Demand, nodes: &Nodes<'_>) -> Option<Board<'e>> {
        let strategy = self.engine.strategy(demand.policy.strategy.as_deref()).ok()?;
        if !self.engine.is_local(demand, &strategy.applicable(demand)) {
            return None;
        }
        let holders = self.holders.of_deployment(&demand.deployment, view);
        let kept = self.board(strategy, demand, nodes, &holders);
        let mut lent = kept.board.clone();
        if kept.key.deployment != demand.deployment {
            let ask = Ask::new(demand, nodes.fork()).with_market(&self.market);
            holders.iter().for_each(|at| lent.ask_again(self.engine, &ask, nodes, *at));
            lent.fill_up();
        }
        self.boards.keep(kept, nodes.len());
        Some(lent.counting_anew())
    }

    /// Places a demand by what is kept.
    fn one(&mut self, view: &ClusterView, demand: &Demand) -> Answer {
        let Ok(strategy) = self.engine.strategy(demand.policy.strategy.as_deref()) else { return Answer::Unknown };
        if view.location(&demand.workload).is_some() || !self.engine.is_local(demand, &strategy.applicable(demand)) {
            return Answer::Unknown;
        }
        let nodes = Nodes::new(view.fork());
        let holders = self.holders.of_deployment(&demand.deployment, view);
        // Of a kind that was asked for before every node is known anyway.
        let may_be_new = matches!(self.refused, Refusing::Classes(..));
        if may_be_new
            && !self.boards.has(&boards::key(demand, holders.len() <= FEW))
            && self.has_classes(view)
            && self.is_nowhere(view, demand)
        {
            return Answer::Nowhere(0);
        }
        let Kept { key, mut board } = self.board(strategy, demand, &nodes, &holders);
        // The board is of a deployment that runs nowhere, or of this one: then asking again changes nothing.
        let ask = Ask::new(demand, nodes.fork()).with_market(&self.market);
        let own = key.deployment == demand.deployment;
        let apart: &[usize] = if own { &[] } else { &holders };
        apart.iter().for_each(|at| board.ask_again(self.engine, &ask, &nodes, *at));
        board.fill_up();
        let answer = match self.best(strategy, &ask, &board, &nodes) {
            Some(decision) => Answer::Placed(Box::new(decision)),
            None if board.candidates() == 0 => Answer::Nowhere(0),
            None => Answer::Unknown,
        };
        let of_key = Ask::new(&key, nodes.fork()).with_market(&self.market);
        apart.iter().for_each(|at| board.ask_again(self.engine, &of_key, &nodes, *at));
        drop(of_key);
        self.boards.keep(Kept { key, board }, nodes.len());
        answer
    }

    /// What the kind of the demand finds on the nodes as they are now; `holders` are those that run the deployment.
    fn board(&mut self, strategy: &'e Strategy, demand: &Demand, nodes: &Nodes<'_>, holders: &[usize]) -> Kept<'e> {
        let key = boards::key(demand, holders.len() <= FEW);
        let known = self.known(&key, nodes).or_else(|| self.own_board(&key, nodes, holders));
        known.unwrap_or_else(|| {
            let ask = Ask::new(&key, nodes.fork()).with_market(&self.market);
            let board = Board::new(self.engine, strategy, &ask, nodes, usize::MAX, self.changes.len());
            drop(ask);
            Kept { key, board }
        })
    }

    /// The board of this kind, brought up to date.
    fn known(&mut self, key: &Demand, nodes: &Nodes<'_>) -> Option<Kept<'e>> {
        let Kept { key, mut board } = self.boards.take(key)?;
        let ask = Ask::new(&key, nodes.fork()).with_market(&self.market);
        board.refresh(self.engine, &ask, nodes, &self.changes);
        drop(ask);
        Some(Kept { key, board })
    }

    /// The board of a deployment from that of one that runs nowhere: they differ on the nodes that run it.
    fn own_board(&mut self, key: &Demand, nodes: &Nodes<'_>, holders: &[usize]) -> Option<Kept<'e>> {
        let shared = self.known(&boards::key(key, true), nodes)?;
        let mut board = shared.board.clone();
        self.boards.keep(shared, nodes.len());
        let ask = Ask::new(key, nodes.fork()).with_market(&self.market);
        holders.iter().for_each(|at| board.ask_again(self.engine, &ask, nodes, *at));
        board.fill_up();
        drop(ask);
        Some(Kept { key: key.clone(), board })
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
