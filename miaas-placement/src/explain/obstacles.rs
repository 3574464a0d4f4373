//! What keeps a demand off each node, in brief: one pass over the nodes, a few bytes for each.

use std::collections::BTreeMap;

use miaas_core::{
    cluster::NodeView,
    port::{Excluded, RejectReason},
};

use super::exclusion::{Kind, Tally, same_words, what};
use crate::{engine::Engine, filter::Verdict, score::Ask};

/// A set of [`Kind`]s.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Kinds(u32);

impl Kinds {
    /// These kinds.
    pub(super) const fn of(kinds: &[Kind]) -> Self {
        let (mut bits, mut i) = (0, 0);
        while i < kinds.len() {
            bits |= 1 << kinds[i] as u32;
            i += 1;
        }
        Self(bits)
    }

    /// Whether it is one of them.
    pub(super) const fn has(self, kind: Kind) -> bool {
        self.0 >> kind as u32 & 1 == 1
    }

    /// Whether there is none.
    pub(super) const fn is_empty(self) -> bool {
        self.0 == 0
    }

    /// Whether all of them are among the others.
    pub(super) const fn within(self, others: Self) -> bool {
        self.0 & !others.0 == 0
    }
}

/// The kinds of obstacles of one node.
#[derive(Debug, Clone, Copy)]
struct OfNode {
    kinds: Kinds,
    reasons: u32,
}

/// What keeps one demand off every node.
#[derive(Debug, Default)]
pub(super) struct Obstacles {
    nodes: Vec<OfNode>,
    /// Kind and words of an obstacle, with how many nodes have it.
    tallies: Vec<(Kind, String, Tally)>,
    /// Where a tally is, by kind and words.
    places: BTreeMap<(Kind, String), usize>,
    /// The last reason of each kind and where its tally is: mostly the next node says the same.
    last: BTreeMap<Kind, (RejectReason, usize)>,
}

impl Obstacles {
    /// Asks every node for every obstacle. O(N).
    pub(super) fn find(engine: &Engine, ask: &Ask<'_>) -> Self {
        let mut all = Self::default();
        for node in ask.nodes.nodes() {
            all.add(ask, node, Verdict::reasons(&engine.filters, ask, node));
        }
        all
    }

    fn add(&mut self, ask: &Ask<'_>, node: &NodeView, reasons: Vec<RejectReason>) {
        let (mut kinds, count) = (Kinds(0), reasons.len() as u32);
        let mut counted: Vec<usize> = Vec::with_capacity(reasons.len());
        for reason in reasons {
            let kind = Kind::of(&reason);
            kinds.0 |= 1 << kind as u32;
            let at = self.place(ask, kind, &reason);
            if !counted.contains(&at) {
                self.tallies[at].2.add(ask.demand, node, kind, &reason);
                counted.push(at);
            }
            self.last.insert(kind, (reason, at));
        }
        self.nodes.push(OfNode { kinds, reasons: count });
    }

    /// Where the reason is counted. Words are only made for a reason that differs from the last of its kind.
    fn place(&mut self, ask: &Ask<'_>, kind: Kind, reason: &RejectReason) -> usize {
        if let Some((last, at)) = self.last.get(&kind)
            && same_words(last, reason)
        {
            return *at;
        }
        let words = what(ask.demand, reason);
        *self.places.entry((kind, words.clone())).or_insert_with(|| {
            self.tallies.push((kind, words, Tally::default()));
            self.tallies.len() - 1
        })
    }

    /// The kinds of obstacles by node, in order of the nodes.
    pub(super) fn kinds(&self) -> impl Iterator<Item = Kinds> {
        self.nodes.iter().map(|n| n.kinds)
    }

    /// Whether every node has an obstacle of this kind. False without nodes.
    pub(super) fn everywhere(&self, kind: Kind) -> bool {
        !self.nodes.is_empty() && self.nodes.iter().all(|n| n.kinds.has(kind))
    }

    /// Numbers of the nodes with the fewest obstacles, in order of the nodes.
    pub(super) fn nearest(&self, most: usize) -> Vec<usize> {
        let mut all: Vec<usize> = (0..self.nodes.len()).collect();
        if all.len() > most {
            all.select_nth_unstable_by_key(most, |at| (self.nodes[*at].reasons, *at));
            all.truncate(most);
            all.sort_unstable();
        }
        all
    }

    /// How many nodes each obstacle keeps away, most first.
    pub(super) fn excluded(&self) -> Vec<Excluded> {
        let one = |(kind, what, tally): &(Kind, String, Tally)| Excluded {
            kind: kind.name().to_owned(),
            what: what.clone(),
            count: tally.count,
            best: tally.best.clone(),
        };
        let mut all: Vec<Excluded> = self.tallies.iter().map(one).collect();
        all.sort_by(|a, b| b.count.cmp(&a.count).then_with(|| a.what.cmp(&b.what)));
        all
    }
}
