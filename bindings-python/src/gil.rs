//! The one door between Rust and the interpreter: what computes or waits goes through [`detached`], so that other Python
//! threads run meanwhile, and what calls Python from there goes through [`attached`]. A panic ends at either as an exception.

use std::{
    any::Any,
    panic::{AssertUnwindSafe, catch_unwind},
    time::Duration,
};

use pyo3::prelude::*;
use tokio::time::Instant;

use crate::error::Failure;

/// How long Ctrl-C may go unnoticed.
pub(crate) const NOTICE: Duration = Duration::from_millis(50);

/// Does the work without holding the interpreter.
pub(crate) fn detached<T: Send>(py: Python<'_>, work: impl FnOnce() -> Result<T, Failure> + Send) -> PyResult<T> {
    let done = py.detach(|| catch_unwind(AssertUnwindSafe(work)));
    done.unwrap_or_else(|panic| Err(Failure::panicked(&*panic))).map_err(|failure| failure.raise(py))
}

/// Calls Python from work that was [`detached`].
pub(crate) fn attached<T>(call: impl FnOnce(Python<'_>) -> PyResult<T>) -> Result<T, Failure> {
    Python::attach(|py| call(py).map_err(Failure::python))
}

/// Lets long work notice signals, at most every [`NOTICE`]: a lock of the interpreter for each step would cost more than the
/// step.
#[derive(Debug)]
pub(crate) struct Patience {
    looked: Instant,
}

impl Patience {
    pub(crate) fn new() -> Self {
        Self { looked: Instant::now() }
    }

    /// Fails with what a signal handler raised, above all `KeyboardInterrupt`.
    pub(crate) fn check(&mut self) -> Result<(), Failure> {
        if self.looked.elapsed() < NOTICE {
            return Ok(());
        }
        self.looked = Instant::now();
        attached(|py| py.check_signals())
    }
}

/// What a panic said.
pub(crate) fn said(panic: &(dyn Any + Send)) -> &str {
    let text = panic.downcast_ref::<&str>().copied();
    text.or_else(|| panic.downcast_ref::<String>().map(String::as_str)).unwrap_or("no message")
}

/// Panics: the tests show with it that a defect is an exception and not the end of the process.
#[pyfunction]
#[expect(clippy::panic, reason = "that is what it is for")]
pub(crate) fn provoke_panic(py: Python<'_>, message: String) -> PyResult<()> {
    detached(py, move || panic!("{message}"))
}
