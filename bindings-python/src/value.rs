//! Plain data on its way between Rust and Python, by the names that it has in the API.

use pyo3::{exceptions::PyTypeError, prelude::*};
use serde::{Serialize, de::DeserializeOwned};

/// Dicts, lists, numbers and text.
pub(crate) fn to_python<'py>(py: Python<'py>, value: &impl Serialize) -> PyResult<Bound<'py, PyAny>> {
    Ok(pythonize::pythonize(py, value)?)
}

/// A value from dicts, lists, numbers and text; `of` is the call that they were given to.
pub(crate) fn from_python<T: DeserializeOwned>(object: &Bound<'_, PyAny>, of: &str) -> PyResult<T> {
    pythonize::depythonize(object).map_err(|e| PyTypeError::new_err(format!("{of}: {e}")))
}
