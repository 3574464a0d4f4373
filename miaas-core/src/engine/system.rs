//! The clock and ids of a real process.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use crate::{
    port::{Clock, IdSource},
    time::Timestamp,
};

/// The clock of the machine.
#[derive(Debug, Clone, Copy, Default)]
pub struct SystemClock;

impl Clock for SystemClock {
    fn uptime(&self) -> Duration {
        // The monotonic clock stands still while a Linux machine sleeps.
        #[cfg(target_os = "linux")]
        let id = rustix::time::ClockId::Boottime;
        #[cfg(not(target_os = "linux"))]
        let id = rustix::time::ClockId::Monotonic;
        let time = rustix::time::clock_gettime(id);
        Duration::new(time.tv_sec.unsigned_abs(), u32::try_from(time.tv_nsec).unwrap_or(0))
    }

    #[allow(clippy::disallowed_methods, reason = "this is the one place where time enters the system")]
    fn now(&self) -> Timestamp {
        let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        Timestamp::from_millis(i64::try_from(since.as_millis()).unwrap_or(i64::MAX))
    }
}

/// Identifiers from the time in milliseconds (42 bits) and random bits of a version 4 source (22 bits).
#[derive(Debug, Clone, Copy, Default)]
pub struct SystemIds;

impl IdSource for SystemIds {
    fn next_bits(&self) -> u64 {
        let millis = SystemClock.now().as_millis().unsigned_abs();
        // A hasher with random keys is the standard library's only source of randomness without a new dependency; each
        // builder gets other keys.
        let random = std::hash::BuildHasher::hash_one(&std::collections::hash_map::RandomState::new(), millis);
        (millis << 22) | (random & 0x3f_ffff)
    }
}
