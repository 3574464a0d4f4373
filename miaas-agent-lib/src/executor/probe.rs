//! Health that is asked for here: by a request, or by a command where no engine does it.

use std::time::Duration;

use miaas_core::model::{Healthcheck, HttpTest};
use tokio::time::Instant;

/// Until the first success a service is asked more often than its interval says, so that what waits for it starts soon.
const EAGER: Duration = Duration::from_millis(250);

/// Health as it is counted from single checks. Pure.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
struct Counter {
    failures: u32,
    was_healthy: bool,
}

impl Counter {
    /// Takes one result in; `counts` is false for failures that are excused. The health is none until it is known.
    fn next(&mut self, passed: bool, counts: bool, retries: u32) -> Option<bool> {
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
}

/// One check after the other.
#[derive(Debug)]
pub(super) struct Rounds {
    interval: Duration,
    start_period: Duration,
    retries: u32,
    begun: Instant,
    counted_at: Instant,
    counter: Counter,
}

impl Rounds {
    /// The service has just been started.
    pub(super) fn new(check: &Healthcheck) -> Self {
        let begun = Instant::now();
        Self {
            interval: check.interval.duration().max(Duration::from_millis(10)),
            start_period: check.start_period.duration(),
            retries: check.retries,
            begun,
            counted_at: begun,
            counter: Counter::default(),
        }
    }

    /// Takes a result in: the health, none until it is known, and the pause before the next check.
    pub(super) fn next(&mut self, passed: bool) -> (Option<bool>, Duration) {
        // Failures in the start period are excused; eager ones count once in an interval.
        let due = self.counted_at.elapsed() >= self.interval;
        let counts = !passed && due && self.begun.elapsed() >= self.start_period;
        if due {
            self.counted_at = Instant::now();
        }
        let health = self.counter.next(passed, counts, self.retries);
        let pause = if self.counter.was_healthy { self.interval } else { self.interval.min(EAGER) };
        (health, pause)
    }
}

/// Asks once. Err says what came instead of a healthy answer.
pub(super) async fn get(host: &str, test: &HttpTest, limit: Duration) -> Result<(), String> {
    let url = format!("http://{host}:{}{}", test.port, test.path);
    let limit = limit.max(Duration::from_millis(10));
    let client = miaas_tls::http(None)
        .map_err(|e| e.to_string())?
        .no_proxy()
        .redirect(reqwest::redirect::Policy::none())
        .timeout(limit);
    let answer = async { client.build()?.get(&url).send().await }.await;
    match answer {
        Ok(answer) if (200..400).contains(&answer.status().as_u16()) => Ok(()),
        Ok(answer) => Err(format!("GET {url} answered {}", answer.status())),
        Err(error) if error.is_timeout() => Err(format!("GET {url} was not answered within {} ms", limit.as_millis())),
        Err(error) => {
            let mut why = error.without_url().to_string();
            why.truncate(200);
            Err(format!("GET {url}: {why}"))
        }
    }
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
