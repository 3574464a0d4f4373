//! An orchestrator in this process.

mod fake;
mod machine;
mod placer;

use std::{
    panic::AssertUnwindSafe,
    path::PathBuf,
    sync::{Arc, Mutex, OnceLock, PoisonError},
};

use async_trait::async_trait;
use futures_util::{FutureExt as _, StreamExt as _};
use miaas_core::{
    ErrorKind, PortError,
    api::v1::{
        ApplyStack, CreateDeployment, DeploymentItem, DrainNode, EventItem, NodeItem, Outputs, PatchLabels, PlanAnswer,
        PutSecret, RevisionItem, Rollback, SecretItem, StackAnswer, StackItem, Status, UpdateDeployment,
    },
    engine::{EngineConfig, LocalLink, MemoryStore, Orchestrator, Ports},
    port::{LogLine, LogOptions, Store},
    secret::Secret,
};
use miaas_placement::Engine;
use miaas_store::{DurableStore, Location, MasterKeySource};
use miaas_templates::{
    CatalogRenderer,
    params::{Completion, RandomBytes},
};
use serde::Deserialize;

use self::{
    machine::{Machine, Running},
    placer::{Failures, GuardedPlacer},
};
use super::backend::{Backend, Items};
use crate::{callback::Trouble, error::Failure, gil};

/// How it is put together, as the façade says it.
#[derive(Debug, Deserialize)]
pub(super) struct Config {
    /// The folder of its state; none keeps it in memory.
    state_dir: Option<PathBuf>,
    #[serde(flatten)]
    machine: Machine,
}

/// The orchestrator with everything that lives with it.
#[derive(Debug)]
pub(super) struct Local {
    orchestrator: Arc<Orchestrator>,
    renderer: CatalogRenderer,
    store: Option<DurableStore>,
    failures: Failures,
    /// Its loops and nodes; none once it is closed.
    running: Mutex<Running>,
    /// The panic that ended its loop.
    ended: Arc<OnceLock<String>>,
}

impl Local {
    /// Opens it: its nodes are registered, and it reconciles.
    pub(super) async fn open(
        config: Config,
        renderer: CatalogRenderer,
        engine: Engine,
        trouble: Trouble,
    ) -> Result<Self, Failure> {
        let (store, durable) = open_store(config.state_dir.as_ref()).await?;
        let (link, failures) = (LocalLink::new(), Failures::default());
        let placer = Arc::new(GuardedPlacer { engine, trouble, failures: failures.clone() });
        let ports = Ports::new(store, Arc::<LocalLink>::clone(&link), placer, Arc::new(renderer.clone()));
        let orchestrator = Orchestrator::open(ports, EngineConfig::default()).await?;
        let mut running = Running::default();
        let started = config.machine.start(&orchestrator, &link, config.state_dir.as_ref(), &mut running).await;
        let ended = Arc::new(OnceLock::new());
        running.tasks.spawn(reconciling(Arc::clone(&orchestrator), Arc::clone(&ended)));
        let local = Self { orchestrator, renderer, store: durable, failures, running: Mutex::new(running), ended };
        if let Err(error) = started {
            local.close().await?;
            return Err(error.into());
        }
        Ok(local)
    }

    /// Completes a request with what templates want generated.
    fn complete<T>(&self, complete: impl FnOnce(&Completion<'_>) -> Result<T, PortError>) -> Result<T, PortError> {
        let stored = |name: &str| self.orchestrator.deployment_record(name).ok().map(|(record, _)| record);
        complete(&Completion { catalog: self.renderer.catalog(), stored: &stored, random })
    }

    /// A dry run asked the callables of the caller: what they raised is the answer.
    fn unless_failed(&self, deployment: Option<&str>, plan: PlanAnswer) -> Result<PlanAnswer, Failure> {
        match deployment.and_then(|name| self.failures.take(name)) {
            Some(failure) => Err(failure),
            None => Ok(plan),
        }
    }
}

async fn open_store(state_dir: Option<&PathBuf>) -> Result<(Arc<dyn Store>, Option<DurableStore>), Failure> {
    let Some(dir) = state_dir else { return Ok((Arc::new(MemoryStore::default()), None)) };
    tokio::fs::create_dir_all(dir).await.map_err(|e| {
        PortError::new(ErrorKind::Invalid, "open", format!("cannot make the folder {}", dir.display())).with_source(e)
    })?;
    // As a server lays its folder out, so that either can go on where the other ended.
    let location = Location::Sqlite(dir.join("miaas.db"));
    let (durable, sealed) =
        DurableStore::open_sealed(&location, &MasterKeySource::File(dir.join("master.key"))).await?;
    Ok((sealed, Some(durable)))
}

async fn reconciling(orchestrator: Arc<Orchestrator>, ended: Arc<OnceLock<String>>) {
    if let Err(panic) = AssertUnwindSafe(orchestrator.run()).catch_unwind().await {
        // Told once: it ends once.
        ended.set(gil::said(&*panic).to_owned()).ok();
    }
}

fn random() -> Result<RandomBytes, PortError> {
    let mut bytes = RandomBytes::default();
    getrandom::fill(&mut bytes)
        .map_err(|e| PortError::internal("generate", "the system gives no randomness").with_source(e))?;
    Ok(bytes)
}

#[async_trait]
impl Backend for Local {
    async fn create(&self, mut body: CreateDeployment) -> Result<DeploymentItem, Failure> {
        self.complete(|completion| completion.create(&mut body))?;
        Ok(self.orchestrator.create(body).await?)
    }

    async fn update(&self, deployment: &str, mut body: UpdateDeployment) -> Result<DeploymentItem, Failure> {
        self.complete(|completion| completion.update(deployment, &mut body))?;
        let changed = self.orchestrator.update(deployment, body).await?;
        // What failed for the old wish says nothing of the new one.
        self.failures.take(changed.name.as_str());
        Ok(changed)
    }

    async fn delete(&self, deployment: &str) -> Result<DeploymentItem, Failure> {
        Ok(self.orchestrator.delete(deployment).await?)
    }

    async fn rollback(&self, deployment: &str, revision: Option<u64>) -> Result<DeploymentItem, Failure> {
        Ok(self.orchestrator.rollback(deployment, Rollback { revision }).await?)
    }

    async fn pause(&self, deployment: &str) -> Result<DeploymentItem, Failure> {
        Ok(self.orchestrator.pause(deployment).await?)
    }

    async fn resume(&self, deployment: &str) -> Result<DeploymentItem, Failure> {
        Ok(self.orchestrator.resume(deployment).await?)
    }

    async fn promote(&self, deployment: &str) -> Result<DeploymentItem, Failure> {
        Ok(self.orchestrator.promote(deployment).await?)
    }

    async fn plan_create(&self, mut body: CreateDeployment) -> Result<PlanAnswer, Failure> {
        self.complete(|completion| completion.create(&mut body))?;
        let plan = self.orchestrator.plan_create(&body)?;
        self.unless_failed(body.name.as_deref().or(body.template.as_deref()), plan)
    }

    async fn plan_update(&self, deployment: &str, mut body: UpdateDeployment) -> Result<PlanAnswer, Failure> {
        self.complete(|completion| completion.update(deployment, &mut body))?;
        let plan = self.orchestrator.plan_update(deployment, &body)?;
        self.unless_failed(Some(deployment), plan)
    }

    async fn plan_delete(&self, deployment: &str) -> Result<PlanAnswer, Failure> {
        Ok(self.orchestrator.plan_delete(deployment)?)
    }

    async fn plan_rollback(&self, deployment: &str, revision: Option<u64>) -> Result<PlanAnswer, Failure> {
        let plan = self.orchestrator.plan_rollback(deployment, &Rollback { revision })?;
        self.unless_failed(Some(deployment), plan)
    }

    async fn deployments(&self) -> Result<Vec<DeploymentItem>, Failure> {
        Ok(self.orchestrator.deployments())
    }

    async fn deployment(&self, deployment: &str) -> Result<DeploymentItem, Failure> {
        Ok(self.orchestrator.deployment(deployment)?)
    }

    async fn outputs(&self, deployment: &str) -> Result<Outputs, Failure> {
        Ok(self.orchestrator.outputs(deployment, false)?)
    }

    async fn revisions(&self, deployment: &str) -> Result<Vec<RevisionItem>, Failure> {
        Ok(self.orchestrator.revisions(deployment)?)
    }

    async fn apply_stack(&self, stack: &str, body: ApplyStack) -> Result<StackAnswer, Failure> {
        let services = self.complete(|completion| completion.stack(stack, body))?;
        Ok(self.orchestrator.apply_stack(stack, &services).await?)
    }

    async fn plan_stack(&self, stack: &str, body: ApplyStack) -> Result<StackAnswer, Failure> {
        let services = self.complete(|completion| completion.stack(stack, body))?;
        let plan = self.orchestrator.plan_stack(stack, &services)?;
        let mut names = services.values().filter_map(|(deployment, _)| deployment.name.as_deref());
        match names.find_map(|name| self.failures.take(name)) {
            Some(failure) => Err(failure),
            None => Ok(plan),
        }
    }

    async fn delete_stack(&self, stack: &str) -> Result<StackAnswer, Failure> {
        Ok(self.orchestrator.delete_stack(stack).await?)
    }

    async fn stacks(&self) -> Result<Vec<StackItem>, Failure> {
        Ok(self.orchestrator.stacks())
    }

    async fn stack(&self, stack: &str) -> Result<StackItem, Failure> {
        Ok(self.orchestrator.stack(stack)?)
    }

    async fn nodes(&self) -> Result<Vec<NodeItem>, Failure> {
        Ok(self.orchestrator.nodes())
    }

    async fn node(&self, node: &str) -> Result<NodeItem, Failure> {
        Ok(self.orchestrator.node(node)?)
    }

    async fn label(&self, node: &str, body: PatchLabels) -> Result<NodeItem, Failure> {
        Ok(self.orchestrator.patch_labels(node, body).await?)
    }

    async fn cordon(&self, node: &str, cordoned: bool) -> Result<NodeItem, Failure> {
        Ok(self.orchestrator.cordon(node, cordoned).await?)
    }

    async fn drain(&self, node: &str, body: DrainNode) -> Result<NodeItem, Failure> {
        Ok(self.orchestrator.drain(node, body).await?)
    }

    async fn plan_label(&self, node: &str, body: PatchLabels) -> Result<PlanAnswer, Failure> {
        Ok(self.orchestrator.plan_labels(node, body)?)
    }

    async fn plan_cordon(&self, node: &str, cordoned: bool) -> Result<PlanAnswer, Failure> {
        Ok(self.orchestrator.plan_cordon(node, cordoned)?)
    }

    async fn plan_drain(&self, node: &str, body: DrainNode) -> Result<PlanAnswer, Failure> {
        Ok(self.orchestrator.plan_drain(node, &body)?)
    }

    async fn put_secret(&self, name: &str, value: Secret) -> Result<SecretItem, Failure> {
        Ok(self.orchestrator.put_secret(name, PutSecret { value }).await?)
    }

    async fn secrets(&self) -> Result<Vec<SecretItem>, Failure> {
        Ok(self.orchestrator.secrets())
    }

    async fn delete_secret(&self, name: &str) -> Result<(), Failure> {
        Ok(self.orchestrator.delete_secret(name).await?)
    }

    async fn status(&self) -> Result<Status, Failure> {
        Ok(self.orchestrator.status(env!("CARGO_PKG_VERSION")))
    }

    async fn events(&self, after: u64, limit: usize) -> Result<Vec<EventItem>, Failure> {
        let events = self.orchestrator.events(after, limit);
        Ok(events.into_iter().map(|(cursor, event)| EventItem { cursor, event }).collect())
    }

    async fn watch(&self, after: u64) -> Result<Items<EventItem>, Failure> {
        let events = self.orchestrator.watch_events(after);
        Ok(events.map(|e| e.map(|(cursor, event)| EventItem { cursor, event }).map_err(Failure::from)).boxed())
    }

    async fn logs(&self, deployment: &str, options: LogOptions) -> Result<Items<LogLine>, Failure> {
        Ok(self.orchestrator.logs(deployment, &options)?.map(|line| line.map_err(Failure::from)).boxed())
    }

    fn defect(&self) -> Option<Failure> {
        let said = self.ended.get()?;
        Some(Failure::defect(format!("the loop of the orchestrator ended: {said}")))
    }

    fn failed_callback(&self, deployment: &str) -> Option<Failure> {
        self.failures.take(deployment)
    }

    async fn close(&self) -> Result<(), Failure> {
        let running = std::mem::take(&mut *self.running.lock().unwrap_or_else(PoisonError::into_inner));
        running.stop().await;
        if let Some(store) = &self.store {
            store.close().await;
        }
        Ok(())
    }
}
