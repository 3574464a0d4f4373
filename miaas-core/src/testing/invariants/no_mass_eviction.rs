use crate::testing::simulator::Snapshot;

/// While more than a third of the nodes, and at least two, fall silent at once, none is given up (N4).
pub(super) fn check(s: &Snapshot<'_>) -> Result<(), String> {
    match s.lost_at_once {
        (lost, known) if lost >= 2 && lost * 3 > known => Err(format!("{lost} of {known} nodes were given up at once")),
        _ => Ok(()),
    }
}
