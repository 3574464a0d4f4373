//! What single nodes cannot know: what is scarce in the fleet as a whole.

use super::demand::Demand;
use crate::fleet::{Fleet, Shape, State, WHOLE};

/// Prices move in steps of one part in so many, so that a small change changes nothing.
const STEPS: f64 = 32.0;
/// Part of a slot's price that counts: the node's own worth holds some of it already.
const SLOT_PART: f64 = 0.7;
/// Most models there are.
const MODELS: usize = 64;

/// Room for a demand for several GPUs.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Slot {
    shape: Shape,
    /// In thousandths of a GPU for each slot lost.
    price: i32,
}

#[derive(Debug, Default)]
pub(super) struct Prices {
    slots: Vec<Slot>,
    /// For each set of models that is asked for, the scarcity of every model to demands with that set, as a part of
    /// [`STEPS`].
    scarcity: Vec<(u64, [u8; MODELS])>,
}

impl Prices {
    /// Looks at what is free and what is to come. True when a price changed. O(nodes · slots).
    pub(super) fn update(&mut self, demand: &Demand, fleet: &Fleet) -> bool {
        // So many demands are to come until all is taken.
        let coming = fleet.gpu_free() as f64 / demand.mean_gpu;
        let slots = slots(demand, fleet, coming);
        let scarcity = scarcity(demand, fleet, coming);
        let changed = slots != self.slots || scarcity != self.scarcity;
        (self.slots, self.scarcity) = (slots, scarcity);
        changed
    }

    /// What the placement takes from others, in thousandths of a GPU.
    pub(super) fn of(&self, shape: &Shape, before: &State, after: &State) -> i32 {
        let mut broken = 0;
        let (idle, left) = (before.slots(WHOLE), after.slots(WHOLE));
        for slot in self.slots.iter().filter(|s| s.price > 0 && u32::from(s.shape.gpus) <= idle) {
            let lost = before.copies_on(idle, &slot.shape) - after.copies_on(left, &slot.shape);
            let larger = shape.gpus >= slot.shape.gpus && shape.cpu_milli >= slot.shape.cpu_milli;
            let own = if larger { u32::from(shape.gpus / slot.shape.gpus) } else { 0 };
            broken = broken.max(slot.price * lost.saturating_sub(own) as i32);
        }
        if shape.gpus == 0 {
            return broken;
        }
        let row = self.scarcity.binary_search_by_key(&shape.models.set, |(set, _)| *set);
        let scarce = row.map_or(0, |i| self.scarcity[i].1[usize::from(before.model) % MODELS]);
        broken + (f64::from(scarce) / STEPS * f64::from(shape.gpu_total())) as i32
    }
}

/// A slot for each demand for several GPUs. Its price: what it sells, times the chance that all that are left are needed.
fn slots(demand: &Demand, fleet: &Fleet, coming: f64) -> Vec<Slot> {
    let mut shapes: Vec<Shape> = demand.kinds.iter().map(|k| k.shape).filter(|s| s.gpus >= 2).collect();
    shapes.iter_mut().for_each(|s| s.models = crate::fleet::Models::ANY);
    shapes.sort_unstable();
    shapes.dedup();
    // Most nodes of a full fleet have too few idle GPUs for any of them.
    let fewest = shapes.iter().map(|s| u32::from(s.gpus)).min().unwrap_or(0);
    let unbroken: Vec<(u32, &State)> =
        fleet.states().iter().map(|s| (s.slots(WHOLE), s)).filter(|(idle, _)| *idle >= fewest).collect();
    let price = |shape: Shape| {
        let at_least = |s: &Shape| s.gpus >= shape.gpus && s.cpu_milli >= shape.cpu_milli;
        let share: f64 = demand.kinds.iter().filter(|k| at_least(&k.shape)).map(|k| k.share).sum();
        let left: u32 = unbroken.iter().map(|(idle, s)| s.copies_on(*idle, &shape)).fold(0, u32::saturating_add);
        let needed = (poisson_at_least(share * coming, left) * STEPS).round() / STEPS;
        Slot { shape, price: (SLOT_PART * needed * f64::from(shape.gpu_total())) as i32 }
    };
    shapes.into_iter().map(price).collect()
}

/// How likely each model is wanted in full by demands that may use few models, for demands of each set that may use others.
fn scarcity(demand: &Demand, fleet: &Fleet, coming: f64) -> Vec<(u64, [u8; MODELS])> {
    let mut asked: Vec<u64> = demand.kinds.iter().filter(|k| k.shape.gpus > 0).map(|k| k.shape.models.set).collect();
    asked.sort_unstable();
    asked.dedup();
    let single: Vec<u64> = asked.iter().copied().filter(|set| *set != 0).collect();
    if single.is_empty() {
        return Vec::new();
    }
    let mut unions: Vec<u64> = single.iter().flat_map(|a| single.iter().map(move |b| a | b)).collect();
    unions.sort_unstable();
    unions.dedup();
    let mut free = [0_u64; MODELS];
    for state in fleet.states() {
        free[usize::from(state.model) % MODELS] += u64::from(state.gpu_free());
    }
    let priced: Vec<(u64, u8)> = unions
        .into_iter()
        .map(|set| {
            let confined = |k: &&super::demand::Kind| k.shape.models.set != 0 && k.shape.models.set & !set == 0;
            let moment = |power: i32| {
                let of = |k: &super::demand::Kind| k.share * f64::from(k.shape.gpu_total()).powi(power);
                demand.kinds.iter().filter(confined).map(of).sum::<f64>() * coming
            };
            let there: u64 = (0..MODELS).filter(|m| set >> m & 1 == 1).map(|m| free[m]).sum();
            let (mean, spread) = (moment(1), moment(2).sqrt());
            let part = if spread > 0.0 { normal((mean - there as f64) / spread) } else { 0.0 };
            (set, (part * STEPS).round() as u8)
        })
        .collect();
    let row = |own: u64| {
        let of = |model: usize| {
            let others = priced.iter().filter(|(set, _)| set >> model & 1 == 1 && (own == 0 || own & !set != 0));
            others.map(|(_, part)| *part).max().unwrap_or(0)
        };
        (own, std::array::from_fn(of))
    };
    asked.into_iter().map(row).collect()
}

/// The chance that a Poisson variable of this mean is at least `n`.
fn poisson_at_least(mean: f64, n: u32) -> f64 {
    if n == 0 {
        return 1.0;
    }
    if mean > 200.0 || n > 150 {
        return normal((mean - f64::from(n) + 0.5) / mean.max(f64::MIN_POSITIVE).sqrt());
    }
    let mut term = (-mean).exp();
    let mut below = 0.0;
    for k in 0..n {
        below += term;
        term *= mean / f64::from(k + 1);
    }
    (1.0 - below).max(0.0)
}

/// The standard normal distribution function, to 7 digits (Abramowitz and Stegun, 26.2.17).
fn normal(x: f64) -> f64 {
    let t = 1.0 / (1.0 + 0.231_641_9 * x.abs());
    let series =
        t * (0.319_381_530 + t * (-0.356_563_782 + t * (1.781_477_937 + t * (-1.821_255_978 + t * 1.330_274_429))));
    let tail = 0.398_942_280_4 * (-x * x / 2.0).exp() * series;
    if x > 0.0 { 1.0 - tail } else { tail }
}
