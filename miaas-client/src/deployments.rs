//! Deployments. A `deployment` argument is an id or a name.

use futures_util::StreamExt as _;
use miaas_core::{
    ErrorKind,
    api::v1::{
        CreateDeployment, DeploymentItem, ErrorBody, Outputs, PlanAnswer, RevisionItem, Rollback, UpdateDeployment,
    },
    model::UpdatePolicy,
    port::{BoxStream, LogLine, LogOptions},
};
use reqwest::Method;

use crate::{client::Client, error::ClientError};

/// How often a change is made anew when somebody else was faster, before that is told.
const EDITS: u32 = 16;

pub(crate) const DRY: (&str, Option<&str>) = ("dry_run", Some("true"));

impl Client {
    /// Every deployment.
    ///
    /// # Errors
    /// See [`ClientError`].
    pub async fn deployments(&self) -> Result<Vec<DeploymentItem>, ClientError> {
        self.all(&["deployments"]).await
    }

    /// One deployment.
    ///
    /// # Errors
    /// See [`ClientError`].
    pub async fn deployment(&self, deployment: &str) -> Result<DeploymentItem, ClientError> {
        self.request(Method::GET, &["deployments", deployment]).json().await
    }

    /// One deployment, or none when it does not exist.
    ///
    /// # Errors
    /// See [`ClientError`].
    pub async fn find_deployment(&self, deployment: &str) -> Result<Option<DeploymentItem>, ClientError> {
        match self.deployment(deployment).await {
            Ok(item) => Ok(Some(item)),
            Err(e) if e.kind() == ErrorKind::NotFound => Ok(None),
            Err(e) => Err(e),
        }
    }

    /// Asks for a new deployment. The answer comes at once; it becomes ready later.
    ///
    /// # Errors
    /// See [`ClientError`].
    pub async fn create(&self, create: &CreateDeployment) -> Result<DeploymentItem, ClientError> {
        self.request(Method::POST, &["deployments"]).body(create).json().await
    }

    /// Changes what is wanted of a deployment.
    ///
    /// # Errors
    /// See [`ClientError`].
    pub async fn update(&self, deployment: &str, update: &UpdateDeployment) -> Result<DeploymentItem, ClientError> {
        self.request(Method::PATCH, &["deployments", deployment]).body(update).json().await
    }

    /// Asks for its removal, with its volumes. It is gone when [`Client::find_deployment`] finds none.
    ///
    /// # Errors
    /// See [`ClientError`].
    pub async fn delete(&self, deployment: &str) -> Result<DeploymentItem, ClientError> {
        self.request(Method::DELETE, &["deployments", deployment]).json().await
    }

    /// What [`Client::create`] would do.
    ///
    /// # Errors
    /// See [`ClientError`].
    pub async fn plan_create(&self, create: &CreateDeployment) -> Result<PlanAnswer, ClientError> {
        self.request(Method::POST, &["plan"]).body(create).json().await
    }

    /// What [`Client::update`] would do.
    ///
    /// # Errors
    /// See [`ClientError`].
    pub async fn plan_update(&self, deployment: &str, update: &UpdateDeployment) -> Result<PlanAnswer, ClientError> {
        self.request(Method::PATCH, &["deployments", deployment]).query(DRY.0, DRY.1).body(update).json().await
    }

    /// What [`Client::delete`] would do.
    ///
    /// # Errors
    /// See [`ClientError`].
    pub async fn plan_delete(&self, deployment: &str) -> Result<PlanAnswer, ClientError> {
        self.request(Method::DELETE, &["deployments", deployment]).query(DRY.0, DRY.1).json().await
    }

    /// What [`Client::rollback`] would do.
    ///
    /// # Errors
    /// See [`ClientError`].
    pub async fn plan_rollback(&self, deployment: &str, to: Option<u64>) -> Result<PlanAnswer, ClientError> {
        let request = self.request(Method::POST, &["deployments", deployment, "rollback"]).query(DRY.0, DRY.1);
        request.body(&Rollback { revision: to }).json().await
    }

    /// What a user gets to know of a deployment, for example its address.
    ///
    /// # Errors
    /// See [`ClientError`].
    pub async fn outputs(&self, deployment: &str) -> Result<Outputs, ClientError> {
        self.request(Method::GET, &["deployments", deployment, "outputs"]).json().await
    }

    /// Its revisions that are kept, newest first.
    ///
    /// # Errors
    /// See [`ClientError`].
    pub async fn revisions(&self, deployment: &str) -> Result<Vec<RevisionItem>, ClientError> {
        self.all(&["deployments", deployment, "revisions"]).await
    }

    /// Makes an old revision the wanted one again; none takes the last one that was ready.
    ///
    /// # Errors
    /// See [`ClientError`].
    pub async fn rollback(&self, deployment: &str, revision: Option<u64>) -> Result<DeploymentItem, ClientError> {
        self.request(Method::POST, &["deployments", deployment, "rollback"]).body(&Rollback { revision }).json().await
    }

    /// Lets an update go no further; what runs goes on running.
    ///
    /// # Errors
    /// See [`ClientError`].
    pub async fn pause(&self, deployment: &str) -> Result<DeploymentItem, ClientError> {
        self.edit_update(deployment, |update| update.paused = true).await
    }

    /// Lets a paused update go on.
    ///
    /// # Errors
    /// See [`ClientError`].
    pub async fn resume(&self, deployment: &str) -> Result<DeploymentItem, ClientError> {
        self.edit_update(deployment, |update| update.paused = false).await
    }

    /// Says that the canaries of the revision that is wanted have proved themselves: the other replicas follow.
    ///
    /// # Errors
    /// See [`ClientError`].
    pub async fn promote(&self, deployment: &str) -> Result<DeploymentItem, ClientError> {
        // Not one that comes meanwhile: its canaries have proved nothing.
        let revision = self.deployment(deployment).await?.revision;
        self.edit_update(deployment, |update| update.canary.promoted = Some(revision)).await
    }

    /// Changes how it goes to its revision, and nothing else: what somebody else changes meanwhile stays changed.
    async fn edit_update(
        &self,
        deployment: &str,
        change: impl Fn(&mut UpdatePolicy),
    ) -> Result<DeploymentItem, ClientError> {
        let mut attempts = EDITS;
        loop {
            attempts -= 1;
            let DeploymentItem { generation, mut update, .. } = self.deployment(deployment).await?;
            change(&mut update);
            let body = UpdateDeployment { update: Some(update), ..UpdateDeployment::default() };
            let request = self.request(Method::PATCH, &["deployments", deployment]).only_at(generation);
            match request.body(&body).json().await {
                // A gateway may say so for ever.
                Err(e) if e.status() == Some(412) && attempts > 0 => {}
                answer => return answer,
            }
        }
    }

    /// The output of its workloads. With `follow` the stream ends only with the deployment or the connection.
    ///
    /// # Errors
    /// See [`ClientError`]; also as an item of the stream.
    pub async fn logs(
        &self,
        deployment: &str,
        options: &LogOptions,
    ) -> Result<BoxStream<'static, Result<LogLine, ClientError>>, ClientError> {
        let tail = options.tail.map(|n| n.to_string());
        let since = options.since.map(|t| t.to_string());
        let lines = self
            .request(Method::GET, &["deployments", deployment, "logs"])
            .query("follow", options.follow.then_some("true"))
            .query("tail", tail.as_deref())
            .query("since", since.as_deref())
            .query("service", options.service.as_deref())
            .lines("application/x-ndjson")
            .await?;
        let parse = |line: Result<String, ClientError>| async move {
            match line {
                Ok(line) if line.trim().is_empty() => None,
                Ok(line) => Some(parse_line(&line)),
                Err(e) => Some(Err(e)),
            }
        };
        Ok(Box::pin(lines.filter_map(parse)))
    }
}

/// A line is a log line, or the envelope of what went wrong after the answer had begun.
fn parse_line(line: &str) -> Result<LogLine, ClientError> {
    serde_json::from_str(line).map_err(|e| match serde_json::from_str::<ErrorBody>(line) {
        Ok(body) => ClientError::from_body(body, None),
        Err(_) => ClientError::unexpected(e),
    })
}
