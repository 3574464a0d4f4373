use crate::{model::RolloutPhase, testing::simulator::Snapshot};

/// After a rollback nothing runs the revision that failed, only one that was ready as a whole. A deployment that lacks room or
/// nodes for some of its replicas may keep what serves: replacing it would make more of them unavailable.
pub(super) fn check(s: &Snapshot<'_>) -> Result<(), String> {
    for rollout in s.world.rollouts().values().map(|r| &r.value).filter(|r| r.phase == RolloutPhase::RolledBack) {
        let Some(d) = s.deployments.iter().find(|d| d.id == rollout.deployment) else { continue };
        let short = d.problems.iter().any(|p| p.kind == "unplaceable" || p.kind == "node");
        let mut all = s.world.assignments_of(&rollout.deployment);
        if let Some(a) = all.find(|a| Some(a.revision) != rollout.from).filter(|_| !short) {
            let (id, from) = (&a.workload, rollout.from);
            return Err(format!(
                "{id} runs revision {}, but the update of {} went back to {from:?}",
                a.revision, d.name
            ));
        }
    }
    Ok(())
}
