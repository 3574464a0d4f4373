//! Filters and scorers in Python.

use std::sync::{Mutex, PoisonError};

use miaas_core::{
    cluster::NodeView,
    id::WorkloadId,
    port::{Demand, Placer as _, RejectReason},
};
use miaas_placement::{Ask, Engine, Filter, Score, Strategy, Verdict, strategy};
use pyo3::prelude::*;

use super::state::{DemandState, NodeState};
use crate::{
    callback::{self, Callback, Trouble},
    error::Failure,
    names,
};

/// `miaas.Filter` or `miaas.Score`, as the façade hands it over.
#[derive(Debug, FromPyObject)]
pub(crate) struct Given {
    name: String,
    call: Py<PyAny>,
    weight: i64,
    local: bool,
}

impl Given {
    pub(crate) fn name(&self) -> &str {
        &self.name
    }

    /// The callable, whose failure is kept in `trouble`.
    pub(crate) fn callback(&self, py: Python<'_>, what: &str, trouble: &Trouble) -> Callback {
        let what = format!("{what} {:?}", self.name);
        Callback { what, call: self.call.clone_ref(py), trouble: trouble.clone() }
    }
}

/// How to place.
#[derive(Debug, FromPyObject)]
pub(crate) struct How {
    strategy: Option<String>,
    filters: Vec<Given>,
    scores: Vec<Given>,
    explain: bool,
}

impl How {
    /// The engine. Scorers without a named strategy decide alone; with one they are added to it.
    pub(crate) fn engine(self, py: Python<'_>, trouble: &Trouble) -> Result<Engine, Failure> {
        let mut engine = match &self.strategy {
            Some(name) => Engine::default().with_default(name)?,
            None if self.scores.is_empty() => Engine::default(),
            None => {
                let alone = Engine::new(Strategy::new("scores"));
                strategy::presets().into_iter().fold(alone, Engine::with_strategy)
            }
        };
        for given in &self.scores {
            let score = PyScore(Asked::new(py, "score", given, trouble));
            engine = engine.with_score(given.weight, Box::new(score));
        }
        for given in &self.filters {
            engine = engine.with_filter(Box::new(PyFilter(Asked::new(py, "filter", given, trouble))));
        }
        Ok(engine.with_explanations(self.explain))
    }
}

/// A callable that is asked about demands and nodes.
#[derive(Debug)]
struct Asked {
    name: &'static str,
    callback: Callback,
    local: bool,
    /// The demand last asked about: it is asked about for one node after the other.
    demand: Mutex<Option<(WorkloadId, Py<DemandState>)>>,
}

impl Asked {
    fn new(py: Python<'_>, what: &str, given: &Given, trouble: &Trouble) -> Self {
        let callback = given.callback(py, what, trouble);
        Self { name: names::keep(&given.name), callback, local: given.local, demand: Mutex::default() }
    }

    fn answer<T>(
        &self,
        demand: &Demand,
        node: &NodeView,
        otherwise: T,
        read: fn(&Bound<'_, PyAny>) -> PyResult<T>,
    ) -> T {
        self.callback.ask(otherwise, |call| {
            let demand = self.shown(call.py(), demand)?;
            read(&call.call1((demand, NodeState::of(node)))?)
        })
    }

    fn shown(&self, py: Python<'_>, demand: &Demand) -> PyResult<Py<DemandState>> {
        // Nothing in here calls Python code, which could want the lock again.
        let mut last = self.demand.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((workload, shown)) = &*last
            && *workload == demand.workload
        {
            return Ok(shown.clone_ref(py));
        }
        let shown = Py::new(py, DemandState::of(demand))?;
        *last = Some((demand.workload.clone(), shown.clone_ref(py)));
        Ok(shown)
    }
}

#[derive(Debug)]
struct PyFilter(Asked);

impl Filter for PyFilter {
    fn name(&self) -> &'static str {
        self.0.name
    }

    fn check(&self, ask: &Ask<'_>, node: &NodeView, verdict: &mut Verdict) {
        for message in self.0.answer(ask.demand, node, Vec::new(), callback::reasons) {
            verdict.reject(|| RejectReason::Other { filter: self.0.name.to_owned(), message });
        }
    }

    fn is_local(&self, _: &Demand) -> bool {
        self.0.local
    }
}

#[derive(Debug)]
struct PyScore(Asked);

impl Score for PyScore {
    fn name(&self) -> &'static str {
        self.0.name
    }

    fn score(&self, ask: &Ask<'_>, node: &NodeView) -> i64 {
        self.0.answer(ask.demand, node, 0, callback::thousandths)
    }

    fn because(&self, _: &Demand) -> String {
        format!("best by {}", self.0.name)
    }

    fn is_local(&self, _: &Demand) -> bool {
        self.0.local
    }
}

/// The names of all strategies, the default first.
#[pyfunction]
pub(crate) fn strategies() -> Vec<&'static str> {
    Engine::default().strategies()
}
