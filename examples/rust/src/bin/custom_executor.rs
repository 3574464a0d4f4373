//! An executor of one's own, made around another: every effect on the machine is written down, with how long it took and how it
//! ended. The test at the end shows that it is still an executor; one from scratch has to pass the same.

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use async_trait::async_trait;
use miaas_core::{
    PortError,
    api::v1::CreateDeployment,
    engine::{EngineConfig, LocalLink, LocalNode, LocalNodeConfig, MemoryStore, Orchestrator, Ports},
    id::WorkloadId,
    model::{Facts, RenderedWorkload},
    name::NodeName,
    port::{BoxStream, Capability, Executor, LogLine, LogOptions, Observed, Progress},
    testing::{fake_executor::FakeExecutor, simulator::PlainRenderer},
};
use miaas_placement::Engine;
use tokio::time::Instant;

/// Any executor, with a journal of what it did.
#[derive(Debug)]
struct Journalled<E> {
    inner: E,
    journal: Arc<Mutex<Vec<String>>>,
}

impl<E> Journalled<E> {
    /// Waits for an effect and writes it down.
    async fn note(
        &self,
        verb: &str,
        id: &WorkloadId,
        effect: impl Future<Output = Result<(), PortError>>,
    ) -> Result<(), PortError> {
        let begun = Instant::now();
        let result = effect.await;
        let ended = result.as_ref().map_or_else(PortError::chain, |()| "done".to_owned());
        let line = format!("{verb} {id}: {ended} after {:.1?}", begun.elapsed());
        self.journal.lock().unwrap_or_else(PoisonError::into_inner).push(line);
        result
    }
}

// A new method of the port must not be answered by a default here, past the executor inside.
#[deny(clippy::missing_trait_methods)]
#[async_trait]
impl<E: Executor> Executor for Journalled<E> {
    fn capability(&self) -> Capability {
        self.inner.capability()
    }
    async fn observe(&self) -> Result<BTreeMap<WorkloadId, Observed>, PortError> {
        self.inner.observe().await
    }
    async fn pull(&self, id: &WorkloadId, images: &[String], progress: &dyn Progress) -> Result<(), PortError> {
        self.note("pull for", id, self.inner.pull(id, images, progress)).await
    }
    async fn prepare(&self, workload: &RenderedWorkload, progress: &dyn Progress) -> Result<(), PortError> {
        self.note("prepare", &workload.id, self.inner.prepare(workload, progress)).await
    }
    async fn start(&self, workload: &RenderedWorkload) -> Result<(), PortError> {
        self.note("start", &workload.id, self.inner.start(workload)).await
    }
    async fn stop(&self, id: &WorkloadId, grace: Duration) -> Result<(), PortError> {
        self.note("stop", id, self.inner.stop(id, grace)).await
    }
    async fn remove(&self, id: &WorkloadId) -> Result<(), PortError> {
        self.note("remove", id, self.inner.remove(id)).await
    }
    fn logs(&self, id: &WorkloadId, options: LogOptions) -> BoxStream<'static, Result<LogLine, PortError>> {
        self.inner.logs(id, options)
    }
    fn changes(&self) -> BoxStream<'static, ()> {
        self.inner.changes()
    }
}

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let journal = Arc::<Mutex<Vec<String>>>::default();
    let executor = Journalled { inner: FakeExecutor::new(), journal: Arc::clone(&journal) };

    let link = LocalLink::new();
    let store = Arc::new(MemoryStore::new());
    let ports = Ports::new(store, link.clone(), Arc::new(Engine::default()), Arc::new(PlainRenderer));
    let orchestrator = Orchestrator::open(ports, EngineConfig::default()).await?;
    tokio::spawn(orchestrator.clone().run());
    let node = LocalNodeConfig::new(NodeName::parse("here")?, vec![Arc::new(executor)]).with_facts(Facts {
        cpu_count: 4,
        mem_mb: 4096,
        ..Facts::default()
    });
    let _node = LocalNode::start(&orchestrator, &link, node).await?;

    orchestrator.create(CreateDeployment::from_template("web").with_param("image", "web:1")).await?;
    orchestrator.wait_ready("web", Duration::from_secs(30)).await?;
    orchestrator.delete("web").await?;
    orchestrator.wait_gone("web", Duration::from_secs(30)).await?;
    println!("{}", journal.lock().unwrap_or_else(PoisonError::into_inner).join("\n"));
    Ok(())
}

#[cfg(test)]
#[tokio::test]
async fn it_keeps_the_contract() {
    let fake = FakeExecutor::new();
    let make = || Arc::new(Journalled { inner: fake.clone(), journal: Arc::default() }) as Arc<dyn Executor>;
    let fixtures = miaas_core::testing::fake_executor::FakeFixtures::new(&fake);
    miaas_core::testing::executor_contract::executor_contract(&make, &fixtures).await;
}
