use std::collections::BTreeSet;

use miaas_core::{
    cluster::NodeView,
    port::{Counterfactual, RejectReason},
};

use super::{Case, Found, TRIED};
use crate::explain::exclusion::Kind;

const REMEDY: &str = "set the port parameter to 0 for an automatic one";

/// A fixed port is what stands in the way, on every node or on one that fits otherwise.
pub(super) fn taken(case: &Case<'_>, found: &mut Found) {
    let ports: BTreeSet<u16> = case.demand.ports.iter().filter_map(|p| p.host).collect();
    if ports.is_empty() || !case.obstacles.somewhere(Kind::Port) {
        return;
    }
    let near: Vec<&NodeView> = case.only([Kind::Port], TRIED).collect();
    found.hints.extend(ports.into_iter().filter_map(|port| one(case, &near, port)));
    let change = |n: &&NodeView| Counterfactual::AutomaticPorts { node: n.id.clone(), name: n.name.clone() };
    found.changes.extend(near.iter().map(change).find(|change| case.trial.fits(change)));
}

fn one(case: &Case<'_>, near: &[&NodeView], port: u16) -> Option<String> {
    let this = |r: &RejectReason| matches!(r, RejectReason::PortTaken { port: taken, .. } if *taken == port);
    let count = case.demand.ports.iter().filter(|p| p.host == Some(port));
    let mut protocols: Vec<_> = count.map(|p| p.protocol).collect();
    protocols.sort();
    if protocols.windows(2).any(|w| w[0] == w[1]) {
        return Some(format!("port {port} is published twice by the same workload: {REMEDY}"));
    }
    if case.nodes.nodes().len() > 1
        && case.obstacles.everywhere(Kind::Port)
        && case.firsts().all(|n| case.reasons(n).iter().any(this))
    {
        return Some(format!("port {port} is taken on every node: {REMEDY}"));
    }
    near.iter().find_map(|node| {
        let by = case.reasons(node).into_iter().find(this).and_then(|r| match r {
            RejectReason::PortTaken { by, .. } => Some(by),
            _ => None,
        })?;
        Some(format!("port {port} is taken on {} by {by}: {REMEDY}", node.name))
    })
}
