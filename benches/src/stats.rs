use std::{
    fmt,
    sync::OnceLock,
    time::{Duration, Instant},
};

/// Percentiles of latencies.
#[derive(Debug, Clone, Copy, Default)]
pub struct Percentiles {
    /// Half were faster.
    pub p50: Duration,
    /// 99 of 100 were faster.
    pub p99: Duration,
}

impl Percentiles {
    /// Of these samples; sorts them.
    #[must_use]
    pub fn of(samples: &mut [Duration]) -> Self {
        samples.sort_unstable();
        let at =
            |share: usize| samples.get((samples.len() * share / 100).min(samples.len().saturating_sub(1))).copied();
        Self { p50: at(50).unwrap_or_default(), p99: at(99).unwrap_or_default() }
    }
}

impl fmt::Display for Percentiles {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "p50 {:.1} ms, p99 {:.1} ms", self.p50.as_secs_f64() * 1e3, self.p99.as_secs_f64() * 1e3)
    }
}

/// The middle of some durations.
#[must_use]
pub fn median(samples: &[Duration]) -> Duration {
    let mut sorted = samples.to_vec();
    sorted.sort_unstable();
    sorted.get(sorted.len() / 2).copied().unwrap_or_default()
}

/// Processor time that this thread has used, so that a busy machine does not change the figures of what runs in one thread.
/// Where the system does not tell, the time since the first question.
#[must_use]
#[allow(clippy::disallowed_methods, reason = "a benchmark measures time")]
pub fn busy() -> Duration {
    static START: OnceLock<Instant> = OnceLock::new();
    let told = std::fs::read_to_string("/proc/thread-self/schedstat").ok();
    let nanos = told.and_then(|text| text.split_whitespace().next()?.parse().ok());
    nanos.map_or_else(|| START.get_or_init(Instant::now).elapsed(), Duration::from_nanos)
}
