//! What the user asked for, and what would fit if it were not.

use miaas_core::{port::RejectReason, spec::nearest};

use super::{Case, MAX_NODES};

/// The deployment is pinned to a node that is not there.
pub(super) fn unknown_node(case: &Case<'_>) -> Vec<String> {
    let Some(wanted) = &case.demand.policy.node else { return Vec::new() };
    if case.verdicts.is_empty() || !case.everywhere(|r| matches!(r, RejectReason::OtherNode { .. })) {
        return Vec::new();
    }
    let names = case.verdicts.iter().map(|v| v.name.as_str());
    vec![match nearest(wanted.as_str(), names) {
        Some(near) => format!("there is no node {wanted}: did you mean {near}?"),
        None => format!("there is no node {wanted}: `miaas node ls` lists the nodes"),
    }]
}

/// Nodes that would fit if the deployment were not pinned.
pub(super) fn not_pinned(case: &Case<'_>) -> Vec<String> {
    let Some(wanted) = &case.demand.policy.node else { return Vec::new() };
    let nodes = case.only(|r| matches!(r, RejectReason::OtherNode { .. }));
    nodes.take(1).map(|(n, _)| format!("fits on {} if it is not pinned to {wanted}", n.name)).collect()
}

/// Nodes that lack labels only.
pub(super) fn labels(case: &Case<'_>) -> Vec<String> {
    let nodes = case.only(|r| matches!(r, RejectReason::Label { .. }));
    nodes
        .take(1)
        .map(|(node, reasons)| {
            let pairs = reasons.iter().filter_map(|r| match r {
                RejectReason::Label { key, wanted, .. } => Some(format!("{key}={wanted}")),
                _ => None,
            });
            let pairs: Vec<String> = pairs.collect();
            let name = &node.name;
            let (all, command) = (pairs.join(" and "), pairs.join(" "));
            format!("fits on {name} if that is labelled {all}: `miaas node label {name} {command}`")
        })
        .collect()
}

/// Nodes with taints only.
pub(super) fn taints(case: &Case<'_>) -> Vec<String> {
    let nodes = case.only(|r| matches!(r, RejectReason::Taint { .. }));
    nodes
        .take(1)
        .map(|(node, _)| {
            let taint = |t: &miaas_core::model::Taint| {
                if t.value.is_empty() { t.key.clone() } else { format!("{}={}", t.key, t.value) }
            };
            let all: Vec<String> = node.taints.iter().map(taint).collect();
            format!("fits on {} if the placement tolerates {}", node.name, all.join(" and "))
        })
        .collect()
}

/// Nodes that run the most allowed.
pub(super) fn max_per_node(case: &Case<'_>) -> Vec<String> {
    let nodes = case.only(|r| matches!(r, RejectReason::MaxPerNode { .. }));
    nodes
        .take(1)
        .filter_map(|(node, reasons)| match reasons {
            [RejectReason::MaxPerNode { count, max }] => {
                Some(format!("fits on {} if max_per_node is {} (is {max}); or add a node", node.name, count + 1))
            }
            _ => None,
        })
        .collect()
}

/// Nodes that the planner excluded.
pub(super) fn avoided(case: &Case<'_>) -> Vec<String> {
    let nodes = case.only(|r| matches!(r, RejectReason::Avoided { .. }));
    let hint = |why: &RejectReason, name: &dyn std::fmt::Display| {
        format!("{name} would fit but is avoided ({why}); add a node")
    };
    nodes.take(MAX_NODES).filter_map(|(n, reasons)| Some(hint(reasons.first()?, &n.name))).collect()
}
