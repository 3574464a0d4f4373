//! Nodes from `miaas.Node`.

use miaas_core::{
    cluster::{Capacity, GpuView, NodeView},
    id::NodeId,
    name::NodeName,
};
use pyo3::prelude::*;

use super::demand::taint;
use crate::args::{Arg, Fields};

const NODE: &str = "Node()";
const GPU: &str = "Gpu()";

/// The words for what runs work.
pub(super) const EXECUTORS: &str = "docker, process, kubernetes, fake";

/// A node with nothing on it. Its id is its name.
pub(super) fn node(object: &Bound<'_, PyAny>) -> PyResult<NodeView> {
    let fields = Arg::new("Cluster()", "nodes", object);
    let fields = fields.fields(NODE, "Node")?;
    let id: NodeId = fields.get("name")?.parsed()?;
    let name: NodeName = fields.get("name")?.parsed()?;
    let mut node = NodeView::empty(id, name);
    node.allocatable = Capacity {
        cpu_milli: fields.get("cpu_milli")?.whole()?,
        mem_mib: fields.get("mem_mib")?.whole()?,
        disk_mib: fields.get("disk_mib")?.whole()?,
    };
    node.status = fields.get("status")?.word("pending, online, unreachable, offline, draining, cordoned")?;
    node.labels = fields.get("labels")?.labels()?;
    node.taints = fields.get("taints")?.each(|t| taint(&t))?;
    node.arch = fields.get("arch")?.text()?;
    node.executors = fields.get("executors")?.each(|e| e.word(EXECUTORS))?;
    node.foreign_ports = fields.get("foreign_ports")?.each(Arg::whole)?.into_iter().collect();
    node.images = fields.get("images")?.each(Arg::text)?.into_iter().collect();
    node.cost_milli = fields.get("cost_milli")?.optional(Arg::whole)?;
    node.gpus = fields.get("gpus")?.each(|g| gpu(&g))?;
    for (number, gpu) in node.gpus.iter_mut().enumerate() {
        if gpu.uuid.is_empty() {
            gpu.uuid = format!("{}-gpu{number}", node.id);
        }
    }
    Ok(node)
}

fn gpu(arg: &Arg<'_>) -> PyResult<GpuView> {
    let fields: Fields<'_, '_> = arg.fields(GPU, "Gpu")?;
    let memory_mib = fields.get("memory_mib")?.whole()?;
    let margin = fields.get("margin_mib")?.optional(Arg::whole)?;
    Ok(GpuView {
        uuid: fields.get("uuid")?.text()?,
        vendor: fields.get("vendor")?.text()?,
        model: fields.get("model")?.text()?,
        compute: fields.get("compute")?.optional(Arg::parsed)?,
        sharing: fields.get("sharing")?.word("shared, exclusive, mig")?,
        memory_mib,
        margin_mib: margin.unwrap_or_else(|| GpuView::default_margin(memory_mib)),
        foreign_mib: fields.get("foreign_mib")?.whole()?,
        ..GpuView::default()
    })
}
