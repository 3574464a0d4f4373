//! Opening orchestrators.

use std::{
    sync::{Arc, Mutex},
    time::Duration,
};

use miaas_client::Client;
use miaas_core::secret::Secret;
use pyo3::prelude::*;

use super::{Control, Open, local, local::Local, runtime::Runtime};
use crate::{callback::Trouble, catalog::Catalog, error::Failure, placement::How, value};

/// One in this process. Waits for its store and its nodes.
#[pyfunction]
pub(crate) fn open_local(py: Python<'_>, config: &Bound<'_, PyAny>, catalog: &Catalog, how: How) -> PyResult<Control> {
    let config: local::Config = value::from_python(config, "Orchestrator()")?;
    let trouble = Trouble::default();
    let engine = how.engine(py, &trouble).map_err(|f| f.raise(py))?;
    let renderer = catalog.renderer().clone();
    let runtime = Runtime::start().map_err(|f| f.raise(py))?;
    let local = runtime.wait_for(py, || Local::open(config, renderer, engine, trouble))?;
    let open = Open { runtime: Arc::new(runtime), backend: Arc::new(local) };
    Ok(Control { open: Mutex::new(Some(open)), reopen: None })
}

/// Where a server is, and who asks.
#[derive(Debug, Clone)]
struct Address {
    url: String,
    key: Secret,
    pin: Option<String>,
    timeout: Duration,
}

impl Address {
    fn connect(&self) -> Result<Open, Failure> {
        let pin = self.pin.as_deref().map(str::parse).transpose()?;
        let client = Client::trusting(&self.url, self.key.clone(), pin)?.with_timeout(self.timeout);
        Ok(Open { runtime: Arc::new(Runtime::start()?), backend: Arc::new(client) })
    }
}

/// One behind a server. Opens no connection yet.
#[pyfunction]
pub(crate) fn open_remote(
    py: Python<'_>,
    url: String,
    key: String,
    pin: Option<String>,
    timeout_s: f64,
) -> PyResult<Control> {
    let open = || {
        let timeout = seconds("Client()", timeout_s)?;
        let address = Address { url, key: Secret::new(key), pin, timeout };
        let open = address.connect()?;
        // Connections cannot be shared with a process that is forked from this one: there it connects anew.
        Ok(Control { open: Mutex::new(Some(open)), reopen: Some(Box::new(move || address.connect())) })
    };
    open().map_err(|failure: Failure| failure.raise(py))
}

/// A time from seconds.
pub(super) fn seconds(of: &str, seconds: f64) -> Result<Duration, Failure> {
    let wrong = |_| Failure::invalid(of, format!("{of}: timeout is {seconds}; it must be a number of seconds from 0"));
    Duration::try_from_secs_f64(seconds).map_err(wrong)
}
