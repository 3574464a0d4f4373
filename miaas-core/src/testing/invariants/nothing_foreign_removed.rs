use crate::testing::simulator::Snapshot;

/// What others run on the machines goes on running.
pub(super) fn check(s: &Snapshot<'_>) -> Result<(), String> {
    match s.foreign_gone {
        Some(what) => Err(format!("{what} was not ours and is gone")),
        None => Ok(()),
    }
}
