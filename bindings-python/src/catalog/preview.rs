//! A template on a stand-in for a node.

use miaas_core::{
    PortError,
    id::{DeploymentId, NodeId, WorkloadId},
    model::{
        Assignment, Deployment, DeploymentSpec, Facts, GpuRequest, Params, PlacementPolicy, PortBinding, Recorded,
        RunState, Source, UpdatePolicy,
    },
    name::{Labels, Name},
    port::{AUTO_PORTS, NodeContext, Renderer as _},
    spec::Issue,
    time::Timestamp,
};
use miaas_templates::{CatalogRenderer, params::fill_stand_ins};

use crate::error::Failure;

const OPERATION: &str = "template.render";

/// The Compose document.
pub(super) fn compose(renderer: &CatalogRenderer, template: &str, mut params: Params) -> Result<String, Failure> {
    fill_stand_ins(&renderer.catalog().get(template)?.manifest, &mut params);
    let deployment = stand_in(spec(Source::Template { name: template.to_owned(), params }))?;
    let issues = renderer.validate(Some(&deployment.name), &deployment.spec);
    if !issues.is_empty() {
        return Err(Failure::issues(OPERATION, stripped(issues)));
    }
    let at = place(renderer, &deployment)?;
    let facts = Facts::default();
    let context = NodeContext { name: "node", ip: "127.0.0.1", facts: &facts, executor: at.executor };
    Ok(renderer.render(&deployment, &at, context.alone())?.compose)
}

/// One replica, anywhere.
pub(super) fn spec(source: Source) -> DeploymentSpec {
    DeploymentSpec {
        source,
        replicas: 1,
        placement: PlacementPolicy::default(),
        priority: 0,
        labels: Labels::default(),
        state: RunState::Running,
        restarts: 0,
        update: UpdatePolicy::default(),
        stack: None,
    }
}

/// Issues with their paths from what the caller gave.
pub(super) fn stripped(mut issues: Vec<Issue>) -> Vec<Issue> {
    for issue in &mut issues {
        issue.path = issue.path.trim_start_matches("/source").to_owned();
    }
    issues
}

fn stand_in(spec: DeploymentSpec) -> Result<Deployment, Failure> {
    let now = Timestamp::from_millis(0);
    Ok(Deployment {
        id: DeploymentId::parse("preview")?,
        name: Name::parse("preview")?,
        spec,
        generation: 1,
        revision: 1,
        created_at: now,
        updated_at: now,
        deleted_at: None,
    })
}

/// Gives what a placement would give: free ports, and devices with made-up names.
fn place(renderer: &CatalogRenderer, deployment: &Deployment) -> Result<Assignment, Failure> {
    let none = |what: &str| PortError::internal(OPERATION, format!("the template names no {what}"));
    let demand = renderer.demand(deployment)?.into_iter().next().ok_or_else(|| none("variant"))?;
    let ports = demand.ports.iter().zip(AUTO_PORTS).map(|(p, free)| PortBinding {
        name: p.name.clone(),
        host: p.host.unwrap_or(free),
        container: p.container,
        protocol: p.protocol,
    });
    Ok(Assignment {
        workload: WorkloadId::parse("preview-0")?,
        deployment: deployment.id.clone(),
        slot: 0,
        incarnation: 0,
        node: NodeId::parse("node")?,
        devices: demand.resources.gpu.as_ref().map(GpuRequest::imagined).unwrap_or_default(),
        ports: ports.collect(),
        executor: *demand.executors.first().ok_or_else(|| none("executor"))?,
        resources: demand.resources,
        revision: 1,
        next: None,
        variant: demand.variant,
        stateful: demand.stateful,
        leaving: false,
        relocate: None,
        at: Timestamp::from_millis(0),
        why: Recorded::default(),
    })
}
