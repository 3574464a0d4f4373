//! Sequences of arrivals made up from a seed, the way the published ones were.

use std::fmt;

use super::{Arrivals, TraceNode, TracePod, mix::Mix};

/// A sequence of this length is a mistake in the input: the published ones have some 10,000 pods.
const MAX_ARRIVALS: usize = 50_000_000;

/// Why no sequence can be made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum CannotGenerate {
    /// No pod asks for a GPU, so that no number of pods fills them.
    NoGpuAsked,
    /// So many pods would be needed that it is no sensible simulation.
    TooLong,
}

impl fmt::Display for CannotGenerate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::NoGpuAsked => "no pod asks for a GPU: arrivals never fill the fleet",
            Self::TooLong => "more than 50,000,000 pods would have to arrive: the pods are too small for the fleet",
        })
    }
}

impl std::error::Error for CannotGenerate {}

impl Arrivals {
    /// Makes a sequence: the pods in random order, then pods drawn at random again and again, until the GPUs they ask
    /// for reach `inflate_milli` thousandths of what the nodes have; nodes rank in random order. The same arguments give
    /// the same sequence on every machine. The published sequences came from another generator: these are like them, not
    /// the same.
    ///
    /// # Errors
    /// When no number, or no sensible number, of pods asks for so much.
    pub fn generate(
        pods: &[TracePod],
        nodes: &[TraceNode],
        seed: u64,
        inflate_milli: u64,
    ) -> Result<Self, CannotGenerate> {
        let total: u64 = pods.iter().map(TracePod::total_milli).sum();
        let capacity: u64 = nodes.iter().map(|node| u64::from(node.gpus) * 1000).sum();
        let target = u128::from(capacity) * u128::from(inflate_milli);
        if total == 0 && target > 0 {
            return Err(CannotGenerate::NoGpuAsked);
        }
        let mut mix = Mix::new(seed);
        let mut rows: Vec<usize> = (0..pods.len()).collect();
        mix.shuffle(&mut rows);
        let (mut order, mut asked) = (Vec::new(), 0_u128);
        while asked < target {
            if order.len() == MAX_ARRIVALS {
                return Err(CannotGenerate::TooLong);
            }
            let row = rows.get(order.len()).copied().unwrap_or_else(|| mix.below(pods.len()));
            asked += u128::from(pods[row].total_milli()) * 1000;
            order.push(u32::try_from(row).unwrap_or(u32::MAX));
        }
        let mut by_rank: Vec<usize> = (0..nodes.len()).collect();
        mix.shuffle(&mut by_rank);
        let mut rank = vec![0; nodes.len()];
        for (place, node) in (0_u32..).zip(by_rank) {
            rank[node] = place;
        }
        Ok(Self { order, rank })
    }
}
