//! Nodes that are only imagined: what runs on them is remembered and nothing is started.

use std::{collections::BTreeMap, time::Duration};

use async_trait::async_trait;
use miaas_core::{
    PortError,
    id::WorkloadId,
    model::{ExecutorKind, RenderedWorkload},
    port::{BoxStream, Capability, Executor, LogLine, LogOptions, Observed, Progress},
    testing::fake_executor::FakeExecutor,
};

/// The fake executor in the place of an engine's: it takes what templates make for containers.
#[derive(Debug, Default)]
pub(super) struct ImaginedEngine(FakeExecutor);

#[async_trait]
impl Executor for ImaginedEngine {
    fn capability(&self) -> Capability {
        Capability { kind: ExecutorKind::Docker, ..self.0.capability() }
    }

    async fn observe(&self) -> Result<BTreeMap<WorkloadId, Observed>, PortError> {
        self.0.observe().await
    }

    async fn pull(&self, id: &WorkloadId, images: &[String], progress: &dyn Progress) -> Result<(), PortError> {
        self.0.pull(id, images, progress).await
    }

    async fn prepare(&self, workload: &RenderedWorkload, progress: &dyn Progress) -> Result<(), PortError> {
        self.0.prepare(workload, progress).await
    }

    async fn start(&self, workload: &RenderedWorkload) -> Result<(), PortError> {
        self.0.start(workload).await
    }

    async fn stop(&self, id: &WorkloadId, grace: Duration) -> Result<(), PortError> {
        self.0.stop(id, grace).await
    }

    async fn remove(&self, id: &WorkloadId) -> Result<(), PortError> {
        self.0.remove(id).await
    }

    fn logs(&self, id: &WorkloadId, options: LogOptions) -> BoxStream<'static, Result<LogLine, PortError>> {
        self.0.logs(id, options)
    }

    fn changes(&self) -> BoxStream<'static, ()> {
        self.0.changes()
    }
}
