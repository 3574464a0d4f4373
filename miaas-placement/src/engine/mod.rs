//! The placer: filters, then scores, then allots, for one demand after the other.

mod alike;
mod board;
mod decide;
mod holders;
mod kinds;
mod nodes;
mod place;
mod placing;
mod search;

use std::{collections::BTreeSet, fmt, sync::Arc};

use miaas_core::{
    cluster::{ClusterView, Fork},
    port::{Decision, Demand, DemandGroup, Placement, Placer, Placing, Unplaceable},
    spec::nearest,
};

pub(crate) use self::{
    alike::Alike,
    board::{Board, SHOWN},
    decide::decide,
    holders::Holders,
    nodes::Nodes,
    place::size,
};
use self::{placing::Session, search::Learned};
use crate::{
    explain::{self, Known, Refused},
    filter::{self, Filter},
    score::Score,
    strategy::{self, Strategy, Weighted},
};

/// The placer made of [filters](crate::filter) and [strategies](crate::strategy).
#[derive(Debug)]
pub struct Engine {
    pub(crate) filters: Vec<Box<dyn Filter>>,
    /// Beside those of every engine there are others.
    other_filters: bool,
    /// Never empty; the first is the default.
    strategies: Vec<Strategy>,
    /// Whether decisions and refusals are explained.
    explain: bool,
}

impl Engine {
    /// An engine with every filter of [`filter::presets`] and `default` as its strategy.
    #[must_use]
    pub fn new(default: Strategy) -> Self {
        Self { filters: filter::presets(), other_filters: false, strategies: vec![default], explain: true }
    }

    /// Adds a strategy, or replaces the one of the same name.
    #[must_use]
    pub fn with_strategy(mut self, strategy: Strategy) -> Self {
        match self.strategies.iter_mut().find(|s| s.name() == strategy.name()) {
            Some(old) => *old = strategy,
            None => self.strategies.push(strategy),
        }
        self
    }

    /// Makes the strategy of this name the one for demands that name none.
    ///
    /// # Errors
    /// [`UnknownStrategy`] with the nearest name.
    pub fn with_default(mut self, name: &str) -> Result<Self, UnknownStrategy> {
        let Some(at) = self.strategies.iter().position(|s| s.name() == name) else { return Err(self.unknown(name)) };
        self.strategies[..=at].rotate_right(1);
        Ok(self)
    }

    /// Adds a filter that every node has to pass as well.
    #[must_use]
    pub fn with_filter(mut self, filter: Box<dyn Filter>) -> Self {
        self.filters.push(filter);
        self.other_filters = true;
        self
    }

    /// Adds a scorer to every strategy that the engine has now.
    #[must_use]
    pub fn with_score(mut self, weight: i64, score: Box<dyn Score>) -> Self {
        let score: Arc<dyn Score> = score.into();
        self.strategies = self.strategies.into_iter().map(|s| s.with_shared(weight, score.clone())).collect();
        self
    }

    /// Whether decisions and refusals are explained; they are unless this is told `false`. The decisions are the same either
    /// way. Without explanations a decision carries its strategy and how many nodes there were, a refusal one sentence: for
    /// simulations and what is tried out by the thousand.
    #[must_use]
    pub const fn with_explanations(mut self, explain: bool) -> Self {
        self.explain = explain;
        self
    }

    /// The strategy of this name; the default when none is named.
    pub(crate) fn strategy(&self, name: Option<&str>) -> Result<&Strategy, UnknownStrategy> {
        let Some(name) = name else { return Ok(&self.strategies[0]) };
        self.strategies.iter().find(|s| s.name() == name).ok_or_else(|| self.unknown(name))
    }

    fn unknown(&self, name: &str) -> UnknownStrategy {
        UnknownStrategy { name: name.to_owned(), known: self.strategies() }
    }
}

impl Default for Engine {
    /// Every preset; `foresight` is the default.
    fn default() -> Self {
        strategy::presets().into_iter().fold(Self::new(strategy::foresight()), Self::with_strategy)
    }
}

impl Placer for Engine {
    fn strategies(&self) -> Vec<&'static str> {
        self.strategies.iter().map(Strategy::name).collect()
    }

    fn place(&self, view: &ClusterView, group: &DemandGroup) -> Result<Placement, Unplaceable> {
        self.place_in(view, group, Learned::default())
    }

    fn placing(&self) -> Box<dyn Placing + '_> {
        Box::new(Session::new(self))
    }

    fn preempt(&self, view: &ClusterView, group: &DemandGroup) -> Option<crate::preempt::Preemption> {
        crate::preempt::preempt(self, view, group)
    }
}

impl Engine {
    /// The nodes by what filters see of them; none when they differ too much, and with filters from outside, of which nobody
    /// knows what they look at.
    fn alike(&self, view: &ClusterView) -> Option<Alike> {
        if self.other_filters { None } else { Alike::new(view) }
    }

    /// Places a group with what is known already.
    fn place_in(
        &self,
        view: &ClusterView,
        group: &DemandGroup,
        learned: Learned<'_>,
    ) -> Result<Placement, Unplaceable> {
        let strategies = self.strategies_of(view, &group.demands)?;
        let mut seen = BTreeSet::new();
        for demand in &group.demands {
            if view.location(&demand.workload).is_some() || !seen.insert(&demand.workload) {
                return Err(explain::placed_already(self, view, demand));
            }
        }
        let (demands, start) = (filter::mutual(&group.demands), view.fork());
        let known = learned.known;
        let placed = place::group(self, &start, &demands, &strategies, self.explain, learned);
        placed.map(|decisions| Placement { decisions }).map_err(|failure| {
            let (failed, placed) = (failure.demand, failure.placed.as_slice());
            let alike = if known.is_none() && self.explain { self.alike(view) } else { None };
            let known = known.or_else(|| alike.as_ref().map(|alike| Known { alike, holders: None }));
            self.refusal(&Refused { engine: self, start: &start, demands: &demands, failed, placed, known })
        })
    }

    fn refusal(&self, refused: &Refused<'_>) -> Unplaceable {
        let demand = &refused.demands[refused.failed];
        if self.explain {
            explain::unplaceable(refused)
        } else {
            Unplaceable::new(demand.workload.clone(), format!("no node can take {}", demand.name))
        }
    }

    /// Whether what the demand finds on a node depends on nothing but the node.
    fn is_local(&self, demand: &Demand, scorers: &[&Weighted]) -> bool {
        self.filters.iter().all(|f| f.is_local(demand)) && scorers.iter().all(|s| s.score().is_local(demand))
    }

    fn strategies_of(&self, view: &ClusterView, demands: &[Demand]) -> Result<Vec<&Strategy>, Unplaceable> {
        let of = |demand: &Demand| {
            self.strategy(demand.policy.strategy.as_deref())
                .map_err(|unknown| explain::unknown_strategy(self, view, demand, &unknown))
        };
        demands.iter().map(of).collect()
    }

    /// Places demands on top of what is tried out already, without explanations. None when not all of them have a place.
    pub(crate) fn try_place(&self, start: &Fork<'_>, demands: &[Demand]) -> Option<Vec<Decision>> {
        let strategies: Result<Vec<&Strategy>, _> =
            demands.iter().map(|d| self.strategy(d.policy.strategy.as_deref())).collect();
        place::group(self, start, &filter::mutual(demands), &strategies.ok()?, false, Learned::default()).ok()
    }
}

/// No strategy has this name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UnknownStrategy {
    /// The name asked for.
    pub name: String,
    /// The names that there are.
    pub known: Vec<&'static str>,
}

impl UnknownStrategy {
    /// What to use instead.
    #[must_use]
    pub fn hint(&self) -> String {
        let all = self.known.join(", ");
        match nearest(&self.name, self.known.iter().copied()) {
            Some(near) => format!("did you mean {near}? The strategies are {all}"),
            None => format!("use one of the strategies {all}"),
        }
    }
}

impl fmt::Display for UnknownStrategy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "there is no placement strategy {:?}", self.name)
    }
}

impl std::error::Error for UnknownStrategy {}
