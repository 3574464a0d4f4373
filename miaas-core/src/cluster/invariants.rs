//! What must hold of a view at any time: the sums cover what the workloads hold.

use super::{ClusterView, NodeView};

impl NodeView {
    /// Whether the sums cover what the workloads hold. They may be larger: a node can reserve something for itself.
    ///
    /// # Errors
    /// The first sum that is too small, in words.
    pub fn check(&self) -> Result<(), String> {
        let covers = |what: &str, sum: u64, held: u64| {
            if sum >= held { Ok(()) } else { Err(format!("{}: {what} says {sum}, workloads hold {held}", self.id)) }
        };
        let held = || self.workloads.values();
        covers("cpu", self.allocated.cpu_milli, held().map(|h| h.resources.cpu_milli).sum())?;
        covers("memory", self.allocated.mem_mib, held().map(|h| h.resources.mem_mib).sum())?;
        covers("disk", self.allocated.disk_mib, held().map(|h| h.resources.disk_mib).sum())?;
        for gpu in &self.gpus {
            let shares = || held().flat_map(|h| &h.devices).filter(|s| s.uuid == gpu.uuid);
            covers(&gpu.uuid, gpu.claimed_mib, shares().map(|s| s.memory_mib).sum())?;
            covers(&gpu.uuid, u64::from(gpu.claimed_milli), shares().map(|s| u64::from(s.share_milli)).sum())?;
            covers(&gpu.uuid, u64::from(gpu.claims), shares().count() as u64)?;
            covers(&gpu.uuid, u64::from(gpu.exclusive), u64::from(shares().any(|s| s.exclusive)))?;
        }
        for workload in self.workloads.values() {
            let count = self.per_deployment.get(&workload.deployment).copied().unwrap_or(0);
            let here = held().filter(|h| h.deployment == workload.deployment).count();
            covers(workload.deployment.as_str(), u64::from(count), here as u64)?;
            for port in &workload.ports {
                if !self.ports.contains_key(&(port.protocol, port.host)) {
                    return Err(format!("{}: port {} of {} is not marked", self.id, port.host, workload.workload));
                }
            }
        }
        Ok(())
    }
}

impl ClusterView {
    /// Whether every node is sound and every workload is found where it is.
    ///
    /// # Errors
    /// The first thing that does not fit, in words.
    pub fn check(&self) -> Result<(), String> {
        for node in &self.nodes {
            node.check()?;
            if let Some(lost) = node.workloads.keys().find(|w| !self.placed.contains_key(*w)) {
                return Err(format!("{lost} is on {} but has no location", node.id));
            }
        }
        match self.placed.iter().find(|(w, n)| self.node(n).is_none_or(|n| !n.workloads.contains_key(*w))) {
            Some((workload, node)) => Err(format!("{workload} is said to be on {node} but is not there")),
            None => Ok(()),
        }
    }
}
