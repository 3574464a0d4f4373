//! Health checks, which the engine runs.

use bollard::models::HealthConfig;
use miaas_core::model::{HealthTest, Healthcheck, Millis};

use super::signed;

pub(super) fn health(check: &Healthcheck) -> HealthConfig {
    let test = match &check.test {
        HealthTest::Exec(words) => std::iter::once("CMD".to_owned()).chain(words.iter().cloned()).collect(),
        HealthTest::Shell(command) => vec!["CMD-SHELL".to_owned(), command.clone()],
        // The engine makes no requests: see `probes`. That of the image does not count either.
        HealthTest::Http(_) => vec!["NONE".to_owned()],
    };
    HealthConfig {
        test: Some(test),
        interval: Some(nanos(check.interval)),
        timeout: Some(nanos(check.timeout)),
        retries: Some(i64::from(check.retries)),
        start_period: Some(nanos(check.start_period)),
        start_interval: check.start_interval.map(nanos),
    }
}

fn nanos(millis: Millis) -> i64 {
    signed(millis.0.saturating_mul(1_000_000))
}
