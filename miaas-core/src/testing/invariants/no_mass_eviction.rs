use crate::testing::simulator::Snapshot;

/// While more than a third of the nodes, and at least two, fall silent at once, none is given up (N4).
pub(super) fn check(s: &Snapshot<'_>) -> Result<(), String> {
    match s.silent_at_loss {
        Some((silent, known)) if silent >= 2 && silent * 3 > known => {
            Err(format!("a node was given up while {silent} of {known} were silent"))
        }
        _ => Ok(()),
    }
}
