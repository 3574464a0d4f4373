//! Demands from `miaas.Demand`. Each is read once, when it is made: placing thousands costs no look at Python objects.

use std::{collections::BTreeMap, sync::Arc};

use miaas_core::{
    id::{DeploymentId, NodeId},
    model::{AffinityTerm, GpuRequest, PlacementPolicy, Resources, Taint},
    name::Name,
    port::{self, Neighbour, PortDemand},
};
use pyo3::prelude::*;

use super::node::EXECUTORS;
use crate::{args::Arg, error::Failure};

const DEMAND: &str = "Demand()";
const POLICY: &str = "Policy()";
const GPU: &str = "GpuRequest()";
const PORT: &str = "Port()";

/// A demand as placement takes it; kept by its dataclass.
#[pyclass(frozen, module = "miaas._native")]
#[derive(Debug)]
pub(crate) struct Demand(pub(super) Arc<port::Demand>);

/// A policy as placement takes it; kept by its dataclass.
#[pyclass(frozen, module = "miaas._native")]
#[derive(Debug)]
pub(crate) struct Policy(PlacementPolicy);

/// Checks and keeps what a `miaas.Demand` says.
#[pyfunction]
pub(crate) fn read_demand(object: &Bound<'_, PyAny>) -> PyResult<Demand> {
    let arg = Arg::new(DEMAND, "self", object);
    let fields = arg.fields(DEMAND, "Demand")?;
    let deployment: Name = match fields.get("deployment")?.optional(Arg::parsed)? {
        Some(name) => name,
        None => fields.get("name")?.parsed()?,
    };
    let policy = fields.get("policy")?;
    let Ok(policy) = policy.value.getattr("_native").and_then(|p| Ok(p.cast_into::<Policy>()?)) else {
        return Err(policy.wrong_type("Policy"));
    };
    let policy = policy.get().0.clone();
    Ok(Demand(Arc::new(port::Demand {
        workload: fields.get("name")?.parsed()?,
        deployment: id(object.py(), &deployment)?,
        name: deployment,
        resources: Resources {
            cpu_milli: fields.get("cpu_milli")?.whole()?,
            mem_mib: fields.get("mem_mib")?.whole()?,
            disk_mib: fields.get("disk_mib")?.whole()?,
            gpu: fields.get("gpu")?.optional(|g| gpu(&g))?,
        },
        ports: fields.get("ports")?.each(|p| port(&p))?,
        executors: fields.get("executors")?.each(|e| e.word(EXECUTORS))?,
        architectures: fields.get("architectures")?.each(Arg::text)?,
        priority: fields.get("priority")?.integer()?,
        stateful: fields.get("stateful")?.flag()?,
        volume_node: fields.get("volume_node")?.optional(Arg::parsed)?,
        near: policy.affinity.iter().map(|term| neighbour(object.py(), term)).collect::<PyResult<_>>()?,
        apart: policy.anti_affinity.iter().map(|term| neighbour(object.py(), term)).collect::<PyResult<_>>()?,
        images: fields.get("images")?.each(Arg::text)?,
        avoid: avoid(fields.get("avoid")?)?,
        policy,
    })))
}

/// Checks and keeps what a `miaas.Policy` says.
#[pyfunction]
pub(crate) fn read_policy(object: &Bound<'_, PyAny>) -> PyResult<Policy> {
    let arg = Arg::new(POLICY, "self", object);
    let fields = arg.fields(POLICY, "Policy")?;
    Ok(Policy(PlacementPolicy {
        strategy: fields.get("strategy")?.optional(Arg::text)?,
        node: fields.get("node")?.optional(Arg::parsed)?,
        node_selector: fields.get("node_selector")?.labels()?,
        tolerations: fields.get("tolerations")?.each(|t| taint(&t))?,
        max_per_node: fields.get("max_per_node")?.optional(Arg::whole)?,
        spread_by: fields.get("spread_by")?.optional(Arg::text)?,
        max_skew: fields.get("max_skew")?.optional(Arg::whole)?,
        affinity: fields.get("affinity")?.each(|t| term(&t))?,
        anti_affinity: fields.get("anti_affinity")?.each(|t| term(&t))?,
        on_node_loss: fields.get("on_node_loss")?.word("auto, move, stay")?,
        exclusive: fields.get("exclusive")?.flag()?,
        preempt: fields.get("preempt")?.flag()?,
    }))
}

/// A taint from `KEY=VALUE` or `KEY`.
pub(super) fn taint(arg: &Arg<'_>) -> PyResult<Taint> {
    let Ok(text) = arg.value.extract::<String>() else { return Err(arg.wrong_type("text such as gpu=reserved")) };
    let (key, value) = text.split_once('=').unwrap_or((&text, ""));
    Ok(Taint { key: key.to_owned(), value: value.to_owned() })
}

/// Here a deployment's name is its id.
pub(super) fn id(py: Python<'_>, name: &Name) -> PyResult<DeploymentId> {
    DeploymentId::parse(name.as_str()).map_err(|e| Failure::from(e).raise(py))
}

/// `NAME`, or `NAME by LABEL` as a pair.
fn term(arg: &Arg<'_>) -> PyResult<AffinityTerm> {
    let (name, by) = match arg.value.extract::<(String, String)>() {
        Ok((name, by)) => (name, Some(by)),
        Err(_) => match arg.value.extract::<String>() {
            Ok(name) => (name, None),
            Err(_) => return Err(arg.wrong_type("a deployment's name, or a pair of it and a label")),
        },
    };
    let deployment = name.parse().map_err(|e| Failure::from(e).raise(arg.value.py()))?;
    Ok(AffinityTerm { deployment, by })
}

fn neighbour(py: Python<'_>, term: &AffinityTerm) -> PyResult<Neighbour> {
    Ok(Neighbour { deployment: Some(id(py, &term.deployment)?), name: term.deployment.clone(), by: term.by.clone() })
}

fn gpu(arg: &Arg<'_>) -> PyResult<GpuRequest> {
    let fields = arg.fields(GPU, "GpuRequest")?;
    let request = GpuRequest {
        count: fields.get("count")?.whole()?,
        memory_mib: fields.get("memory_mib")?.whole()?,
        share_milli: fields.get("share_milli")?.whole()?,
        vendor: fields.get("vendor")?.optional(Arg::text)?,
        model: fields.get("model")?.optional(Arg::text)?,
        compute: fields.get("compute")?.optional(Arg::parsed)?,
    };
    let issues = request.issues("/gpu");
    if issues.is_empty() { Ok(request) } else { Err(Failure::issues("demand", issues).raise(arg.value.py())) }
}

fn port(arg: &Arg<'_>) -> PyResult<PortDemand> {
    let fields = arg.fields(PORT, "Port")?;
    Ok(PortDemand {
        name: fields.get("name")?.text()?,
        container: fields.get("container")?.whole()?,
        host: fields.get("host")?.optional(Arg::whole)?,
        protocol: fields.get("protocol")?.word("tcp, udp")?,
    })
}

fn avoid(arg: Arg<'_>) -> PyResult<BTreeMap<NodeId, String>> {
    let py = arg.value.py();
    let pair = |(node, why): (String, String)| Ok((node.parse().map_err(|e| Failure::from(e).raise(py))?, why));
    arg.pairs()?.into_iter().map(pair).collect()
}
