//! Orchestrators, in this process or behind a server: one native class under all four of the façade.

mod backend;
mod call;
mod items;
mod local;
mod open;
mod remote;
mod runtime;
mod update;
mod wait;

use std::{
    fmt,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use miaas_core::{
    api::v1::{ApplyStack, CreateDeployment, DrainNode, PatchLabels, UpdateDeployment},
    secret::Secret,
};
use pyo3::prelude::*;
use serde::Serialize;

use self::{backend::Backend, call::Answer, items::LogsWanted, runtime::Runtime};
pub(crate) use self::{
    call::Call,
    items::Items,
    open::{open_local, open_remote},
    update::check_update_policy,
};
use crate::{error::Failure, value};

/// An orchestrator that is open.
#[pyclass(frozen, module = "miaas._native")]
pub(crate) struct Control {
    /// None once it is closed. Only locked by who holds the interpreter, so that a fork never takes a locked one along.
    open: Mutex<Option<Open>>,
    /// Opens it again in a process that was forked; none when it must not be.
    reopen: Option<Box<dyn Fn() -> Result<Open, Failure> + Send + Sync>>,
}

/// What a call needs.
#[derive(Debug, Clone)]
struct Open {
    runtime: Arc<Runtime>,
    backend: Arc<dyn Backend>,
}

impl fmt::Debug for Control {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Control").finish_non_exhaustive()
    }
}

impl Control {
    fn slot(&self) -> MutexGuard<'_, Option<Open>> {
        // Only whole values are put in.
        self.open.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// What calls go to.
    fn open(&self) -> Result<Open, Failure> {
        let mut slot = self.slot();
        let Some(open) = &*slot else { return Err(call::closed()) };
        if open.runtime.is_here() {
            return Ok(open.clone());
        }
        let Some(reopen) = &self.reopen else { return Err(call::forked()) };
        let open = reopen()?;
        *slot = Some(open.clone());
        Ok(open)
    }
}

/// An answer of plain data.
fn plain(value: impl Serialize + Send + 'static) -> Answer {
    Box::new(move |py| value::to_python(py, &value))
}

impl Control {
    /// A call whose answer is plain data.
    fn call<T, W>(&self, py: Python<'_>, work: impl FnOnce(Arc<dyn Backend>) -> W) -> PyResult<Call>
    where
        T: Serialize + Send + 'static,
        W: Future<Output = Result<T, Failure>> + Send + 'static,
    {
        let Open { runtime, backend } = self.open().map_err(|f| f.raise(py))?;
        let work = work(backend);
        Ok(Call::new(&runtime, async { work.await.map(plain) }))
    }
}

#[pymethods]
impl Control {
    /// Whether it can still be used in this process.
    fn is_open(&self) -> bool {
        self.slot().as_ref().is_some_and(|open| open.runtime.is_here() || self.reopen.is_some())
    }

    fn create(&self, py: Python<'_>, body: &Bound<'_, PyAny>) -> PyResult<Call> {
        let body: CreateDeployment = value::from_python(body, "deploy()")?;
        self.call(py, |backend| async move { backend.create(body).await })
    }

    fn plan_create(&self, py: Python<'_>, body: &Bound<'_, PyAny>) -> PyResult<Call> {
        let body: CreateDeployment = value::from_python(body, "plan()")?;
        self.call(py, |backend| async move { backend.plan_create(body).await })
    }

    fn update(&self, py: Python<'_>, deployment: String, body: &Bound<'_, PyAny>) -> PyResult<Call> {
        let body: UpdateDeployment = value::from_python(body, "update()")?;
        self.call(py, |backend| async move { backend.update(&deployment, body).await })
    }

    fn plan_update(&self, py: Python<'_>, deployment: String, body: &Bound<'_, PyAny>) -> PyResult<Call> {
        let body: UpdateDeployment = value::from_python(body, "plan_update()")?;
        self.call(py, |backend| async move { backend.plan_update(&deployment, body).await })
    }

    fn delete(&self, py: Python<'_>, deployment: String) -> PyResult<Call> {
        self.call(py, |backend| async move { backend.delete(&deployment).await })
    }

    fn plan_delete(&self, py: Python<'_>, deployment: String) -> PyResult<Call> {
        self.call(py, |backend| async move { backend.plan_delete(&deployment).await })
    }

    #[pyo3(signature = (deployment, revision=None))]
    fn rollback(&self, py: Python<'_>, deployment: String, revision: Option<u64>) -> PyResult<Call> {
        self.call(py, |backend| async move { backend.rollback(&deployment, revision).await })
    }

    #[pyo3(signature = (deployment, revision=None))]
    fn plan_rollback(&self, py: Python<'_>, deployment: String, revision: Option<u64>) -> PyResult<Call> {
        self.call(py, |backend| async move { backend.plan_rollback(&deployment, revision).await })
    }

    fn pause(&self, py: Python<'_>, deployment: String) -> PyResult<Call> {
        self.call(py, |backend| async move { backend.pause(&deployment).await })
    }

    fn resume(&self, py: Python<'_>, deployment: String) -> PyResult<Call> {
        self.call(py, |backend| async move { backend.resume(&deployment).await })
    }

    fn promote(&self, py: Python<'_>, deployment: String) -> PyResult<Call> {
        self.call(py, |backend| async move { backend.promote(&deployment).await })
    }

    fn deployments(&self, py: Python<'_>) -> PyResult<Call> {
        self.call(py, |backend| async move { backend.deployments().await })
    }

    fn deployment(&self, py: Python<'_>, deployment: String) -> PyResult<Call> {
        self.call(py, |backend| async move { backend.deployment(&deployment).await })
    }

    fn outputs(&self, py: Python<'_>, deployment: String) -> PyResult<Call> {
        self.call(py, |backend| async move { backend.outputs(&deployment).await })
    }

    fn revisions(&self, py: Python<'_>, deployment: String) -> PyResult<Call> {
        self.call(py, |backend| async move { backend.revisions(&deployment).await })
    }

    /// Until it is `ready`, `stopped` or `gone`; for ever without a timeout.
    #[pyo3(signature = (deployment, goal, timeout_s=None))]
    fn wait(
        &self,
        py: Python<'_>,
        deployment: String,
        goal: &Bound<'_, PyAny>,
        timeout_s: Option<f64>,
    ) -> PyResult<Call> {
        let goal = value::from_python(goal, "wait()")?;
        let limit = timeout_s.map(|s| open::seconds("wait()", s)).transpose().map_err(|f| f.raise(py))?;
        let what = wait::What::Deployment(deployment);
        self.call(py, move |backend| async move { wait::wait(&*backend, &what, goal, limit).await })
    }

    fn apply_stack(&self, py: Python<'_>, stack: String, body: &Bound<'_, PyAny>) -> PyResult<Call> {
        let body: ApplyStack = value::from_python(body, "apply_stack()")?;
        self.call(py, |backend| async move { backend.apply_stack(&stack, body).await })
    }

    fn plan_stack(&self, py: Python<'_>, stack: String, body: &Bound<'_, PyAny>) -> PyResult<Call> {
        let body: ApplyStack = value::from_python(body, "plan_stack()")?;
        self.call(py, |backend| async move { backend.plan_stack(&stack, body).await })
    }

    fn delete_stack(&self, py: Python<'_>, stack: String) -> PyResult<Call> {
        self.call(py, |backend| async move { backend.delete_stack(&stack).await })
    }

    fn stacks(&self, py: Python<'_>) -> PyResult<Call> {
        self.call(py, |backend| async move { backend.stacks().await })
    }

    fn stack(&self, py: Python<'_>, stack: String) -> PyResult<Call> {
        self.call(py, |backend| async move { backend.stack(&stack).await })
    }

    /// Until all of a stack is `ready`, `stopped` or `gone`; for ever without a timeout.
    #[pyo3(signature = (stack, goal, timeout_s=None))]
    fn wait_stack(
        &self,
        py: Python<'_>,
        stack: String,
        goal: &Bound<'_, PyAny>,
        timeout_s: Option<f64>,
    ) -> PyResult<Call> {
        let goal = value::from_python(goal, "wait_stack()")?;
        let limit = timeout_s.map(|s| open::seconds("wait_stack()", s)).transpose().map_err(|f| f.raise(py))?;
        let what = wait::What::Stack(stack);
        self.call(py, move |backend| async move { wait::wait(&*backend, &what, goal, limit).await })
    }

    fn nodes(&self, py: Python<'_>) -> PyResult<Call> {
        self.call(py, |backend| async move { backend.nodes().await })
    }

    fn node(&self, py: Python<'_>, node: String) -> PyResult<Call> {
        self.call(py, |backend| async move { backend.node(&node).await })
    }

    fn label(&self, py: Python<'_>, node: String, body: &Bound<'_, PyAny>) -> PyResult<Call> {
        let body: PatchLabels = value::from_python(body, "label()")?;
        self.call(py, |backend| async move { backend.label(&node, body).await })
    }

    fn plan_label(&self, py: Python<'_>, node: String, body: &Bound<'_, PyAny>) -> PyResult<Call> {
        let body: PatchLabels = value::from_python(body, "plan_label()")?;
        self.call(py, |backend| async move { backend.plan_label(&node, body).await })
    }

    fn cordon(&self, py: Python<'_>, node: String, cordoned: bool) -> PyResult<Call> {
        self.call(py, move |backend| async move { backend.cordon(&node, cordoned).await })
    }

    #[pyo3(signature = (node, deadline_seconds=None))]
    fn drain(&self, py: Python<'_>, node: String, deadline_seconds: Option<u64>) -> PyResult<Call> {
        self.call(py, move |backend| async move { backend.drain(&node, DrainNode { deadline_seconds }).await })
    }

    fn plan_cordon(&self, py: Python<'_>, node: String, cordoned: bool) -> PyResult<Call> {
        self.call(py, move |backend| async move { backend.plan_cordon(&node, cordoned).await })
    }

    #[pyo3(signature = (node, deadline_seconds=None))]
    fn plan_drain(&self, py: Python<'_>, node: String, deadline_seconds: Option<u64>) -> PyResult<Call> {
        self.call(py, move |backend| async move { backend.plan_drain(&node, DrainNode { deadline_seconds }).await })
    }

    fn put_secret(&self, py: Python<'_>, name: String, value: String) -> PyResult<Call> {
        let value = Secret::new(value);
        self.call(py, |backend| async move { backend.put_secret(&name, value).await })
    }

    fn secrets(&self, py: Python<'_>) -> PyResult<Call> {
        self.call(py, |backend| async move { backend.secrets().await })
    }

    fn delete_secret(&self, py: Python<'_>, name: String) -> PyResult<Call> {
        self.call(py, |backend| async move { backend.delete_secret(&name).await })
    }

    fn status(&self, py: Python<'_>) -> PyResult<Call> {
        self.call(py, |backend| async move { backend.status().await })
    }

    fn events(&self, py: Python<'_>, after: u64, limit: usize) -> PyResult<Call> {
        self.call(py, move |backend| async move { backend.events(after, limit).await })
    }

    /// What happened after a cursor, and what happens from now on.
    fn watch(&self, py: Python<'_>, after: u64) -> PyResult<Items> {
        let Open { runtime, backend } = self.open().map_err(|f| f.raise(py))?;
        Ok(Items::new(&runtime, Box::pin(async move { backend.watch(after).await.map(items::plain_items) })))
    }

    /// The output of the workloads of a deployment.
    #[pyo3(signature = (deployment, wanted))]
    fn logs(&self, py: Python<'_>, deployment: String, wanted: LogsWanted) -> PyResult<Items> {
        let Open { runtime, backend } = self.open().map_err(|f| f.raise(py))?;
        let options = wanted.options().map_err(|f| f.raise(py))?;
        Ok(Items::new(
            &runtime,
            Box::pin(async move { backend.logs(&deployment, options).await.map(items::plain_items) }),
        ))
    }

    /// Ends it; calls that wait fail. Closing twice is fine.
    fn close(&self, py: Python<'_>) -> PyResult<Option<Call>> {
        runtime::outside_of_callables().map_err(|f| f.raise(py))?;
        // What a forked process has a copy of is the parent's to end.
        let open = self.slot().take().filter(|open| open.runtime.is_here());
        let Some(Open { runtime, backend }) = open else { return Ok(None) };
        runtime.close();
        Ok(Some(Call::last(&runtime, async move { backend.close().await.map(plain) })))
    }
}
