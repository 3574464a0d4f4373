//! Strategies: named lists of weighted scorers. One file each; [`presets`] lists them.

mod binpack;
mod cost;
mod foresight;
mod locality;
mod published;
mod spec;
mod spread;

use std::sync::Arc;

use miaas_core::{cluster::NodeView, port::Demand};

pub use self::{
    binpack::binpack,
    cost::cost,
    foresight::foresight,
    locality::locality,
    published::published,
    spec::{Weights, spec},
    spread::spread,
};
use crate::score::{Ask, Score};

/// Weight of a wish of the user that outranks every strategy of ours: spreading over the values of a label.
const USER_WISH: i64 = 1_000_000_000_000;

/// The strategies of [`Engine::default`](crate::Engine::default), its default first.
#[must_use]
pub fn presets() -> Vec<Strategy> {
    let own = vec![foresight(), spread(), binpack(), spec(Weights::default()), locality(), cost()];
    own.into_iter().chain(published()).collect()
}

/// A named list of weighted scorers. The node with the largest sum of weight times score wins; ties go to the smaller id.
#[derive(Debug, Clone)]
pub struct Strategy {
    name: &'static str,
    scorers: Vec<Weighted>,
}

/// A scorer and what it counts for.
#[derive(Debug, Clone)]
pub(crate) struct Weighted {
    weight: i64,
    score: Arc<dyn Score>,
}

impl Strategy {
    /// A strategy without scorers: the first node by id that fits.
    #[must_use]
    pub const fn new(name: &'static str) -> Self {
        Self { name, scorers: Vec::new() }
    }

    /// Adds a scorer, the most important first: explanations name the first that decided.
    #[must_use]
    pub fn with_score(self, weight: i64, score: impl Score) -> Self {
        self.with_shared(weight, Arc::new(score))
    }

    /// As [`Self::with_score`], for a scorer that several strategies use.
    #[must_use]
    pub fn with_shared(mut self, weight: i64, score: Arc<dyn Score>) -> Self {
        self.scorers.push(Weighted { weight, score });
        self
    }

    /// Its name.
    #[must_use]
    pub const fn name(&self) -> &'static str {
        self.name
    }

    /// The scorers that have something to say about the demand.
    pub(crate) fn applicable(&self, demand: &Demand) -> Vec<&Weighted> {
        self.scorers.iter().filter(|w| w.score.applies(demand)).collect()
    }
}

impl Weighted {
    /// The weighted part of the total. Saturates, so that no scorer can make the order wrap around.
    pub(crate) fn part(&self, ask: &Ask<'_>, node: &NodeView) -> i64 {
        self.score.score(ask, node).saturating_mul(self.weight)
    }

    /// The scorer.
    pub(crate) fn score(&self) -> &dyn Score {
        &*self.score
    }
}
