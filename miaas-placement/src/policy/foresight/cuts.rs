//! How GPUs would be cut into the shares that are asked for, and what a share wastes of the piece it is taken from.

use std::collections::BTreeMap;

use super::demand::Demand;
use crate::fleet::WHOLE;

/// A GPU is cut into so many parts at most.
const PARTS: usize = 100;
const PART: u16 = WHOLE / PARTS as u16;
/// So many patterns are tried, and how far each moves the prices of the sizes in it. On the public trace 400 that move
/// them by 0.2 allocate as much, and 400 that move them by 0.1 do not get far enough.
const PATTERNS: usize = 1_000;
const STEP: f64 = 0.1;
/// Part of the waste that counts: the node's own worth holds some of it already.
const COUNTED: f64 = 0.6;

/// What pieces of a GPU are worth to shares, at prices at which the demand for shares takes the fewest GPUs.
///
/// Serving shares from the fewest GPUs is the cutting-stock problem, and its linear program has a price for each size: no
/// way of cutting a GPU sells for more than one GPU, and the ways of the best plan sell for just that (Gilmore and Gomory,
/// "A Linear Programming Approach to the Cutting-Stock Problem", 1961). The prices are approached by multiplicative
/// weights (Garg and Könemann, "Faster and Simpler Algorithms for Multicommodity Flow", 2007): a size that the most
/// valuable pattern holds becomes cheaper.
#[derive(Debug)]
pub(super) struct Cuts {
    /// What counts of what so many free parts sell for at best, in thousandths of a GPU.
    worth: [i32; PARTS + 1],
    /// The least that a share of so many parts costs of any piece.
    least: [i32; PARTS + 1],
}

impl Default for Cuts {
    fn default() -> Self {
        Self { worth: [0; PARTS + 1], least: [0; PARTS + 1] }
    }
}

impl Cuts {
    /// For what is asked for. O(patterns · parts · different sizes).
    pub(super) fn of(demand: &Demand) -> Self {
        let mut sizes: BTreeMap<usize, f64> = BTreeMap::new();
        for kind in demand.kinds.iter().filter(|k| k.shape.is_share()) {
            *sizes.entry(parts(kind.shape.gpu_milli)).or_default() += kind.share;
        }
        if sizes.is_empty() {
            return Self::default();
        }
        let mean = mean_worth(&sizes.into_iter().collect::<Vec<_>>());
        let worth = mean.map(|part| (part * COUNTED * f64::from(WHOLE)).round() as i32);
        let least = |size: usize| (size..=PARTS).map(|free| worth[free] - worth[free - size]).min().unwrap_or(0);
        Self { worth, least: std::array::from_fn(least) }
    }

    /// What the fewest GPUs for the demand grow by when the share is taken from a GPU of which so much is free instead of
    /// from where it fits best: the part of it that counts, in thousandths of a GPU.
    pub(super) fn waste(&self, share: u16, free: u16) -> i32 {
        let at = |milli: u16| self.worth[usize::from(milli / PART).min(PARTS)];
        (at(free) - at(free.saturating_sub(share)) - self.least[parts(share)]).max(0)
    }
}

/// Of how many parts a share is cut.
fn parts(share: u16) -> usize {
    usize::from(share.div_ceil(PART)).clamp(1, PARTS)
}

/// What pieces of each size sell for, as parts of a GPU: the mean over the later half of the patterns, as prices of
/// single ones jump.
fn mean_worth(sizes: &[(usize, f64)]) -> [f64; PARTS + 1] {
    let mut prices: Vec<f64> = sizes.iter().map(|(_, share)| 1.0 / share).collect();
    let mut sum = [0.0; PARTS + 1];
    for pattern in 0..PATTERNS {
        let best = Best::of(sizes, &prices);
        let gpu = best.worth[PARTS];
        if pattern >= PATTERNS / 2 {
            sum.iter_mut().zip(&best.worth).for_each(|(sum, worth)| *sum += worth / gpu);
        }
        let taken = best.pattern(sizes);
        let rare = |i: &usize| sizes[*i].1 / f64::from(taken[*i]);
        // As many GPUs as serve all of one size in the pattern.
        let gpus = (0..sizes.len()).filter(|i| taken[*i] > 0).map(|i| rare(&i)).fold(f64::MAX, f64::min);
        for (i, price) in prices.iter_mut().enumerate() {
            *price *= 1.0 - STEP * (f64::from(taken[i]) * gpus / sizes[i].1);
            // Only ratios matter: dividing by the price of a GPU keeps the numbers from vanishing.
            *price /= gpu;
        }
    }
    sum.map(|sum| sum / (PATTERNS - PATTERNS / 2) as f64)
}

/// What pieces of all sizes sell for at some prices, and by which cut first.
struct Best {
    worth: [f64; PARTS + 1],
    /// Index of the size to cut off; none where the last part is left over.
    cut: [Option<usize>; PARTS + 1],
}

impl Best {
    fn of(sizes: &[(usize, f64)], prices: &[f64]) -> Self {
        let mut this = Self { worth: [0.0; PARTS + 1], cut: [None; PARTS + 1] };
        for free in 1..=PARTS {
            this.worth[free] = this.worth[free - 1];
            for (i, (size, _)) in sizes.iter().enumerate().take_while(|(_, (size, _))| *size <= free) {
                let worth = prices[i] + this.worth[free - size];
                if worth > this.worth[free] {
                    (this.worth[free], this.cut[free]) = (worth, Some(i));
                }
            }
        }
        this
    }

    /// How often each size is cut from one GPU.
    fn pattern(&self, sizes: &[(usize, f64)]) -> Vec<u32> {
        let mut taken = vec![0; sizes.len()];
        let mut free = PARTS;
        while free > 0 {
            match self.cut[free] {
                Some(i) => {
                    taken[i] += 1;
                    free -= sizes[i].0;
                }
                None => free -= 1,
            }
        }
        taken
    }
}

#[cfg(test)]
mod tests;
