//! Waiting in the process of the orchestrator, for programs that carry one.

use std::time::Duration;

use tokio::time::{sleep, timeout};

use super::Orchestrator;
use crate::{
    api::v1::{DeploymentItem, DeploymentStatus},
    error::{ErrorKind, PortError},
};

/// Longest time between two looks: not everything that changes a deployment is an event.
const LOOK: Duration = Duration::from_millis(100);

impl Orchestrator {
    /// Waits until `reached` says yes of a deployment.
    ///
    /// # Errors
    /// `NotFound` when it does not exist, or no more.
    pub async fn wait_until(
        &self,
        deployment: &str,
        reached: impl Fn(&DeploymentItem) -> bool,
    ) -> Result<DeploymentItem, PortError> {
        let mut events = self.event_cursor.subscribe();
        loop {
            let item = self.deployment(deployment)?;
            if reached(&item) {
                return Ok(item);
            }
            tokio::select! {
                _ = events.changed() => {}
                () = sleep(LOOK) => {}
            }
        }
    }

    /// Waits until all replicas of a deployment are ready in the wanted version.
    ///
    /// # Errors
    /// `Timeout` when that takes longer than `limit`, with what stands in its way; `NotFound`.
    pub async fn wait_ready(&self, deployment: &str, limit: Duration) -> Result<DeploymentItem, PortError> {
        let ready = self.wait_until(deployment, |item| item.status == DeploymentStatus::Ready);
        match timeout(limit, ready).await {
            Ok(waited) => waited,
            Err(_) => Err(not_yet(&self.deployment(deployment)?, limit)),
        }
    }

    /// Waits until a deployment is gone with all of its workloads, as it is some time after its removal was asked for.
    ///
    /// # Errors
    /// `Timeout` when it is still there after `limit`, with what stands in the way.
    pub async fn wait_gone(&self, deployment: &str, limit: Duration) -> Result<(), PortError> {
        // By its id: another one may get the name meanwhile.
        let Ok(item) = self.deployment(deployment) else { return Ok(()) };
        let gone = self.wait_until(item.id.as_str(), |_| false);
        match (timeout(limit, gone).await, self.deployment(item.id.as_str())) {
            (Ok(Err(e)), _) if e.kind() != ErrorKind::NotFound => Err(e),
            (Err(_), Ok(item)) => Err(not_yet(&item, limit)),
            _ => Ok(()),
        }
    }
}

fn not_yet(item: &DeploymentItem, limit: Duration) -> PortError {
    let (name, status, seconds) = (&item.name, item.status.as_str(), limit.as_secs_f64());
    let problem = item.problems.first();
    let why = problem.map_or_else(String::new, |p| format!(": {}", p.message));
    let message =
        format!("deployment {name} is {status} after {seconds:.1} s, {} of {} ready{why}", item.ready, item.replicas);
    let error = PortError::new(ErrorKind::Timeout, "deployment.wait", message);
    match problem.and_then(|p| p.hint.clone()) {
        Some(hint) => error.with_hint(hint),
        None => error,
    }
}
