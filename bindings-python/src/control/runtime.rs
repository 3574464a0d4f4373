//! The threads behind an orchestrator or a client. They belong to the process that started them: a fork has none of them.

use std::{mem, process};

use miaas_core::PortError;
use pyo3::prelude::*;
use tokio::{
    runtime::{self, Handle},
    sync::watch,
    time::timeout,
};

use crate::{
    error::Failure,
    gil::{self, NOTICE, attached},
};

/// Enough that one that waits for the interpreter does not hold the others up.
const WORKERS: usize = 2;

/// The threads.
#[derive(Debug)]
pub(crate) struct Runtime {
    /// None only while it is dropped.
    inner: Option<runtime::Runtime>,
    handle: Handle,
    process: u32,
    closed: watch::Sender<bool>,
}

impl Runtime {
    pub(crate) fn start() -> Result<Self, Failure> {
        let mut builder = runtime::Builder::new_multi_thread();
        let inner = builder.worker_threads(WORKERS).thread_name("miaas").enable_all().build();
        let inner = inner.map_err(|e| PortError::unavailable("runtime", "threads cannot be started").with_source(e))?;
        let (handle, closed) = (inner.handle().clone(), watch::Sender::new(false));
        Ok(Self { handle, inner: Some(inner), process: process::id(), closed })
    }

    /// Waits in this thread of Python's, which notices signals meanwhile; what is waited for is dropped then.
    pub(crate) fn wait_for<T: Send, W: Future<Output = Result<T, Failure>>>(
        &self,
        py: Python<'_>,
        work: impl FnOnce() -> W + Send,
    ) -> PyResult<T> {
        outside_of_callables().map_err(|f| f.raise(py))?;
        gil::detached(py, || {
            let mut work = Box::pin(work());
            loop {
                match self.handle.block_on(async { timeout(NOTICE, &mut work).await }) {
                    Ok(ended) => return ended,
                    Err(_) => attached(|py| py.check_signals())?,
                }
            }
        })
    }

    /// Ends every call that waits.
    pub(super) fn close(&self) {
        self.closed.send_replace(true);
    }

    /// Comes to its end when the calls that wait are to end.
    pub(super) fn closing(&self) -> impl Future<Output = ()> + Send + use<> {
        let mut closed = self.closed.subscribe();
        // An error says that it is gone, which is the same.
        async move { drop(closed.wait_for(|closed| *closed).await) }
    }

    /// Whether this is the process that has the threads.
    pub(crate) fn is_here(&self) -> bool {
        self.process == process::id()
    }

    pub(crate) const fn handle(&self) -> &Handle {
        &self.handle
    }
}

/// A callable of the caller is asked by a thread that others wait for: it cannot wait itself.
pub(super) fn outside_of_callables() -> Result<(), Failure> {
    match Handle::try_current() {
        Ok(_) => Err(Failure::invalid("call", "a filter or scorer cannot call the orchestrator that asks it")),
        Err(_) => Ok(()),
    }
}

impl Drop for Runtime {
    fn drop(&mut self) {
        let Some(inner) = self.inner.take() else { return };
        if self.is_here() {
            inner.shutdown_background();
        } else {
            // Ending it would wait for threads that a fork does not have; what they hold is the parent's.
            mem::forget(inner);
        }
    }
}
