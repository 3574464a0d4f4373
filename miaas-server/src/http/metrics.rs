//! What Prometheus scrapes (O1, N4). Everything is read when it is asked for; nothing is counted in between.

use std::collections::BTreeMap;

use axum::{
    extract::State,
    http::header,
    response::{IntoResponse, Response},
};
use miaas_core::{
    PortError,
    api::v1::{DeploymentItem, NodeItem, WebhookItem},
};
use prometheus_client::{
    encoding::text::encode,
    metrics::{family::Family, gauge::Gauge},
    registry::{Registry, Unit},
};

use crate::{error::ApiError, state::AppState};

/// The format that [`encode`] writes.
const OPEN_METRICS: &str = "application/openmetrics-text; version=1.0.0; charset=utf-8";
const MIB: u64 = 1024 * 1024;

type Labels = Vec<(&'static str, String)>;

/// Metrics of the control plane, in the format of OpenMetrics.
#[utoipa::path(get, path = "/metrics", tag = "health",
    responses((status = 200, body = String, content_type = "application/openmetrics-text")))]
pub(crate) async fn metrics(State(state): State<AppState>) -> Result<Response, ApiError> {
    let hooks = state.webhooks().list().await?;
    let orchestrator = state.orchestrator().clone();
    let text = super::compute("metrics", move || {
        let guarded = orchestrator.status("").guard.is_some();
        text(&orchestrator.nodes(), &orchestrator.deployments(), &hooks, guarded)
    });
    Ok(([(header::CONTENT_TYPE, OPEN_METRICS)], text.await?).into_response())
}

fn text(
    nodes: &[NodeItem],
    deployments: &[DeploymentItem],
    hooks: &[WebhookItem],
    guarded: bool,
) -> Result<String, PortError> {
    let mut all = Registry::with_prefix("miaas");
    let version = [(label("version", env!("CARGO_PKG_VERSION")), 1)];
    gauge(&mut all, "build_info", "The version of the control plane", None, version);
    let statuses = nodes.iter().map(|n| n.status.as_str());
    gauge(&mut all, "nodes", "Nodes by status", None, counted("status", statuses));
    let statuses = deployments.iter().map(|d| d.status.as_str());
    gauge(&mut all, "deployments", "Deployments by status", None, counted("status", statuses));
    let phases = deployments.iter().flat_map(|d| &d.workloads).map(|w| w.state.phase.as_str());
    gauge(&mut all, "workloads", "Workloads by phase", None, counted("phase", phases));
    let wanted = deployments.iter().map(|d| (label("deployment", d.name.as_str()), u64::from(d.replicas)));
    gauge(&mut all, "deployment_replicas", "Replicas that are wanted", None, wanted);
    let ready = deployments.iter().map(|d| (label("deployment", d.name.as_str()), u64::from(d.ready)));
    gauge(&mut all, "deployment_ready_replicas", "Replicas that serve", None, ready);
    let problems = deployments.iter().map(|d| (label("deployment", d.name.as_str()), d.problems.len() as u64));
    gauge(&mut all, "deployment_problems", "What stands in the way of a deployment", None, problems);
    let guard = [(Labels::new(), u64::from(guarded))];
    gauge(&mut all, "eviction_guard", "1 while no node, or not every silent one, is given up", None, guard);
    let of = |kind: &str, value: &dyn Fn(&NodeItem) -> u64| -> Vec<(Labels, u64)> {
        let one = |n: &NodeItem| (vec![("node", n.name.to_string()), ("kind", kind.to_owned())], value(n));
        nodes.iter().map(one).collect()
    };
    let cpu = [of("allocatable", &|n| n.reserved.cpu_milli_total), of("reserved", &|n| n.reserved.cpu_milli)];
    gauge(&mut all, "node_cpu_millicores", "Thousandths of processors", None, cpu.concat());
    let memory =
        [of("allocatable", &|n| n.reserved.mem_mib_total * MIB), of("reserved", &|n| n.reserved.mem_mib * MIB)];
    gauge(&mut all, "node_memory", "Memory", Some(Unit::Bytes), memory.concat());
    let gpus = nodes.iter().flat_map(|n| n.gpus.iter().map(move |g| (n, g))).flat_map(|(n, g)| {
        let told = [("total", Some(g.memory_mib)), ("claimed", Some(g.claimed_mib)), ("used", g.used_mib)];
        told.into_iter().filter_map(move |(kind, mib)| {
            Some((vec![("node", n.name.to_string()), ("gpu", g.uuid.clone()), ("kind", kind.to_owned())], mib? * MIB))
        })
    });
    gauge(&mut all, "node_gpu_memory", "Memory of GPUs and their slices", Some(Unit::Bytes), gpus);
    let hook = |value: fn(&WebhookItem) -> u64| {
        hooks.iter().map(move |h| (label("webhook", h.name.as_str()), value(h))).collect::<Vec<_>>()
    };
    gauge(&mut all, "webhook_waiting", "Events that are still to be sent", None, hook(|h| h.waiting as u64));
    gauge(&mut all, "webhook_dead_letters", "Events that were given up", None, hook(|h| h.dead as u64));
    let mut out = String::new();
    encode(&mut out, &all).map_err(|e| PortError::internal("metrics", "they cannot be written").with_source(e))?;
    Ok(out)
}

fn label(name: &'static str, value: &str) -> Labels {
    vec![(name, value.to_owned())]
}

fn counted<'a>(name: &'static str, values: impl Iterator<Item = &'a str>) -> Vec<(Labels, u64)> {
    let mut counts: BTreeMap<&str, u64> = BTreeMap::new();
    for value in values {
        *counts.entry(value).or_default() += 1;
    }
    counts.into_iter().map(|(value, count)| (label(name, value), count)).collect()
}

fn gauge(
    all: &mut Registry,
    name: &str,
    help: &str,
    unit: Option<Unit>,
    values: impl IntoIterator<Item = (Labels, u64)>,
) {
    let family = Family::<Labels, Gauge>::default();
    for (labels, value) in values {
        family.get_or_create(&labels).set(i64::try_from(value).unwrap_or(i64::MAX));
    }
    match unit {
        Some(unit) => all.register_with_unit(name, help, unit, family),
        None => all.register(name, help, family),
    }
}
