//! Health checks.

use serde::{Deserialize, Serialize};

use super::Millis;

/// A health check.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Healthcheck {
    /// How health is asked.
    pub test: HealthTest,
    /// Time between two checks.
    pub interval: Millis,
    /// Time one check may take.
    pub timeout: Millis,
    /// Failures in a row that make it unhealthy.
    pub retries: u32,
    /// Failures in this time after the start do not count.
    pub start_period: Millis,
    /// Time between two checks during the start period; none means `interval`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub start_interval: Option<Millis>,
}

/// How health is asked.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum HealthTest {
    /// A command without a shell.
    Exec(Vec<String>),
    /// A command for `/bin/sh -c`.
    Shell(String),
    /// A request, which whoever runs the service makes: for images that bring nothing that could. Any answer from 200 to 399 is
    /// healthy.
    Http(HttpTest),
}

/// What is asked for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct HttpTest {
    /// Port that the service listens on: of the container, or of the node for a process.
    pub port: u16,
    /// Path and query, with the first slash.
    pub path: String,
}
