//! The state machine of an update (D2): where it goes next, and how many replicas may be replaced now.

use std::time::Duration;

use crate::{
    id::DeploymentId,
    model::{Rollout, RolloutPhase, UpdatePolicy, UpdateStrategy},
    time::Timestamp,
};

/// What is seen of the replicas that count: the newest of each wanted slot.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Progress {
    /// How many are wanted.
    pub replicas: u32,
    /// How many have been given the revision that is wanted.
    pub given: u32,
    /// How many of these are ready, for long enough.
    pub ready: u32,
    /// When the last of these became ready.
    pub ready_since: Option<Timestamp>,
    /// How many replicas are ready in whatever revision.
    pub serving: u32,
    /// Why one of the new revision does not work.
    pub failed: Option<String>,
    /// Why one cannot be made ready to be replaced.
    pub stuck: Option<String>,
    /// Nothing is meant to run.
    pub stopped: bool,
    /// When what is wanted last changed: a pause that ended, a canary that was promoted.
    pub changed_at: Timestamp,
}

/// The rollout to revision `to`, which nothing is known of yet; `before` is the deployment's last one.
#[must_use]
pub fn begin(deployment: &DeploymentId, to: u64, before: Option<&Rollout>, now: Timestamp) -> Rollout {
    // One that was overtaken on its way, or that no replica ever ran, was never ready as a whole: behind it is still what was
    // before.
    let from = before.and_then(|b| if b.phase == RolloutPhase::Complete && b.ready > 0 { Some(b.to) } else { b.from });
    Rollout {
        deployment: deployment.clone(),
        from: from.filter(|from| *from != to),
        to,
        phase: RolloutPhase::Progressing,
        ready: 0,
        started_at: now,
        progressed_at: now,
        reason: None,
    }
}

/// Where the rollout is now.
#[must_use]
pub fn next(rollout: &Rollout, policy: &UpdatePolicy, seen: &Progress, now: Timestamp) -> Rollout {
    let there = seen.ready >= seen.replicas && seen.given >= seen.replicas;
    match rollout.phase {
        // Complete without a single replica: the first that are ready prove it.
        RolloutPhase::Complete if there && rollout.ready == 0 => Rollout { ready: seen.ready, ..rollout.clone() },
        RolloutPhase::Complete | RolloutPhase::RolledBack => rollout.clone(),
        RolloutPhase::Progressing | RolloutPhase::Failed if there && !seen.stopped => Rollout {
            phase: RolloutPhase::Complete,
            ready: seen.ready,
            progressed_at: now,
            reason: None,
            ..rollout.clone()
        },
        RolloutPhase::Failed => rollout.clone(),
        RolloutPhase::Progressing => progressing(rollout, policy, seen, now),
    }
}

fn progressing(rollout: &Rollout, policy: &UpdatePolicy, seen: &Progress, now: Timestamp) -> Rollout {
    if seen.stopped || policy.paused {
        return rollout.clone();
    }
    let back = policy.rollback && rollout.from.is_some();
    if let (Some(why), true) = (&seen.failed, back) {
        return ended(rollout, RolloutPhase::RolledBack, why.clone());
    }
    if seen.ready > rollout.ready {
        return Rollout { ready: seen.ready, progressed_at: now, ..rollout.clone() };
    }
    let limit = Duration::from_secs(policy.progress_deadline_seconds);
    if holds(rollout, policy, seen, now) || now < deadline(rollout, policy, seen) {
        return rollout.clone();
    }
    let because = seen.failed.as_ref().or(seen.stuck.as_ref()).map(|why| format!(": {why}")).unwrap_or_default();
    let why = format!("no progress for {} s{because}", limit.as_secs());
    ended(rollout, if back { RolloutPhase::RolledBack } else { RolloutPhase::Failed }, why)
}

/// When an update that comes no step further has failed. Time in which nothing was meant to happen does not count.
#[must_use]
pub fn deadline(rollout: &Rollout, policy: &UpdatePolicy, seen: &Progress) -> Timestamp {
    let held = holds_until(policy, seen).filter(|_| policy.strategy == UpdateStrategy::Canary);
    let since = rollout.progressed_at.max(seen.changed_at).max(held.unwrap_or_default());
    since.plus(Duration::from_secs(policy.progress_deadline_seconds))
}

fn ended(rollout: &Rollout, phase: RolloutPhase, why: String) -> Rollout {
    Rollout { phase, reason: Some(why), ..rollout.clone() }
}

/// The revision that replicas should have.
#[must_use]
pub const fn wanted(rollout: &Rollout) -> u64 {
    match (rollout.phase, rollout.from) {
        (RolloutPhase::RolledBack, Some(from)) => from,
        _ => rollout.to,
    }
}

/// How many replicas may be given the revision that is wanted, and how many of those may be serving now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Allowance {
    /// At most so many more.
    pub more: u32,
    /// At most so many of them may be taken out of service.
    pub serving: u32,
    /// All have to be made ready before the first is replaced.
    pub together: bool,
}

/// What may be replaced now. `seen` counts for the revision that is [`wanted`].
#[must_use]
pub fn allowance(rollout: &Rollout, policy: &UpdatePolicy, seen: &Progress, now: Timestamp) -> Allowance {
    let left = seen.replicas.saturating_sub(seen.given);
    if seen.stopped {
        return Allowance { more: left, serving: left, together: false };
    }
    // Going back is not what was paused.
    let back = rollout.phase == RolloutPhase::RolledBack;
    if policy.paused && !back {
        return Allowance { more: 0, serving: 0, together: false };
    }
    let unavailable = seen.replicas.saturating_sub(seen.serving);
    let room = policy.max_unavailable.max(u32::from(policy.max_surge == 0)).saturating_sub(unavailable);
    match policy.strategy {
        UpdateStrategy::Recreate => Allowance { more: left, serving: left, together: true },
        UpdateStrategy::Canary if !back && !proved(rollout, policy, seen, now) => {
            let more = policy.canary.replicas.clamp(1, seen.replicas.max(1)).saturating_sub(seen.given).min(left);
            Allowance { more, serving: room, together: false }
        }
        UpdateStrategy::Rolling | UpdateStrategy::Canary => Allowance { more: left, serving: room, together: false },
    }
}

/// Whether a canary update waits on purpose.
#[must_use]
pub fn holds(rollout: &Rollout, policy: &UpdatePolicy, seen: &Progress, now: Timestamp) -> bool {
    let first = policy.canary.replicas.clamp(1, seen.replicas.max(1));
    rollout.phase == RolloutPhase::Progressing
        && policy.strategy == UpdateStrategy::Canary
        && rollout.from.is_some()
        && seen.ready >= first
        && !proved(rollout, policy, seen, now)
}

/// When a canary update goes on by itself.
#[must_use]
pub fn holds_until(policy: &UpdatePolicy, seen: &Progress) -> Option<Timestamp> {
    let since = seen.ready_since.filter(|_| !policy.canary.manual)?;
    Some(since.plus(Duration::from_secs(policy.canary.hold_seconds)))
}

/// Whether the first replicas have proved themselves. A deployment without a version before has nothing to compare with.
fn proved(rollout: &Rollout, policy: &UpdatePolicy, seen: &Progress, now: Timestamp) -> bool {
    let canary = &policy.canary;
    if rollout.from.is_none() || canary.promoted == Some(rollout.to) {
        return true;
    }
    let first = canary.replicas.clamp(1, seen.replicas.max(1));
    seen.ready >= first && !canary.manual && holds_until(policy, seen).is_some_and(|until| until <= now)
}
