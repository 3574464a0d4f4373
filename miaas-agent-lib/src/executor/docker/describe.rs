//! The state of one container, with what is the matter when it does not run as it should.

use bollard::{
    models::{ContainerInspectResponse, RestartPolicyNameEnum},
    query_parameters::LogsOptions,
};
use futures_util::StreamExt as _;
use miaas_core::{PortError, hash::ContentHash, model::ServiceState};

use super::{
    container,
    engine::Engine,
    error,
    found::{Found, Life},
    labels, podman,
};

/// How much of a failed service's output goes into its error.
const OUTPUT_LINES: &str = "5";
const OUTPUT_BYTES: usize = 1000;

/// The state from the listing alone; restarts are not in it.
pub(super) fn listed(found: &Found) -> ServiceState {
    ServiceState {
        running: found.life == Life::Running,
        restarting: found.life == Life::Restarting,
        healthy: found.healthy.filter(|_| found.life == Life::Running),
        instance: found.id.clone(),
        ..ServiceState::default()
    }
}

/// The whole state. One request, and one more for the output of what has failed. What runs with other limits than it was made
/// with gets a hash that nobody asks for.
pub(super) async fn container(
    engine: &Engine,
    operation: &'static str,
    found: &mut Found,
) -> Result<ServiceState, PortError> {
    let mut state = listed(found);
    let about = found.about();
    let client = engine.client(operation, &about).await?;
    let seen = match podman::read(client.inspect_container(&found.id, None).await, podman::inspected) {
        Ok(seen) => seen,
        // Removed since it was listed.
        Err(e) if error::is_gone(&e) => {
            return Ok(ServiceState { running: false, restarting: false, ..state });
        }
        Err(e) => return Err(engine.failed(operation, &about, e)),
    };
    state.restarts = seen.restart_count.and_then(|n| u32::try_from(n).ok()).unwrap_or_default();
    let by_request = stopped_by_request(found, &seen);
    // Podman tells other numbers than it was asked for, and has no call that changes them.
    let limits = seen.host_config.as_ref().filter(|_| !engine.is_podman()).map(container::limits);
    if found.limits.is_some() && limits.is_some() && limits != found.limits {
        found.hash = ContentHash::from_text(labels::EDITED);
    }
    let now = seen.state.unwrap_or_default();
    // It may have changed since it was listed; what is said about it must belong together.
    let life = now.status.and_then(Life::from_status).unwrap_or(found.life);
    state.running = life == Life::Running;
    state.restarting = life == Life::Restarting;
    state.healthy = state.healthy.or_else(|| podman::health(&now)).filter(|_| state.running);
    let said = now.error.filter(|e| !e.is_empty());
    match life {
        Life::Running if state.healthy == Some(false) => {
            let last = now.health.and_then(|h| h.log?.pop()?.output).or_else(|| engine.probes.failure(&found.id));
            state.error = Some(format!("the health check fails: {}", short(&last.unwrap_or_default())));
        }
        Life::Running => {}
        Life::Paused => state.error = Some("it was paused".to_owned()),
        Life::Created => state.error = said,
        Life::Ended if by_request => {}
        Life::Ended | Life::Restarting => {
            let code = now.exit_code.unwrap_or_default();
            state.exit_code = Some(code);
            state.error = match (said, code) {
                (Some(said), _) => Some(said),
                (None, _) if now.oom_killed == Some(true) => Some("out of memory: the kernel ended it".to_owned()),
                (None, 0) => None,
                // The output of what somebody ended says nothing about why.
                (None, 137) => Some("it was killed (signal 9)".to_owned()),
                (None, 143) => Some("it was asked to end (signal 15)".to_owned()),
                (None, _) => {
                    let output = output(engine, operation, &about, &found.id).await?;
                    let text = if output.is_empty() { "it printed nothing" } else { &output };
                    Some(format!("exit code {code}: {text}"))
                }
            };
        }
    }
    Ok(state)
}

/// Whether the last thing that happened to it was our stop: see [`container::stopped_policy`].
fn stopped_by_request(found: &Found, seen: &ContainerInspectResponse) -> bool {
    let policy = seen.host_config.as_ref().and_then(|h| h.restart_policy.as_ref()).and_then(|p| p.name);
    // The engine writes an absent policy as "no" or as nothing.
    let plain = |name: Option<RestartPolicyNameEnum>| name.filter(|n| *n != RestartPolicyNameEnum::EMPTY);
    let no = Some(RestartPolicyNameEnum::NO);
    plain(policy).or(no) == plain(container::stopped_policy(found.restart).name).or(no)
}

/// The end of a container's output in one line; empty when it printed nothing.
pub(super) async fn output(
    engine: &Engine,
    operation: &'static str,
    about: &str,
    id: &str,
) -> Result<String, PortError> {
    let client = engine.client(operation, about).await?;
    let options = LogsOptions { stdout: true, stderr: true, tail: OUTPUT_LINES.to_owned(), ..LogsOptions::default() };
    let mut lines = std::pin::pin!(client.logs(id, Some(options)));
    let mut text = String::new();
    while let Some(line) = lines.next().await {
        match line {
            Ok(line) => text.push_str(&line.to_string()),
            Err(e) if error::unreachable(&e) => return Err(engine.failed(operation, about, e)),
            // A log that cannot be read (another log driver) must not hide the failure that it would explain.
            Err(e) => text.push_str(&format!("(its output cannot be read: {})\n", error::text(&e))),
        }
    }
    Ok(short(&text))
}

/// The end of a text, in one line.
fn short(text: &str) -> String {
    let text = text.trim();
    let mut from = text.len().saturating_sub(OUTPUT_BYTES);
    while !text.is_char_boundary(from) {
        from += 1;
    }
    text[from..].lines().map(str::trim_end).collect::<Vec<_>>().join(" | ")
}
