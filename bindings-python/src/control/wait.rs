//! Waiting until a deployment is as wanted.

use std::time::Duration;

use miaas_core::{
    ErrorKind,
    api::v1::{DeploymentItem, DeploymentStatus, Problem},
    spec::Issue,
};
use serde::Deserialize;
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

/// Waits; the last look, none once it is gone. Fails at once when a callable of the caller failed, after [`PATIENCE`] when
/// nothing but a change of what is wanted can help, and when the time is up.
pub(super) async fn wait(
    backend: &dyn Backend,
    deployment: &str,
    goal: Goal,
    limit: Option<Duration>,
) -> Result<Option<DeploymentItem>, Failure> {
    let start = Instant::now();
    let mut stuck: Option<Instant> = None;
    loop {
        let item = match backend.deployment(deployment).await {
            Ok(item) => item,
            Err(e) if e.kind() == Some(ErrorKind::NotFound) && goal == Goal::Gone => return Ok(None),
            Err(e) => return Err(e),
        };
        if reached(&item, goal) {
            return Ok(Some(item));
        }
        let hopeless = item.problems.iter().find(|p| goal != Goal::Gone && is_hopeless(p));
        if let Some(problem) = hopeless {
            if let Some(failure) = backend.failed_callback(item.name.as_str()) {
                return Err(failure);
            }
            if stuck.get_or_insert_with(Instant::now).elapsed() >= PATIENCE {
                return Err(gives_up(&item, problem));
            }
        } else {
            stuck = None;
        }
        if limit.is_some_and(|limit| start.elapsed() >= limit) {
            let message = format!("{} is not {} within the time allowed", item.name, goal.word());
            return Err(Failure::new(ErrorKind::Timeout, "wait", message).with_issues(issues(&item)));
        }
        sleep(LOOK).await;
    }
}

fn reached(item: &DeploymentItem, goal: Goal) -> bool {
    match goal {
        Goal::Ready => item.status == DeploymentStatus::Ready,
        Goal::Stopped => item.status == DeploymentStatus::Stopped,
        Goal::Gone => false,
    }
}

fn is_hopeless(problem: &Problem) -> bool {
    matches!(problem.kind.as_str(), "unplaceable" | "render")
}

fn gives_up(item: &DeploymentItem, problem: &Problem) -> Failure {
    let message = format!("{}: {}", item.name, problem.message);
    let failure = match problem.kind.as_str() {
        "unplaceable" => Failure::unplaceable("wait", message),
        _ => Failure::invalid("wait", message),
    };
    let failure = failure.with_issues(issues(item));
    match &problem.hint {
        Some(hint) => failure.with_hint(hint),
        None => failure,
    }
}

fn issues(item: &DeploymentItem) -> Vec<Issue> {
    let issue = |p: &Problem| Issue { path: p.kind.clone(), message: p.message.clone(), hint: p.hint.clone() };
    item.problems.iter().map(issue).collect()
}
