//! A callable of the caller, as pure code can use it: the first time that it fails ends its use, and that failure is what the
//! caller gets to see.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use pyo3::{
    exceptions::{PyTypeError, PyValueError},
    prelude::*,
    types::{PyBool, PyFloat, PyInt, PyString},
};

use crate::{error::Failure, outside};

/// Scores of callables are counted in thousandths, so that 0.5 is not nothing.
const THOUSANDTHS: f64 = 1000.0;

/// Where the first failure of any callable of one call is kept.
#[derive(Debug, Clone, Default)]
pub(crate) struct Trouble(Arc<Mutex<Option<Failure>>>);

impl Trouble {
    fn slot(&self) -> MutexGuard<'_, Option<Failure>> {
        // Only whole failures are put in, so a poisoned lock is as good as any.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Keeps the first.
    pub(crate) fn keep(&self, failure: Failure) {
        self.slot().get_or_insert(failure);
    }

    /// Whether there is one.
    pub(crate) fn is_any(&self) -> bool {
        self.slot().is_some()
    }

    /// Fails with it.
    pub(crate) fn settle(&self) -> Result<(), Failure> {
        self.slot().take().map_or(Ok(()), Err)
    }
}

/// A callable with what it is, in words.
#[derive(Debug)]
pub(crate) struct Callback {
    /// `filter 'rack'`.
    pub(crate) what: String,
    pub(crate) call: Py<PyAny>,
    pub(crate) trouble: Trouble,
}

impl Callback {
    /// Calls it and reads its answer; `otherwise` once anything failed.
    pub(crate) fn ask<T>(&self, otherwise: T, ask: impl FnOnce(&Bound<'_, PyAny>) -> PyResult<T>) -> T {
        if self.trouble.is_any() {
            return otherwise;
        }
        let asked = outside::enter(|py| ask(self.call.bind(py)).map_err(|e| Failure::callback(py, &self.what, e)));
        match asked.unwrap_or_else(|| Err(Failure::closed("the program ends", "ask before its end"))) {
            Ok(answer) => answer,
            Err(failure) => {
                self.trouble.keep(failure);
                otherwise
            }
        }
    }
}

/// The reasons against, from the answer of a filter.
pub(crate) fn reasons(answer: &Bound<'_, PyAny>) -> PyResult<Vec<String>> {
    if let Ok(flag) = answer.cast::<PyBool>() {
        return Ok(if flag.is_true() { Vec::new() } else { vec!["says no".to_owned()] });
    }
    if let Ok(text) = answer.cast::<PyString>() {
        return Ok(vec![text.to_str()?.to_owned()]);
    }
    let kind = answer.get_type().name()?;
    Err(PyTypeError::new_err(format!("it returned {kind}; a filter returns True, False or the reason against as text")))
}

/// The score in thousandths, from the answer of a scorer.
pub(crate) fn thousandths(answer: &Bound<'_, PyAny>) -> PyResult<i64> {
    // True is the answer of a filter.
    let number = !answer.is_instance_of::<PyBool>()
        && (answer.is_instance_of::<PyFloat>() || answer.is_instance_of::<PyInt>() || answer.hasattr("__float__")?);
    if !number {
        let kind = answer.get_type().name()?;
        return Err(PyTypeError::new_err(format!("it returned {kind}; a scorer returns a number, higher is better")));
    }
    let score: f64 = answer.extract()?;
    if !score.is_finite() {
        return Err(PyValueError::new_err(format!("it returned {score}; a score is a finite number")));
    }
    #[expect(clippy::cast_possible_truncation, reason = "a score beyond all numbers is the largest there is")]
    Ok((score * THOUSANDTHS).round() as i64)
}
