//! The native half of `miaas.Placements`: what was decided, told row by row or column by column when somebody asks.

use std::{sync::Arc, time::Duration};

use miaas_core::port::{Decision, Demand, Unplaceable};
use pyo3::{
    exceptions::{PyIndexError, PyKeyError},
    prelude::*,
    types::{PyDict, PyList},
};

use crate::value::to_python;

/// What became of one demand.
#[derive(Debug)]
pub(super) enum Outcome {
    Placed(Box<Decision>),
    Refused(Box<Unplaceable>),
}

impl Outcome {
    fn decision(&self) -> Option<&Decision> {
        match self {
            Self::Placed(decision) => Some(decision),
            Self::Refused(_) => None,
        }
    }
}

/// One outcome for each demand, in their order.
#[pyclass(frozen, module = "miaas._native")]
#[derive(Debug)]
pub(crate) struct Placements {
    demands: Vec<Arc<Demand>>,
    outcomes: Vec<Outcome>,
    took: Duration,
}

impl Placements {
    pub(super) const fn new(demands: Vec<Arc<Demand>>, outcomes: Vec<Outcome>, took: Duration) -> Self {
        Self { demands, outcomes, took }
    }

    pub(super) fn pairs(&self) -> impl Iterator<Item = (&Arc<Demand>, &Outcome)> {
        self.demands.iter().zip(&self.outcomes)
    }
}

#[pymethods]
impl Placements {
    fn __len__(&self) -> usize {
        self.outcomes.len()
    }

    /// How many have a place.
    fn placed(&self) -> usize {
        self.outcomes.iter().filter(|o| o.decision().is_some()).count()
    }

    /// How long it took to decide, in seconds.
    const fn seconds(&self) -> f64 {
        self.took.as_secs_f64()
    }

    /// One row: whether it is placed, and the decision or the refusal.
    fn row<'py>(&self, py: Python<'py>, index: usize) -> PyResult<(bool, Bound<'py, PyAny>)> {
        match self.outcomes.get(index) {
            Some(Outcome::Placed(decision)) => Ok((true, decision_dict(py, decision)?.into_any())),
            Some(Outcome::Refused(why)) => Ok((false, to_python(py, why)?)),
            None => Err(PyIndexError::new_err(format!("there is no row {index}"))),
        }
    }

    /// One column as a list.
    fn column<'py>(&self, py: Python<'py>, name: &str) -> PyResult<Bound<'py, PyList>> {
        let decisions = || self.outcomes.iter().map(Outcome::decision);
        match name {
            "workload" => PyList::new(py, self.demands.iter().map(|d| d.workload.as_str())),
            "deployment" => PyList::new(py, self.demands.iter().map(|d| d.name.as_str())),
            "placed" => PyList::new(py, decisions().map(|d| d.is_some())),
            "node" => PyList::new(py, decisions().map(|d| d.map(|d| d.node.as_str()))),
            "executor" => PyList::new(py, decisions().map(|d| d.map(|d| d.executor.as_str()))),
            "gpus" => PyList::new(py, decisions().map(|d| d.map_or(0, |d| d.devices.len()))),
            "summary" => PyList::new(
                py,
                self.outcomes.iter().map(|o| match o {
                    Outcome::Placed(decision) => &decision.why.summary,
                    Outcome::Refused(why) => &why.summary,
                }),
            ),
            _ => Err(PyKeyError::new_err(name.to_owned())),
        }
    }
}

/// A decision as plain data.
pub(super) fn decision_dict<'py>(py: Python<'py>, decision: &Decision) -> PyResult<Bound<'py, PyDict>> {
    let dict = PyDict::new(py);
    dict.set_item("workload", decision.workload.as_str())?;
    dict.set_item("deployment", decision.deployment.as_str())?;
    dict.set_item("node", decision.node.as_str())?;
    dict.set_item("executor", decision.executor.as_str())?;
    dict.set_item("devices", to_python(py, &decision.devices)?)?;
    dict.set_item("ports", to_python(py, &decision.ports)?)?;
    dict.set_item("why", to_python(py, &decision.why)?)?;
    Ok(dict)
}
