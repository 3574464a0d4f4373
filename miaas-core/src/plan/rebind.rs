//! Other ports for what does not start because something on its node has the port that it was given. A port that the user chose
//! stays: only what was chosen automatically is chosen anew.

use std::collections::BTreeSet;

use super::cluster::Planning;
use crate::{
    model::{Assignment, Deployment, HostPort, PortBinding, Protocol},
    port::AUTO_PORTS,
};

/// Gives other ports where a node said that one is taken. O(assignments of the deployment), beside a search for a free port for each.
pub(super) fn advance(state: &mut Planning<'_>, d: &Deployment) {
    let world = state.input.world;
    if d.deleted_at.is_some() {
        return;
    }
    for a in world.assignments_of(&d.id).filter(|a| !a.leaving) {
        let said =
            world.statuses().get(&a.workload).filter(|s| s.value.node == a.node).and_then(|s| s.value.state.taken_port);
        // Few have one, and looking what is decided goes through the whole plan.
        let Some(taken) = said else { continue };
        let decided = state.plan.assign.iter().any(|other| other.workload == a.workload);
        if !decided && !state.plan.unassign.contains(&a.workload) {
            rebind(state, d, a, taken);
        }
    }
}

fn rebind(state: &mut Planning<'_>, d: &Deployment, a: &Assignment, taken: HostPort) {
    let Some(at) = state.input.world.deployment_at(d, a.revision) else { return };
    // What cannot be rendered is told of where it is rendered.
    let asked = state.input.renderer.demand(&at).unwrap_or_default();
    let Some(asked) = asked.into_iter().find(|v| v.variant == a.variant) else { return };
    let is_it = |b: &PortBinding| (b.protocol, b.host) == (taken.protocol, taken.port);
    let automatic = |b: &PortBinding| {
        let same =
            asked.ports.iter().filter(|p| (&p.name, p.container, p.protocol) == (&b.name, b.container, b.protocol));
        same.clone().count() == 1 && same.map(|p| p.host.unwrap_or(0)).all(|host| host == 0)
    };
    let Some(index) = a.ports.iter().position(|b| is_it(b) && automatic(b)) else { return };
    let Some(node) = state.view.node(&a.node) else { return };
    let foreign: &BTreeSet<u16> = &node.foreign_ports;
    let free = |port: &u16| {
        *port != taken.port
            && !node.ports.contains_key(&(taken.protocol, *port))
            && !(taken.protocol == Protocol::Tcp && foreign.contains(port))
    };
    // Behind the one that is taken: what holds it may hold its neighbours below, which were asked for before.
    let mut candidates = (taken.port..=*AUTO_PORTS.end()).chain(AUTO_PORTS);
    let Some(host) = candidates.find(free) else { return };
    let mut ports = a.ports.clone();
    ports[index].host = host;
    let Some(mut held) = state.view.release(&a.workload) else { return };
    held.ports.clone_from(&ports);
    state.view.put_back(&a.node, held);
    state.plan.assign.push(Assignment { ports, ..a.clone() });
}
