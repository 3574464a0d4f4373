//! The search for the cheapest of the workloads that may have to go.

use miaas_core::cluster::Held;

use super::PreemptionCost;

/// Workloads that may have to go, and whether what is wanted fits without some of them.
pub(super) struct Victims<'a, 'o, T> {
    /// The cheapest first.
    lower: Vec<&'a Held>,
    /// Whether one victim more never makes the demands fit worse. It can when they want to be near to a victim, or evenly
    /// spread.
    monotone: bool,
    /// What is got without these; none when it does not fit.
    without: Without<'o, T>,
}

/// What is got without some; none when it does not fit.
type Without<'o, T> = Box<dyn Fn(&[&Held]) -> Option<T> + 'o>;

/// A search: what is decided so far.
struct Search<'s> {
    gone: Vec<usize>,
    best: Option<(PreemptionCost, Vec<usize>)>,
    /// Costs have to be below this, or equal to it when that is said.
    bound: Option<(PreemptionCost, bool)>,
    left: &'s mut usize,
}

impl<'a, 'o, T> Victims<'a, 'o, T> {
    pub(super) fn new(mut lower: Vec<&'a Held>, monotone: bool, without: impl Fn(&[&Held]) -> Option<T> + 'o) -> Self {
        lower.sort_by_key(|h| (h.priority, h.resources.mem_mib, &h.workload));
        Self { lower, monotone, without: Box::new(without) }
    }

    /// Whether it is worth a search. False when it certainly does not fit, whoever goes.
    pub(super) fn may_help(&self) -> bool {
        !self.lower.is_empty() && (!self.monotone || self.without(&self.all()).is_some())
    }

    fn all(&self) -> Vec<usize> {
        (0..self.lower.len()).collect()
    }

    /// These victims.
    pub(super) fn held(&self, victims: &[usize]) -> Vec<&'a Held> {
        victims.iter().map(|at| self.lower[*at]).collect()
    }

    /// What is got without these victims.
    pub(super) fn without(&self, victims: &[usize]) -> Option<T> {
        (self.without)(&self.held(victims))
    }

    fn cost(&self, victims: &[usize]) -> PreemptionCost {
        PreemptionCost::of(&self.held(victims))
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
