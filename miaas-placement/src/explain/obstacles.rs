//! What keeps a demand off each node, in brief: one pass over the nodes, a few bytes for each.

use std::collections::BTreeMap;

use miaas_core::{
    cluster::NodeView,
    port::{Excluded, RejectReason},
};

use super::exclusion::{Kind, Tally, what};
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
#[derive(Debug)]
pub(super) struct Obstacles {
    nodes: Vec<OfNode>,
    tallies: BTreeMap<(Kind, String), Tally>,
}

impl Obstacles {
    /// Asks every node for every obstacle. O(N).
    pub(super) fn find(engine: &Engine, ask: &Ask<'_>) -> Self {
        let mut all = Self { nodes: Vec::with_capacity(ask.nodes.nodes().len()), tallies: BTreeMap::new() };
        for node in ask.nodes.nodes() {
            all.add(ask, node, &Verdict::reasons(&engine.filters, ask, node));
        }
        all
    }

    fn add(&mut self, ask: &Ask<'_>, node: &NodeView, reasons: &[RejectReason]) {
        let mut kinds = Kinds(0);
        let mut counted: Vec<(Kind, String)> = Vec::new();
        for reason in reasons {
            let kind = Kind::of(reason);
            kinds.0 |= 1 << kind as u32;
            let key = (kind, what(ask.demand, reason));
            if counted.contains(&key) {
                continue;
            }
            // Found before it is inserted, so that the text is only kept once.
            match self.tallies.get_mut(&key) {
                Some(tally) => tally.add(ask.demand, node, reason),
                None => self.tallies.entry(key.clone()).or_default().add(ask.demand, node, reason),
            }
            counted.push(key);
        }
        self.nodes.push(OfNode { kinds, reasons: reasons.len() as u32 });
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
        let one = |((kind, what), tally): (&(Kind, String), &Tally)| Excluded {
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
