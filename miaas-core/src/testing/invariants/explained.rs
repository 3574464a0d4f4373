use crate::{model::RunState, testing::simulator::Snapshot};

/// Every replica that does not run has a reason that people can read.
pub(super) fn check(s: &Snapshot<'_>) -> Result<(), String> {
    for d in s.deployments {
        let record = s.world.deployments().get(&d.id).map(|d| &d.value);
        let running = record.is_some_and(|r| r.spec.state == RunState::Running && r.deleted_at.is_none());
        if running && d.ready < d.replicas && d.problems.is_empty() {
            return Err(format!("{} has {} of {} and no reason", d.name, d.ready, d.replicas));
        }
    }
    Ok(())
}
