//! The failure detector of one node, with hysteresis (N4).

use std::time::Duration;

use crate::model::{LeaseTerms, NodeHealth};

/// Losses further apart than this have nothing to do with each other.
pub const FLAPS: Duration = Duration::from_secs(3600);

/// However often a node was lost, it is back after having been heard of for so long.
pub const LONGEST_HOLD: Duration = Duration::from_secs(120);

/// When silence counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct Patience {
    /// Silence after which a node is unreachable.
    pub suspect_after: Duration,
    /// Silence after which it is lost.
    pub lost_after: Duration,
    /// Heartbeats in a row that a lost node must send before it counts as back: one lucky packet is no recovery.
    pub recover_beats: u32,
    /// Time between two nodes of one zone being given up, so that a fault that spreads does not move everything at once.
    pub evict_every: Duration,
    /// How long a node that was lost twice within [`FLAPS`] has to be heard of before it counts as back; twice as long for
    /// each further loss, up to [`LONGEST_HOLD`].
    pub flap_hold: Duration,
    /// How long a node may go on with what may run only once.
    pub lease: LeaseTerms,
}

impl Default for Patience {
    fn default() -> Self {
        Self {
            suspect_after: Duration::from_secs(15),
            lost_after: Duration::from_secs(30),
            recover_beats: 2,
            evict_every: Duration::from_secs(10),
            flap_hold: Duration::from_secs(20),
            lease: LeaseTerms::default(),
        }
    }
}

impl Patience {
    /// How long a node that was lost so often within [`FLAPS`] has to be heard of before it counts as back.
    #[must_use]
    pub fn hold(&self, losses: u32) -> Duration {
        match losses {
            0 | 1 => Duration::ZERO,
            n => self.flap_hold.saturating_mul(1 << (n - 2).min(16)).min(LONGEST_HOLD),
        }
    }
}

/// How a node comes back: heartbeats since it was last silent, this one included, and the time since the first of them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Return {
    /// Heartbeats.
    pub beats: u32,
    /// Time since the first.
    pub steady: Duration,
    /// How often it was lost within [`FLAPS`].
    pub losses: u32,
}

/// The state after a heartbeat.
#[must_use]
pub fn heard(health: NodeHealth, back: Return, patience: &Patience) -> NodeHealth {
    let steady = back.beats >= patience.recover_beats && back.steady >= patience.hold(back.losses);
    match health {
        NodeHealth::Offline if !steady => NodeHealth::Offline,
        NodeHealth::Pending | NodeHealth::Unreachable | NodeHealth::Offline | NodeHealth::Online => NodeHealth::Online,
    }
}

/// The state after this much silence. `may_lose` is false while the mass-failure guard holds and until it
/// is the turn of the node.
#[must_use]
pub fn silent(health: NodeHealth, silence: Duration, may_lose: bool, patience: &Patience) -> NodeHealth {
    match health {
        NodeHealth::Online | NodeHealth::Unreachable if silence >= patience.lost_after && may_lose => {
            NodeHealth::Offline
        }
        NodeHealth::Online if silence >= patience.suspect_after => NodeHealth::Unreachable,
        NodeHealth::Pending | NodeHealth::Online | NodeHealth::Unreachable | NodeHealth::Offline => health,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use NodeHealth::{Offline, Online, Pending, Unreachable};

    #[test]
    fn n4_every_transition_of_silence() {
        let p = Patience::default();
        for (from, secs, may_lose, to) in [
            (Online, 14, true, Online),
            (Online, 15, true, Unreachable),
            (Online, 30, true, Offline),
            (Online, 30, false, Unreachable),
            (Unreachable, 29, true, Unreachable),
            (Unreachable, 30, true, Offline),
            (Unreachable, 300, false, Unreachable),
            (Offline, 0, true, Offline),
            (Pending, 300, true, Pending),
        ] {
            assert_eq!(silent(from, Duration::from_secs(secs), may_lose, &p), to, "{from:?} after {secs} s");
        }
    }

    #[test]
    fn n4_a_lost_node_needs_more_than_one_heartbeat_and_longer_each_time() {
        let p = Patience::default();
        let back =
            |beats, secs, losses| heard(Offline, Return { beats, steady: Duration::from_secs(secs), losses }, &p);
        for (beats, secs, losses, expected) in [
            (1, 0, 1, Offline),
            (2, 0, 1, Online),
            (2, 5, 2, Offline),
            (5, 20, 2, Online),
            (9, 39, 3, Offline),
            (9, 40, 3, Online),
            (1, 119, 99, Offline),
            (30, 120, 99, Online),
        ] {
            assert_eq!(back(beats, secs, losses), expected, "{beats} heartbeats in {secs} s, lost {losses} times");
        }
        for from in [Pending, Online, Unreachable] {
            assert_eq!(heard(from, Return { beats: 1, steady: Duration::ZERO, losses: 9 }, &p), Online);
        }
    }
}
