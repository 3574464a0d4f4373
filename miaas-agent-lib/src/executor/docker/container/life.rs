//! What happens when a service ends.

use bollard::models::{RestartPolicy as EnginePolicy, RestartPolicyNameEnum};
use miaas_core::model::RestartPolicy;

/// The engine's policy. `unless-stopped` comes back after a restart of the engine, but not when it was stopped by request.
/// After a reboot the engine starts nothing that needs a lease: the agent does, once it has one.
pub(in super::super) fn restart_policy(policy: RestartPolicy, max: Option<u32>, exclusive: bool) -> EnginePolicy {
    let name = match policy {
        RestartPolicy::Always if exclusive => RestartPolicyNameEnum::ON_FAILURE,
        RestartPolicy::Always => RestartPolicyNameEnum::UNLESS_STOPPED,
        RestartPolicy::OnFailure => RestartPolicyNameEnum::ON_FAILURE,
        RestartPolicy::No => RestartPolicyNameEnum::NO,
    };
    let counted = max.filter(|_| policy == RestartPolicy::OnFailure);
    EnginePolicy { name: Some(name), maximum_retry_count: counted.map(i64::from) }
}

/// The policy that marks a container as stopped by request: always another one than [`restart_policy`]'s, and none that
/// starts a stopped container.
pub(in super::super) fn stopped_policy(policy: RestartPolicy) -> EnginePolicy {
    let name = match policy {
        RestartPolicy::Always | RestartPolicy::OnFailure => RestartPolicyNameEnum::NO,
        RestartPolicy::No => RestartPolicyNameEnum::UNLESS_STOPPED,
    };
    EnginePolicy { name: Some(name), maximum_retry_count: None }
}
