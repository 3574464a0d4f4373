use crate::testing::simulator::Snapshot;

/// A converged fleet plans nothing and does nothing.
pub(super) fn check(s: &Snapshot<'_>) -> Result<(), String> {
    match s.restless {
        0 => Ok(()),
        n => Err(format!("{n} decisions or effects after everything had converged")),
    }
}
