use miaas_core::{model::NodeStatus, port::RejectReason};

use super::{Case, MAX_NODES};

/// Nodes that would fit if they took work.
pub(super) fn not_schedulable(case: &Case<'_>) -> Vec<String> {
    let nodes = case.only(|r| matches!(r, RejectReason::NotSchedulable { .. }));
    let hint = |name: &str, status: NodeStatus| match status {
        NodeStatus::Cordoned => format!("{name} is cordoned: `miaas node uncordon {name}`"),
        NodeStatus::Draining => format!("{name} is draining: `miaas node uncordon {name}` ends that"),
        NodeStatus::Pending => format!("{name} has not been heard of yet: start its agent"),
        NodeStatus::Online | NodeStatus::Unreachable | NodeStatus::Offline => {
            format!("{name} would fit but is {}: check its agent and network", status.as_str())
        }
    };
    nodes.take(MAX_NODES).map(|(n, _)| hint(n.name.as_str(), n.status)).collect()
}
