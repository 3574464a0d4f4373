//! What a node may do with workloads that need a lease, by its own clock that never jumps.

use std::time::Duration;

use crate::model::{Generation, Lease};

/// How long a freshly started agent leaves alone what it finds running, until the first lease arrives. An agent that its
/// supervisor starts again within seconds does not interrupt anything that way, and the margin of the terms covers it.
pub const STARTUP: Duration = Duration::from_secs(5);

/// What a node may do with a workload that needs a lease.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Right {
    /// Start it and let it run.
    Run,
    /// Let it run, but not start it.
    Keep,
    /// Neither.
    Stop,
}

/// The leases of a node. Only [`right`](Self::right) matters; it is a function of what was granted, the generation that is
/// held and the time.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Leases {
    opened: Duration,
    held: Option<Held>,
    /// Granted for a target that has not arrived yet.
    early: Option<Held>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Held {
    until: Duration,
    generation: Generation,
    stop_within: Duration,
}

impl Leases {
    /// None yet; `uptime` is now.
    #[must_use]
    pub const fn new(uptime: Duration) -> Self {
        Self { opened: uptime, held: None, early: None }
    }

    /// Takes a lease; `generation` is the target that is held.
    pub fn renew(&mut self, lease: &Lease, generation: Generation) {
        let new = Held {
            until: Duration::from_millis(lease.stamp.saturating_add(lease.length_ms)),
            generation: lease.generation,
            stop_within: Duration::from_millis(lease.stop_within_ms),
        };
        let place = if new.generation <= generation { &mut self.held } else { &mut self.early };
        if place.is_none_or(|old| old.until < new.until) {
            *place = Some(new);
        }
    }

    /// A target arrived: what was granted for it counts from now on.
    pub fn accepted(&mut self, generation: Generation) {
        if let Some(early) = self.early.take_if(|early| early.generation <= generation) {
            self.held = self.held.filter(|held| held.until >= early.until).or(Some(early));
        }
    }

    /// What may be done at `uptime`.
    #[must_use]
    pub fn right(&self, uptime: Duration) -> Right {
        match self.held {
            Some(held) if uptime < held.until => Right::Run,
            None if uptime < self.opened.saturating_add(STARTUP) => Right::Keep,
            Some(_) | None => Right::Stop,
        }
    }

    /// When the right changes by itself.
    #[must_use]
    pub fn ends(&self) -> Duration {
        self.held.map_or(self.opened.saturating_add(STARTUP), |held| held.until)
    }

    /// How long stopping may take.
    #[must_use]
    pub fn stop_within(&self) -> Duration {
        self.held.map_or(STARTUP, |held| held.stop_within)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const fn lease(stamp: u64, generation: u64) -> Lease {
        Lease { stamp, generation, length_ms: 15_000, stop_within_ms: 10_000 }
    }

    const fn at(seconds: u64) -> Duration {
        Duration::from_secs(seconds)
    }

    #[test]
    fn d3_without_a_lease_what_runs_is_kept_for_a_moment_and_nothing_starts() {
        let leases = Leases::new(at(100));
        assert_eq!(leases.right(at(104)), Right::Keep);
        assert_eq!(leases.right(at(105)), Right::Stop);
    }

    #[test]
    fn d3_a_lease_lasts_from_the_heartbeat_on() {
        let mut leases = Leases::new(at(0));
        leases.renew(&lease(60_000, 1), 1);
        assert_eq!(leases.right(at(74)), Right::Run);
        assert_eq!(leases.right(at(75)), Right::Stop);
        // A late answer to an earlier heartbeat shortens nothing.
        leases.renew(&lease(55_000, 1), 1);
        assert_eq!(leases.right(at(74)), Right::Run);
    }

    #[test]
    fn d3_a_lease_for_a_target_that_has_not_arrived_does_not_count_yet() {
        let mut leases = Leases::new(at(0));
        leases.renew(&lease(60_000, 3), 2);
        assert_eq!(leases.right(at(61)), Right::Stop, "the older target may hold what was moved away");
        leases.renew(&lease(61_000, 2), 2);
        assert_eq!(leases.ends(), at(76));
        leases.renew(&lease(65_000, 3), 2);
        leases.accepted(3);
        assert_eq!(leases.ends(), at(80));
        leases.accepted(4);
        assert_eq!(leases.right(at(79)), Right::Run);
    }
}
