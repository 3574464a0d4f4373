//! A call that takes time: begun by [`Call::wait`] for a thread that waits, or by [`Call::future`] for asyncio. Either can be
//! broken off, by Ctrl-C or by cancelling.

use std::{
    fmt,
    panic::AssertUnwindSafe,
    pin::Pin,
    sync::{Arc, Mutex, PoisonError},
    task::{Context, Poll},
};

use futures_util::{
    FutureExt as _,
    future::{Either, select},
};
use miaas_core::PortError;
use pyo3::prelude::*;
use tokio::task::{AbortHandle, JoinHandle};

use super::runtime::{Runtime, outside_of_callables};
use crate::{error::Failure, outside};

/// An answer, made into Python objects where the interpreter is at hand.
pub(crate) type Answer = Box<dyn for<'py> FnOnce(Python<'py>) -> PyResult<Bound<'py, PyAny>> + Send>;
type Work = Pin<Box<dyn Future<Output = Result<Answer, Failure>> + Send>>;

/// A call that was not begun yet.
#[pyclass(frozen, module = "miaas._native")]
pub(crate) struct Call {
    runtime: Arc<Runtime>,
    work: Mutex<Option<Work>>,
    /// Whether it goes on when everything else is to end.
    is_last: bool,
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
        Self { runtime: Arc::clone(runtime), work: Mutex::new(Some(Box::pin(work))), is_last: false }
    }

    /// The call that closes.
    pub(super) fn last(
        runtime: &Arc<Runtime>,
        work: impl Future<Output = Result<Answer, Failure>> + Send + 'static,
    ) -> Self {
        Self { is_last: true, ..Self::new(runtime, work) }
    }

    /// Begins it. A panic in it is an answer like any other failure.
    fn begin(&self) -> Result<JoinHandle<Result<Answer, Failure>>, Failure> {
        outside_of_callables()?;
        if !self.runtime.is_here() {
            return Err(forked());
        }
        let work = self.work.lock().unwrap_or_else(PoisonError::into_inner).take();
        let Some(work) = work else { return Err(Failure::invalid("call", "a call can be waited for once")) };
        let work = AssertUnwindSafe(work).catch_unwind();
        let work = async { work.await.unwrap_or_else(|panic| Err(Failure::panicked(&*panic))) };
        if self.is_last {
            return Ok(self.runtime.handle().spawn(work));
        }
        let closing = self.runtime.closing();
        Ok(self.runtime.handle().spawn(async {
            // Looked at first: what ends because of the closing says that.
            match select(Box::pin(closing), Box::pin(work)).await {
                Either::Left(_) => Err(closed()),
                Either::Right((answer, _)) => answer,
            }
        }))
    }
}

#[pymethods]
impl Call {
    /// Waits for the answer.
    fn wait<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        let task = AbortOnDrop(self.begin().map_err(|f| f.raise(py))?);
        let answer = self.runtime.wait_for(py, || task)?;
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

/// A task that ends when nobody waits for it any more.
struct AbortOnDrop(JoinHandle<Result<Answer, Failure>>);

impl Future for AbortOnDrop {
    type Output = Result<Answer, Failure>;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        self.0.poll_unpin(context).map(|ended| ended.map_err(|e| broken_off().with_source(e))?)
    }
}

impl Drop for AbortOnDrop {
    fn drop(&mut self) {
        self.0.abort();
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

/// What is no use any more.
pub(super) fn closed() -> Failure {
    Failure::closed("this is closed", "open another one")
}

/// What belongs to another process.
pub(super) fn forked() -> Failure {
    Failure::closed("this was opened in the process that this one was forked from", "open one in this process")
}

fn broken_off() -> PortError {
    PortError::internal("call", "the call was broken off")
}
