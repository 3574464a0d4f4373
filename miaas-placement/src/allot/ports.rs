use std::collections::BTreeSet;

use miaas_core::{
    cluster::NodeView,
    id::WorkloadId,
    model::{PortBinding, Protocol},
    port::{AUTO_PORTS, PortDemand},
};

/// Why ports cannot be had on a node.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PortTrouble<'n> {
    /// A fixed port is taken.
    Taken {
        /// The port.
        port: u16,
        /// The transport.
        protocol: Protocol,
        /// The workload that has it; none for a process that nobody here placed.
        by: Option<&'n WorkloadId>,
    },
    /// The workload itself asks twice for a fixed port.
    Twice {
        /// The port.
        port: u16,
        /// The transport.
        protocol: Protocol,
    },
    /// Too few automatic ports are free.
    NoneLeft {
        /// How many are needed.
        needed: usize,
        /// How many are free.
        free: usize,
    },
}

/// The fixed host port asked for. Zero means an automatic one, as it does for the operating system.
fn fixed(port: &PortDemand) -> Option<u16> {
    port.host.filter(|p| *p != 0)
}

/// The workload or foreign process on a port: none when it is free.
fn holder(node: &NodeView, protocol: Protocol, port: u16) -> Option<Option<&WorkloadId>> {
    // Only TCP listeners are reported; a foreign UDP socket is not known.
    let foreign = protocol == Protocol::Tcp && node.foreign_ports.contains(&port);
    node.ports.get(&(protocol, port)).map(Some).or_else(|| foreign.then_some(None))
}

/// Tells `tell` everything that keeps these ports from being had on the node.
pub fn port_troubles<'n>(asked: &[PortDemand], node: &'n NodeView, tell: &mut dyn FnMut(PortTrouble<'n>)) {
    for (i, demand) in asked.iter().enumerate() {
        let Some(port) = fixed(demand) else { continue };
        let protocol = demand.protocol;
        if let Some(by) = holder(node, protocol, port) {
            tell(PortTrouble::Taken { port, protocol, by });
        }
        if asked[..i].iter().any(|p| p.protocol == protocol && fixed(p) == Some(port)) {
            tell(PortTrouble::Twice { port, protocol });
        }
    }
    for protocol in [Protocol::Tcp, Protocol::Udp] {
        let needed = asked.iter().filter(|p| p.protocol == protocol && fixed(p).is_none()).count();
        // Counting is only worth it when it could matter: nearly always far more are free than were ever given.
        let marked = node.ports.len() + node.foreign_ports.len() + asked.len();
        if needed > 0 && AUTO_PORTS.len() < marked + needed {
            let own: BTreeSet<_> = own_fixed(asked).collect();
            let free = AUTO_PORTS.filter(|p| is_free(node, &own, protocol, *p)).count();
            if free < needed {
                tell(PortTrouble::NoneLeft { needed, free });
            }
        }
    }
}

/// A binding for each port asked for, in order; none when one cannot be had. Automatic ports are the lowest free ones.
#[must_use]
pub fn bindings(asked: &[PortDemand], node: &NodeView) -> Option<Vec<PortBinding>> {
    let mut given: BTreeSet<_> = BTreeSet::new();
    for key in own_fixed(asked) {
        if holder(node, key.0, key.1).is_some() || !given.insert(key) {
            return None;
        }
    }
    asked
        .iter()
        .map(|p| {
            let host = match fixed(p) {
                Some(port) => port,
                None => {
                    let mut range = AUTO_PORTS;
                    range.find(|port| is_free(node, &given, p.protocol, *port))?
                }
            };
            given.insert((p.protocol, host));
            Some(PortBinding { name: p.name.clone(), host, container: p.container, protocol: p.protocol })
        })
        .collect()
}

fn own_fixed(asked: &[PortDemand]) -> impl Iterator<Item = (Protocol, u16)> {
    asked.iter().filter_map(|p| fixed(p).map(|port| (p.protocol, port)))
}

fn is_free(node: &NodeView, given: &BTreeSet<(Protocol, u16)>, protocol: Protocol, port: u16) -> bool {
    holder(node, protocol, port).is_none() && !given.contains(&(protocol, port))
}
