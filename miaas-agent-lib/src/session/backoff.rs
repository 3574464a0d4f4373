//! Pauses between attempts to reach the server: growing, and different on every node, so that a server that comes back is
//! not met by all of them at once.

use std::time::Duration;

use backon::{BackoffBuilder as _, ExponentialBackoff, ExponentialBuilder};

/// A session that lived this long was a good one: the next pause is short again.
pub(super) const GOOD_AFTER: Duration = Duration::from_secs(5);

/// Pauses from 0.2 s to 10 s.
#[derive(Debug)]
pub(crate) struct Pauses {
    next: ExponentialBackoff,
}

impl Pauses {
    /// From the shortest on.
    pub(crate) fn new() -> Self {
        // Jitter adds up to the pause itself.
        let builder = ExponentialBuilder::new()
            .with_min_delay(Duration::from_millis(200))
            .with_max_delay(Duration::from_secs(5))
            .with_factor(2.0)
            .with_jitter()
            .without_max_times();
        Self { next: builder.build() }
    }

    /// The next pause.
    pub(crate) fn next(&mut self) -> Duration {
        self.next.next().unwrap_or(Duration::from_secs(10))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pauses_grow_within_their_bounds() {
        let mut pauses = Pauses::new();
        let all: Vec<_> = (0..20).map(|_| pauses.next()).collect();
        assert!(all.iter().all(|p| (200..=10_000).contains(&p.as_millis())), "{all:?}");
        assert!(all[0].as_millis() <= 400 && all[10].as_millis() >= 5_000, "{all:?}");
    }
}
