//! Nodes. A `node` argument is an id or a name.

use miaas_core::api::v1::{DrainNode, NodeItem, PatchLabels, PlanAnswer};
use reqwest::Method;

use crate::{client::Client, deployments::DRY, error::ClientError};

impl Client {
    /// Every node.
    ///
    /// # Errors
    /// See [`ClientError`].
    pub async fn nodes(&self) -> Result<Vec<NodeItem>, ClientError> {
        self.all(&["nodes"]).await
    }

    /// One node.
    ///
    /// # Errors
    /// See [`ClientError`].
    pub async fn node(&self, node: &str) -> Result<NodeItem, ClientError> {
        self.request(Method::GET, &["nodes", node]).json().await
    }

    /// Sets and removes labels.
    ///
    /// # Errors
    /// See [`ClientError`].
    pub async fn patch_labels(&self, node: &str, patch: &PatchLabels) -> Result<NodeItem, ClientError> {
        self.request(Method::PATCH, &["nodes", node, "labels"]).body(patch).json().await
    }

    /// What [`Client::patch_labels`] would do.
    ///
    /// # Errors
    /// See [`ClientError`].
    pub async fn plan_labels(&self, node: &str, patch: &PatchLabels) -> Result<PlanAnswer, ClientError> {
        self.request(Method::PATCH, &["nodes", node, "labels"]).query(DRY.0, DRY.1).body(patch).json().await
    }

    /// Takes no new work on it.
    ///
    /// # Errors
    /// See [`ClientError`].
    pub async fn cordon(&self, node: &str) -> Result<NodeItem, ClientError> {
        self.request(Method::POST, &["nodes", node, "cordon"]).json().await
    }

    /// Takes new work on it again; also ends a drain.
    ///
    /// # Errors
    /// See [`ClientError`].
    pub async fn uncordon(&self, node: &str) -> Result<NodeItem, ClientError> {
        self.request(Method::POST, &["nodes", node, "uncordon"]).json().await
    }

    /// Moves all work off it.
    ///
    /// # Errors
    /// See [`ClientError`].
    pub async fn drain(&self, node: &str, drain: &DrainNode) -> Result<NodeItem, ClientError> {
        self.request(Method::POST, &["nodes", node, "drain"]).body(drain).json().await
    }

    /// Lets it in, when it waits for that.
    ///
    /// # Errors
    /// See [`ClientError`].
    pub async fn approve_node(&self, node: &str) -> Result<NodeItem, ClientError> {
        self.request(Method::POST, &["nodes", node, "approve"]).json().await
    }

    /// Makes every credential of it worthless.
    ///
    /// # Errors
    /// See [`ClientError`].
    pub async fn revoke_node(&self, node: &str) -> Result<(), ClientError> {
        self.request(Method::POST, &["nodes", node, "revoke"]).done().await
    }

    /// What [`Client::remove_node`] would do.
    ///
    /// # Errors
    /// See [`ClientError`].
    pub async fn plan_remove_node(&self, node: &str) -> Result<PlanAnswer, ClientError> {
        self.request(Method::DELETE, &["nodes", node]).query(DRY.0, DRY.1).json().await
    }

    /// What [`Client::drain`] would do.
    ///
    /// # Errors
    /// See [`ClientError`].
    pub async fn plan_drain(&self, node: &str, drain: &DrainNode) -> Result<PlanAnswer, ClientError> {
        self.request(Method::POST, &["nodes", node, "drain"]).query(DRY.0, DRY.1).body(drain).json().await
    }

    /// What [`Client::cordon`] would do, or [`Client::uncordon`].
    ///
    /// # Errors
    /// See [`ClientError`].
    pub async fn plan_cordon(&self, node: &str, cordon: bool) -> Result<PlanAnswer, ClientError> {
        let verb = if cordon { "cordon" } else { "uncordon" };
        self.request(Method::POST, &["nodes", node, verb]).query(DRY.0, DRY.1).json().await
    }

    /// Forgets it; one that has workloads only with `force`.
    ///
    /// # Errors
    /// See [`ClientError`].
    pub async fn remove_node(&self, node: &str, force: bool) -> Result<(), ClientError> {
        let request = self.request(Method::DELETE, &["nodes", node]);
        let request = if force { request.query("force", Some("true")) } else { request };
        request.done().await
    }
}
