//! The native part of the Python package `miaas`: what the façade in `python/miaas` stands on, and private to it.

#![allow(clippy::needless_pass_by_value, reason = "arguments that come from Python are given away")]

mod args;
mod callback;
mod catalog;
mod control;
mod error;
mod gil;
mod names;
mod outside;
mod placement;
mod simulate;
mod value;

use pyo3::prelude::*;

#[pymodule]
mod _native {
    use super::*;

    #[pymodule_export]
    const VERSION: &str = env!("CARGO_PKG_VERSION");

    #[pymodule_export]
    use super::catalog::{Catalog, check_template, read_stack};
    #[pymodule_export]
    use super::control::{Call, Control, Items, check_update_policy, open_local, open_remote};
    #[pymodule_export]
    use super::gil::provoke_panic;
    #[pymodule_export]
    use super::placement::{
        Cluster, Demand, DemandState, GpuState, NodeState, Placements, Policy, demands_from_columns, read_demand,
        read_policy, strategies,
    };
    #[pymodule_export]
    use super::simulate::{FleetState, PodState, Trace, policies};

    #[pymodule_init]
    fn init(module: &Bound<'_, PyModule>) -> PyResult<()> {
        outside::arrange(module)
    }
}
