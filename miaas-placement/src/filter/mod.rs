//! Filters: whether a node can take a workload at all, and if not, why. One file each; [`presets`] lists them.

mod architecture;
mod avoid;
mod executor;
mod gpu;
mod labels;
mod max_per_node;
mod pin;
mod ports;
mod resources;
mod status;
mod taints;
mod verdict;

use std::fmt::Debug;

use miaas_core::{cluster::NodeView, port::Demand};

pub use self::{
    architecture::Architecture,
    avoid::Avoid,
    executor::Executor,
    gpu::Gpu,
    labels::SelectorLabels,
    max_per_node::MaxPerNode,
    pin::Pin,
    ports::{FOREIGN, Ports},
    resources::{CPU, DISK, MEMORY, Resources},
    status::Schedulable,
    taints::Taints,
    verdict::Verdict,
};

/// Says whether a node can take a workload.
///
/// # Contract
/// - Pure: only the demand and the node count, so the same two give the same verdict.
/// - Every obstacle that it sees is told to the verdict, not only the first.
/// - The figures of a reason are closures' work: build them inside [`Verdict::reject`], which skips them on the fast path.
pub trait Filter: Debug + Send + Sync + 'static {
    /// A short word for it, unique in an engine.
    fn name(&self) -> &'static str;
    /// Tells `verdict` every obstacle; telling it nothing lets the node pass.
    fn check(&self, demand: &Demand, node: &NodeView, verdict: &mut Verdict);
}

/// The filters of every engine, the cheapest first.
#[must_use]
pub fn presets() -> Vec<Box<dyn Filter>> {
    vec![
        Box::new(Schedulable),
        Box::new(Avoid),
        Box::new(Pin),
        Box::new(Executor),
        Box::new(Architecture),
        Box::new(SelectorLabels),
        Box::new(Taints),
        Box::new(MaxPerNode),
        Box::new(Resources),
        Box::new(Gpu),
        Box::new(Ports),
    ]
}
