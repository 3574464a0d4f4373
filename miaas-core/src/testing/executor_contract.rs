//! The suite behind the `# Contract` of [`Executor`]: every executor passes it, the fake one too.
//!
//! A check that fails panics with what was expected and what was seen. Every check uses workloads of its own and removes
//! them at its end; after a panic they are left for the fixtures to clean up.

#![allow(clippy::panic, clippy::expect_used, reason = "a contract suite fails by panicking, like any test")]

mod dependencies;
mod harness;
mod isolation;
mod lifecycle;
mod logs;
mod script;
mod state;

use std::sync::Arc;

use async_trait::async_trait;

pub use self::script::{Step, shell_script};
use crate::{
    id::WorkloadId,
    model::{ExecutorKind, Service},
    port::Executor,
};

/// What differs between executors: how a service is written down, and what can be done to the machine behind their back.
#[async_trait]
pub trait ExecutorFixtures: Send + Sync {
    /// The kind of the executor.
    fn kind(&self) -> ExecutorKind;

    /// A workload id that no other run uses.
    fn id(&self, name: &str) -> WorkloadId;

    /// A service that does these steps and then waits for the stop signal, unless it exits before. It is never started
    /// again by itself. When [`Step::Keep`] or [`Step::Recall`] is among the steps, it mounts the volume `data`. When
    /// [`Step::Checked`] is, it has a health check that passes after [`Step::BecomeHealthy`].
    fn service(&self, steps: &[Step]) -> Service;

    /// A service that cannot be prepared (an image that does not exist, a missing program), and a text that the error must
    /// contain.
    fn unpreparable(&self) -> (Service, String);

    /// Kills a running service behind the executor's back. False when this is not possible here.
    async fn kill(&self, _instance: &str) -> bool {
        false
    }

    /// Runs something on the machine that does not carry the system's mark, under a name that `like` would use too where
    /// that is possible. None when this is not possible here.
    async fn plant_foreign(&self, _like: &WorkloadId) -> Option<String> {
        None
    }

    /// Whether what was planted still runs, untouched.
    async fn foreign_runs(&self, _planted: &str) -> bool {
        true
    }

    /// Removes what was planted.
    async fn remove_foreign(&self, _planted: &str) {}
}

/// Makes a new executor on the same machine, as a new process would.
pub type MakeExecutor<'a> = &'a (dyn Fn() -> Arc<dyn Executor> + Sync);

/// Checks every sentence of the contract.
///
/// # Panics
/// When one does not hold, saying which.
pub async fn executor_contract(make: MakeExecutor<'_>, fixtures: &dyn ExecutorFixtures) {
    let h = harness::Harness { make, executor: make(), fixtures };
    lifecycle::check(&h).await;
    state::check(&h).await;
    dependencies::check(&h).await;
    logs::check(&h).await;
    isolation::check(&h).await;
}
