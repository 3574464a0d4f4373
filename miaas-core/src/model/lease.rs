//! The right of a node to run what may run only once (`placement.exclusive`). `docs/fencing.md` shows why two instances never
//! live at a time.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::Generation;

/// How long a node may go on by itself, and how much longer it is waited for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LeaseTerms {
    /// How long a lease lasts, from the heartbeat that it answers.
    pub length: Duration,
    /// How long the node takes at most to stop what it has no lease for.
    pub stop_within: Duration,
    /// How much longer nothing is started elsewhere: for clocks that run at different speeds and a busy machine.
    pub margin: Duration,
}

impl Default for LeaseTerms {
    fn default() -> Self {
        let seconds = Duration::from_secs;
        Self { length: seconds(15), stop_within: seconds(10), margin: seconds(5) }
    }
}

impl LeaseTerms {
    /// Time from the last renewal until nothing that needs a lease lives on the node.
    #[must_use]
    pub fn bound(&self) -> Duration {
        self.length.saturating_add(self.stop_within).saturating_add(self.margin)
    }
}

/// A lease as the node gets it: an answer to one of its heartbeats.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Lease {
    /// The [`stamp`](super::Heartbeat::stamp) of that heartbeat: the lease lasts from then on by the node's own clock.
    pub stamp: u64,
    /// Valid for this target and newer ones.
    pub generation: Generation,
    /// How long it lasts, in milliseconds.
    pub length_ms: u64,
    /// How long the node may take to stop when it has ended, in milliseconds.
    pub stop_within_ms: u64,
}
