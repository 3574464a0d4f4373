//! What a scorer or filter of a simulation gets to see.

use std::{collections::BTreeSet, sync::Arc};

use miaas_placement::{
    fleet::{self, Shape, State},
    trace::Nodes,
};
use pyo3::{prelude::*, types::PyTuple};

/// The names of GPU models by the numbers that they have in a replay.
#[derive(Debug, Clone)]
pub(super) struct Models(Arc<[String]>);

impl Models {
    pub(super) fn of(nodes: &Nodes) -> Self {
        // As `trace::prepare` numbers them: each once, in order.
        let names: BTreeSet<&String> = nodes.list.iter().map(|node| &node.model).collect();
        Self(names.into_iter().cloned().collect())
    }

    fn name(&self, number: u8) -> &str {
        self.0.get(usize::from(number)).map_or("", String::as_str)
    }
}

/// A pod that arrives.
#[pyclass(frozen, get_all, module = "miaas")]
#[derive(Debug)]
pub(crate) struct PodState {
    /// Thousandths of a processor that it asks for.
    cpu_milli: u32,
    /// Memory in MiB that it asks for.
    mem_mib: u32,
    /// How many GPUs it asks for.
    gpu_count: u8,
    /// Thousandths of each that it asks for: 1000 for whole ones.
    gpu_share_milli: u16,
    /// The models that it takes; empty for any.
    gpu_models: Vec<String>,
}

impl PodState {
    pub(super) fn of(shape: &Shape, models: &Models) -> Self {
        let allowed = |number: &u8| shape.models.set >> number & 1 == 1;
        Self {
            cpu_milli: shape.cpu_milli,
            mem_mib: shape.mem_mib,
            gpu_count: shape.gpus,
            gpu_share_milli: shape.gpu_milli,
            gpu_models: (0..64).filter(allowed).map(|number| models.name(number).to_owned()).collect(),
        }
    }
}

#[pymethods]
impl PodState {
    fn __repr__(&self) -> String {
        let Self { cpu_milli, mem_mib, gpu_count, gpu_share_milli, .. } = self;
        format!(
            "PodState(cpu_milli={cpu_milli}, mem_mib={mem_mib}, gpu_count={gpu_count}, gpu_share_milli={gpu_share_milli})"
        )
    }
}

/// A node of the simulated fleet as it is when a pod arrives.
#[pyclass(frozen, module = "miaas")]
#[derive(Debug)]
pub(crate) struct FleetState {
    state: State,
    model: String,
}

impl FleetState {
    pub(super) fn of(state: &State, models: &Models) -> Self {
        Self { state: *state, model: models.name(state.model).to_owned() }
    }
}

#[pymethods]
impl FleetState {
    /// Thousandths of a processor that are free.
    #[getter]
    const fn free_cpu_milli(&self) -> u32 {
        self.state.cpu_milli
    }
    /// Memory in MiB that is free.
    #[getter]
    const fn free_mem_mib(&self) -> u32 {
        self.state.mem_mib
    }
    /// The model of its GPUs; empty when it has none.
    #[getter]
    fn gpu_model(&self) -> &str {
        &self.model
    }
    /// Thousandths that are free of each of its GPUs.
    #[getter]
    fn gpus_free_milli<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyTuple>> {
        PyTuple::new(py, self.state.devices())
    }
    /// Thousandths of all its GPUs that are free.
    #[getter]
    fn gpu_free_milli(&self) -> u32 {
        self.state.gpu_free()
    }
    /// How many of its GPUs are free as a whole.
    #[getter]
    fn gpus_idle(&self) -> u32 {
        self.state.slots(fleet::WHOLE)
    }
    fn __repr__(&self) -> String {
        let State { cpu_milli, mem_mib, .. } = self.state;
        let free = self.state.devices();
        format!("FleetState(free_cpu_milli={cpu_milli}, free_mem_mib={mem_mib}, gpus_free_milli={free:?})")
    }
}
