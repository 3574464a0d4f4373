use miaas_core::{model::NodeStatus, port::Counterfactual};

use super::{Case, Found, MAX_NODES, TRIED};
use crate::explain::exclusion::Kind;

/// Nodes that would fit if they took work.
pub(super) fn not_schedulable(case: &Case<'_>, found: &mut Found) {
    let nodes = case.only([Kind::Status], TRIED).filter_map(|node| {
        let (id, name, status) = (node.id.clone(), node.name.clone(), node.status);
        let change = match status {
            NodeStatus::Cordoned | NodeStatus::Draining => Counterfactual::Uncordon { node: id, name, status },
            _ => Counterfactual::NodeReturns { node: id, name, status },
        };
        case.trial.fits(&change).then(|| (change, hint(node.name.as_str(), status)))
    });
    nodes.take(MAX_NODES).for_each(|(change, hint)| found.change(change, hint));
}

fn hint(name: &str, status: NodeStatus) -> String {
    match status {
        NodeStatus::Cordoned => format!("{name} is cordoned: `miaas node uncordon {name}`"),
        NodeStatus::Draining => format!("{name} is draining: `miaas node uncordon {name}` ends that"),
        NodeStatus::Pending => format!("{name} has not been heard of yet: start its agent"),
        _ => format!("{name} would fit but is {}: check its agent and network", status.as_str()),
    }
}
