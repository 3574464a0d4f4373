//! Policies: how good a node in some state is for a shape. One file each; [`by_name`] lists them.
//!
//! The published ones are exactly what the FGD paper compares ("Beware of Fragmentation: Scheduling GPU-Sharing Workloads
//! with Fragmentation Gradient Descent", USENIX ATC 2023): on its trace they give its figures.

mod best_fit;
mod dot_prod;
mod fgd;
mod foresight;
mod gpu_clustering;
mod gpu_packing;
mod market;
mod spread;

use std::fmt::Debug;

pub(crate) use self::market::Market;
pub use self::{
    best_fit::BestFit, dot_prod::DotProd, fgd::Fgd, foresight::Foresight, gpu_clustering::GpuClustering,
    gpu_packing::GpuPacking, spread::Spread,
};
use crate::fleet::{Boards, Fleet, Shape, State};

/// What a policy thinks of putting a shape on a node.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rating {
    /// Higher is better.
    pub score: i32,
    /// Which GPU a share is taken from; without meaning for whole ones.
    pub device: u8,
}

impl Rating {
    /// Of a node that must not be taken, even when there is no other.
    pub const NEVER: Self = Self { score: i32::MIN, device: 0 };
}

/// Says how good a node would be for a shape.
///
/// # Contract
/// - The rating depends on the shape, the state and what the policy was told before, nothing else: nodes in one state are
///   equally good. Between two changes of the [epoch](Self::epoch), the same question gets the same answer.
/// - Only nodes that the shape [fits](Shape::fits) are rated.
pub trait Policy: Debug + Send {
    /// Its name, as people write it.
    fn name(&self) -> &'static str;
    /// How good the node would be.
    fn rate(&mut self, shape: &Shape, state: &State) -> Rating;
    /// Tells what will come, as far as it is known, before the first arrival. Policies that learn for themselves ignore it.
    fn expect(&mut self, _population: &[Shape]) {}
    /// Tells of an arrival that is about to be placed.
    fn arrived(&mut self, _shape: &Shape, _fleet: &Fleet) {}
    /// A number that changes whenever the policy learned something: ratings given before are a little out of date then, and
    /// nodes that would win by them are rated again.
    fn epoch(&self) -> u64 {
        0
    }
}

/// The names of all policies.
pub const NAMES: &[&str] = &["bestfit", "dotprod", "fgd", "foresight", "gpu-clustering", "gpu-packing", "spread"];

/// The policy of this name; none when it is not one of [`NAMES`].
#[must_use]
pub fn by_name(name: &str) -> Option<Box<dyn Policy>> {
    Some(match name {
        "bestfit" => Box::new(BestFit),
        "dotprod" => Box::new(DotProd),
        "fgd" => Box::new(Fgd::default()),
        "foresight" => Box::<Foresight>::default(),
        "gpu-clustering" => Box::new(GpuClustering),
        "gpu-packing" => Box::new(GpuPacking),
        "spread" => Box::new(Spread),
        _ => return None,
    })
}

/// Chooses the node and device for one shape: the best by the policy, the earliest of equals. None when the shape fits nowhere,
/// or only where it is [never](Rating::NEVER) to go.
pub fn choose(policy: &mut dyn Policy, boards: &mut Boards, fleet: &Fleet, shape: &Shape) -> Option<(usize, u8)> {
    let node = boards.best(shape, fleet, policy)?;
    let rating = policy.rate(shape, &fleet.states()[node]);
    (rating != Rating::NEVER).then_some((node, rating.device))
}

/// The GPU that all policies but those that try every one take a share from.
fn tightest(shape: &Shape, state: &State) -> u8 {
    if shape.is_share() { state.tightest(shape.gpu_milli).unwrap_or(0) } else { 0 }
}
