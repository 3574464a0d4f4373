use std::{cmp::Reverse, collections::BTreeMap};

use super::{Policy, Rating};
use crate::fleet::{Memo, Shape, State};

/// Which part of all demands the typical ones cover.
const COVERED: f64 = 0.95;
/// States whose fragments are remembered, as a power of two.
const REMEMBERED: u32 = 16;

/// Fragmentation gradient descent: the node and GPU on which the expected fragments grow least, or shrink most.
///
/// A fragment of a node for a typical demand is what is free on its GPUs and cannot be used by it. The published code
/// squashes the difference to 0 … 100 and cuts it off, so that the order in which fragments are added up decides ties:
/// six sums, one for each reason, added up at the end.
#[derive(Debug)]
pub struct Fgd {
    typical: Vec<(Shape, f64)>,
    fragments: Memo<f64>,
}

impl Default for Fgd {
    fn default() -> Self {
        Self { typical: Vec::new(), fragments: Memo::new(REMEMBERED) }
    }
}

impl Fgd {
    fn fragments(&mut self, state: &State) -> f64 {
        // The order of devices, memory and history play no part, so states that differ in them share a value.
        let mut key = State { mem_mib: 0, kinds: 0, ..*state };
        key.free[..usize::from(key.gpus)].sort_unstable();
        let typical = &self.typical;
        self.fragments.get(&key, || expected_fragments(typical, &key))
    }

    fn score(before: f64, after: f64) -> i32 {
        (100.0 / (1.0 + (-(before - after) / 1000.0).exp())) as i32
    }
}

impl Policy for Fgd {
    fn name(&self) -> &'static str {
        "fgd"
    }

    fn expect(&mut self, population: &[Shape]) {
        self.typical = typical(population);
        self.fragments.clear();
    }

    fn rate(&mut self, shape: &Shape, state: &State) -> Rating {
        let before = self.fragments(state);
        if !shape.is_share() {
            return Rating { score: Self::score(before, self.fragments(&state.with(shape, 0))), device: 0 };
        }
        let mut best = Rating { score: i32::MIN, device: 0 };
        for device in 0..state.gpus {
            let free = state.free[usize::from(device)];
            // A GPU with as much free as an earlier one gives the same state but for the order.
            if free < shape.gpu_milli || state.free[..usize::from(device)].contains(&free) {
                continue;
            }
            let score = Self::score(before, self.fragments(&state.with(shape, device)));
            if score > best.score {
                best = Rating { score, device };
            }
        }
        best
    }
}

/// The most frequent demands, memory ignored, until they cover [`COVERED`] of all, each with its share.
fn typical(population: &[Shape]) -> Vec<(Shape, f64)> {
    let mut counts: BTreeMap<Shape, u32> = BTreeMap::new();
    for shape in population {
        *counts.entry(Shape { mem_mib: 0, ..*shape }).or_default() += 1;
    }
    let mut counts: Vec<(Shape, u32)> = counts.into_iter().collect();
    counts.sort_by_key(|(s, count)| Reverse((*count, s.cpu_milli, s.gpu_milli, s.gpus, s.models)));
    let total = population.len() as f64;
    let mut covered = 0;
    let enough = counts.iter().position(|(_, count)| {
        covered += count;
        f64::from(covered) >= COVERED * total
    });
    counts.truncate(enough.map_or(counts.len(), |last| last + 1));
    let share = |count: u32| (f64::from(count) / total) / (f64::from(covered) / total);
    counts.into_iter().map(|(shape, count)| (shape, share(count))).collect()
}

fn expected_fragments(typical: &[(Shape, f64)], state: &State) -> f64 {
    let free = f64::from(state.gpu_free());
    let mut sums = [0.0; 6];
    for (shape, p) in typical {
        let cpu = state.cpu_milli >= shape.cpu_milli;
        let devices = state.slots(shape.gpu_milli) >= u32::from(shape.gpus);
        let (reason, fragment) = match (shape.gpus, cpu, devices) {
            (0, true, _) => (3, free),
            (0, false, _) => (4, free),
            _ if !shape.models.allows(state.model) => (5, free),
            (_, false, false) => (0, free),
            (_, true, false) => (1, free),
            (_, false, true) => (2, free),
            (_, true, true) => {
                let small = state.devices().iter().filter(|f| **f < shape.gpu_milli);
                (1, small.map(|f| f64::from(*f)).sum())
            }
        };
        sums[reason] += p * fragment;
    }
    sums[0] + sums[1] + sums[2] + sums[3] + sums[4] + sums[5]
}
