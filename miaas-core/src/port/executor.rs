use std::{collections::BTreeMap, fmt::Debug, time::Duration};

use async_trait::async_trait;
use serde::{Deserialize, Serialize};

use super::BoxStream;
use crate::{
    error::PortError,
    hash::ContentHash,
    id::{DeploymentId, WorkloadId},
    model::{ExecutorKind, PullProgress, RenderedWorkload, ServiceState},
    time::Timestamp,
};

/// Runs workloads on one machine.
///
/// # Contract
/// - `observe` asks the machine, never a cache, and lists exactly the workloads that carry this system's mark; what others
///   run is neither listed nor touched by any method.
/// - Every method is idempotent: `prepare`, `start` of what is prepared or runs with the same hash, `stop` of what is
///   stopped, `stop` and `remove` of what does not exist succeed and change nothing.
/// - `prepare` makes everything ready that can fail without touching what runs (pulls images, creates volumes, checks
///   commands). After it failed, what ran before still runs.
/// - `pull` gets what `prepare` would have to get; an executor without images has nothing to do.
/// - `start` replaces the services that run under the same id with another hash, and ends those that are gone; what did not
///   change runs on, and named volumes survive. A service that asks for it (`follows`) is started again after another was
///   replaced. Services start in the order of `depends_on`, waiting for its conditions.
/// - `stop` ends the services with the given grace, at most; volumes and what is needed to observe the workload stay. A
///   service that it ended is observed without an exit code, and so is told from one that ended by itself.
/// - `remove` removes everything of the workload including its volumes.
/// - What was started survives the end of the executor's process and is observed again by the next one, with the hash.
/// - The futures of `prepare` and `start` may be dropped; what is there then is observed, and a later `start`, `stop` or
///   `remove` settles it.
/// - An error names the workload, the service and what the engine answered.
#[async_trait]
pub trait Executor: Debug + Send + Sync + 'static {
    /// What it can do, known before any effect.
    fn capability(&self) -> Capability;
    /// What is there now.
    async fn observe(&self) -> Result<BTreeMap<WorkloadId, Observed>, PortError>;
    /// Gets images that will be needed, while what runs is not touched.
    async fn pull(&self, id: &WorkloadId, images: &[String], progress: &dyn Progress) -> Result<(), PortError>;
    /// Makes ready.
    async fn prepare(&self, workload: &RenderedWorkload, progress: &dyn Progress) -> Result<(), PortError>;
    /// Makes run.
    async fn start(&self, workload: &RenderedWorkload) -> Result<(), PortError>;
    /// Ends, keeping the volumes.
    async fn stop(&self, id: &WorkloadId, grace: Duration) -> Result<(), PortError>;
    /// Removes with its volumes.
    async fn remove(&self, id: &WorkloadId) -> Result<(), PortError>;
    /// The output of its services, oldest first; ends at the present unless `follow` is set.
    fn logs(&self, id: &WorkloadId, options: LogOptions) -> BoxStream<'static, Result<LogLine, PortError>>;
    /// Yields whenever something may have changed on the machine, so that the loop looks at once and not at its next timer.
    /// May yield too often, and may miss changes: the timer is what correctness rests on.
    fn changes(&self) -> BoxStream<'static, ()>;
}

/// What an executor can do.
#[derive(Debug, Clone)]
pub struct Capability {
    /// Its kind.
    pub kind: ExecutorKind,
    /// How many starts at a time are fastest on it.
    pub parallel_starts: usize,
    /// Why a workload cannot run on it, when it cannot: checked by `plan_node` before any effect.
    pub refuses: fn(&RenderedWorkload) -> Option<String>,
}

/// A workload as it is on the machine.
#[derive(Debug, Clone, PartialEq)]
pub struct Observed {
    /// Of which deployment.
    pub deployment: DeploymentId,
    /// Hash of what is there, from those of its services ([`RenderedWorkload::service_hashes`]): of a workload that is only
    /// partly there, or a mixture of two, it is nobody's. None when that cannot be told.
    pub hash: Option<ContentHash>,
    /// Generation of the deployment that it was rendered from.
    pub generation: u64,
    /// Its services by name. A service of the workload whose container is gone is missing here.
    pub services: BTreeMap<String, ServiceState>,
}

/// Receives the progress of a pull.
pub trait Progress: Send + Sync {
    /// How far it has come. Called at most some times a second.
    fn pulled(&self, progress: &PullProgress);
}

/// Ignores progress.
#[derive(Debug, Clone, Copy)]
pub struct NoProgress;
impl Progress for NoProgress {
    fn pulled(&self, _: &PullProgress) {}
}

/// Which log lines are wanted.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct LogOptions {
    /// Wait for more.
    pub follow: bool,
    /// At most so many lines from the end, per service.
    pub tail: Option<u64>,
    /// Not older than this.
    pub since: Option<Timestamp>,
    /// Only this service.
    pub service: Option<String>,
}

/// One line of output.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct LogLine {
    /// The workload.
    #[cfg_attr(feature = "openapi", schema(value_type = String))]
    pub workload: WorkloadId,
    /// The service.
    pub service: String,
    /// When it was written.
    #[cfg_attr(feature = "openapi", schema(value_type = Option<String>, format = DateTime))]
    pub at: Option<Timestamp>,
    /// From standard error.
    pub stderr: bool,
    /// The text without its line end.
    pub text: String,
}
