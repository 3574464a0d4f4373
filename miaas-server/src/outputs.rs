//! Renders templates for people: a preview without a deployment, and the outputs of one that has places.

use miaas_core::{
    PortError,
    api::v1::{Outputs, RenderTemplate, RenderedTemplate},
    id::{DeploymentId, NodeId, WorkloadId},
    model::{
        Assignment, Deployment, DeploymentSpec, Facts, GpuRequest, Params, PlacementPolicy, PortBinding, RunState,
        Source, UpdatePolicy, Values,
    },
    name::{Labels, Name},
    port::{AUTO_PORTS, NodeContext, Renderer as _},
    spec::Issue,
};
use miaas_templates::{KubernetesRequest, params::fill_stand_ins};

use crate::state::AppState;

/// The outputs of every workload of a deployment. What nobody may see is masked unless it is to be revealed.
///
/// # Errors
/// `NotFound`; `Invalid` when the template does not render.
pub(crate) fn of(state: &AppState, deployment: &str, reveal: bool) -> Result<Outputs, PortError> {
    let (record, _) = state.orchestrator().deployment_record(deployment)?;
    let mut outputs = Outputs::new();
    for (slot, told) in state.orchestrator().outputs(deployment)? {
        for (name, output) in told.values {
            // A template says itself what is worth knowing; of a document the addresses of its ports are all there is.
            let name = match (&record.spec.source, name.strip_prefix("endpoints.")) {
                (Source::Template { .. }, Some(_)) => continue,
                (Source::Compose(_), Some(port)) => port.to_owned(),
                (_, None) => name,
            };
            let name = if record.spec.replicas > 1 { format!("{name}.{slot}") } else { name };
            outputs.insert(name, if reveal { output.value.expose().to_owned() } else { output.shown });
        }
    }
    Ok(outputs)
}

/// The Compose document that a template gives for these parameters, on a stand-in for a node.
///
/// # Errors
/// `NotFound` for the template; `Invalid` with every issue, or with the variable, file and line.
pub(crate) fn preview(state: &AppState, template: &str, mut params: Params) -> Result<String, PortError> {
    let manifest = &state.catalog().get(template)?.manifest;
    fill_stand_ins(manifest, &mut params);
    let deployment = stand_in(state, template, params)?;
    let issues = state.renderer().validate(Some(&deployment.name), &deployment.spec);
    if !issues.is_empty() {
        return Err(PortError::invalid("template.render", issues.into_iter().map(stripped).collect()));
    }
    let at = place(state, &deployment)?;
    let facts = Facts::default();
    let context = NodeContext { name: "node", ip: "127.0.0.1", facts: &facts, executor: at.executor };
    Ok(state.renderer().render(&deployment, &at, context.alone())?.compose)
}

/// The Kubernetes objects that a template gives.
///
/// # Errors
/// `NotFound` for the template; `Invalid` with every issue.
pub(crate) fn kubernetes(
    state: &AppState,
    template: &str,
    mut body: RenderTemplate,
) -> Result<RenderedTemplate, PortError> {
    let invalid =
        |issues: Vec<Issue>| PortError::invalid("template.render", issues.into_iter().map(stripped).collect());
    fill_stand_ins(&state.catalog().get(template)?.manifest, &mut body.params);
    let name = Name::parse(body.name.as_deref().unwrap_or(template))
        .map_err(|e| invalid(vec![Issue::new("/name", e.to_string())]))?;
    let namespace = body.namespace.as_deref().map(Name::parse).transpose();
    let namespace = namespace.map_err(|e| invalid(vec![Issue::new("/namespace", e.to_string())]))?;
    let request = KubernetesRequest {
        name: &name,
        template,
        params: &body.params,
        values: &Values::new(),
        namespace: namespace.as_ref().map(Name::as_str),
    };
    let objects = state.renderer().kubernetes(request).map_err(invalid)?;
    let kubernetes = objects.to_yaml()?;
    Ok(RenderedTemplate { compose: String::new(), kubernetes, warnings: objects.warnings })
}

/// An issue with its path from the parameters, as the body of the request has them.
fn stripped(mut issue: Issue) -> Issue {
    issue.path = issue.path.trim_start_matches("/source").to_owned();
    issue
}

fn stand_in(state: &AppState, template: &str, params: Params) -> Result<Deployment, PortError> {
    let wrong = |e: miaas_core::id::InvalidName| PortError::internal("template.render", e.to_string());
    let now = state.orchestrator().now();
    Ok(Deployment {
        id: DeploymentId::parse("preview").map_err(wrong)?,
        name: Name::parse("preview").map_err(wrong)?,
        spec: DeploymentSpec {
            source: Source::Template { name: template.to_owned(), params },
            replicas: 1,
            placement: PlacementPolicy::default(),
            priority: 0,
            labels: Labels::default(),
            state: RunState::Running,
            restarts: 0,
            update: UpdatePolicy::default(),
            stack: None,
        },
        generation: 1,
        revision: 1,
        created_at: now,
        updated_at: now,
        deleted_at: None,
    })
}

/// Gives what a placement would give: free ports, and devices with made-up names.
fn place(state: &AppState, deployment: &Deployment) -> Result<Assignment, PortError> {
    let wrong = |e: miaas_core::id::InvalidName| PortError::internal("template.render", e.to_string());
    let no_variant = || PortError::internal("template.render", "the template has no variant");
    let demand = state.renderer().demand(deployment)?.into_iter().next().ok_or_else(no_variant)?;
    let ports = demand.ports.iter().zip(AUTO_PORTS).map(|(p, free)| PortBinding {
        name: p.name.clone(),
        host: p.host.unwrap_or(free),
        container: p.container,
        protocol: p.protocol,
    });
    let no_executor = || PortError::internal("template.render", "the template names no executor");
    Ok(Assignment {
        workload: WorkloadId::parse("preview-0").map_err(wrong)?,
        deployment: deployment.id.clone(),
        slot: 0,
        incarnation: 0,
        node: NodeId::parse("node").map_err(wrong)?,
        devices: demand.resources.gpu.as_ref().map(GpuRequest::imagined).unwrap_or_default(),
        ports: ports.collect(),
        executor: *demand.executors.first().ok_or_else(no_executor)?,
        resources: demand.resources,
        revision: 1,
        next: None,
        variant: demand.variant,
        stateful: demand.stateful,
        leaving: false,
        relocate: None,
        at: state.orchestrator().now(),
        why: miaas_core::model::Recorded::default(),
    })
}
