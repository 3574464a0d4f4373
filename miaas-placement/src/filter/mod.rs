//! Filters: whether a node can take a workload at all, and if not, why. One file each; [`presets`] lists them.

mod affinity;
mod anti_affinity;
mod architecture;
mod avoid;
mod executor;
mod gpu;
mod labels;
mod max_per_node;
mod pin;
mod ports;
mod resources;
mod skew;
mod status;
mod taints;
mod verdict;
mod volume;

use std::fmt::Debug;

use miaas_core::{cluster::NodeView, port::Demand};

pub use self::{
    affinity::{Affinity, order_of},
    anti_affinity::{AntiAffinity, mutual},
    architecture::Architecture,
    avoid::Avoid,
    executor::Executor,
    gpu::Gpu,
    labels::SelectorLabels,
    max_per_node::MaxPerNode,
    pin::Pin,
    ports::{FOREIGN, Ports},
    resources::{CPU, DISK, MEMORY, Resources},
    skew::Skew,
    status::Schedulable,
    taints::Taints,
    verdict::Verdict,
    volume::Volume,
};
use crate::score::Ask;

/// Says whether a node can take a workload.
///
/// # Contract
/// - Pure: only the ask (the demand, and all nodes as they are now) and the node count, so the same two give the same
///   verdict. What has to be counted over all nodes is counted once, in [`Ask`].
/// - Every obstacle that it sees is told to the verdict, not only the first.
/// - The figures of a reason are closures' work: build them inside [`Verdict::reject`], which skips them on the fast path.
pub trait Filter: Debug + Send + Sync + 'static {
    /// A short word for it, unique in an engine.
    fn name(&self) -> &'static str;
    /// Tells `verdict` every obstacle; telling it nothing lets the node pass.
    fn check(&self, ask: &Ask<'_>, node: &NodeView, verdict: &mut Verdict);
    /// Whether the verdict on a node depends on nothing but what this demand asks for and that node: on its deployment only by
    /// how many of its workloads the node has, on its id and name not at all. Then a node is asked once for all demands that
    /// ask for the same, and again only when it changed; else every node is asked for each.
    fn is_local(&self, _demand: &Demand) -> bool {
        false
    }
}

/// The filters of every engine, the cheapest first.
#[must_use]
pub fn presets() -> Vec<Box<dyn Filter>> {
    vec![
        Box::new(Schedulable),
        Box::new(Avoid),
        Box::new(Pin),
        Box::new(Volume),
        Box::new(Executor),
        Box::new(Architecture),
        Box::new(SelectorLabels),
        Box::new(Taints),
        Box::new(MaxPerNode),
        Box::new(Resources),
        Box::new(Gpu),
        Box::new(Ports),
        Box::new(Affinity),
        Box::new(AntiAffinity),
        Box::new(Skew),
    ]
}
