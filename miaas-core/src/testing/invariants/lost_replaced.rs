use crate::{
    model::{NodeHealth, OnNodeLoss},
    testing::simulator::Snapshot,
};

/// What a lost node had is placed elsewhere, when its policy allows that and there is room (D3).
pub(super) fn check(s: &Snapshot<'_>) -> Result<(), String> {
    let lost = |node: &str| s.seen.get(node).is_some_and(|n| n.health == NodeHealth::Offline);
    for a in s.world.assignments().values().map(|a| &a.value).filter(|a| lost(a.node.as_str())) {
        let Some(d) = s.world.deployments().get(&a.deployment).map(|d| &d.value) else { continue };
        let policy = &d.spec.placement;
        let movable = match policy.on_node_loss {
            OnNodeLoss::Move => true,
            OnNodeLoss::Auto => !a.stateful,
            OnNodeLoss::Stay => false,
        };
        let no_room = s.deployments.iter().any(|i| i.id == d.id && i.problems.iter().any(|p| p.kind == "unplaceable"));
        if movable && policy.node.is_none() && !no_room {
            return Err(format!("{} is still assigned to {}, which is lost", a.workload, a.node));
        }
    }
    Ok(())
}
