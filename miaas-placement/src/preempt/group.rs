//! Several demands that are placed all or not at all: the victims may be on several nodes.

use std::{cmp::Reverse, collections::BTreeSet};

use miaas_core::{
    cluster::{ClusterView, Fork, Held},
    id::NodeId,
    port::{Decision, Demand},
};

use super::{PreemptionCost, TRIED, is_monotone, one, victims::Victims};
use crate::{
    engine::{Engine, decide, size},
    filter,
};

/// Who goes, and what the group gets then.
pub(super) type Found<'a> = (Vec<&'a Held>, Vec<Decision>);

/// Most nodes that are looked at in one search beyond the first answers, over all demands and tries.
const LOOKS: usize = 4_000_000;
/// Most workloads of which each set is tried.
const EXACT: usize = 24;

/// The cheapest victims without which the whole group has a place: only workloads of a priority below `least` that keep no
/// data. Found by taking one demand after the other, and by taking everything away and putting back what is not in the
/// way; then, where few workloads come into question, by trying sets. O(N) for each demand beside what is tried.
pub(super) fn cheapest<'a>(
    engine: &'a Engine,
    view: &'a ClusterView,
    demands: &'a [Demand],
    least: i32,
) -> Option<Found<'a>> {
    let (mutual, monotone) = (filter::mutual(demands), demands.iter().all(is_monotone));
    let case = Case { engine, view, demands, mutual: &mutual, least, monotone };
    let mut left = (LOOKS / (view.nodes().len() * demands.len()).max(1)).min(TRIED);
    let orders = case.orders();
    let first = orders.iter().filter_map(|order| case.one_by_one(order)).chain(case.put_back());
    let first: Vec<Found<'_>> = first.map(|found| case.needed(found, &mut left)).collect();
    let best = first.into_iter().min_by_key(|(victims, _)| PreemptionCost::of(victims));
    let bound = best.as_ref().map(|(victims, _)| PreemptionCost::of(victims));
    case.exact(bound, &mut left).or(best)
}

struct Case<'c, 'a> {
    engine: &'a Engine,
    view: &'a ClusterView,
    demands: &'a [Demand],
    /// The same, each apart also from those that want to be apart from it: for those that are placed one by one.
    mutual: &'c [Demand],
    least: i32,
    monotone: bool,
}

impl<'a> Case<'_, 'a> {
    fn place(&self, without: &[&Held]) -> Option<Vec<Decision>> {
        self.engine.try_place(&self.without(without), self.demands)
    }

    fn without(&self, victims: &[&Held]) -> Fork<'a> {
        let mut nodes = self.view.fork();
        for victim in victims {
            nodes.release(&victim.workload);
        }
        nodes
    }

    fn is_lower(&self, held: &Held) -> bool {
        held.priority < self.least && !held.stateful
    }

    /// All that may have to go.
    fn lower(&self) -> impl Iterator<Item = &'a Held> {
        self.view.nodes().flat_map(|node| node.workloads.values()).filter(|h| self.is_lower(h))
    }

    /// The orders in which the demands are taken: the largest first, and as they are. None where the group is so large that every
    /// node would be looked at too often.
    fn orders(&self) -> Vec<Vec<usize>> {
        let as_it_is: Vec<usize> = (0..self.demands.len()).collect();
        if self.demands.len().saturating_mul(self.view.nodes().len()) > LOOKS {
            return Vec::new();
        }
        let mut largest_first = as_it_is.clone();
        largest_first.sort_by_key(|i| Reverse(size(&self.demands[*i])));
        if largest_first == as_it_is { vec![as_it_is] } else { vec![largest_first, as_it_is] }
    }

    /// Each demand goes where there is room, or where the cheapest have to go for it.
    fn one_by_one(&self, order: &[usize]) -> Option<Found<'a>> {
        let (mut nodes, mut victims) = (self.view.fork(), Vec::new());
        let mut decisions = Vec::new();
        for at in order {
            let demand = &self.mutual[*at];
            let room = self.engine.try_place(&nodes, std::slice::from_ref(demand)).and_then(|d| d.into_iter().next());
            let (gone, decision) = match room {
                Some(decision) => (Vec::new(), decision),
                None => {
                    let found = one::cheapest(self.engine, &nodes, demand, self.least)?;
                    let gone: Vec<_> = found.victims.iter().map(|h| h.workload.clone()).collect();
                    (gone, found.decision)
                }
            };
            for workload in gone {
                // What was just placed is no less important, so it is one of the view.
                victims.push(self.view.node(self.view.location(&workload)?)?.workloads.get(&workload)?);
                nodes.release(&workload);
            }
            nodes.commit(&decision);
            decisions.push((*at, decision));
        }
        decisions.sort_by_key(|(at, _)| *at);
        let decisions: Vec<Decision> = decisions.into_iter().map(|(_, decision)| decision).collect();
        // One may have been near to somebody who had to go for a later one.
        let decisions = self.places(&victims, &decisions, order)?;
        Some((victims, decisions))
    }

    /// All go; those stay who are on no node that the group gets, and, the most important first, those without whom the
    /// demands fit where they are then. None when the group does not fit without all.
    fn put_back(&self) -> Option<Found<'a>> {
        let all: Vec<&Held> = self.lower().collect();
        let mut decisions = self.place(&all)?;
        let used: BTreeSet<&NodeId> = decisions.iter().map(|d| &d.node).collect();
        let on_used = used.iter().filter_map(|id| self.view.node(id)).flat_map(|n| n.workloads.values());
        let mut victims: Vec<&Held> = on_used.filter(|h| self.is_lower(h)).collect();
        victims.sort_by_key(|h| Reverse((h.priority, h.resources.mem_mib, &h.workload)));
        let order: Vec<usize> = (0..self.demands.len()).collect();
        let Some(same) = self.places(&victims, &decisions, &order) else {
            // Who is elsewhere plays a part.
            return (all.len() <= EXACT).then_some((all, decisions));
        };
        decisions = same;
        for victim in victims.clone() {
            let less: Vec<&Held> = victims.iter().copied().filter(|h| h.workload != victim.workload).collect();
            if let Some(same) = self.places(&less, &decisions, &order) {
                (victims, decisions) = (less, same);
            }
        }
        Some((victims, decisions))
    }

    /// What the demands get, taken in this order, on the nodes where they are decided to go; none when they do not fit there.
    fn places(&self, without: &[&Held], decisions: &[Decision], order: &[usize]) -> Option<Vec<Decision>> {
        let mut nodes = self.without(without);
        let mut placed = decisions.to_vec();
        for at in order {
            let to = &decisions[*at].node;
            placed[*at] = decide(self.engine, &self.mutual[*at], &nodes, nodes.node(to)?)?;
            nodes.commit(&placed[*at]);
        }
        Some(placed)
    }

    /// Without those who need not go when the demands go elsewhere, the most important first.
    fn needed(&self, (mut victims, mut decisions): Found<'a>, left: &mut usize) -> Found<'a> {
        victims.sort_by_key(|h| Reverse((h.priority, h.resources.mem_mib, &h.workload)));
        for victim in victims.clone() {
            if *left == 0 {
                break;
            }
            *left -= 1;
            let less: Vec<&Held> = victims.iter().copied().filter(|h| h.workload != victim.workload).collect();
            if let Some(placed) = self.place(&less) {
                (victims, decisions) = (less, placed);
            }
        }
        (victims, decisions)
    }

    /// Cheaper victims than the bound, by trying sets. None when there are none, or too many come into question.
    fn exact(&self, bound: Option<PreemptionCost>, left: &mut usize) -> Option<Found<'a>> {
        let mut lower: Vec<&Held> = self.lower().collect();
        if let Some(bound) = bound
            && lower.iter().all(|h| h.priority >= 0)
        {
            // Alone it costs as much already.
            lower.retain(|h| PreemptionCost::of(&[*h]) < bound);
        }
        if lower.len() > EXACT {
            return None;
        }
        let victims = Victims::new(lower, self.monotone, |victims| self.place(victims));
        let (_, found) = victims.cheaper(bound.map(|cost| (cost, false)), left)?;
        let held = victims.held(&found);
        let decisions = self.place(&held)?;
        Some((held, decisions))
    }
}
