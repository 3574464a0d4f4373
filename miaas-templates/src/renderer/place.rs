//! Where a workload is rendered for: what an assignment and its node say, or a stand-in before there is one.

use std::collections::BTreeMap;

use miaas_core::{
    model::{Assignment, Deployment, DeviceShare, ExecutorKind, GpuRequest, PortBinding},
    port::{AUTO_PORTS, NodeContext, PortDemand, RenderError},
};
use serde_json::{Value, json};

use crate::params::Resolved;

/// What a template can know about its place.
#[derive(Debug)]
pub(super) struct Place<'a> {
    /// Name of the deployment.
    pub(super) name: &'a str,
    /// Identity of the workload.
    pub(super) workload: &'a str,
    /// Its slot.
    pub(super) slot: u32,
    /// Name of the node.
    pub(super) node: &'a str,
    /// Address of the node.
    pub(super) ip: &'a str,
    /// Host ports that it got.
    pub(super) ports: Vec<PortBinding>,
    /// GPUs that it got.
    pub(super) gpus: Vec<String>,
    /// What it may use of each of them, in the same order.
    pub(super) claims: Vec<DeviceShare>,
    /// What runs it.
    pub(super) executor: ExecutorKind,
    /// The hardware variant, empty when there is only one.
    pub(super) variant: &'a str,
}

impl<'a> Place<'a> {
    /// The place of an assignment.
    pub(super) fn assigned(deployment: &'a Deployment, at: &'a Assignment, node: NodeContext<'a>) -> Self {
        Self {
            name: deployment.name.as_str(),
            workload: at.workload.as_str(),
            slot: at.slot,
            node: node.name,
            ip: node.ip,
            ports: at.ports.clone(),
            gpus: at.devices.iter().map(|d| d.uuid.clone()).collect(),
            claims: at.devices.clone(),
            executor: node.executor,
            variant: at.variant.as_deref().unwrap_or_default(),
        }
    }

    /// A stand-in with the first free ports, to learn what a template would be.
    pub(super) fn imagined(
        ports: &[PortDemand],
        asked: Option<&GpuRequest>,
        executor: ExecutorKind,
        variant: &'a str,
    ) -> Self {
        let ports = ports
            .iter()
            .zip(AUTO_PORTS)
            .map(|(p, free)| PortBinding {
                name: p.name.clone(),
                host: p.host.unwrap_or(free),
                container: p.container,
                protocol: p.protocol,
            })
            .collect();
        let claims: Vec<DeviceShare> = asked.map(GpuRequest::imagined).unwrap_or_default();
        let gpus = claims.iter().map(|c| c.uuid.clone()).collect();
        let (name, workload, node, ip) = ("preview", "preview-0", "node", "127.0.0.1");
        Self { name, workload, slot: 0, node, ip, ports, gpus, claims, executor, variant }
    }

    /// A place in a cluster: found by the name of the deployment, on the ports of the containers.
    pub(super) fn in_cluster(
        ports: &[PortDemand],
        asked: Option<&GpuRequest>,
        name: &'a str,
        variant: &'a str,
    ) -> Self {
        let mut place = Self::imagined(ports, asked, ExecutorKind::Docker, variant);
        place.ports.iter_mut().for_each(|p| p.host = p.container);
        Self { name, workload: name, node: "kubernetes", ip: name, ..place }
    }

    /// The variables of a template.
    pub(super) fn context(&self, params: &Resolved) -> Value {
        let ports: BTreeMap<&str, u16> = self.ports.iter().map(|p| (p.name.as_str(), p.host)).collect();
        json!({
            "params": params.values(),
            "name": self.name,
            "workload": self.workload,
            "slot": self.slot,
            "node": {"name": self.node, "ip": self.ip},
            "ports": ports,
            "gpus": self.gpus,
            "gpu_claims": self.claims.iter().map(claim).collect::<Vec<_>>(),
            "executor": self.executor.as_str(),
            "variant": self.variant,
        })
    }

    /// Gives each service the GPUs that it asks for by number, out of those that the workload got.
    pub(super) fn give_gpus(
        &self,
        spec: &mut miaas_core::model::WorkloadSpec,
        counts: &BTreeMap<String, u32>,
    ) -> Result<(), RenderError> {
        let mut free = self.gpus.iter();
        for (name, count) in counts {
            let Some(service) = spec.service_mut(name) else { continue };
            for _ in 0..*count {
                let gpu = free.next().ok_or_else(|| {
                    RenderError::new(format!(
                        "the services ask for more GPUs than the {} reserved ones",
                        self.gpus.len()
                    ))
                })?;
                service.gpus.push(gpu.clone());
            }
        }
        Ok(())
    }

    /// Whether every service can run on the executor.
    pub(super) fn check_executor(&self, file: &str, spec: &miaas_core::model::WorkloadSpec) -> Result<(), RenderError> {
        for (name, service) in &spec.services {
            let missing = match self.executor {
                ExecutorKind::Process if service.process.is_empty() => "x-process",
                ExecutorKind::Docker | ExecutorKind::Kubernetes if service.image.is_empty() => "image",
                _ => continue,
            };
            return Err(RenderError {
                message: format!(
                    "{file}: service {name:?} has no `{missing}`, which the executor {} needs",
                    self.executor
                ),
                file: Some(file.to_owned()),
                line: None,
                hint: Some(format!("add `{missing}` to the service, or use another executor")),
            });
        }
        Ok(())
    }
}

/// A claim for templates: with the part of the device's memory that it is, which engines take as their limit.
fn claim(share: &DeviceShare) -> Value {
    // Rounded down, so that a limit never exceeds the claim.
    let known = (u128::from(share.memory_mib) * 1000).checked_div(u128::from(share.device_mib));
    let milli = known.unwrap_or_else(|| u128::from(share.share_milli)).min(1000);
    json!({
        "uuid": share.uuid,
        "memory_mib": share.memory_mib,
        "share_milli": share.share_milli,
        "device_mib": share.device_mib,
        "memory_fraction": format!("{}.{:03}", milli / 1000, milli % 1000),
        "exclusive": share.exclusive,
    })
}
