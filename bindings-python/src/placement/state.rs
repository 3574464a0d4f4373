//! What a filter or scorer in Python gets to see: copies, so that they may be kept.

use miaas_core::{
    cluster::{Capacity, GpuView, NodeView},
    model::{GpuRequest, Resources},
    port::Demand,
};
use pyo3::{
    prelude::*,
    types::{PyDict, PyTuple},
};

/// A node at the moment of the question.
#[pyclass(frozen, module = "miaas")]
#[derive(Debug)]
pub(crate) struct NodeState {
    name: String,
    arch: String,
    labels: Vec<(String, String)>,
    deployments: Vec<(String, u32)>,
    total: Capacity,
    free: Capacity,
    workloads: usize,
    cost_milli: Option<u64>,
    gpus: Vec<GpuView>,
}

impl NodeState {
    pub(super) fn of(node: &NodeView) -> Self {
        Self {
            name: node.name.to_string(),
            arch: node.arch.clone(),
            labels: node.labels.0.iter().map(|(k, v)| (k.to_string(), v.clone())).collect(),
            deployments: node.per_deployment.iter().map(|(d, n)| (d.to_string(), *n)).collect(),
            total: node.allocatable,
            free: node.free(),
            workloads: node.workloads.len(),
            cost_milli: node.cost_milli,
            gpus: node.gpus.clone(),
        }
    }
}

#[pymethods]
impl NodeState {
    /// Its name.
    #[getter]
    fn name(&self) -> &str {
        &self.name
    }
    /// Its instruction set.
    #[getter]
    fn arch(&self) -> &str {
        &self.arch
    }
    /// Its labels.
    #[getter]
    fn labels<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyDict>> {
        let dict = PyDict::new(py);
        self.labels.iter().try_for_each(|(key, value)| dict.set_item(key, value))?;
        Ok(dict)
    }
    /// How many workloads of each deployment it has.
    #[getter]
    fn deployments<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyDict>> {
        let dict = PyDict::new(py);
        self.deployments.iter().try_for_each(|(name, count)| dict.set_item(name, count))?;
        Ok(dict)
    }
    /// Thousandths of a processor that work can have.
    #[getter]
    const fn cpu_milli(&self) -> u64 {
        self.total.cpu_milli
    }
    /// Memory in MiB that work can have.
    #[getter]
    const fn mem_mib(&self) -> u64 {
        self.total.mem_mib
    }
    /// Disk in MiB that work can have.
    #[getter]
    const fn disk_mib(&self) -> u64 {
        self.total.disk_mib
    }
    /// Thousandths of a processor that are free.
    #[getter]
    const fn free_cpu_milli(&self) -> u64 {
        self.free.cpu_milli
    }
    /// Memory in MiB that is free.
    #[getter]
    const fn free_mem_mib(&self) -> u64 {
        self.free.mem_mib
    }
    /// Disk in MiB that is free.
    #[getter]
    const fn free_disk_mib(&self) -> u64 {
        self.free.disk_mib
    }
    /// How many workloads it has.
    #[getter]
    const fn workloads(&self) -> usize {
        self.workloads
    }
    /// What it costs per hour, in thousandths; none when that is not known.
    #[getter]
    const fn cost_milli(&self) -> Option<u64> {
        self.cost_milli
    }
    /// Its GPUs.
    #[getter]
    fn gpus<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyTuple>> {
        PyTuple::new(py, self.gpus.iter().cloned().map(GpuState))
    }
    fn __repr__(&self) -> String {
        let Capacity { cpu_milli, mem_mib, .. } = self.free;
        let gpus = self.gpus.len();
        format!("NodeState(name={:?}, free_cpu_milli={cpu_milli}, free_mem_mib={mem_mib}, gpus={gpus})", self.name)
    }
}

/// A GPU at the moment of the question.
#[pyclass(frozen, module = "miaas")]
#[derive(Debug)]
pub(crate) struct GpuState(GpuView);

#[pymethods]
impl GpuState {
    /// Its identity.
    #[getter]
    fn uuid(&self) -> &str {
        &self.0.uuid
    }
    /// Its vendor.
    #[getter]
    fn vendor(&self) -> &str {
        &self.0.vendor
    }
    /// Its model.
    #[getter]
    fn model(&self) -> &str {
        &self.0.model
    }
    /// Its memory in MiB.
    #[getter]
    const fn memory_mib(&self) -> u64 {
        self.0.memory_mib
    }
    /// Memory in MiB that is free.
    #[getter]
    const fn free_mib(&self) -> u64 {
        self.0.free_mib()
    }
    /// Thousandths of its compute that are free.
    #[getter]
    const fn free_milli(&self) -> u32 {
        self.0.free_milli()
    }
    /// Whether nobody uses it.
    #[getter]
    const fn is_idle(&self) -> bool {
        self.0.is_idle()
    }
    fn __repr__(&self) -> String {
        let (model, uuid, free) = (&self.0.model, &self.0.uuid, self.0.free_mib());
        format!("GpuState(model={model:?}, uuid={uuid:?}, free_mib={free})")
    }
}

/// A demand that is being placed.
#[pyclass(frozen, module = "miaas")]
#[derive(Debug)]
pub(crate) struct DemandState {
    name: String,
    deployment: String,
    resources: Resources,
    priority: i32,
}

impl DemandState {
    pub(super) fn of(demand: &Demand) -> Self {
        Self {
            name: demand.workload.to_string(),
            deployment: demand.name.to_string(),
            resources: demand.resources.clone(),
            priority: demand.priority,
        }
    }

    fn gpu<T: Default>(&self, of: impl FnOnce(&GpuRequest) -> T) -> T {
        self.resources.gpu.as_ref().map_or_else(T::default, of)
    }
}

#[pymethods]
impl DemandState {
    /// The workload.
    #[getter]
    fn name(&self) -> &str {
        &self.name
    }
    /// To which deployment it belongs.
    #[getter]
    fn deployment(&self) -> &str {
        &self.deployment
    }
    /// Thousandths of a processor that it asks for.
    #[getter]
    const fn cpu_milli(&self) -> u64 {
        self.resources.cpu_milli
    }
    /// Memory in MiB that it asks for.
    #[getter]
    const fn mem_mib(&self) -> u64 {
        self.resources.mem_mib
    }
    /// Disk in MiB that it asks for.
    #[getter]
    const fn disk_mib(&self) -> u64 {
        self.resources.disk_mib
    }
    /// How many GPUs it asks for.
    #[getter]
    fn gpu_count(&self) -> u32 {
        self.gpu(|g| g.count)
    }
    /// Memory on each in MiB; zero takes the whole device.
    #[getter]
    fn gpu_memory_mib(&self) -> u64 {
        self.gpu(|g| g.memory_mib)
    }
    /// Thousandths of the compute of one device; zero does not ask for a share.
    #[getter]
    fn gpu_share_milli(&self) -> u32 {
        self.gpu(|g| g.share_milli)
    }
    /// Only models that contain one of these texts, which `|` separates; none for any.
    #[getter]
    fn gpu_model(&self) -> Option<String> {
        self.gpu(|g| g.model.clone())
    }
    /// A higher one is placed first.
    #[getter]
    const fn priority(&self) -> i32 {
        self.priority
    }
    fn __repr__(&self) -> String {
        format!("DemandState(name={:?}, deployment={:?})", self.name, self.deployment)
    }
}
