//! Workloads for unit tests.

use std::sync::Arc;

use miaas_core::{
    id::{DeploymentId, WorkloadId},
    model::{ExecutorKind, RenderedWorkload, Service, WorkloadSpec},
    name::Name,
};

/// The workload `w` of these services.
pub(super) fn workload<const N: usize>(services: [(&str, Service); N]) -> RenderedWorkload {
    let services = services.map(|(name, service)| (name.to_owned(), Arc::new(service))).into();
    let spec = WorkloadSpec { services, ..WorkloadSpec::default() };
    RenderedWorkload {
        id: WorkloadId::parse("w").unwrap(),
        deployment: DeploymentId::parse("dep-w").unwrap(),
        deployment_name: Name::parse("web").unwrap(),
        slot: 0,
        generation: 1,
        inputs: None,
        revision: 0,
        hash: RenderedWorkload::hash_of(&spec, ExecutorKind::Docker, 0).unwrap(),
        restarts: 0,
        executor: ExecutorKind::Docker,
        run: true,
        exclusive: false,
        spec,
        compose: String::new(),
    }
}
