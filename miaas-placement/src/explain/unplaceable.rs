//! Why a workload has no place.

use std::collections::BTreeMap;

use miaas_core::{
    cluster::ClusterView,
    port::{Decision, Demand, NodeVerdict, RejectReason, Unplaceable},
};

use super::{hint, verdict};
use crate::{
    engine::{Engine, UnknownStrategy},
    filter,
    score::Ask,
};

/// Most nodes that are listed.
const MAX_VERDICTS: usize = 64;
/// Most kinds of reasons in the summary.
const MAX_KINDS: usize = 4;

/// No node takes `demand` once `placed` (of the same group) are where they are.
pub(crate) fn unplaceable(engine: &Engine, view: &ClusterView, demand: &Demand, placed: &[Decision]) -> Unplaceable {
    let mut nodes = view.fork();
    for decision in placed {
        nodes.commit(decision);
    }
    let verdicts: Vec<NodeVerdict> = {
        let ask = Ask::new(demand, &nodes);
        nodes.nodes().map(|n| verdict(engine, &ask, n)).collect()
    };
    let case = hint::Case { engine, demand, nodes: &nodes, verdicts: &verdicts };
    let hints = hint::hints(&case);
    let mut summary = summary(demand, &verdicts);
    if !placed.is_empty() {
        summary.push_str(&format!(" (with {} of its group placed first)", placed.len()));
    }
    Unplaceable { workload: demand.workload.clone(), summary, by_node: nearest_misses(verdicts), hints }
}

/// The demand names a strategy that does not exist.
pub(crate) fn unknown_strategy(
    engine: &Engine,
    view: &ClusterView,
    demand: &Demand,
    unknown: &UnknownStrategy,
) -> Unplaceable {
    everywhere(engine, view, demand, unknown.to_string(), unknown.hint(), "strategy")
}

/// The workload is in the view already, or twice in the group.
pub(crate) fn placed_already(engine: &Engine, view: &ClusterView, demand: &Demand) -> Unplaceable {
    let id = &demand.workload;
    let (summary, hint) = match view.location(id).and_then(|n| view.node(n)) {
        Some(node) => {
            (format!("{id} is on {} already", node.name), "release it from the view to place it anew".to_owned())
        }
        None => (format!("{id} is in its group twice"), "give every workload of a group its own id".to_owned()),
    };
    everywhere(engine, view, demand, summary, hint, "identity")
}

/// Something is wrong with the demand itself; each node says so beside its own reasons.
fn everywhere(
    engine: &Engine,
    view: &ClusterView,
    demand: &Demand,
    summary: String,
    hint: String,
    filter: &str,
) -> Unplaceable {
    let nodes = view.fork();
    let ask = Ask::new(demand, &nodes);
    let with_reason = |n| {
        let mut verdict = verdict(engine, &ask, n);
        verdict.reasons.insert(0, RejectReason::Other { filter: filter.to_owned(), message: summary.clone() });
        verdict
    };
    let by_node = nearest_misses(view.nodes().map(with_reason).collect());
    Unplaceable { workload: demand.workload.clone(), summary, by_node, hints: vec![hint] }
}

/// All nodes of a small fleet; of a large one those with the fewest obstacles, in order of their ids.
fn nearest_misses(mut verdicts: Vec<NodeVerdict>) -> Vec<NodeVerdict> {
    if verdicts.len() > MAX_VERDICTS {
        verdicts.sort_by(|a, b| (a.reasons.len(), &a.node).cmp(&(b.reasons.len(), &b.node)));
        verdicts.truncate(MAX_VERDICTS);
        verdicts.sort_by(|a, b| a.node.cmp(&b.node));
    }
    verdicts
}

/// For example `no node of 3 can take redis: 2 short of memory, 1 cordoned`.
fn summary(demand: &Demand, verdicts: &[NodeVerdict]) -> String {
    let name = &demand.name;
    if verdicts.is_empty() {
        return format!("no node can take {name}: none is registered");
    }
    let elsewhere = |v: &&NodeVerdict| v.reasons.iter().any(|r| matches!(r, RejectReason::OtherNode { .. }));
    if let Some(wanted) = &demand.policy.node {
        return match verdicts.iter().find(|v| !elsewhere(v)) {
            Some(pinned) => {
                let reasons: Vec<String> = pinned.reasons.iter().map(ToString::to_string).collect();
                format!("{} cannot take {name}, which is pinned to it: {}", pinned.name, reasons.join("; "))
            }
            None => format!("{name} is pinned to node {wanted}, which is not registered"),
        };
    }
    let mut kinds: BTreeMap<String, usize> = BTreeMap::new();
    for verdict in verdicts {
        let mut of_node: Vec<String> = verdict.reasons.iter().map(kind).collect();
        of_node.sort();
        of_node.dedup();
        for kind in of_node {
            *kinds.entry(kind).or_default() += 1;
        }
    }
    let mut kinds: Vec<(String, usize)> = kinds.into_iter().collect();
    kinds.sort_by(|a, b| b.1.cmp(&a.1).then_with(|| a.0.cmp(&b.0)));
    let listed: Vec<String> = kinds.iter().take(MAX_KINDS).map(|(kind, count)| format!("{count} {kind}")).collect();
    let more = if kinds.len() > MAX_KINDS { ", and more" } else { "" };
    let of = if verdicts.len() == 1 { String::new() } else { format!(" of {}", verdicts.len()) };
    format!("no node{of} can take {name}: {}{more}", listed.join(", "))
}

/// What a node with this reason is, behind a count.
fn kind(reason: &RejectReason) -> String {
    match reason {
        RejectReason::NotSchedulable { status } => status.clone(),
        RejectReason::Insufficient { resource, .. } => match resource.as_str() {
            filter::CPU => "short of cpu".to_owned(),
            filter::MEMORY => "short of memory".to_owned(),
            filter::DISK => "short of disk".to_owned(),
            other => format!("short of {other}"),
        },
        RejectReason::Label { key, wanted, .. } => format!("without label {key}={wanted}"),
        RejectReason::Taint { key, value } if value.is_empty() => format!("with taint {key}"),
        RejectReason::Taint { key, value } => format!("with taint {key}={value}"),
        RejectReason::PortTaken { port, .. } => format!("with port {port} taken"),
        RejectReason::Executor { needed, .. } => format!("without {}", needed.join(" or ")),
        RejectReason::Architecture { needed, .. } => format!("not {}", needed.join(" or ")),
        RejectReason::OtherNode { wanted } => format!("not {wanted}"),
        RejectReason::Volume { .. } => "without its volume".to_owned(),
        RejectReason::Affinity { deployment, .. } => format!("not near {deployment}"),
        RejectReason::AntiAffinity { deployment, .. } => format!("too near to {deployment}"),
        RejectReason::Skew { label, .. } => format!("too many in their {label} already"),
        RejectReason::MaxPerNode { .. } => "at its limit per node".to_owned(),
        RejectReason::Avoided { .. } => "to be avoided".to_owned(),
        RejectReason::Other { filter, .. } => format!("refused by {filter}"),
    }
}
