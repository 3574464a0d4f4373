//! The native half of `miaas.Cluster`.

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use miaas_core::{
    ErrorKind,
    cluster::ClusterView,
    id::{DeploymentId, NodeId, WorkloadId},
    port::{self, Neighbour},
};
use pyo3::{
    prelude::*,
    types::{PyDict, PyList},
};

use tokio::time::Instant;

use super::{
    callable::How,
    demand::Demand,
    node::node,
    place,
    placements::{Outcome, Placements},
};
use crate::{args::Arg, callback::Trouble, error::Failure, gil};

/// The nodes, and what is on them.
#[pyclass(frozen, module = "miaas._native")]
#[derive(Debug)]
pub(crate) struct Cluster(Mutex<Inner>);

#[derive(Debug, Clone, Default)]
struct Inner {
    view: ClusterView,
    /// What placed workloads asked for that want others to stay away.
    apart: BTreeMap<WorkloadId, Arc<port::Demand>>,
}

impl Cluster {
    /// Never held while Python is called.
    fn inner(&self) -> MutexGuard<'_, Inner> {
        // What can panic works on a copy.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// A copy of the view, to decide on.
    pub(super) fn view(&self) -> ClusterView {
        self.inner().view.clone()
    }

    /// The demands, each apart from what wants to be apart from it.
    pub(super) fn bound(&self, demands: &[Arc<port::Demand>]) -> Vec<Arc<port::Demand>> {
        let mut unwanted: BTreeMap<DeploymentId, Vec<Neighbour>> = BTreeMap::new();
        for demand in self.inner().apart.values() {
            for other in &demand.apart {
                let from = Neighbour {
                    deployment: Some(demand.deployment.clone()),
                    name: demand.name.clone(),
                    by: other.by.clone(),
                };
                unwanted
                    .entry(other.deployment.clone().unwrap_or_else(|| demand.deployment.clone()))
                    .or_default()
                    .push(from);
            }
        }
        let bind = |demand: &Arc<port::Demand>| match unwanted.get(&demand.deployment) {
            None => Arc::clone(demand),
            Some(by) => {
                let mut demand = port::Demand::clone(demand);
                demand.apart.extend(by.iter().cloned());
                demand.apart.sort();
                demand.apart.dedup();
                Arc::new(demand)
            }
        };
        demands.iter().map(bind).collect()
    }
}

#[pymethods]
impl Cluster {
    #[new]
    fn new(nodes: &Bound<'_, PyAny>) -> PyResult<Self> {
        let nodes = Arg::new("Cluster()", "nodes", nodes);
        let mut view = ClusterView::default();
        for item in nodes.each(|item| node(&item.value).map(|node| (item, node)))? {
            let (item, node) = item;
            if view.node(&node.id).is_some() {
                return Err(item.invalid(&format!("has the name {:?} of another", node.id.as_str())));
            }
            view.upsert(node);
        }
        Ok(Self(Mutex::new(Inner { view, ..Inner::default() })))
    }

    fn __len__(&self) -> usize {
        self.inner().view.nodes().len()
    }

    fn copy(&self) -> Self {
        Self(Mutex::new(self.inner().clone()))
    }

    /// Decides; the cluster stays as it is.
    fn place(&self, py: Python<'_>, demands: Vec<Py<Demand>>, how: How, together: bool) -> PyResult<Placements> {
        let demands: Vec<Arc<port::Demand>> = demands.iter().map(|d| Arc::clone(&d.get().0)).collect();
        self.decide(py, &demands, how, together)
    }

    /// Who would have to go for the demands, and what they get then; the cluster stays as it is.
    fn preempt(
        &self,
        py: Python<'_>,
        demands: Vec<Py<Demand>>,
        how: How,
    ) -> PyResult<Option<(Vec<String>, Placements)>> {
        let demands: Vec<Arc<port::Demand>> = demands.iter().map(|d| Arc::clone(&d.get().0)).collect();
        let trouble = Trouble::default();
        let engine = how.engine(py, &trouble).map_err(|f| f.raise(py))?;
        gil::detached(py, || {
            let demands = self.bound(&demands);
            let begun = Instant::now();
            let found = place::preempt(&engine, &self.view(), &demands);
            trouble.settle()?;
            Ok(found.map(|(victims, outcomes)| {
                let victims = victims.iter().map(ToString::to_string).collect();
                (victims, Placements::new(demands, outcomes, begun.elapsed()))
            }))
        })
    }

    /// Takes decisions into account, all or none.
    fn commit(&self, py: Python<'_>, placements: &Placements) -> PyResult<()> {
        gil::detached(py, || {
            let mut inner = self.inner();
            let mut next = inner.clone();
            for (demand, outcome) in placements.pairs() {
                let Outcome::Placed(decision) = outcome else { continue };
                if !next.view.commit(decision) {
                    let message = format!("{} cannot be put on {} any more", decision.workload, decision.node);
                    let hint = "the cluster changed since it was placed: place it again";
                    return Err(Failure::new(ErrorKind::Conflict, "commit", message).with_hint(hint));
                }
                next.view.remember(Arc::clone(demand));
                if !demand.apart.is_empty() {
                    next.apart.insert(demand.workload.clone(), Arc::clone(demand));
                }
            }
            *inner = next;
            Ok(())
        })
    }

    /// Forgets a workload.
    fn release(&self, py: Python<'_>, workload: &Bound<'_, PyAny>) -> PyResult<()> {
        let workload: WorkloadId = Arg::new("release()", "workload", workload).parsed()?;
        let mut inner = self.inner();
        inner.apart.remove(&workload);
        if inner.view.release(&workload).is_some() {
            return Ok(());
        }
        drop(inner);
        let message = format!("workload {workload} is not on the cluster");
        Err(Failure::new(ErrorKind::NotFound, "release", message).raise(py))
    }

    /// Adds a node, or replaces the one of its name with all that is on it.
    fn upsert(&self, object: &Bound<'_, PyAny>) -> PyResult<()> {
        let node = node(object)?;
        self.inner().view.upsert(node);
        Ok(())
    }

    /// Takes a node out, with what is on it.
    fn remove(&self, py: Python<'_>, name: &Bound<'_, PyAny>) -> PyResult<()> {
        let id: NodeId = Arg::new("remove()", "node", name).parsed()?;
        let removed = self.inner().view.remove(&id);
        let message = || format!("node {id} is not in the cluster");
        removed.map(drop).ok_or_else(|| Failure::new(ErrorKind::NotFound, "remove", message()).raise(py))
    }

    /// Where a workload is.
    fn location(&self, workload: &Bound<'_, PyAny>) -> PyResult<Option<String>> {
        let workload: WorkloadId = Arg::new("location()", "workload", workload).parsed()?;
        Ok(self.inner().view.location(&workload).map(ToString::to_string))
    }

    /// The nodes as a table: a list for each column.
    fn table<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyDict>> {
        let view = self.view();
        let table = PyDict::new(py);
        let text = |of: fn(&miaas_core::cluster::NodeView) -> String| PyList::new(py, view.nodes().map(of));
        let number = |of: fn(&miaas_core::cluster::NodeView) -> u64| PyList::new(py, view.nodes().map(of));
        table.set_item("node", text(|n| n.name.to_string())?)?;
        table.set_item("status", text(|n| n.status.as_str().to_owned())?)?;
        table.set_item("cpu_milli", number(|n| n.allocatable.cpu_milli)?)?;
        table.set_item("free_cpu_milli", number(|n| n.free().cpu_milli)?)?;
        table.set_item("mem_mib", number(|n| n.allocatable.mem_mib)?)?;
        table.set_item("free_mem_mib", number(|n| n.free().mem_mib)?)?;
        table.set_item("gpus", number(|n| n.gpus.len() as u64)?)?;
        table.set_item("gpu_mib", number(|n| n.gpus.iter().map(|g| g.memory_mib).sum())?)?;
        table.set_item("free_gpu_mib", number(|n| n.gpus.iter().map(miaas_core::cluster::GpuView::free_mib).sum())?)?;
        table.set_item("workloads", number(|n| n.workloads.len() as u64)?)?;
        Ok(table)
    }

    /// The fleet after changes that nobody made yet.
    fn what_if<'py>(
        &self,
        py: Python<'py>,
        changes: Vec<super::what_if::Given>,
        waiting: Vec<Py<Demand>>,
        how: How,
    ) -> PyResult<Bound<'py, PyDict>> {
        let waiting: Vec<Arc<port::Demand>> = waiting.iter().map(|d| Arc::clone(&d.get().0)).collect();
        let waiting: Vec<port::Demand> = self.bound(&waiting).into_iter().map(Arc::unwrap_or_clone).collect();
        let trouble = Trouble::default();
        let engine = how.engine(py, &trouble).map_err(|f| f.raise(py))?;
        let view = self.view();
        let diff = gil::detached(py, || {
            let changes = super::what_if::parse(changes)?;
            let diff = miaas_placement::what_if(&engine, &view, &waiting, &changes);
            trouble.settle()?;
            Ok(diff?)
        })?;
        super::what_if::shown(py, diff)
    }
}

impl Cluster {
    pub(super) fn decide(
        &self,
        py: Python<'_>,
        demands: &[Arc<port::Demand>],
        how: How,
        together: bool,
    ) -> PyResult<Placements> {
        let trouble = Trouble::default();
        let engine = how.engine(py, &trouble).map_err(|f| f.raise(py))?;
        gil::detached(py, || {
            let (mut view, demands) = (self.view(), self.bound(demands));
            let begun = Instant::now();
            let outcomes = match together {
                true => place::together(&engine, &view, &demands),
                false => place::one_by_one(&engine, &mut view, &demands, &trouble),
            };
            trouble.settle()?;
            Ok(Placements::new(demands, outcomes?, begun.elapsed()))
        })
    }
}
