//! The workloads of one node that may have to go.

use miaas_core::{
    cluster::{ClusterView, Held, NodeView},
    port::{Decision, Demand},
};

use super::{Preemption, PreemptionCost};
use crate::engine::{Engine, decide};

/// A node on which the demand fits without its less important workloads.
#[derive(Debug)]
pub(super) struct Room<'a> {
    engine: &'a Engine,
    view: &'a ClusterView,
    demand: &'a Demand,
    node: &'a NodeView,
    /// Workloads of a lower priority, the cheapest first.
    lower: Vec<&'a Held>,
    /// Whether one victim more never makes the demand fit worse. It can when it wants to be near to a victim, or evenly
    /// spread.
    monotone: bool,
}

/// The search for cheaper victims: what is decided so far.
struct Search<'s> {
    gone: Vec<usize>,
    best: Option<(PreemptionCost, Vec<usize>)>,
    /// Costs have to be below this, or equal to it when that is said.
    bound: Option<(PreemptionCost, bool)>,
    left: &'s mut usize,
}

impl<'a> Room<'a> {
    /// None when the demand certainly does not fit there, whoever goes.
    pub(super) fn new(
        engine: &'a Engine,
        view: &'a ClusterView,
        demand: &'a Demand,
        node: &'a NodeView,
    ) -> Option<Self> {
        let mut lower: Vec<&Held> =
            node.workloads.values().filter(|h| h.priority < demand.priority && !h.stateful).collect();
        if lower.is_empty() {
            return None;
        }
        lower.sort_by_key(|h| (h.priority, h.resources.mem_mib, &h.workload));
        let monotone = demand.near.is_empty() && demand.policy.max_skew.is_none();
        let room = Self { engine, view, demand, node, lower, monotone };
        (!monotone || room.without(&room.all()).is_some()).then_some(room)
    }

    fn all(&self) -> Vec<usize> {
        (0..self.lower.len()).collect()
    }

    fn without(&self, victims: &[usize]) -> Option<Decision> {
        let mut nodes = self.view.fork();
        for victim in victims {
            nodes.release(&self.lower[*victim].workload);
        }
        decide(self.engine, self.demand, &nodes, nodes.node(&self.node.id)?)
    }

    fn cost(&self, victims: &[usize]) -> PreemptionCost {
        let held = victims.iter().map(|at| self.lower[*at]);
        held.fold(PreemptionCost::NONE, |cost, h| cost.with(h.priority, h.resources.mem_mib))
    }

    /// All go; then, the most important first, who need not go stays. None when it does not fit without all.
    pub(super) fn greedy(&self) -> Option<(PreemptionCost, Vec<usize>)> {
        let mut victims = self.all();
        self.without(&victims)?;
        for at in (0..self.lower.len()).rev() {
            let less: Vec<usize> = victims.iter().copied().filter(|v| *v != at).collect();
            if self.without(&less).is_some() {
                victims = less;
            }
        }
        Some((self.cost(&victims), victims))
    }

    /// The cheapest victims below the bound. None when there are none, or nothing is left to try with.
    pub(super) fn cheaper(
        &self,
        bound: Option<(PreemptionCost, bool)>,
        left: &mut usize,
    ) -> Option<(PreemptionCost, Vec<usize>)> {
        let mut search = Search { gone: Vec::new(), best: None, bound, left };
        self.branch(0, &mut search);
        search.best
    }

    /// Tries what is decided so far with each of the rest going or staying.
    fn branch(&self, next: usize, search: &mut Search<'_>) {
        if *search.left == 0 || !self.can_win(next, search) {
            return;
        }
        *search.left -= 1;
        if self.without(&search.gone).is_some() {
            let cost = self.cost(&search.gone);
            if search.wins(cost) && self.none_in_vain(search) {
                search.best = Some((cost, search.gone.clone()));
            }
            if self.monotone {
                // More victims would go in vain.
                return;
            }
        }
        if next == self.lower.len() || (self.monotone && !self.fits_without_rest(next, search)) {
            return;
        }
        for at in next..self.lower.len() {
            search.gone.push(at);
            self.branch(at + 1, search);
            search.gone.pop();
        }
    }

    /// Whether the decided victims and some of the rest can cost little enough. Negative priorities make a sum smaller.
    fn can_win(&self, next: usize, search: &Search<'_>) -> bool {
        let cost = self.cost(&search.gone);
        let below: i64 = self.lower[next..].iter().map(|h| i64::from(h.priority.min(0))).sum();
        search.wins(PreemptionCost { priority: cost.priority + below, ..cost })
    }

    fn fits_without_rest(&self, next: usize, search: &mut Search<'_>) -> bool {
        *search.left = search.left.saturating_sub(1);
        let all: Vec<usize> = search.gone.iter().copied().chain(next..self.lower.len()).collect();
        self.without(&all).is_some()
    }

    /// Whether each of the victims has to go.
    fn none_in_vain(&self, search: &mut Search<'_>) -> bool {
        (0..search.gone.len()).all(|i| {
            *search.left = search.left.saturating_sub(1);
            let less: Vec<usize> = search.gone.iter().copied().filter(|v| *v != search.gone[i]).collect();
            self.without(&less).is_none()
        })
    }

    /// The plan with these victims, tried once more.
    pub(super) fn plan(&self, victims: &[usize]) -> Option<Preemption> {
        let decision = self.without(victims)?;
        let mut victims: Vec<_> = victims.iter().map(|at| self.lower[*at].workload.clone()).collect();
        victims.sort();
        Some(Preemption { node: self.node.id.clone(), victims, decision })
    }
}

impl Search<'_> {
    fn wins(&self, cost: PreemptionCost) -> bool {
        match (&self.best, self.bound) {
            (Some((best, _)), _) => cost < *best,
            (None, Some((bound, equal))) => cost < bound || (equal && cost == bound),
            (None, None) => true,
        }
    }
}
