//! What becomes of an assignment that exists.

use crate::{
    model::{Assignment, Deployment, Node, NodeHealth, OnNodeLoss},
    time::Timestamp,
};

/// What becomes of an assignment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Fate {
    /// Stays; with what stands in the way of moving it, when it should move and cannot.
    Keep(Option<String>),
    /// Runs on until its successor elsewhere is ready.
    Leave(String),
    /// Goes as soon as a successor has a place, since its node is lost.
    Replace(String),
    /// Goes now.
    Drop,
}

/// Decides for one assignment; `node` is none when its node was removed.
#[must_use]
pub(super) fn fate(a: &Assignment, d: &Deployment, node: Option<(&Node, NodeHealth)>, now: Timestamp) -> Fate {
    if d.deleted_at.is_some() || a.slot >= d.spec.replicas {
        return Fate::Drop;
    }
    let Some((node, health)) = node else { return Fate::Drop };
    let stuck = immovable(a, d, node);
    if health == NodeHealth::Offline {
        let lost = format!("node {} is offline", node.name);
        return match stuck {
            None => Fate::Replace(lost),
            Some(why) => Fate::Keep(Some(format!("{lost} and {} stays there: {why}", a.workload))),
        };
    }
    if let Some(drain) = &node.drain {
        let draining = format!("node {} is draining", node.name);
        return match stuck {
            None => Fate::Leave(draining),
            Some(why) if drain.is_over(now) => Fate::Keep(Some(format!(
                "{draining}: {} was stopped at the deadline, since it stays there: {why}",
                a.workload
            ))),
            Some(why) => Fate::Keep(Some(format!("{draining} and {} stays there: {why}", a.workload))),
        };
    }
    match &d.spec.placement.node {
        Some(wanted) if *wanted != node.name => {
            if a.stateful && d.spec.placement.on_node_loss != OnNodeLoss::Move {
                Fate::Keep(Some(format!(
                    "{} should move to node {wanted} and stays on {}: it keeps data in a volume there",
                    a.workload, node.name
                )))
            } else {
                Fate::Leave(format!("the deployment is pinned to node {wanted}"))
            }
        }
        _ if a.leaving => Fate::Leave("it was leaving already".to_owned()),
        _ => Fate::Keep(None),
    }
}

/// Why a workload may not be moved off its node.
pub(super) fn immovable(a: &Assignment, d: &Deployment, node: &Node) -> Option<String> {
    let policy = &d.spec.placement;
    if policy.node.as_ref() == Some(&node.name) {
        return Some("the deployment is pinned to this node".to_owned());
    }
    match policy.on_node_loss {
        OnNodeLoss::Move => None,
        OnNodeLoss::Stay => Some("its policy on_node_loss is \"stay\"".to_owned()),
        OnNodeLoss::Auto if a.stateful => Some(
            "it keeps data in a volume of the node; on_node_loss \"move\" moves it and gives the data up".to_owned(),
        ),
        OnNodeLoss::Auto => None,
    }
}
