//! Policies of the caller: a scorer in Python, and filters before any policy.

use std::collections::BTreeMap;

use miaas_core::spec::nearest;
use miaas_placement::{
    fleet::{Fleet, Shape, State},
    policy::{self, Policy, Rating},
    trace::Nodes,
};
use pyo3::prelude::*;

use super::state::{FleetState, Models, PodState};
use crate::{
    callback::{self, Callback, Trouble},
    error::Failure,
    names,
    placement::Given,
};

/// What decides: a policy of ours, or a scorer; and filters.
#[derive(Debug, FromPyObject)]
pub(crate) struct Wanted {
    strategy: Option<String>,
    filters: Vec<Given>,
    scores: Vec<Given>,
}

impl Wanted {
    /// A policy for each replay.
    pub(super) fn policies(
        &self,
        py: Python<'_>,
        nodes: &Nodes,
        count: usize,
        trouble: &Trouble,
    ) -> Result<Vec<Box<dyn Policy>>, Failure> {
        let models = Models::of(nodes);
        (0..count).map(|_| self.policy(py, &models, trouble)).collect()
    }

    fn policy(&self, py: Python<'_>, models: &Models, trouble: &Trouble) -> Result<Box<dyn Policy>, Failure> {
        let inner: Box<dyn Policy> = match (&self.strategy, self.scores.first()) {
            (Some(name), _) => policy::by_name(name).ok_or_else(|| unknown(name))?,
            (None, Some(score)) => Box::new(Scored(Asked::new(py, "score", score, models, trouble))),
            (None, None) => Box::<policy::Foresight>::default(),
        };
        if self.filters.is_empty() {
            return Ok(inner);
        }
        let filters = self.filters.iter().map(|f| Asked::new(py, "filter", f, models, trouble)).collect();
        Ok(Box::new(Filtered { inner, filters }))
    }
}

fn unknown(name: &str) -> Failure {
    let all = policy::NAMES.join(", ");
    let hint = match nearest(name, policy::NAMES.iter().copied()) {
        Some(near) => format!("did you mean {near}? The policies are {all}"),
        None => format!("the policies are {all}, or give a callable"),
    };
    Failure::invalid("simulate", format!("there is no policy {name:?}")).with_hint(hint)
}

/// A callable that is asked about pods and nodes. Nodes in one state are equally good, so each state is asked about once.
#[derive(Debug)]
struct Asked<T> {
    name: &'static str,
    callback: Callback,
    models: Models,
    known: BTreeMap<(Shape, State), T>,
}

impl<T: Clone> Asked<T> {
    fn new(py: Python<'_>, what: &str, given: &Given, models: &Models, trouble: &Trouble) -> Self {
        Self {
            name: names::keep(given.name()),
            callback: given.callback(py, what, trouble),
            models: models.clone(),
            known: BTreeMap::new(),
        }
    }

    fn answer(&mut self, shape: &Shape, state: &State, otherwise: T, read: fn(&Bound<'_, PyAny>) -> PyResult<T>) -> T {
        // What a node held before is no part of the question.
        let key = (*shape, State { kinds: 0, ..*state });
        if let Some(known) = self.known.get(&key) {
            return known.clone();
        }
        let models = &self.models;
        let answer = self
            .callback
            .ask(otherwise, |call| read(&call.call1((PodState::of(shape, models), FleetState::of(state, models)))?));
        self.known.insert(key, answer.clone());
        answer
    }
}

#[derive(Debug)]
struct Scored(Asked<i64>);

impl Policy for Scored {
    fn name(&self) -> &'static str {
        self.0.name
    }

    fn rate(&mut self, shape: &Shape, state: &State) -> Rating {
        let score = self.0.answer(shape, state, 0, callback::thousandths);
        // The smallest means never, which a score does not say.
        let score = i32::try_from(score).unwrap_or(if score < 0 { i32::MIN } else { i32::MAX });
        let device = if shape.is_share() { state.tightest(shape.gpu_milli).unwrap_or(0) } else { 0 };
        Rating { score: score.max(i32::MIN + 1), device }
    }
}

#[derive(Debug)]
struct Filtered {
    inner: Box<dyn Policy>,
    filters: Vec<Asked<bool>>,
}

impl Policy for Filtered {
    fn name(&self) -> &'static str {
        self.inner.name()
    }

    fn rate(&mut self, shape: &Shape, state: &State) -> Rating {
        let passes = |answer: &Bound<'_, PyAny>| Ok(callback::reasons(answer)?.is_empty());
        if self.filters.iter_mut().all(|filter| filter.answer(shape, state, false, passes)) {
            self.inner.rate(shape, state)
        } else {
            Rating::NEVER
        }
    }

    fn expect(&mut self, population: &[Shape]) {
        self.inner.expect(population);
    }

    fn arrived(&mut self, shape: &Shape, fleet: &Fleet) {
        self.inner.arrived(shape, fleet);
    }

    fn epoch(&self) -> u64 {
        self.inner.epoch()
    }
}
