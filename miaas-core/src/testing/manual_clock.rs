//! Time and identifiers for simulations and tests that one drives by hand.

use std::{
    sync::atomic::{AtomicU64, Ordering::Relaxed},
    time::Duration,
};

use crate::{
    port::{Clock, IdSource},
    time::Timestamp,
};

/// Where its calendar begins: 2025-01-01T00:00:00Z, in milliseconds.
const BEGIN: i64 = 1_735_689_600_000;

/// A clock that moves when it is told to, and identifiers that are counted: the same in every run.
#[derive(Debug, Default)]
pub struct ManualClock {
    millis: AtomicU64,
    ids: AtomicU64,
}

impl ManualClock {
    /// Lets so much time pass, in whole milliseconds.
    pub fn pass(&self, time: Duration) {
        self.millis.fetch_add(u64::try_from(time.as_millis()).unwrap_or(u64::MAX), Relaxed);
    }
}

impl Clock for ManualClock {
    fn now(&self) -> Timestamp {
        Timestamp::from_millis(BEGIN).plus(self.uptime())
    }

    fn uptime(&self) -> Duration {
        Duration::from_millis(self.millis.load(Relaxed))
    }
}

impl IdSource for ManualClock {
    fn next_bits(&self) -> u64 {
        self.ids.fetch_add(1, Relaxed)
    }
}
