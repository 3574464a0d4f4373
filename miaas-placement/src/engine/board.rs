//! One kind of demand against all nodes: who can take it, and which of them are best.

use std::cmp::Ordering;

use super::{Engine, Nodes};
use crate::{
    filter::Verdict,
    score::Ask,
    strategy::{Strategy, Weighted},
};

/// Most candidates and most excluded nodes that an explanation shows, and that a search comes back to.
pub(crate) const SHOWN: usize = 16;
/// How many more of the best are kept in order, so that a choice that takes one away seldom looks at all nodes again.
const SPARE: usize = 240;

/// What a demand finds on a node.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Standing {
    /// The filter of this number said no first.
    Out(u32),
    /// It fits, with this total.
    Fits(i64),
}

impl Standing {
    const fn score(self) -> Option<i64> {
        match self {
            Self::Fits(score) => Some(score),
            Self::Out(_) => None,
        }
    }
}

/// What one kind of demand finds on every node. Made in O(N); afterwards only nodes that changed are looked at again.
#[derive(Debug, Clone)]
pub(crate) struct Board<'s> {
    scorers: Vec<&'s Weighted>,
    /// By number of the node.
    standing: Vec<Standing>,
    /// The best nodes, in order; every other candidate comes behind them. [`SHOWN`] at least, or all that there are.
    best: Vec<(i64, u32)>,
    candidates: usize,
    /// How many nodes each filter excluded, by number of the filter.
    excluded: Vec<usize>,
    /// How many changes of the nodes are known.
    seen: usize,
}

impl<'s> Board<'s> {
    /// Asks every node. `more` is how many demands of the kind there are beside this one.
    pub(crate) fn new(
        engine: &Engine,
        strategy: &'s Strategy,
        ask: &Ask<'_>,
        nodes: &Nodes<'_>,
        more: usize,
        seen: usize,
    ) -> Self {
        let mut board = Self {
            scorers: strategy.applicable(ask.demand),
            standing: Vec::with_capacity(nodes.len()),
            best: Vec::new(),
            candidates: 0,
            excluded: vec![0; engine.filters.len()],
            seen,
        };
        for at in 0..nodes.len() {
            let standing = board.ask(engine, ask, nodes, at);
            board.count(standing, true);
            board.standing.push(standing);
        }
        board.fill(SHOWN + more.min(SPARE));
        board
    }

    /// Asks the nodes again that changed; `changes` are those that were known when it was asked last, and what came after.
    /// Only right for demands that look at nothing but the node.
    pub(crate) fn refresh(&mut self, engine: &Engine, ask: &Ask<'_>, nodes: &Nodes<'_>, changes: &[u32]) {
        for at in &changes[self.seen..] {
            self.ask_again(engine, ask, nodes, *at as usize);
        }
        self.seen = changes.len();
        self.fill_up();
    }

    /// As if it was made now, for who counts changes from now on.
    pub(super) fn counting_anew(self) -> Self {
        Self { seen: 0, ..self }
    }

    /// Asks one node again.
    pub(super) fn ask_again(&mut self, engine: &Engine, ask: &Ask<'_>, nodes: &Nodes<'_>, at: usize) {
        let standing = self.ask(engine, ask, nodes, at);
        self.set(at as u32, standing);
    }

    /// Sees to it that the best [`SHOWN`] are known.
    pub(super) fn fill_up(&mut self) {
        if self.best.len() < SHOWN.min(self.candidates) {
            self.fill(SHOWN + SPARE);
        }
    }

    fn ask(&self, engine: &Engine, ask: &Ask<'_>, nodes: &Nodes<'_>, at: usize) -> Standing {
        let node = nodes.get(at);
        match Verdict::first_obstacle(&engine.filters, ask, node) {
            Some(filter) => Standing::Out(filter as u32),
            None => Standing::Fits(self.scorers.iter().map(|s| s.part(ask, node)).fold(0, i64::saturating_add)),
        }
    }

    fn count(&mut self, standing: Standing, more: bool) {
        let count = match standing {
            Standing::Out(filter) => &mut self.excluded[filter as usize],
            Standing::Fits(_) => &mut self.candidates,
        };
        *count = if more { *count + 1 } else { *count - 1 };
    }

    fn set(&mut self, at: u32, new: Standing) {
        let old = std::mem::replace(&mut self.standing[at as usize], new);
        if old == new {
            return;
        }
        // Whether `best` holds every candidate: then the worst of all belongs into it as well.
        let all = self.best.len() == self.candidates;
        self.count(old, false);
        self.count(new, true);
        if let Some(score) = old.score()
            && let Ok(place) = self.place(score, at)
        {
            self.best.remove(place);
        }
        if let Some(score) = new.score()
            && let Err(place) = self.place(score, at)
            && (all || place < self.best.len())
        {
            self.best.insert(place, (score, at));
        }
    }

    fn place(&self, score: i64, at: u32) -> Result<usize, usize> {
        self.best.binary_search_by(|other| order(*other, (score, at)))
    }

    /// Finds the best so many: O(N + K log K).
    fn fill(&mut self, keep: usize) {
        let all = self.standing.iter().enumerate();
        self.best.clear();
        self.best.extend(all.filter_map(|(at, s)| s.score().map(|score| (score, at as u32))));
        if self.best.len() > keep {
            self.best.select_nth_unstable_by(keep, |a, b| order(*a, *b));
            self.best.truncate(keep);
        }
        self.best.sort_unstable_by(|a, b| order(*a, *b));
    }

    /// The best [`SHOWN`] with their totals, in order.
    pub(crate) fn best(&self) -> &[(i64, u32)] {
        &self.best[..self.best.len().min(SHOWN)]
    }

    /// How many nodes can take it.
    pub(crate) const fn candidates(&self) -> usize {
        self.candidates
    }

    /// The nodes that can take it, in order of their ids, with their totals.
    pub(crate) fn fitting(&self) -> impl Iterator<Item = (usize, i64)> {
        self.standing.iter().enumerate().filter_map(|(at, s)| Some((at, s.score()?)))
    }

    /// The nodes that cannot, in order of their ids.
    pub(crate) fn rejected(&self) -> impl Iterator<Item = usize> {
        self.standing.iter().enumerate().filter(|(_, s)| s.score().is_none()).map(|(at, _)| at)
    }

    /// How many nodes each filter excluded, by number of the filter.
    pub(crate) fn excluded(&self) -> &[usize] {
        &self.excluded
    }

    /// How many nodes there are.
    pub(crate) const fn considered(&self) -> usize {
        self.standing.len()
    }

    /// The scorers that were asked.
    pub(crate) fn scorers(&self) -> &[&'s Weighted] {
        &self.scorers
    }
}

/// The larger total first; of equal ones the node with the smaller id. Total, so ties cannot depend on the sort.
fn order(a: (i64, u32), b: (i64, u32)) -> Ordering {
    b.0.cmp(&a.0).then(a.1.cmp(&b.1))
}
