//! [`Foresight`]: `demand` is what arrives, `worth` what a node alone would sell, `clearing` makes all nodes together
//! sell what arrives, `cuts` is how shares share GPUs best, `prices` are what a node cannot know.

mod clearing;
mod cuts;
mod demand;
mod offers;
mod prices;
mod worth;

use self::{cuts::Cuts, demand::Demand, prices::Prices, worth::Worth};
use super::{Policy, Rating};
use crate::fleet::{Fleet, Shape, State};

/// Prices are looked at again after so many arrivals, in a fleet of at most [`SMALL_FLEET`] nodes; rarer in larger ones, so
/// that the cost of an arrival stays the same.
const PRICES_EVERY: usize = 20;
const SMALL_FLEET: usize = 1_280;
/// The market is cleared again when the free GPU changed by one part in so many.
const CLEAR_AT: u64 = 20;

/// The default policy: place where the least of what could still be sold is given up.
///
/// The cost of putting a shape on a node is, in thousandths of a GPU:
///
/// ```text
/// worth(before) − worth(after)              what the node could still have sold            [worth]
///   + waste(share, piece)                   what cutting a GPU so adds to what all need    [cuts]
///   + scarcity(model) · gpu                 what others may use only this model for        [prices]
///   + max over slots i of price_i · lost_i  what larger demands need unbroken nodes for    [prices]
/// ```
///
/// `worth(state)` is how much GPU a node in this state sells when sequences of demands are offered to it, drawn from what
/// has arrived so far. One node alone would pick from the whole demand, and all nodes together would sell
/// more small demands than there are: so the sequences are drawn with weights that make what all nodes sell together
/// look like what arrives. Nothing has to be configured or known in advance.
#[derive(Debug)]
pub struct Foresight {
    demand: Demand,
    worth: Worth,
    cuts: Cuts,
    prices: Prices,
    /// Free GPU when the market was cleared last.
    cleared_at: Option<u64>,
    since_prices: usize,
    epoch: u64,
}

impl Default for Foresight {
    fn default() -> Self {
        Self {
            demand: Demand::default(),
            worth: Worth::new(),
            cuts: Cuts::default(),
            prices: Prices::default(),
            cleared_at: None,
            since_prices: 0,
            epoch: 0,
        }
    }
}

/// What costs are counted in: so many are a thousandth of a GPU.
pub(super) const UNIT: i64 = offers::SEQUENCES as i64;

impl Foresight {
    /// One that was told of everything that runs and has looked at the fleet.
    pub fn of_running(running: impl IntoIterator<Item = Shape>, fleet: &Fleet) -> Self {
        let mut this = Self::default();
        for shape in running {
            this.demand.add(&shape);
        }
        this.learn(fleet);
        this
    }

    /// What putting the shape there gives up, a share on the tightest GPU, in [`UNIT`]s.
    pub(super) fn cost_of(&mut self, shape: &Shape, state: &State) -> i32 {
        let worth = self.worth.of(state);
        let device = if shape.is_share() { state.tightest(shape.gpu_milli).unwrap_or(0) } else { 0 };
        self.cost(shape, state, worth, device)
    }

    fn learn(&mut self, fleet: &Fleet) {
        self.demand.learn(fleet);
        self.cuts = Cuts::of(&self.demand);
        self.worth.draw(&self.demand);
        self.cleared_at = None;
        self.look_at_fleet(fleet);
        self.epoch += 1;
    }

    fn look_at_fleet(&mut self, fleet: &Fleet) {
        self.since_prices = 0;
        let free = fleet.gpu_free();
        if self.cleared_at.is_none_or(|at| at.abs_diff(free) * CLEAR_AT > at) {
            self.cleared_at = Some(free);
            for _ in 0..2 {
                clearing::clear(&mut self.demand, &self.worth, fleet);
                self.worth.draw(&self.demand);
            }
            self.epoch += 1;
        }
        if self.prices.update(&self.demand, fleet) {
            self.epoch += 1;
        }
    }

    fn cost(&mut self, shape: &Shape, state: &State, worth: i32, device: u8) -> i32 {
        let after = state.with(shape, device);
        let waste =
            if shape.is_share() { self.cuts.waste(shape.gpu_milli, state.free[usize::from(device)]) } else { 0 };
        let elsewhere = waste + self.prices.of(shape, state, &after);
        worth - self.worth.of(&after) + elsewhere * offers::SEQUENCES as i32
    }
}

impl Policy for Foresight {
    fn name(&self) -> &'static str {
        "foresight"
    }

    fn arrived(&mut self, shape: &Shape, fleet: &Fleet) {
        self.since_prices += 1;
        if self.demand.add(shape) {
            self.learn(fleet);
        } else if self.since_prices >= PRICES_EVERY * fleet.states().len().div_ceil(SMALL_FLEET) {
            self.look_at_fleet(fleet);
        }
    }

    fn epoch(&self) -> u64 {
        self.epoch
    }

    fn rate(&mut self, shape: &Shape, state: &State) -> Rating {
        let worth = self.worth.of(state);
        if !shape.is_share() {
            return Rating { score: -self.cost(shape, state, worth, 0), device: 0 };
        }
        let mut best = Rating { score: i32::MIN, device: 0 };
        for device in 0..state.gpus {
            let free = state.free[usize::from(device)];
            if free < shape.gpu_milli || state.free[..usize::from(device)].contains(&free) {
                continue;
            }
            let score = -self.cost(shape, state, worth, device);
            if score > best.score {
                best = Rating { score, device };
            }
        }
        best
    }
}
