//! When a service starts, and what happens when it ends.

use serde::{Deserialize, Serialize};

/// When a dependency counts as met.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DependsOn {
    /// It was started.
    #[default]
    ServiceStarted,
    /// It is healthy.
    ServiceHealthy,
    /// It ended with exit code 0.
    ServiceCompletedSuccessfully,
}

/// What happens when a service exits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum RestartPolicy {
    /// Started again, whatever the exit code.
    #[default]
    Always,
    /// Started again unless it ended with exit code 0.
    OnFailure,
    /// Never started again; exit code 0 is success.
    No,
}
