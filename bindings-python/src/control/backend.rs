//! What an orchestrator can be asked, be it in this process or behind a server.

use std::fmt::Debug;

use async_trait::async_trait;
use miaas_core::{
    api::v1::{
        ApplyStack, CreateDeployment, DeploymentItem, DrainNode, EventItem, NodeItem, Outputs, PatchLabels, PlanAnswer,
        RevisionItem, SecretItem, StackAnswer, StackItem, Status, UpdateDeployment,
    },
    port::{BoxStream, LogLine, LogOptions},
    secret::Secret,
};

use crate::error::Failure;

/// One method for each call, in the types of the API. A `deployment` or `node` is a name or an id.
#[async_trait]
pub(super) trait Backend: Debug + Send + Sync + 'static {
    async fn create(&self, body: CreateDeployment) -> Result<DeploymentItem, Failure>;
    async fn update(&self, deployment: &str, body: UpdateDeployment) -> Result<DeploymentItem, Failure>;
    async fn delete(&self, deployment: &str) -> Result<DeploymentItem, Failure>;
    async fn rollback(&self, deployment: &str, revision: Option<u64>) -> Result<DeploymentItem, Failure>;
    async fn pause(&self, deployment: &str) -> Result<DeploymentItem, Failure>;
    async fn resume(&self, deployment: &str) -> Result<DeploymentItem, Failure>;
    async fn promote(&self, deployment: &str) -> Result<DeploymentItem, Failure>;
    async fn plan_create(&self, body: CreateDeployment) -> Result<PlanAnswer, Failure>;
    async fn plan_update(&self, deployment: &str, body: UpdateDeployment) -> Result<PlanAnswer, Failure>;
    async fn plan_delete(&self, deployment: &str) -> Result<PlanAnswer, Failure>;
    async fn plan_rollback(&self, deployment: &str, revision: Option<u64>) -> Result<PlanAnswer, Failure>;
    async fn deployments(&self) -> Result<Vec<DeploymentItem>, Failure>;
    async fn deployment(&self, deployment: &str) -> Result<DeploymentItem, Failure>;
    async fn outputs(&self, deployment: &str) -> Result<Outputs, Failure>;
    async fn revisions(&self, deployment: &str) -> Result<Vec<RevisionItem>, Failure>;
    async fn apply_stack(&self, stack: &str, body: ApplyStack) -> Result<StackAnswer, Failure>;
    async fn plan_stack(&self, stack: &str, body: ApplyStack) -> Result<StackAnswer, Failure>;
    async fn delete_stack(&self, stack: &str) -> Result<StackAnswer, Failure>;
    async fn stacks(&self) -> Result<Vec<StackItem>, Failure>;
    async fn stack(&self, stack: &str) -> Result<StackItem, Failure>;
    async fn nodes(&self) -> Result<Vec<NodeItem>, Failure>;
    async fn node(&self, node: &str) -> Result<NodeItem, Failure>;
    async fn label(&self, node: &str, body: PatchLabels) -> Result<NodeItem, Failure>;
    async fn cordon(&self, node: &str, cordoned: bool) -> Result<NodeItem, Failure>;
    async fn drain(&self, node: &str, body: DrainNode) -> Result<NodeItem, Failure>;
    async fn plan_label(&self, node: &str, body: PatchLabels) -> Result<PlanAnswer, Failure>;
    async fn plan_cordon(&self, node: &str, cordoned: bool) -> Result<PlanAnswer, Failure>;
    async fn plan_drain(&self, node: &str, body: DrainNode) -> Result<PlanAnswer, Failure>;
    async fn put_secret(&self, name: &str, value: Secret) -> Result<SecretItem, Failure>;
    async fn secrets(&self) -> Result<Vec<SecretItem>, Failure>;
    async fn delete_secret(&self, name: &str) -> Result<(), Failure>;
    async fn status(&self) -> Result<Status, Failure>;
    /// What happened after a cursor, oldest first.
    async fn events(&self, after: u64, limit: usize) -> Result<Vec<EventItem>, Failure>;
    /// What happened after a cursor, and what happens from now on.
    async fn watch(&self, after: u64) -> Result<Items<EventItem>, Failure>;
    async fn logs(&self, deployment: &str, options: LogOptions) -> Result<Items<LogLine>, Failure>;
    /// Why nothing that is wanted will ever be done.
    fn defect(&self) -> Option<Failure> {
        None
    }
    /// Why a callable of the caller failed for this deployment, once.
    fn failed_callback(&self, deployment: &str) -> Option<Failure> {
        let _ = deployment;
        None
    }
    /// Ends; what was accepted is stored by then.
    async fn close(&self) -> Result<(), Failure>;
}

/// A stream of items, or of why there is none.
pub(super) type Items<T> = BoxStream<'static, Result<T, Failure>>;
