//! Waiting until a deployment is as wanted, and saying meanwhile what happens.

use std::{collections::BTreeMap, time::Duration};

use clap::Args;
use miaas_client::{Client, ClientError};
use miaas_core::{
    api::v1::{DeploymentItem, DeploymentStatus, Problem},
    id::WorkloadId,
    model::Phase,
};
use tokio::time::Instant;

use crate::{
    app::App,
    exit::Exit,
    output::deployment::{node, phase, problem, pulling},
    seconds,
};

/// Time between two looks.
const LOOK: Duration = Duration::from_millis(200);
/// A placement problem that lasts this long is not the moment between two events.
const PATIENCE: Duration = Duration::from_secs(3);

/// Whether and how long to wait.
#[derive(Debug, Clone, Args)]
pub(crate) struct WaitArgs {
    /// Wait until it is as wanted (this is what happens anyway)
    #[arg(long, overrides_with = "no_wait")]
    wait: bool,
    /// Return as soon as the server has accepted it
    #[arg(long, overrides_with = "wait")]
    no_wait: bool,
    /// Longest time to wait, for example 90s or 5m
    #[arg(long, value_name = "TIME", default_value = "5m", value_parser = seconds::parse)]
    timeout: Duration,
}

impl WaitArgs {
    /// How long to wait; none means not at all.
    pub(crate) fn limit(&self) -> Option<Duration> {
        (!self.no_wait).then_some(self.timeout)
    }
}

/// What is waited for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Goal {
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

/// Waits for `goal`. Gives back how it went and the last look, which is none once the deployment is gone.
pub(crate) async fn wait(
    app: &App,
    client: &Client,
    asked: &DeploymentItem,
    goal: Goal,
    limit: Duration,
) -> anyhow::Result<(Exit, Option<DeploymentItem>)> {
    let start = Instant::now();
    let (mut seen, mut stuck, mut trouble) = (Seen::default(), None::<Instant>, None::<ClientError>);
    loop {
        match client.find_deployment(asked.id.as_str()).await {
            Ok(item) => {
                trouble = None;
                if let Some(item) = &item {
                    seen.tell(app, item, goal);
                }
                let verdict = judge(item.as_ref(), goal, asked.generation);
                let since = *stuck.get_or_insert_with(Instant::now);
                match verdict {
                    Verdict::Reached => {
                        app.say.line(&format!(
                            "{} is {} after {:.1} s",
                            asked.name,
                            goal.word(),
                            start.elapsed().as_secs_f64()
                        ));
                        return Ok((Exit::Done, item));
                    }
                    Verdict::Vanished => {
                        app.say.error(&format!("{} was removed meanwhile", asked.name));
                        return Ok((Exit::Failed, None));
                    }
                    Verdict::NoPlace if since.elapsed() >= PATIENCE => {
                        app.say.error(&format!("{} finds no place", asked.name));
                        return Ok((Exit::Pending, item));
                    }
                    Verdict::Hopeless if since.elapsed() >= PATIENCE => {
                        app.say.error(&format!("{} cannot be rendered", asked.name));
                        return Ok((Exit::Failed, item));
                    }
                    Verdict::NoPlace | Verdict::Hopeless => {}
                    Verdict::NotYet => stuck = None,
                }
            }
            Err(e) if e.retryable() => {
                if trouble.is_none() {
                    app.say.warning(&format!("{e}; trying again"));
                }
                trouble = Some(e);
            }
            Err(e) => return Err(e.into()),
        }
        if start.elapsed() >= limit {
            return give_up(app, client, asked, goal, trouble).await;
        }
        tokio::time::sleep(LOOK).await;
    }
}

/// The time is up: says what stands in the way.
async fn give_up(
    app: &App,
    client: &Client,
    asked: &DeploymentItem,
    goal: Goal,
    trouble: Option<ClientError>,
) -> anyhow::Result<(Exit, Option<DeploymentItem>)> {
    if let Some(trouble) = trouble {
        return Err(trouble.into());
    }
    let item = client.find_deployment(asked.id.as_str()).await?;
    app.say.error(&format!("{} is not {} within the time allowed", asked.name, goal.word()));
    let lines: Vec<String> = item.iter().flat_map(|item| item.problems.iter().flat_map(problem)).collect();
    if lines.is_empty() {
        app.say.hint(&format!("it may only need longer: see `miaas get {0}` and `miaas logs {0}`", asked.name));
    }
    lines.iter().for_each(|line| app.say.line(&format!("  {line}")));
    Ok((Exit::Failed, item))
}

#[derive(Debug, PartialEq, Eq)]
enum Verdict {
    Reached,
    NotYet,
    NoPlace,
    Hopeless,
    Vanished,
}

fn judge(item: Option<&DeploymentItem>, goal: Goal, generation: u64) -> Verdict {
    let Some(item) = item else {
        return if goal == Goal::Gone { Verdict::Reached } else { Verdict::Vanished };
    };
    let wanted = match goal {
        Goal::Ready => DeploymentStatus::Ready,
        Goal::Stopped => DeploymentStatus::Stopped,
        Goal::Gone => return Verdict::NotYet,
    };
    let has = |kind: &str| item.problems.iter().any(|p: &Problem| p.kind == kind);
    if item.generation < generation {
        Verdict::NotYet
    } else if item.status == wanted {
        Verdict::Reached
    } else if has("unplaceable") {
        Verdict::NoPlace
    } else if has("render") {
        Verdict::Hopeless
    } else {
        Verdict::NotYet
    }
}

/// What was said already, so that every change is said once.
#[derive(Debug, Default)]
struct Seen {
    phases: BTreeMap<WorkloadId, String>,
    problems: Vec<String>,
}

impl Seen {
    fn tell(&mut self, app: &App, item: &DeploymentItem, goal: Goal) {
        for line in self.news(item, goal) {
            app.say.line(&line);
        }
        match item.workloads.iter().find_map(|w| Some(format!("{}: {}", w.id, pulling(&w.state)?))) {
            Some(pulling) => app.say.passing(&pulling),
            None => app.say.settle(),
        }
    }

    fn news(&mut self, item: &DeploymentItem, goal: Goal) -> Vec<String> {
        let mut lines = Vec::new();
        for workload in &item.workloads {
            let progress = workload.state.progress.as_ref().filter(|_| workload.state.phase == Phase::Preparing);
            let now = match progress {
                // The amounts change all the time; only the terminal's last line shows them.
                Some(progress) => format!("preparing (pulling {})", progress.image),
                None => phase(workload),
            };
            if self.phases.get(&workload.id) != Some(&now) {
                lines.push(format!("{} on {}: {now}", workload.id, node(workload)));
                self.phases.insert(workload.id.clone(), now);
            }
        }
        // What stood in its way does not matter to a deployment that goes.
        for line in item.problems.iter().filter(|_| goal != Goal::Gone).flat_map(problem) {
            if !self.problems.contains(&line) {
                lines.push(format!("  {line}"));
                self.problems.push(line);
            }
        }
        lines
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn item(status: &str, problems: &[&str]) -> DeploymentItem {
        let problems: Vec<_> = problems.iter().map(|kind| json!({"kind": kind, "message": "m"})).collect();
        let workload = json!({
            "id": "web-0-a", "slot": 0, "node": "node-1", "node_name": "alpha", "node_ip": null, "ready": false,
            "state": {"phase": "preparing", "progress": {"image": "redis:7", "done_bytes": 1, "total_bytes": 9}},
            "at": null, "ports": [], "devices": [], "leaving": false, "why": {},
        });
        serde_json::from_value(json!({
            "id": "dep-1", "name": "web", "template": "redis", "params": {}, "replicas": 1, "ready": 0,
            "status": status, "generation": 2, "placement": {}, "priority": 0, "labels": {},
            "created_at": "2026-01-01T00:00:00Z", "updated_at": "2026-01-01T00:00:00Z", "ready_at": null,
            "workloads": [workload], "problems": problems,
        }))
        .unwrap()
    }

    #[test]
    fn verdicts() {
        let cases = [
            ("ready", &[][..], Goal::Ready, 2, Verdict::Reached),
            ("ready", &[], Goal::Ready, 3, Verdict::NotYet),
            ("progressing", &[], Goal::Ready, 1, Verdict::NotYet),
            ("degraded", &["workload"], Goal::Ready, 2, Verdict::NotYet),
            ("degraded", &["workload", "unplaceable"], Goal::Ready, 2, Verdict::NoPlace),
            ("degraded", &["render"], Goal::Ready, 2, Verdict::Hopeless),
            ("stopped", &[], Goal::Stopped, 2, Verdict::Reached),
            ("removing", &[], Goal::Gone, 2, Verdict::NotYet),
        ];
        for (status, problems, goal, generation, want) in cases {
            assert_eq!(judge(Some(&item(status, problems)), goal, generation), want, "{status} {problems:?} {goal:?}");
        }
        assert_eq!(judge(None, Goal::Gone, 1), Verdict::Reached);
        assert_eq!(judge(None, Goal::Ready, 1), Verdict::Vanished);
    }

    #[test]
    fn every_change_is_said_once() {
        let mut seen = Seen::default();
        let first = item("degraded", &["workload"]);
        assert_eq!(seen.news(&first, Goal::Ready), ["web-0-a on alpha: preparing (pulling redis:7)", "  workload: m"]);
        let mut later = first;
        later.workloads[0].state.progress.as_mut().unwrap().done_bytes = 5;
        assert!(seen.news(&later, Goal::Ready).is_empty());
        let going = Seen::default().news(&item("removing", &["unplaceable"]), Goal::Gone);
        assert_eq!(going, ["web-0-a on alpha: preparing (pulling redis:7)"]);
    }
}
