use miaas_core::{
    cluster::NodeView,
    port::{AUTO_PORTS, Demand, RejectReason},
};

use super::{Filter, Verdict};
use crate::{
    allot::{self, PortTrouble},
    score::Ask,
};

/// Who holds a port on which a process listens that nobody here placed.
pub const FOREIGN: &str = "another process of the node";

/// The host ports that the workload publishes are free: fixed ones, and enough automatic ones.
#[derive(Debug)]
pub struct Ports;

impl Filter for Ports {
    fn name(&self) -> &'static str {
        "ports"
    }

    fn check(&self, ask: &Ask<'_>, node: &NodeView, verdict: &mut Verdict) {
        allot::port_troubles(&ask.demand.ports, node, &mut |trouble| match trouble {
            PortTrouble::Taken { port, protocol, by } => verdict.reject(|| RejectReason::PortTaken {
                port,
                protocol: protocol.as_str().to_owned(),
                by: by.map_or_else(|| FOREIGN.to_owned(), ToString::to_string),
            }),
            PortTrouble::Twice { port, protocol } => verdict.reject(|| RejectReason::PortTaken {
                port,
                protocol: protocol.as_str().to_owned(),
                by: "another port of the same workload".to_owned(),
            }),
            PortTrouble::NoneLeft { needed, free } => verdict.reject(|| RejectReason::Insufficient {
                resource: "automatic ports".to_owned(),
                needed: needed as u64,
                free: free as u64,
                total: AUTO_PORTS.len() as u64,
            }),
        });
    }

    fn is_local(&self, _: &Demand) -> bool {
        true
    }
}
