//! Clearing the market: weights with which all nodes together sell what is asked for.

use std::collections::BTreeMap;

use super::{demand::Demand, worth::Worth};
use crate::fleet::{Fleet, State};

/// Most states that are asked, and how many sequences each is offered.
const ASKED: usize = 1_024;
const SEQUENCES: usize = 4;
/// Sales that both sides are credited with, so that rare kinds are not driven by chance.
const CREDIT: f64 = 1.0;
/// Bounds of a weight.
const BOUNDS: (f64, f64) = (0.02, 50.0);

/// Moves the weights three quarters of the way to where sales and demand agree. O(nodes), and a bounded number of sales.
pub(super) fn clear(demand: &mut Demand, worth: &Worth, fleet: &Fleet) {
    // By number of the kind.
    let mut sales = vec![0.0; demand.kinds.len()];
    let states = states(fleet);
    for (i, (state, count)) in states.iter().enumerate() {
        for sequence in 0..SEQUENCES {
            let each = *count as f64 / SEQUENCES as f64;
            worth.each_sold(state, i * SEQUENCES + sequence, |kind| sales[kind] += each);
        }
    }
    let gpu: f64 = demand.kinds.iter().zip(&sales).map(|(k, n)| f64::from(k.shape.gpu_total()) * n).sum();
    // As many arrivals as would ask for all that was sold.
    let arrivals = gpu / demand.mean_gpu;
    for (kind, sold) in demand.kinds.iter_mut().zip(sales) {
        let ratio = (arrivals * kind.share + CREDIT) / (sold + CREDIT);
        kind.weight = (kind.weight * ratio.sqrt() * ratio.sqrt().sqrt()).clamp(BOUNDS.0, BOUNDS.1);
    }
}

/// The states of the fleet with their numbers; of a large fleet an even sample.
fn states(fleet: &Fleet) -> Vec<(State, u32)> {
    let step = fleet.states().len().div_ceil(ASKED).max(1);
    let mut counts: BTreeMap<State, u32> = BTreeMap::new();
    for state in fleet.states().iter().step_by(step) {
        let mut key = State { kinds: 0, ..*state };
        key.free[..usize::from(key.gpus)].sort_unstable();
        *counts.entry(key).or_default() += 1;
    }
    counts.into_iter().collect()
}
