use std::collections::BTreeSet;

use miaas_core::port::RejectReason;

use super::Case;

const REMEDY: &str = "set the port parameter to 0 for an automatic one";

/// A fixed port is what stands in the way, on every node or on one that fits otherwise.
pub(super) fn taken(case: &Case<'_>) -> Vec<String> {
    let ports: BTreeSet<u16> = case.demand.ports.iter().filter_map(|p| p.host).collect();
    ports.into_iter().filter_map(|port| one(case, port)).collect()
}

fn one(case: &Case<'_>, port: u16) -> Option<String> {
    let this = |r: &RejectReason| matches!(r, RejectReason::PortTaken { port: taken, .. } if *taken == port);
    let count = case.demand.ports.iter().filter(|p| p.host == Some(port));
    let mut protocols: Vec<_> = count.map(|p| p.protocol).collect();
    protocols.sort();
    if protocols.windows(2).any(|w| w[0] == w[1]) {
        return Some(format!("port {port} is published twice by the same workload: {REMEDY}"));
    }
    if case.verdicts.len() > 1 && case.everywhere(this) {
        return Some(format!("port {port} is taken on every node: {REMEDY}"));
    }
    let (node, reasons) =
        case.only(|r| matches!(r, RejectReason::PortTaken { .. })).find(|(_, r)| r.iter().any(this))?;
    let by = reasons.iter().find(|r| this(r)).map(|r| match r {
        RejectReason::PortTaken { by, .. } => by.as_str(),
        _ => "",
    })?;
    Some(format!("port {port} is taken on {} by {by}: {REMEDY}", node.name))
}
