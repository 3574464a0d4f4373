//! What arrives, as it was seen so far.

use std::collections::BTreeMap;

use crate::fleet::{Fleet, Models, Shape, WHOLE};

/// So many arrivals after the first ones the distribution is learned anew.
const LEARN_EVERY: u64 = 1024;
/// So many arrivals are remembered in full weight; when there are more, all so far count half.
const MEMORY: u64 = 8192;

/// A shape, its share of the arrivals, and its weight among the demands that are offered to single nodes.
#[derive(Debug, Clone, Copy)]
pub(super) struct Kind {
    pub(super) shape: Shape,
    pub(super) share: f64,
    pub(super) weight: f64,
}

#[derive(Debug, Default)]
pub(super) struct Demand {
    counts: BTreeMap<Shape, u64>,
    total: u64,
    arrivals: u64,
    next: u64,
    /// In order of their shapes.
    pub(super) kinds: Vec<Kind>,
    /// Thousandths of GPU that one arrival asks for, on average.
    pub(super) mean_gpu: f64,
}

impl Demand {
    /// Counts an arrival. True when it is time to learn.
    pub(super) fn add(&mut self, shape: &Shape) -> bool {
        *self.counts.entry(plain(shape)).or_default() += 1;
        self.total += 1;
        self.arrivals += 1;
        if self.total >= MEMORY {
            self.counts.retain(|_, count| {
                *count /= 2;
                *count > 0
            });
            self.total = self.counts.values().sum();
        }
        self.arrivals > self.next
    }

    /// Takes what was counted as what will come. What has arrived counts once each; before much has, a little of every
    /// usual demand is expected too.
    pub(super) fn learn(&mut self, fleet: &Fleet) {
        self.next = if self.arrivals < LEARN_EVERY {
            (self.arrivals * 2).saturating_sub(1)
        } else {
            self.arrivals + LEARN_EVERY - 1
        };
        let old = std::mem::take(&mut self.kinds);
        let weight = |shape: &Shape| {
            let known = old.binary_search_by(|k| k.shape.cmp(shape));
            known.map_or(1.0, |at| old[at].weight)
        };
        let mut counts: BTreeMap<Shape, f64> = self.counts.iter().map(|(s, n)| (*s, *n as f64)).collect();
        let prior = prior(fleet);
        let each = 2.0 / prior.len().max(1) as f64;
        for shape in prior {
            *counts.entry(shape).or_default() += each;
        }
        let total: f64 = counts.values().sum();
        self.kinds = counts
            .into_iter()
            .map(|(shape, count)| Kind { weight: weight(&shape), share: count / total, shape })
            .collect();
        self.mean_gpu = self.kinds.iter().map(|k| k.share * f64::from(k.shape.gpu_total())).sum::<f64>().max(1.0);
    }
}

/// How a list of models is written makes no difference here.
fn plain(shape: &Shape) -> Shape {
    Shape { models: Models { spelling: 0, ..shape.models }, ..*shape }
}

/// What people usually ask for: parts of a GPU, one, and all of a node, each with its part of the processors.
fn prior(fleet: &Fleet) -> Vec<Shape> {
    let Some(node) = fleet.states().iter().max_by_key(|s| (s.gpus, s.cpu_milli)).filter(|s| s.gpus > 0) else {
        return Vec::new();
    };
    let one = |gpus: u8, gpu_milli: u16| {
        let of = |amount: u32| u64::from(amount) * u64::from(gpus) * u64::from(gpu_milli);
        let part = |amount: u32| (of(amount) / u64::from(node.gpus) / u64::from(WHOLE)) as u32;
        let (cpu_milli, mem_mib) = (part(node.cpu_milli), part(node.mem_mib));
        Shape { cpu_milli, mem_mib, gpus, gpu_milli, models: Models::ANY }
    };
    let mut usual = vec![one(1, 250), one(1, 500), one(1, WHOLE), one(node.gpus, WHOLE)];
    usual.dedup();
    usual
}
