//! `miaas.UpdatePolicy`, checked when it is made.

use miaas_core::model::{Canary, UpdatePolicy};
use pyo3::prelude::*;

use crate::{args::Arg, error::Failure};

const POLICY: &str = "UpdatePolicy()";
const CANARY: &str = "Canary()";

/// Fails with everything that is wrong with a `miaas.UpdatePolicy`.
#[pyfunction]
pub(crate) fn check_update_policy(object: &Bound<'_, PyAny>) -> PyResult<()> {
    let fields = Arg::new(POLICY, "self", object);
    let fields = fields.fields(POLICY, "UpdatePolicy")?;
    let policy = UpdatePolicy {
        strategy: fields.get("strategy")?.word("rolling, recreate, canary")?,
        max_unavailable: fields.get("max_unavailable")?.whole()?,
        max_surge: fields.get("max_surge")?.whole()?,
        canary: canary(&fields.get("canary")?)?,
        min_ready_seconds: fields.get("min_ready_seconds")?.whole()?,
        progress_deadline_seconds: fields.get("progress_deadline_seconds")?.whole()?,
        rollback: fields.get("rollback")?.flag()?,
        paused: fields.get("paused")?.flag()?,
    };
    let issues = policy.issues("");
    if issues.is_empty() { Ok(()) } else { Err(Failure::issues(POLICY, issues).raise(object.py())) }
}

fn canary(arg: &Arg<'_>) -> PyResult<Canary> {
    let fields = arg.fields(CANARY, "Canary")?;
    Ok(Canary {
        replicas: fields.get("replicas")?.whole()?,
        hold_seconds: fields.get("hold_seconds")?.whole()?,
        manual: fields.get("manual")?.flag()?,
        promoted: fields.get("promoted")?.optional(Arg::whole)?,
    })
}
