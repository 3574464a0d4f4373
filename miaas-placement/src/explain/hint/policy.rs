//! What the user asked for, and what would fit if it were not.

use miaas_core::{
    cluster::NodeView,
    model::Taint,
    name::Labels,
    port::{Counterfactual, RejectReason},
    spec::nearest,
};

use super::{Case, Found, MAX_NODES, TRIED};
use crate::explain::exclusion::Kind;

/// The deployment is pinned to a node that is not there.
pub(super) fn unknown_node(case: &Case<'_>, found: &mut Found) {
    let Some(wanted) = &case.demand.policy.node else { return };
    if !case.obstacles.everywhere(Kind::Pin) {
        return;
    }
    let names = case.nodes.nodes().map(|n| n.name.as_str());
    found.say(match nearest(wanted.as_str(), names) {
        Some(near) => format!("there is no node {wanted}: did you mean {near}?"),
        None => format!("there is no node {wanted}: `miaas node ls` lists the nodes"),
    });
}

/// The first node with nothing but this kind of obstacle on which the change was tried with success.
fn first(
    case: &Case<'_>,
    kind: Kind,
    found: &mut Found,
    change: impl Fn(&NodeView) -> Option<(Counterfactual, String)>,
) {
    let changes = case.only([kind], TRIED).filter_map(change);
    if let Some((change, hint)) = changes.into_iter().find(|(change, _)| case.trial.fits(change)) {
        found.change(change, hint);
    }
}

/// Nodes that would fit if the deployment were not pinned.
pub(super) fn not_pinned(case: &Case<'_>, found: &mut Found) {
    let Some(wanted) = &case.demand.policy.node else { return };
    first(case, Kind::Pin, found, |n| {
        let change = Counterfactual::Unpin { node: n.id.clone(), name: n.name.clone() };
        Some((change, format!("fits on {} if it is not pinned to {wanted}", n.name)))
    });
}

/// Nodes that lack labels only.
pub(super) fn labels(case: &Case<'_>, found: &mut Found) {
    first(case, Kind::Label, found, |n| {
        let wanted =
            case.demand.policy.node_selector.0.iter().filter(|(key, value)| n.labels.0.get(*key) != Some(value));
        let labels = Labels(wanted.map(|(k, v)| (k.clone(), v.clone())).collect());
        let pairs: Vec<String> = labels.0.iter().map(|(key, value)| format!("{key}={value}")).collect();
        let (name, all, command) = (n.name.clone(), pairs.join(" and "), pairs.join(" "));
        let hint = format!("fits on {name} if that is labelled {all}: `miaas node label {name} {command}`");
        Some((Counterfactual::Label { node: n.id.clone(), name, labels }, hint))
    });
}

/// Nodes with taints only.
pub(super) fn taints(case: &Case<'_>, found: &mut Found) {
    first(case, Kind::Taint, found, |n| {
        let text = |t: &Taint| if t.value.is_empty() { t.key.clone() } else { format!("{}={}", t.key, t.value) };
        let all: Vec<String> = n.taints.iter().map(text).collect();
        let hint = format!("fits on {} if the placement tolerates {}", n.name, all.join(" and "));
        let (node, name, taints) = (n.id.clone(), n.name.clone(), n.taints.clone());
        Some((Counterfactual::Tolerate { node, name, taints }, hint))
    });
}

/// Nodes that run the most allowed.
pub(super) fn max_per_node(case: &Case<'_>, found: &mut Found) {
    first(case, Kind::MaxPerNode, found, |n| {
        let Some(RejectReason::MaxPerNode { count, max }) = case.reasons(n).into_iter().next() else { return None };
        let (name, more) = (n.name.clone(), count.saturating_add(1));
        let hint = format!("fits on {name} if max_per_node is {more} (is {max}); or add a node");
        Some((Counterfactual::MaxPerNode { node: n.id.clone(), name, max: more }, hint))
    });
}

/// Nodes that the planner excluded.
pub(super) fn avoided(case: &Case<'_>, found: &mut Found) {
    for node in case.only([Kind::Avoided], MAX_NODES) {
        if let Some(why) = case.reasons(node).first() {
            found.say(format!("{} would fit but is avoided ({why}); add a node", node.name));
        }
    }
}
