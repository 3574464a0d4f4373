//! Plain data on its way between Rust and Python, by the names that it has in the API.

use pyo3::{exceptions::PyTypeError, prelude::*};
use serde::{Serialize, de::DeserializeOwned};

use crate::error::Failure;

/// Dicts, lists, numbers and text.
pub(crate) fn to_python<'py>(py: Python<'py>, value: &impl Serialize) -> PyResult<Bound<'py, PyAny>> {
    Ok(pythonize::pythonize(py, value)?)
}

/// A value from dicts, lists, numbers and text; `of` is the call that they were given to. A wrong type is a `TypeError`, what
/// follows no rule (a name, for example) a `miaas.InvalidError`.
pub(crate) fn from_python<T: DeserializeOwned>(object: &Bound<'_, PyAny>, of: &str) -> PyResult<T> {
    pythonize::depythonize(object).map_err(|e| {
        let (py, text) = (object.py(), e.to_string());
        let message = format!("{of}: {text}");
        let wrong_type = text.starts_with("invalid type") || PyErr::from(e).is_instance_of::<PyTypeError>(py);
        if wrong_type { PyTypeError::new_err(message) } else { Failure::invalid(of, message).raise(py) }
    })
}
