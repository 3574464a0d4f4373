//! Threads that Python did not start, and that want to call it. While the interpreter ends, one that asks for it is torn away in the
//! middle, and the whole process with it: so the end waits for those that are inside, and lets no other in.

use std::{
    sync::{
        OnceLock,
        atomic::{AtomicBool, AtomicUsize, Ordering},
    },
    time::Duration,
};

use pyo3::{exceptions::PyImportError, prelude::*};
use tokio::time::Instant;

use crate::gil;

static INSIDE: AtomicUsize = AtomicUsize::new(0);
static ENDED: AtomicBool = AtomicBool::new(false);

/// What those that are inside get to come out, when the program ends.
const GRACE: Duration = Duration::from_secs(2);
/// Between two looks.
const LOOK: Duration = Duration::from_millis(1);

/// Calls Python. None when the interpreter ends: there is nobody left to ask or to tell.
pub(crate) fn enter<T>(call: impl FnOnce(Python<'_>) -> T) -> Option<T> {
    struct Out;
    impl Drop for Out {
        fn drop(&mut self) {
            INSIDE.fetch_sub(1, Ordering::SeqCst);
        }
    }
    INSIDE.fetch_add(1, Ordering::SeqCst);
    let _out = Out;
    if ENDED.load(Ordering::SeqCst) { None } else { Python::try_attach(call) }
}

/// Called before the interpreter ends.
#[pyfunction]
pub(crate) fn end(py: Python<'_>) -> PyResult<()> {
    ENDED.store(true, Ordering::SeqCst);
    gil::detached(py, || {
        let begun = Instant::now();
        while INSIDE.load(Ordering::SeqCst) > 0 && begun.elapsed() < GRACE {
            #[expect(clippy::disallowed_methods, reason = "a thread of Python's that waits, at its very end")]
            std::thread::sleep(LOOK);
        }
        Ok(())
    })
}

/// Called in a fork: those that were inside are the parent's.
#[pyfunction]
pub(crate) fn begin_anew() {
    INSIDE.store(0, Ordering::SeqCst);
}

/// Has both called when it is time. Refuses a second interpreter of the process: its end would be taken for that of the first.
pub(crate) fn arrange(module: &Bound<'_, PyModule>) -> PyResult<()> {
    static FIRST: OnceLock<usize> = OnceLock::new();
    let py = module.py();
    // Each interpreter has a `sys` of its own.
    let this = py.import("sys")?.as_ptr().addr();
    if *FIRST.get_or_init(|| this) != this {
        return Err(PyImportError::new_err(
            "miaas works in the first interpreter of a process that imports it, and in no other",
        ));
    }
    py.import("atexit")?.call_method1("register", (wrap_pyfunction!(end, module)?,))?;
    let options = pyo3::types::PyDict::new(py);
    options.set_item("after_in_child", wrap_pyfunction!(begin_anew, module)?)?;
    py.import("os")?.call_method("register_at_fork", (), Some(&options))?;
    Ok(())
}
