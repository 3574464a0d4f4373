//! What keeps a demand off each node, in brief: one pass over groups of nodes that are alike, a few bytes for each.

use std::collections::{BTreeMap, BTreeSet};

use miaas_core::{
    cluster::{Fork, NodeView},
    port::{Excluded, RejectReason},
};

use super::{
    asked::{self, Asked, Known},
    exclusion::{Kind, Tally, same_words, what},
};
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

/// The kinds of obstacles of each node of a group.
#[derive(Debug, Clone, Copy)]
struct OfGroup {
    kinds: Kinds,
    reasons: u32,
}

/// What keeps one demand off every node.
#[derive(Debug)]
pub(super) struct Obstacles<'a> {
    asked: Asked<'a>,
    /// By group of nodes.
    of: Vec<OfGroup>,
    /// Kind and words of an obstacle, with how many nodes have it.
    tallies: Vec<(Kind, String, Tally)>,
    /// Where a tally is, by kind and words.
    places: BTreeMap<(Kind, String), usize>,
    /// The last reason of each kind and where its tally is: mostly the next node says the same.
    last: BTreeMap<Kind, (RejectReason, usize)>,
}

impl<'a> Obstacles<'a> {
    /// Asks one node of each group for every obstacle. O(groups).
    pub(super) fn find(engine: &Engine, ask: &Ask<'_>, known: Option<Known<'a>>) -> Self {
        let asked = Asked::new(ask.demand, ask.nodes, known);
        let mut all = Self {
            of: Vec::with_capacity(asked.groups().len()),
            asked,
            tallies: Vec::new(),
            places: BTreeMap::new(),
            last: BTreeMap::new(),
        };
        for at in 0..all.asked.groups().len() {
            let group = all.asked.groups()[at];
            let Some(first) = all.asked.members(group).next() else { continue };
            let (node, count) = (all.asked.node(ask.nodes, first), all.asked.count(group));
            all.add(ask, (node, count), Verdict::reasons(&engine.filters, ask, node));
        }
        all
    }

    fn add(&mut self, ask: &Ask<'_>, (node, count): (&NodeView, usize), reasons: Vec<RejectReason>) {
        let (mut kinds, number) = (Kinds(0), reasons.len() as u32);
        let mut counted: Vec<usize> = Vec::with_capacity(reasons.len());
        for reason in reasons {
            let kind = Kind::of(&reason);
            kinds.0 |= 1 << kind as u32;
            let at = self.place(ask, kind, &reason);
            if !counted.contains(&at) {
                self.tallies[at].2.add(ask.demand, (node, count), kind, &reason);
                counted.push(at);
            }
            self.last.insert(kind, (reason, at));
        }
        self.of.push(OfGroup { kinds, reasons: number });
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

    /// The node of this number as it is on the fork that was asked about.
    pub(super) fn node<'n>(&self, nodes: &'n Fork<'_>, at: u32) -> &'n NodeView {
        self.asked.node(nodes, at)
    }

    /// Numbers of the first nodes of all groups, in order: what they look like, all others look like as well.
    pub(super) fn firsts(&self) -> impl Iterator<Item = u32> {
        self.asked.groups().iter().filter_map(|group| self.asked.members(*group).next())
    }

    /// The groups with obstacles of these kinds only, and with any.
    fn only(&self, kinds: Kinds) -> impl Iterator<Item = asked::Nodes<'a>> {
        let groups = self.asked.groups().iter().zip(&self.of);
        groups.filter(move |(_, of)| !of.kinds.is_empty() && of.kinds.within(kinds)).map(|(group, _)| *group)
    }

    /// Numbers of the first nodes of the groups that would fit but for obstacles of these kinds, in order.
    pub(super) fn firsts_with_only(&self, kinds: Kinds) -> impl Iterator<Item = u32> {
        self.only(kinds).filter_map(|group| self.asked.members(group).next())
    }

    /// Numbers of the first so many nodes that would fit but for obstacles of these kinds, in order.
    pub(super) fn with_only(&self, kinds: Kinds, most: usize) -> Vec<u32> {
        first(most, self.only(kinds).map(|group| self.asked.members(group)))
    }

    /// Whether every node has an obstacle of this kind. False without nodes.
    pub(super) fn everywhere(&self, kind: Kind) -> bool {
        !self.of.is_empty() && self.of.iter().all(|of| of.kinds.has(kind))
    }

    /// Whether a node has an obstacle of this kind.
    pub(super) fn somewhere(&self, kind: Kind) -> bool {
        self.of.iter().any(|of| of.kinds.has(kind))
    }

    /// Numbers of the nodes with the fewest obstacles, in order of the nodes.
    pub(super) fn nearest(&self, most: usize) -> Vec<u32> {
        let mut by_reasons: BTreeMap<u32, Vec<asked::Nodes<'a>>> = BTreeMap::new();
        for (group, of) in self.asked.groups().iter().zip(&self.of) {
            by_reasons.entry(of.reasons).or_default().push(*group);
        }
        let mut nearest: Vec<u32> = Vec::new();
        for groups in by_reasons.into_values() {
            let left = most - nearest.len();
            nearest.extend(first(left, groups.into_iter().map(|group| self.asked.members(group))));
        }
        nearest.sort_unstable();
        nearest
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

/// The smallest so many numbers of groups that are in the order of their first numbers, each in order.
fn first(most: usize, groups: impl Iterator<Item = impl Iterator<Item = u32>>) -> Vec<u32> {
    let mut smallest: BTreeSet<u32> = BTreeSet::new();
    for mut group in groups {
        let is_behind = |at: u32, of: &BTreeSet<u32>| of.len() >= most && of.last().is_none_or(|last| at > *last);
        let Some(begin) = group.next() else { continue };
        if is_behind(begin, &smallest) {
            break;
        }
        for at in std::iter::once(begin).chain(group) {
            if is_behind(at, &smallest) {
                break;
            }
            smallest.insert(at);
            if smallest.len() > most {
                smallest.pop_last();
            }
        }
    }
    smallest.into_iter().collect()
}
