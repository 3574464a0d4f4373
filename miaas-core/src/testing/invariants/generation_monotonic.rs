use crate::testing::simulator::Snapshot;

/// Neither a stored target nor one held by an agent ever goes back to an older generation.
pub(super) fn check(s: &Snapshot<'_>) -> Result<(), String> {
    for (node, (before, now)) in s.generations {
        if now < before {
            return Err(format!("the generation of {node} went back from {before} to {now}"));
        }
    }
    Ok(())
}
