//! Asks running services for their health, as their health check says.

use std::{process::ExitStatus, sync::Weak, time::Duration};

use miaas_core::model::{HealthTest, Healthcheck};
use tokio::time::Instant;

use super::{Inner, command::CommandLine, layout::ServiceFiles};

/// Until the first success a service is asked more often than its interval says, so that what waits for it starts soon.
const EAGER: Duration = Duration::from_millis(250);

/// Health as it is counted from single checks. Pure.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Counter {
    failures: u32,
    was_healthy: bool,
}

impl Counter {
    /// Takes one result in; `counts` is false for failures that are excused. The health is none until it is known.
    pub(super) fn next(&mut self, passed: bool, counts: bool, retries: u32) -> Option<bool> {
        if passed {
            *self = Self { failures: 0, was_healthy: true };
            return Some(true);
        }
        if counts || self.was_healthy {
            self.failures = self.failures.saturating_add(1);
        }
        if self.failures >= retries.max(1) {
            self.was_healthy = false;
            return Some(false);
        }
        self.was_healthy.then_some(true)
    }

    /// Whether it was healthy and has not been declared unhealthy since.
    const fn settled(self) -> bool {
        self.was_healthy
    }
}

/// Checks until the executor or the run is gone.
pub(super) async fn watch(
    inner: Weak<Inner>,
    files: ServiceFiles,
    mark: String,
    line: CommandLine,
    check: Healthcheck,
) {
    let begun = Instant::now();
    let interval = check.interval.duration().max(Duration::from_millis(10));
    let mut counter = Counter::default();
    let mut counted_at = begun;
    loop {
        let passed = matches!(run(&line, &files, &check).await, Some(status) if status.success());
        // Failures in the start period are excused; eager ones count once in an interval.
        let due = counted_at.elapsed() >= interval;
        let counts = !passed && due && begun.elapsed() >= check.start_period.duration();
        if due {
            counted_at = Instant::now();
        }
        let health = counter.next(passed, counts, check.retries);
        {
            let Some(inner) = inner.upgrade() else { return };
            if !inner.set_health(&files, &mark, health) {
                return;
            }
        }
        tokio::time::sleep(if counter.settled() { interval } else { interval.min(EAGER) }).await;
    }
}

/// One check; none when it could not be run or took too long.
async fn run(line: &CommandLine, files: &ServiceFiles, check: &Healthcheck) -> Option<ExitStatus> {
    let words = match &check.test {
        HealthTest::Exec(words) => words.clone(),
        HealthTest::Shell(text) => vec!["/bin/sh".to_owned(), "-c".to_owned(), text.clone()],
    };
    let mut command = line.check(files, &words)?;
    // Dropping the future kills the command.
    let limit = check.timeout.duration().max(Duration::from_millis(10));
    tokio::time::timeout(limit, command.status()).await.ok()?.ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn health_follows_the_results() {
        // One character a check, with three retries: + passes, - fails, . fails excused. And what is known after each.
        let cases =
            [("..+", "??+"), ("---", "??-"), ("+-+", "+++"), ("+---", "+++-"), ("---+", "??-+"), ("+...", "+++-")];
        for (results, wanted) in cases {
            let mut counter = Counter::default();
            let seen: String = results
                .chars()
                .map(|c| match counter.next(c == '+', c == '-', 3) {
                    None => '?',
                    Some(true) => '+',
                    Some(false) => '-',
                })
                .collect();
            assert_eq!(seen, wanted, "{results}");
        }
    }
}
