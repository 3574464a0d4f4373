use std::collections::{BTreeMap, BTreeSet};

use crate::{
    id::{DeploymentId, NodeId, WorkloadId},
    model::{DeviceShare, ExecutorKind, Images, NodeStatus, PortBinding, Protocol, Resources, Taint},
    name::{Labels, NodeName},
    port::Decision,
};

use super::GpuView;

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
    /// Images that are on it already.
    pub images: Images,
    /// What an hour of it costs, in thousandths of the operator's currency; none when nobody said.
    pub cost_milli: Option<u64>,
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
    /// Its priority.
    pub priority: i32,
    /// Whether it keeps data in a volume of the node; moving it would leave them behind.
    pub stateful: bool,
}

impl From<&Decision> for Held {
    fn from(d: &Decision) -> Self {
        Self {
            workload: d.workload.clone(),
            deployment: d.deployment.clone(),
            resources: d.resources.clone(),
            devices: d.devices.clone(),
            ports: d.ports.clone(),
            priority: d.priority,
            stateful: d.stateful,
        }
    }
}

impl NodeView {
    /// A node of which nothing is known but its name: online, without resources and executors.
    #[must_use]
    pub fn empty(id: NodeId, name: NodeName) -> Self {
        Self {
            id,
            name,
            status: NodeStatus::Online,
            labels: Labels(BTreeMap::new()),
            taints: Vec::new(),
            arch: String::new(),
            executors: Vec::new(),
            allocatable: Capacity { cpu_milli: 0, mem_mib: 0, disk_mib: 0 },
            allocated: Capacity { cpu_milli: 0, mem_mib: 0, disk_mib: 0 },
            gpus: Vec::new(),
            foreign_ports: BTreeSet::new(),
            workloads: BTreeMap::new(),
            per_deployment: BTreeMap::new(),
            ports: BTreeMap::new(),
            images: Images::default(),
            cost_milli: None,
        }
    }

    /// What is left to reserve.
    #[must_use]
    pub const fn free(&self) -> Capacity {
        Capacity {
            cpu_milli: self.allocatable.cpu_milli.saturating_sub(self.allocated.cpu_milli),
            mem_mib: self.allocatable.mem_mib.saturating_sub(self.allocated.mem_mib),
            disk_mib: self.allocatable.disk_mib.saturating_sub(self.allocated.disk_mib),
        }
    }

    /// Reserves what a workload holds. A fact on the ground is accepted even when it overcommits the node; what the same
    /// workload held before is given back.
    pub fn add(&mut self, held: Held) {
        self.remove(&held.workload);
        let r = &held.resources;
        self.allocated.cpu_milli = self.allocated.cpu_milli.saturating_add(r.cpu_milli);
        self.allocated.mem_mib = self.allocated.mem_mib.saturating_add(r.mem_mib);
        self.allocated.disk_mib = self.allocated.disk_mib.saturating_add(r.disk_mib);
        *self.per_deployment.entry(held.deployment.clone()).or_default() += 1;
        for port in &held.ports {
            // Where two hold the same port, the smaller id is shown: the view depends on what is here, not on its history.
            let holder = self.ports.entry((port.protocol, port.host)).or_insert_with(|| held.workload.clone());
            if held.workload < *holder {
                *holder = held.workload.clone();
            }
        }
        for share in &held.devices {
            if let Some(gpu) = self.gpus.iter_mut().find(|g| g.uuid == share.uuid) {
                gpu.claim(share);
            }
        }
        self.workloads.insert(held.workload.clone(), held);
    }

    /// Gives back what a workload holds.
    pub fn remove(&mut self, workload: &WorkloadId) -> Option<Held> {
        let held = self.workloads.remove(workload)?;
        let r = &held.resources;
        self.allocated.cpu_milli = self.allocated.cpu_milli.saturating_sub(r.cpu_milli);
        self.allocated.mem_mib = self.allocated.mem_mib.saturating_sub(r.mem_mib);
        self.allocated.disk_mib = self.allocated.disk_mib.saturating_sub(r.disk_mib);
        if let Some(count) = self.per_deployment.get_mut(&held.deployment) {
            *count = count.saturating_sub(1);
            if *count == 0 {
                self.per_deployment.remove(&held.deployment);
            }
        }
        for port in &held.ports {
            self.release_port((port.protocol, port.host), workload);
        }
        for share in &held.devices {
            self.release_device(share);
        }
        Some(held)
    }

    fn release_port(&mut self, key: (Protocol, u16), workload: &WorkloadId) {
        if self.ports.get(&key) != Some(workload) {
            return;
        }
        let holds = |h: &&Held| h.ports.iter().any(|p| (p.protocol, p.host) == key);
        match self.workloads.values().find(holds) {
            Some(other) => self.ports.insert(key, other.workload.clone()),
            None => self.ports.remove(&key),
        };
    }

    fn release_device(&mut self, share: &DeviceShare) {
        let Some(gpu) = self.gpus.iter_mut().find(|g| g.uuid == share.uuid) else { return };
        gpu.unclaim(share);
        if share.exclusive {
            let others = self.workloads.values().flat_map(|h| &h.devices);
            gpu.exclusive = others.filter(|s| s.uuid == share.uuid).any(|s| s.exclusive);
        }
    }
}
