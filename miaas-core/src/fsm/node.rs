//! The failure detector of one node, with hysteresis (N4).

use std::time::Duration;

use crate::model::{LeaseTerms, NodeHealth};

/// When silence counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Patience {
    /// Silence after which a node is unreachable.
    pub suspect_after: Duration,
    /// Silence after which it is lost.
    pub lost_after: Duration,
    /// Heartbeats in a row that a lost node must send before it counts as back: one lucky packet is no recovery.
    pub recover_beats: u32,
    /// How long a node may go on with what may run only once.
    pub lease: LeaseTerms,
}

impl Default for Patience {
    fn default() -> Self {
        Self {
            suspect_after: Duration::from_secs(15),
            lost_after: Duration::from_secs(30),
            recover_beats: 2,
            lease: LeaseTerms::default(),
        }
    }
}

/// The state after a heartbeat, `beats` being the heartbeats since the node was last silent, this one included.
#[must_use]
pub const fn heard(health: NodeHealth, beats: u32, patience: &Patience) -> NodeHealth {
    match health {
        NodeHealth::Offline if beats < patience.recover_beats => NodeHealth::Offline,
        NodeHealth::Pending | NodeHealth::Unreachable | NodeHealth::Offline | NodeHealth::Online => NodeHealth::Online,
    }
}

/// The state after this much silence. `may_lose` is false while the mass-failure guard holds.
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
    fn n4_a_lost_node_needs_more_than_one_heartbeat() {
        let p = Patience::default();
        assert_eq!(heard(Offline, 1, &p), Offline);
        assert_eq!(heard(Offline, 2, &p), Online);
        for from in [Pending, Online, Unreachable] {
            assert_eq!(heard(from, 1, &p), Online);
        }
    }
}
