//! Changes that somebody thinks of, and what they would do.

use miaas_core::{id::NodeId, model::Resources};
use miaas_placement::whatif::{Change, Diff, RoomInfo};
use pyo3::{
    prelude::*,
    types::{PyDict, PyList},
};
use serde::Deserialize;

use super::placements::decision_dict;
use crate::{error::Failure, value};

/// A change as the façade writes it down.
#[derive(Debug)]
pub(crate) struct Given(Wire);

#[derive(Debug, Deserialize)]
#[serde(tag = "change", rename_all = "snake_case")]
enum Wire {
    RemoveNode { node: String },
    AddNodes { like: String, count: u32 },
    Cordon { node: String },
    SetResources { deployment: String, resources: Resources },
}

impl<'py> FromPyObject<'_, 'py> for Given {
    type Error = PyErr;

    fn extract(object: Borrowed<'_, 'py, PyAny>) -> PyResult<Self> {
        value::from_python(&object, "what_if()").map(Self)
    }
}

/// The changes.
pub(super) fn parse(given: Vec<Given>) -> Result<Vec<Change>, Failure> {
    let change = |Given(wire)| {
        Ok(match wire {
            Wire::RemoveNode { node } => Change::RemoveNode(node.parse()?),
            Wire::AddNodes { like, count } => Change::AddNodes { like: like.parse()?, count },
            Wire::Cordon { node } => Change::Cordon(node.parse()?),
            Wire::SetResources { deployment, resources } => {
                Change::Resources { deployment: deployment.parse()?, resources }
            }
        })
    };
    given.into_iter().map(change).collect()
}

/// What they would do, as plain data.
pub(super) fn shown(py: Python<'_>, diff: Diff) -> PyResult<Bound<'_, PyDict>> {
    let dict = PyDict::new(py);
    let moved = diff.moved.iter().map(|moved| {
        let decision = decision_dict(py, &moved.to)?;
        decision.set_item("from", moved.from.as_str())?;
        Ok(decision)
    });
    dict.set_item("moved", PyList::new(py, moved.collect::<PyResult<Vec<_>>>()?)?)?;
    let placed = diff.placed.iter().map(|decision| decision_dict(py, decision));
    dict.set_item("placed", PyList::new(py, placed.collect::<PyResult<Vec<_>>>()?)?)?;
    let lost = diff.lost.iter().map(|lost| {
        let one = PyDict::new(py);
        one.set_item("workload", lost.workload.as_str())?;
        one.set_item("from", lost.from.as_ref().map(NodeId::as_str))?;
        one.set_item("why", value::to_python(py, &lost.why)?)?;
        Ok(one)
    });
    dict.set_item("lost", PyList::new(py, lost.collect::<PyResult<Vec<_>>>()?)?)?;
    dict.set_item("added", PyList::new(py, diff.added.iter().map(|node| node.name.as_str()))?)?;
    dict.set_item("before", room(py, &diff.before)?)?;
    dict.set_item("after", room(py, &diff.after)?)?;
    Ok(dict)
}

fn room<'py>(py: Python<'py>, room: &RoomInfo) -> PyResult<Bound<'py, PyDict>> {
    let dict = PyDict::new(py);
    dict.set_item("nodes", room.nodes)?;
    for (prefix, capacity) in [("", &room.total), ("free_", &room.free)] {
        dict.set_item(format!("{prefix}cpu_milli"), capacity.cpu_milli)?;
        dict.set_item(format!("{prefix}mem_mib"), capacity.mem_mib)?;
        dict.set_item(format!("{prefix}disk_mib"), capacity.disk_mib)?;
    }
    dict.set_item("gpu_mib", room.gpu_mib)?;
    dict.set_item("free_gpu_mib", room.gpu_free_mib)?;
    Ok(dict)
}
