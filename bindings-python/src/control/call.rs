//! A call that takes time: begun by [`Call::wait`] for a thread that waits, or by [`Call::future`] for asyncio. Either can be
//! broken off, by Ctrl-C or by cancelling.

use std::{
    fmt,
    panic::AssertUnwindSafe,
    pin::Pin,
    sync::{Arc, Mutex, PoisonError},
};

use futures_util::FutureExt as _;
use miaas_core::PortError;
use pyo3::prelude::*;
use tokio::{
    runtime::Handle,
    task::{AbortHandle, JoinHandle},
    time::timeout,
};

use super::runtime::Runtime;
use crate::{
    error::Failure,
    gil::{self, NOTICE, attached},
    outside,
};

/// An answer, made into Python objects where the interpreter is at hand.
pub(crate) type Answer = Box<dyn for<'py> FnOnce(Python<'py>) -> PyResult<Bound<'py, PyAny>> + Send>;
type Work = Pin<Box<dyn Future<Output = Result<Answer, Failure>> + Send>>;

/// A call that was not begun yet.
#[pyclass(frozen, module = "miaas._native")]
pub(crate) struct Call {
    runtime: Arc<Runtime>,
    work: Mutex<Option<Work>>,
}

impl fmt::Debug for Call {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Call").finish_non_exhaustive()
    }
}

impl Call {
    pub(crate) fn new(
        runtime: &Arc<Runtime>,
        work: impl Future<Output = Result<Answer, Failure>> + Send + 'static,
    ) -> Self {
        Self { runtime: Arc::clone(runtime), work: Mutex::new(Some(Box::pin(work))) }
    }

    /// Begins it. A panic in it is an answer like any other failure.
    fn begin(&self) -> Result<JoinHandle<Result<Answer, Failure>>, Failure> {
        if Handle::try_current().is_ok() {
            return Err(Failure::invalid("call", "a filter or scorer cannot call the orchestrator that asks it"));
        }
        if !self.runtime.is_here() {
            return Err(forked());
        }
        let work = self.work.lock().unwrap_or_else(PoisonError::into_inner).take();
        let Some(work) = work else { return Err(Failure::invalid("call", "a call can be waited for once")) };
        let work = AssertUnwindSafe(work).catch_unwind();
        let work = async { work.await.unwrap_or_else(|panic| Err(Failure::panicked(&*panic))) };
        Ok(self.runtime.handle().spawn(work))
    }
}

#[pymethods]
impl Call {
    /// Waits for the answer.
    fn wait<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        let mut task = self.begin().map_err(|f| f.raise(py))?;
        let answer = gil::detached(py, || {
            loop {
                match self.runtime.handle().block_on(async { timeout(NOTICE, &mut task).await }) {
                    Ok(ended) => return ended.map_err(|e| broken_off().with_source(e))?,
                    Err(_) => attached(|py| py.check_signals()).inspect_err(|_| task.abort())?,
                }
            }
        })?;
        answer(py)
    }

    /// An `asyncio.Future` of the running loop that gets the answer.
    fn future<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        let running = py.import("asyncio")?.call_method0("get_running_loop")?;
        let future = running.call_method0("create_future")?;
        let task = self.begin().map_err(|f| f.raise(py))?;
        future.call_method1("add_done_callback", (Cancel(task.abort_handle()),))?;
        let (running, waiting) = (running.unbind(), future.clone().unbind());
        self.runtime.handle().spawn(async move {
            let ended = task.await;
            // A future that was cancelled knows that.
            if !matches!(&ended, Err(e) if e.is_cancelled()) {
                outside::enter(|py| settle_soon(py, &running, waiting, ended));
            }
        });
        Ok(future)
    }
}

/// Tells the loop of the answer, from the thread that has it.
fn settle_soon(
    py: Python<'_>,
    running: &Py<PyAny>,
    future: Py<PyAny>,
    ended: Result<Result<Answer, Failure>, tokio::task::JoinError>,
) {
    let answer = match ended {
        Ok(answer) => answer.map_err(|failure| failure.raise(py)).and_then(|answer| answer(py)),
        Err(e) => Err(Failure::from(broken_off().with_source(e)).raise(py)),
    };
    let (good, value) = match answer {
        Ok(value) => (true, value),
        Err(error) => (false, error.into_value(py).into_bound(py).into_any()),
    };
    let Ok(settle) = Py::new(py, Settle { good }) else { return };
    // Fails when the loop was closed before its answers came: nobody waits any more.
    if let Err(error) = running.bind(py).call_method1("call_soon_threadsafe", (settle, future, value)) {
        tracing::debug!(%error, "an answer came to a loop that is closed");
    }
}

/// Gives a future its answer, in the thread of its loop.
#[pyclass(frozen, module = "miaas._native")]
struct Settle {
    good: bool,
}

#[pymethods]
impl Settle {
    fn __call__(&self, future: &Bound<'_, PyAny>, value: &Bound<'_, PyAny>) -> PyResult<()> {
        // Cancelled meanwhile.
        if future.call_method0("done")?.is_truthy()? {
            return Ok(());
        }
        future.call_method1(if self.good { "set_result" } else { "set_exception" }, (value,))?;
        Ok(())
    }
}

/// Breaks the call off when its future is cancelled.
#[pyclass(frozen, module = "miaas._native")]
struct Cancel(AbortHandle);

#[pymethods]
impl Cancel {
    fn __call__(&self, future: &Bound<'_, PyAny>) -> PyResult<()> {
        if future.call_method0("cancelled")?.is_truthy()? {
            self.0.abort();
        }
        Ok(())
    }
}

/// What belongs to another process.
pub(super) fn forked() -> Failure {
    Failure::closed("this was opened in the process that this one was forked from", "open one in this process")
}

fn broken_off() -> PortError {
    PortError::internal("call", "the call was broken off")
}
