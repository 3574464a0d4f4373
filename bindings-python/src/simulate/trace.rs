//! The native half of `miaas.Trace`.

use miaas_placement::{
    policy,
    trace::{Arrivals, Curve, Nodes, Pods},
};
use pyo3::prelude::*;

use super::{policy::Wanted, replay};
use crate::{callback::Trouble, error::Failure, gil};

/// The tables of a trace.
#[pyclass(frozen, module = "miaas._native")]
#[derive(Debug)]
pub(crate) struct Trace {
    pub(super) nodes: Nodes,
    pub(super) pods: Pods,
}

/// A sequence of arrivals: made up from a seed, or as text.
#[derive(Debug, FromPyObject)]
enum Sequence {
    Seed(u64),
    /// Where the text comes from, and the text.
    Text(String, String),
}

/// What one replay gave: the curve as arrived, allocated and fragmented in percent, and how many pods were placed and lost.
type Shown = (Vec<(u64, f64, f64)>, u64, u64);

#[pymethods]
impl Trace {
    /// From the text of two tables, each with where it comes from.
    #[new]
    fn new(py: Python<'_>, nodes: (String, String), pods: (String, String)) -> PyResult<Self> {
        gil::detached(py, move || {
            let nodes = Nodes::parse(&nodes.0, &nodes.1)?;
            let pods = Pods::parse(&pods.0, &pods.1, &nodes)?;
            Ok(Self { nodes, pods })
        })
    }

    /// How many nodes, GPUs and pods.
    fn counts(&self) -> (usize, u64, usize) {
        (self.nodes.list.len(), self.nodes.capacity_milli() / 1000, self.pods.list.len())
    }

    /// Pods that no node takes, not even an empty one, in words.
    fn impossible(&self) -> Vec<&str> {
        self.pods.impossible.iter().map(|pod| pod.message.as_str()).collect()
    }

    /// Replays each sequence under a policy.
    fn replay(
        &self,
        py: Python<'_>,
        wanted: Wanted,
        sequences: Vec<Sequence>,
        inflate_milli: u64,
        jobs: usize,
    ) -> PyResult<Vec<Shown>> {
        let trouble = Trouble::default();
        let policies = wanted.policies(py, &self.nodes, sequences.len(), &trouble).map_err(|f| f.raise(py))?;
        gil::detached(py, || {
            let arrivals = sequences.into_iter().map(|s| self.arrivals(s, inflate_milli));
            let arrivals = arrivals.collect::<Result<Vec<_>, Failure>>()?;
            let runs = replay::all(self, arrivals, policies, jobs);
            trouble.settle()?;
            let capacity = self.nodes.capacity_milli();
            let shown = |run: miaas_placement::trace::Run| {
                let curve = Curve::new(&run.points, capacity);
                let points = curve.iter().map(|(a, percent)| (a, percent.allocated, percent.fragmented)).collect();
                (points, run.placed, run.lost)
            };
            Ok(runs?.into_iter().map(shown).collect())
        })
    }
}

impl Trace {
    fn arrivals(&self, sequence: Sequence, inflate_milli: u64) -> Result<Arrivals, Failure> {
        let (pods, nodes) = (&self.pods.list, &self.nodes.list);
        Ok(match sequence {
            Sequence::Seed(seed) => Arrivals::generate(pods, nodes, seed, inflate_milli)?,
            Sequence::Text(origin, text) => Arrivals::parse(&origin, &text, pods.len(), nodes.len())?,
        })
    }
}

/// The names of our policies.
#[pyfunction]
pub(crate) fn policies() -> Vec<&'static str> {
    policy::NAMES.to_vec()
}
