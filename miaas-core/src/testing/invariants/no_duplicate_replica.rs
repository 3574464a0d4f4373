use std::collections::BTreeMap;

use crate::testing::simulator::Snapshot;

/// A slot has at most one workload that is not leaving.
pub(super) fn check(s: &Snapshot<'_>) -> Result<(), String> {
    let mut slots = BTreeMap::new();
    for a in s.world.assignments().values().map(|a| &a.value).filter(|a| !a.leaving) {
        if let Some(other) = slots.insert((a.deployment.as_str(), a.slot), &a.workload) {
            return Err(format!("slot {} of {} has {other} and {}", a.slot, a.deployment, a.workload));
        }
    }
    Ok(())
}
