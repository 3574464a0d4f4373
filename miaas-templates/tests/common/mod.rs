//! What the tests share: deployments, assignments and a node.
#![allow(dead_code, reason = "each test binary uses a part")]
#![allow(clippy::unwrap_used, reason = "a helper of tests fails the test")]

use std::sync::LazyLock;

use miaas_core::{
    id::{DeploymentId, NodeId, WorkloadId},
    model::*,
    name::Name,
    port::{NodeContext, RenderContext, RenderedDemand, Renderer},
    time::Timestamp,
};
use miaas_templates::{Catalog, CatalogRenderer};

pub(crate) fn renderer() -> CatalogRenderer {
    static BUILTIN: LazyLock<Catalog> = LazyLock::new(|| Catalog::builtin().unwrap());
    CatalogRenderer::new(BUILTIN.clone())
}

pub(crate) fn deployment(source: Source) -> Deployment {
    Deployment {
        id: DeploymentId::parse("dep-1").unwrap(),
        name: Name::parse("demo").unwrap(),
        spec: DeploymentSpec::new(source),
        generation: 3,
        revision: 1,
        created_at: Timestamp::default(),
        updated_at: Timestamp::default(),
        deleted_at: None,
    }
}

pub(crate) fn template(name: &str, params: serde_json::Value) -> Deployment {
    let params = serde_json::from_value(params).unwrap();
    deployment(Source::Template { name: name.into(), params })
}

pub(crate) fn compose(text: &str) -> Deployment {
    deployment(Source::Compose(ComposeSource { text: text.into(), ..ComposeSource::default() }))
}

/// An assignment with all that the deployment asks for: automatic ports from 20000, GPUs `GPU-0`, `GPU-1`, ….
pub(crate) fn assigned(d: &Deployment, executor: ExecutorKind) -> Assignment {
    assigned_by(d, renderer().demand(d).unwrap().remove(0), executor)
}

/// An assignment with all that a demand asks for.
pub(crate) fn assigned_by(d: &Deployment, demand: RenderedDemand, executor: ExecutorKind) -> Assignment {
    let ports = demand.ports.iter().zip(20_000..).map(|(p, free)| PortBinding {
        name: p.name.clone(),
        host: p.host.unwrap_or(free),
        container: p.container,
        protocol: p.protocol,
    });
    Assignment {
        workload: WorkloadId::parse("demo-0-abc").unwrap(),
        deployment: d.id.clone(),
        slot: 0,
        incarnation: 0,
        node: NodeId::parse("node-1").unwrap(),
        devices: demand.resources.gpu.as_ref().map(GpuRequest::imagined).unwrap_or_default(),
        ports: ports.collect(),
        revision: 1,
        next: None,
        variant: demand.variant,
        resources: demand.resources,
        executor,
        stateful: demand.stateful,
        leaving: false,
        relocate: None,
        at: Timestamp::default(),
        why: Recorded::default(),
    }
}

pub(crate) fn render(d: &Deployment, executor: ExecutorKind) -> RenderedWorkload {
    let at = assigned(d, executor);
    let facts = Facts::default();
    renderer().render(d, &at, node(&facts, executor)).unwrap()
}

pub(crate) fn node(facts: &Facts, executor: ExecutorKind) -> RenderContext<'_> {
    NodeContext { name: "rack1", ip: "10.0.0.7", facts, executor }.alone()
}
