//! One demand against all nodes: who passes, and in which order.

use miaas_core::cluster::NodeView;

use super::Engine;
use crate::{
    filter::Verdict,
    score::Ask,
    strategy::{Strategy, Weighted},
};

/// Most candidates that are put in order, and most that an explanation shows of each kind.
pub(crate) const SHOWN: usize = 16;

/// A node that passed, with its total.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Ranked<'v> {
    pub(crate) node: &'v NodeView,
    pub(crate) score: i64,
}

/// The nodes for one demand. O(N) filters and scores, then a partial sort.
#[derive(Debug)]
pub(crate) struct Ranking<'v, 's> {
    /// Every node that passed; the first [`SHOWN`] are the best, in order.
    pub(crate) candidates: Vec<Ranked<'v>>,
    /// The first [`SHOWN`] nodes that did not.
    pub(crate) rejected: Vec<&'v NodeView>,
    /// How many there are.
    pub(crate) considered: usize,
    /// The scorers that were asked.
    pub(crate) scorers: Vec<&'s Weighted>,
}

impl<'v, 's> Ranking<'v, 's> {
    pub(crate) fn new(engine: &Engine, strategy: &'s Strategy, ask: &Ask<'v>) -> Self {
        let scorers = strategy.applicable(ask);
        let (mut candidates, mut rejected, mut considered) = (Vec::new(), Vec::new(), 0);
        for node in ask.nodes.nodes() {
            considered += 1;
            if Verdict::passes(&engine.filters, ask, node) {
                let score = scorers.iter().map(|s| s.part(ask, node)).fold(0, i64::saturating_add);
                candidates.push(Ranked { node, score });
            } else if rejected.len() < SHOWN {
                rejected.push(node);
            }
        }
        best_first(&mut candidates);
        Self { candidates, rejected, considered, scorers }
    }

    /// The best candidates, in order.
    pub(crate) fn best(&self) -> &[Ranked<'v>] {
        &self.candidates[..self.candidates.len().min(SHOWN)]
    }
}

/// Puts the best [`SHOWN`] in order at the front: O(N + SHOWN log SHOWN).
fn best_first(candidates: &mut [Ranked<'_>]) {
    // Nodes come in order of their ids and the order is total, so ties cannot depend on the sort.
    let order = |a: &Ranked<'_>, b: &Ranked<'_>| b.score.cmp(&a.score).then_with(|| a.node.id.cmp(&b.node.id));
    let mut front = candidates;
    if front.len() > SHOWN {
        front.select_nth_unstable_by(SHOWN, order);
        front = &mut front[..SHOWN];
    }
    front.sort_unstable_by(order);
}
