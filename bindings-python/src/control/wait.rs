//! Waiting until a deployment or a stack is as wanted.

use std::time::Duration;

use miaas_core::{
    ErrorKind,
    api::v1::{DeploymentItem, DeploymentStatus, Problem, StackItem},
    name::Name,
    spec::Issue,
};
use serde::{Deserialize, Serialize};
use tokio::time::{Instant, sleep};

use super::backend::Backend;
use crate::error::Failure;

/// Between two looks.
const LOOK: Duration = Duration::from_millis(50);
/// A problem of placement that lasts this long is not the moment between two events.
const PATIENCE: Duration = Duration::from_secs(3);

/// What is waited for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum Goal {
    /// All replicas are ready in the wanted version.
    Ready,
    /// It does not run.
    Stopped,
    /// It does not exist.
    Gone,
}

impl Goal {
    const fn word(self) -> &'static str {
        match self {
            Self::Ready => "ready",
            Self::Stopped => "stopped",
            Self::Gone => "gone",
        }
    }
}

/// Whom it is waited for.
#[derive(Debug)]
pub(super) enum What {
    Deployment(String),
    Stack(String),
}

/// One look.
#[derive(Debug, Serialize)]
#[serde(untagged)]
pub(super) enum Found {
    Deployment(Box<DeploymentItem>),
    Stack(StackItem),
}

impl What {
    async fn look(&self, backend: &dyn Backend) -> Result<Found, Failure> {
        match self {
            Self::Deployment(name) => Ok(Found::Deployment(Box::new(backend.deployment(name).await?))),
            Self::Stack(name) => Ok(Found::Stack(backend.stack(name).await?)),
        }
    }
}

impl Found {
    const fn name(&self) -> &Name {
        match self {
            Self::Deployment(item) => &item.name,
            Self::Stack(item) => &item.name,
        }
    }

    const fn status(&self) -> DeploymentStatus {
        match self {
            Self::Deployment(item) => item.status,
            Self::Stack(item) => item.status,
        }
    }

    /// The deployments that it is.
    fn members(&self) -> Vec<&DeploymentItem> {
        match self {
            Self::Deployment(item) => vec![item],
            Self::Stack(item) => item.services.values().collect(),
        }
    }
}

/// Waits; the last look, none once it is gone. Fails at once when a callable of the caller failed, after [`PATIENCE`] when
/// nothing but a change of what is wanted can help, and when the time is up.
pub(super) async fn wait(
    backend: &dyn Backend,
    what: &What,
    goal: Goal,
    limit: Option<Duration>,
) -> Result<Option<Found>, Failure> {
    let start = Instant::now();
    let mut stuck: Option<Instant> = None;
    loop {
        if let Some(defect) = backend.defect() {
            return Err(defect);
        }
        let found = match what.look(backend).await {
            Ok(found) => found,
            Err(e) if e.kind() == Some(ErrorKind::NotFound) && goal == Goal::Gone => return Ok(None),
            Err(e) => return Err(e),
        };
        if reached(found.status(), goal) {
            return Ok(Some(found));
        }
        let hopeless = |d: &&DeploymentItem| goal != Goal::Gone && d.problems.iter().any(is_hopeless);
        let hopeless: Vec<&DeploymentItem> = found.members().into_iter().filter(hopeless).collect();
        if let Some(failure) = hopeless.iter().find_map(|d| backend.failed_callback(d.name.as_str())) {
            return Err(failure);
        }
        match hopeless.first() {
            Some(item) if stuck.get_or_insert_with(Instant::now).elapsed() >= PATIENCE => return Err(gives_up(item)),
            Some(_) => {}
            None => stuck = None,
        }
        if limit.is_some_and(|limit| start.elapsed() >= limit) {
            let message = format!("{} is not {} within the time allowed", found.name(), goal.word());
            let issues = found.members().into_iter().flat_map(issues).collect();
            return Err(Failure::new(ErrorKind::Timeout, "wait", message).with_issues(issues));
        }
        sleep(LOOK).await;
    }
}

fn reached(status: DeploymentStatus, goal: Goal) -> bool {
    match goal {
        Goal::Ready => status == DeploymentStatus::Ready,
        Goal::Stopped => status == DeploymentStatus::Stopped,
        Goal::Gone => false,
    }
}

fn is_hopeless(problem: &Problem) -> bool {
    matches!(problem.kind.as_str(), "unplaceable" | "render")
}

/// Of what is hopeless.
fn gives_up(item: &DeploymentItem) -> Failure {
    let problem = item.problems.iter().find(|p| is_hopeless(p));
    let message = format!("{}: {}", item.name, problem.map_or("", |p| &p.message));
    let failure = match problem {
        Some(p) if p.kind == "unplaceable" => Failure::unplaceable("wait", message),
        _ => Failure::invalid("wait", message),
    };
    let failure = failure.with_issues(issues(item));
    match problem.and_then(|p| p.hint.as_ref()) {
        Some(hint) => failure.with_hint(hint),
        None => failure,
    }
}

fn issues(item: &DeploymentItem) -> Vec<Issue> {
    let issue = |p: &Problem| Issue { path: p.kind.clone(), message: p.message.clone(), hint: p.hint.clone() };
    item.problems.iter().map(issue).collect()
}
