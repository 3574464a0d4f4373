//! What must hold in every state of a simulation (safety) and once the faults have stopped (liveness). One file each.

mod converged;
mod drained;
mod explained;
mod generation_monotonic;
mod lost_replaced;
mod no_duplicate_replica;
mod no_mass_eviction;
mod no_overcommit;
mod no_secret_in_trace;
mod nothing_foreign_removed;
mod one_live_exclusive;
mod rolled_back;
mod spec_untouched;
mod stable;

use super::simulator::Snapshot;

/// A check of one state; the error says what is wrong.
pub type Check = fn(&Snapshot<'_>) -> Result<(), String>;

/// Checked after every step.
pub const SAFETY: &[(&str, Check)] = &[
    ("no_overcommit", no_overcommit::check),
    ("no_duplicate_replica", no_duplicate_replica::check),
    ("generation_monotonic", generation_monotonic::check),
    ("nothing_foreign_removed", nothing_foreign_removed::check),
    ("no_secret_in_trace", no_secret_in_trace::check),
    ("spec_untouched", spec_untouched::check),
    ("no_mass_eviction", no_mass_eviction::check),
    ("one_live_exclusive", one_live_exclusive::check),
];

/// Checked once the faults have stopped and everything had time to heal.
pub const LIVENESS: &[(&str, Check)] = &[
    ("converged", converged::check),
    ("explained", explained::check),
    ("lost_replaced", lost_replaced::check),
    ("drained", drained::check),
    ("rolled_back", rolled_back::check),
    ("stable", stable::check),
];
