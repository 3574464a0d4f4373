//! An orchestrator behind a server.

use async_trait::async_trait;
use futures_util::StreamExt as _;
use miaas_client::Client;
use miaas_core::{
    api::v1::{
        ApplyStack, CreateDeployment, DeploymentItem, DrainNode, EventItem, NodeItem, Outputs, PatchLabels, PlanAnswer,
        RevisionItem, SecretItem, StackAnswer, StackItem, Status, UpdateDeployment,
    },
    port::{LogLine, LogOptions},
    secret::Secret,
};

use super::backend::{Backend, Items};
use crate::error::Failure;

#[async_trait]
impl Backend for Client {
    async fn create(&self, body: CreateDeployment) -> Result<DeploymentItem, Failure> {
        Ok(Self::create(self, &body).await?)
    }

    async fn update(&self, deployment: &str, body: UpdateDeployment) -> Result<DeploymentItem, Failure> {
        Ok(Self::update(self, deployment, &body).await?)
    }

    async fn delete(&self, deployment: &str) -> Result<DeploymentItem, Failure> {
        Ok(Self::delete(self, deployment).await?)
    }

    async fn rollback(&self, deployment: &str, revision: Option<u64>) -> Result<DeploymentItem, Failure> {
        Ok(Self::rollback(self, deployment, revision).await?)
    }

    async fn pause(&self, deployment: &str) -> Result<DeploymentItem, Failure> {
        Ok(Self::pause(self, deployment).await?)
    }

    async fn resume(&self, deployment: &str) -> Result<DeploymentItem, Failure> {
        Ok(Self::resume(self, deployment).await?)
    }

    async fn promote(&self, deployment: &str) -> Result<DeploymentItem, Failure> {
        Ok(Self::promote(self, deployment).await?)
    }

    async fn plan_create(&self, body: CreateDeployment) -> Result<PlanAnswer, Failure> {
        Ok(Self::plan_create(self, &body).await?)
    }

    async fn plan_update(&self, deployment: &str, body: UpdateDeployment) -> Result<PlanAnswer, Failure> {
        Ok(Self::plan_update(self, deployment, &body).await?)
    }

    async fn plan_delete(&self, deployment: &str) -> Result<PlanAnswer, Failure> {
        Ok(Self::plan_delete(self, deployment).await?)
    }

    async fn plan_rollback(&self, deployment: &str, revision: Option<u64>) -> Result<PlanAnswer, Failure> {
        Ok(Self::plan_rollback(self, deployment, revision).await?)
    }

    async fn deployments(&self) -> Result<Vec<DeploymentItem>, Failure> {
        Ok(Self::deployments(self).await?)
    }

    async fn deployment(&self, deployment: &str) -> Result<DeploymentItem, Failure> {
        Ok(Self::deployment(self, deployment).await?)
    }

    async fn outputs(&self, deployment: &str) -> Result<Outputs, Failure> {
        Ok(Self::outputs(self, deployment).await?)
    }

    async fn revisions(&self, deployment: &str) -> Result<Vec<RevisionItem>, Failure> {
        Ok(Self::revisions(self, deployment).await?)
    }

    async fn apply_stack(&self, stack: &str, body: ApplyStack) -> Result<StackAnswer, Failure> {
        Ok(Self::apply_stack(self, stack, &body).await?)
    }

    async fn plan_stack(&self, stack: &str, body: ApplyStack) -> Result<StackAnswer, Failure> {
        Ok(Self::plan_stack(self, stack, &body).await?)
    }

    async fn delete_stack(&self, stack: &str) -> Result<StackAnswer, Failure> {
        Ok(Self::delete_stack(self, stack).await?)
    }

    async fn stacks(&self) -> Result<Vec<StackItem>, Failure> {
        Ok(Self::stacks(self).await?)
    }

    async fn stack(&self, stack: &str) -> Result<StackItem, Failure> {
        Ok(Self::stack(self, stack).await?)
    }

    async fn nodes(&self) -> Result<Vec<NodeItem>, Failure> {
        Ok(Self::nodes(self).await?)
    }

    async fn node(&self, node: &str) -> Result<NodeItem, Failure> {
        Ok(Self::node(self, node).await?)
    }

    async fn label(&self, node: &str, body: PatchLabels) -> Result<NodeItem, Failure> {
        Ok(Self::patch_labels(self, node, &body).await?)
    }

    async fn cordon(&self, node: &str, cordoned: bool) -> Result<NodeItem, Failure> {
        Ok(if cordoned { Self::cordon(self, node).await? } else { Self::uncordon(self, node).await? })
    }

    async fn drain(&self, node: &str, body: DrainNode) -> Result<NodeItem, Failure> {
        Ok(Self::drain(self, node, &body).await?)
    }

    async fn plan_label(&self, node: &str, body: PatchLabels) -> Result<PlanAnswer, Failure> {
        Ok(Self::plan_labels(self, node, &body).await?)
    }

    async fn plan_cordon(&self, node: &str, cordoned: bool) -> Result<PlanAnswer, Failure> {
        Ok(Self::plan_cordon(self, node, cordoned).await?)
    }

    async fn plan_drain(&self, node: &str, body: DrainNode) -> Result<PlanAnswer, Failure> {
        Ok(Self::plan_drain(self, node, &body).await?)
    }

    async fn put_secret(&self, name: &str, value: Secret) -> Result<SecretItem, Failure> {
        Ok(Self::put_secret(self, name, value).await?)
    }

    async fn secrets(&self) -> Result<Vec<SecretItem>, Failure> {
        Ok(Self::secrets(self).await?)
    }

    async fn delete_secret(&self, name: &str) -> Result<(), Failure> {
        Ok(Self::remove_secret(self, name).await?)
    }

    async fn status(&self) -> Result<Status, Failure> {
        Ok(Self::status(self).await?)
    }

    async fn events(&self, after: u64, limit: usize) -> Result<Vec<EventItem>, Failure> {
        Ok(Self::events(self, after, limit).await?)
    }

    async fn watch(&self, after: u64) -> Result<Items<EventItem>, Failure> {
        Ok(Self::watch_events(self, after).await?.map(|item| item.map_err(Failure::from)).boxed())
    }

    async fn logs(&self, deployment: &str, options: LogOptions) -> Result<Items<LogLine>, Failure> {
        Ok(Self::logs(self, deployment, &options).await?.map(|item| item.map_err(Failure::from)).boxed())
    }

    async fn close(&self) -> Result<(), Failure> {
        Ok(())
    }
}
