use std::collections::{BTreeMap, BTreeSet};

use crate::{
    id::{DeploymentId, NodeId, WorkloadId},
    model::{DeviceShare, ExecutorKind, NodeStatus, PortBinding, Protocol, Resources, Taint},
    name::{Labels, NodeName},
    port::Decision,
};

/// One node as placement sees it.
#[derive(Debug, Clone, PartialEq)]
pub struct NodeView {
    /// Its identity.
    pub id: NodeId,
    /// Its name.
    pub name: NodeName,
    /// Its status; only `online` nodes take new work.
    pub status: NodeStatus,
    /// Its labels.
    pub labels: Labels,
    /// Its taints.
    pub taints: Vec<Taint>,
    /// Its instruction set.
    pub arch: String,
    /// What can run work on it.
    pub executors: Vec<ExecutorKind>,
    /// What can be reserved.
    pub allocatable: Capacity,
    /// What is reserved.
    pub allocated: Capacity,
    /// Its GPUs.
    pub gpus: Vec<GpuView>,
    /// TCP ports on which processes that nobody here placed listen.
    pub foreign_ports: BTreeSet<u16>,
    /// What was placed here.
    pub workloads: BTreeMap<WorkloadId, Held>,
    /// How many workloads of each deployment are here.
    pub per_deployment: BTreeMap<DeploymentId, u32>,
    /// Host ports given to workloads.
    pub ports: BTreeMap<(Protocol, u16), WorkloadId>,
}

/// Amounts of the countable resources.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Capacity {
    /// Thousandths of a processor.
    pub cpu_milli: u64,
    /// Memory in MiB.
    pub mem_mib: u64,
    /// Disk in MiB.
    pub disk_mib: u64,
}

/// One GPU as placement sees it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GpuView {
    /// Its identity.
    pub uuid: String,
    /// Its vendor.
    pub vendor: String,
    /// Its model.
    pub model: String,
    /// Its memory in MiB.
    pub memory_mib: u64,
    /// Memory in MiB used by processes that nobody here placed.
    pub foreign_mib: u64,
    /// Memory in MiB claimed by workloads.
    pub claimed_mib: u64,
    /// How many workloads have a claim.
    pub claims: u32,
    /// One workload has it to itself.
    pub exclusive: bool,
}

/// What a workload holds on a node.
#[derive(Debug, Clone, PartialEq)]
pub struct Held {
    /// The workload.
    pub workload: WorkloadId,
    /// Its deployment.
    pub deployment: DeploymentId,
    /// What it reserves.
    pub resources: Resources,
    /// GPUs that it has.
    pub devices: Vec<DeviceShare>,
    /// Host ports that it has.
    pub ports: Vec<PortBinding>,
}

impl From<&Decision> for Held {
    fn from(d: &Decision) -> Self {
        Self {
            workload: d.workload.clone(),
            deployment: d.deployment.clone(),
            resources: d.resources.clone(),
            devices: d.devices.clone(),
            ports: d.ports.clone(),
        }
    }
}

impl NodeView {
    /// What is left to reserve.
    #[must_use]
    pub const fn free(&self) -> Capacity {
        Capacity {
            cpu_milli: self.allocatable.cpu_milli.saturating_sub(self.allocated.cpu_milli),
            mem_mib: self.allocatable.mem_mib.saturating_sub(self.allocated.mem_mib),
            disk_mib: self.allocatable.disk_mib.saturating_sub(self.allocated.disk_mib),
        }
    }

    /// Reserves what a workload holds. A fact on the ground is accepted even when it overcommits the node.
    pub fn add(&mut self, held: Held) {
        let r = &held.resources;
        self.allocated.cpu_milli += r.cpu_milli;
        self.allocated.mem_mib += r.mem_mib;
        self.allocated.disk_mib += r.disk_mib;
        *self.per_deployment.entry(held.deployment.clone()).or_default() += 1;
        for port in &held.ports {
            self.ports.insert((port.protocol, port.host), held.workload.clone());
        }
        for share in &held.devices {
            if let Some(gpu) = self.gpus.iter_mut().find(|g| g.uuid == share.uuid) {
                gpu.claimed_mib += share.memory_mib;
                gpu.claims += 1;
                gpu.exclusive |= share.exclusive;
            }
        }
        self.workloads.insert(held.workload.clone(), held);
    }

    /// Gives back what a workload holds.
    pub fn remove(&mut self, workload: &WorkloadId) {
        let Some(held) = self.workloads.remove(workload) else { return };
        let r = &held.resources;
        self.allocated.cpu_milli -= r.cpu_milli;
        self.allocated.mem_mib -= r.mem_mib;
        self.allocated.disk_mib -= r.disk_mib;
        if let Some(count) = self.per_deployment.get_mut(&held.deployment) {
            *count -= 1;
            if *count == 0 {
                self.per_deployment.remove(&held.deployment);
            }
        }
        for port in &held.ports {
            if self.ports.get(&(port.protocol, port.host)) == Some(workload) {
                self.ports.remove(&(port.protocol, port.host));
            }
        }
        for share in &held.devices {
            if let Some(gpu) = self.gpus.iter_mut().find(|g| g.uuid == share.uuid) {
                gpu.claimed_mib -= share.memory_mib;
                gpu.claims -= 1;
                gpu.exclusive &= gpu.claims > 0;
            }
        }
    }
}
