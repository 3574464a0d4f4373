use serde::{Deserialize, Serialize};

use crate::spec::Issue;

/// How a deployment goes from one revision to the next (D2).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(default, deny_unknown_fields)]
pub struct UpdatePolicy {
    /// In which order.
    pub strategy: UpdateStrategy,
    /// At most so many replicas may be unavailable because of the update.
    pub max_unavailable: u32,
    /// So many replicas may run beside those that they replace, wherever there is room. Replicas that keep data in a volume
    /// of their node are always replaced in place.
    pub max_surge: u32,
    /// With `canary`: what comes first.
    pub canary: Canary,
    /// Seconds that a replica has to be ready before it counts.
    pub min_ready_seconds: u64,
    /// Seconds without progress after which the update has failed.
    pub progress_deadline_seconds: u64,
    /// Whether a failed update goes back to the last revision that was ready.
    pub rollback: bool,
    /// Nothing more is replaced while this is set.
    pub paused: bool,
}

impl Default for UpdatePolicy {
    fn default() -> Self {
        Self {
            strategy: UpdateStrategy::Rolling,
            max_unavailable: 1,
            max_surge: 0,
            canary: Canary::default(),
            min_ready_seconds: 0,
            progress_deadline_seconds: 600,
            rollback: true,
            paused: false,
        }
    }
}

impl UpdatePolicy {
    /// Everything that is wrong with it, with paths below `path`.
    #[must_use]
    pub fn issues(&self, path: &str) -> Vec<Issue> {
        let mut issues = Vec::new();
        if self.max_unavailable == 0 && self.max_surge == 0 {
            let text = "with max_unavailable and max_surge both 0 nothing could ever be replaced";
            let hint = "at least one of them must be 1 or more";
            issues.push(Issue::new(format!("{path}/max_unavailable"), text).with_hint(hint));
        }
        if self.strategy == UpdateStrategy::Canary && self.canary.replicas == 0 {
            let issue = Issue::new(format!("{path}/canary/replicas"), "0 replicas prove nothing");
            issues.push(issue.with_hint("at least 1"));
        }
        if self.progress_deadline_seconds == 0 {
            let text = "with 0 every update would have failed at once";
            let issue = Issue::new(format!("{path}/progress_deadline_seconds"), text);
            issues.push(issue.with_hint("at least 1; 600 is the default"));
        }
        issues
    }
}

/// In which order replicas are replaced.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "lowercase")]
pub enum UpdateStrategy {
    /// A few at a time, each ready before the next.
    #[default]
    Rolling,
    /// All at once: no two versions ever run together.
    Recreate,
    /// A few first; the others after these have proved themselves.
    Canary,
}

/// What comes first in a canary update.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(default, deny_unknown_fields)]
pub struct Canary {
    /// How many replicas.
    pub replicas: u32,
    /// Seconds that they have to be ready before the others follow.
    pub hold_seconds: u64,
    /// The others follow only once this revision is promoted by hand.
    pub manual: bool,
    /// The revision that was promoted.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub promoted: Option<u64>,
}

impl Default for Canary {
    fn default() -> Self {
        Self { replicas: 1, hold_seconds: 30, manual: false, promoted: None }
    }
}
