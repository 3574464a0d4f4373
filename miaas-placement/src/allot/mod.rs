//! What a workload gets on a node: executor, GPU devices, host ports. The filters ask the same functions whether it can be
//! had, so that what passes can be given.

mod gpu;
mod ports;

use miaas_core::{
    cluster::NodeView,
    model::{DeviceShare, ExecutorKind, PortBinding},
    port::Demand,
};

pub use self::{
    gpu::{claimed, devices, gpu_fits, gpu_matches},
    ports::{PortTrouble, bindings, port_troubles},
};

/// Everything that a workload gets on a node.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Allotment {
    /// What runs it.
    pub executor: ExecutorKind,
    /// GPUs.
    pub devices: Vec<DeviceShare>,
    /// Host ports.
    pub ports: Vec<PortBinding>,
}

/// What the workload gets on the node; none when the node lacks something.
#[must_use]
pub fn allot(demand: &Demand, node: &NodeView) -> Option<Allotment> {
    let devices = match &demand.resources.gpu {
        Some(asked) => devices(asked, node)?,
        None => Vec::new(),
    };
    Some(Allotment { executor: executor(demand, node)?, devices, ports: bindings(&demand.ports, node)? })
}

/// The executor that the workload likes best of those on the node.
#[must_use]
pub fn executor(demand: &Demand, node: &NodeView) -> Option<ExecutorKind> {
    demand.executors.iter().copied().find(|e| node.executors.contains(e))
}
