//! The threads behind an orchestrator or a client. They belong to the process that started them: a fork has none of them.

use std::{mem, process};

use miaas_core::PortError;
use tokio::runtime::{self, Handle};

use crate::error::Failure;

/// Enough that one that waits for the interpreter does not hold the others up.
const WORKERS: usize = 2;

/// The threads.
#[derive(Debug)]
pub(crate) struct Runtime {
    /// None only while it is dropped.
    inner: Option<runtime::Runtime>,
    handle: Handle,
    process: u32,
}

impl Runtime {
    pub(crate) fn start() -> Result<Self, Failure> {
        let mut builder = runtime::Builder::new_multi_thread();
        let inner = builder.worker_threads(WORKERS).thread_name("miaas").enable_all().build();
        let inner = inner.map_err(|e| PortError::unavailable("runtime", "threads cannot be started").with_source(e))?;
        Ok(Self { handle: inner.handle().clone(), inner: Some(inner), process: process::id() })
    }

    /// Whether this is the process that has the threads.
    pub(crate) fn is_here(&self) -> bool {
        self.process == process::id()
    }

    pub(crate) const fn handle(&self) -> &Handle {
        &self.handle
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
