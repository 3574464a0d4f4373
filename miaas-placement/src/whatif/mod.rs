//! What if (P4): the fleet after a change that nobody made yet. Which workloads go where, which find no place and why, and
//! how much room there is.

mod apply;
mod change;
mod room;

use miaas_core::{
    cluster::ClusterView,
    id::{NodeId, WorkloadId},
    name::NodeName,
    port::{Decision, Demand, DemandGroup, Placer as _, Unplaceable},
};

pub use self::{
    change::{Change, WhatIfError},
    room::RoomInfo,
};
use crate::engine::{Engine, decide};

/// What a change would do.
#[derive(Debug, Clone, PartialEq)]
pub struct Diff {
    /// Workloads that would run on another node, in the order in which they were placed.
    pub moved: Vec<Moved>,
    /// Workloads that wait now and would have a place.
    pub placed: Vec<Decision>,
    /// Workloads that would have no place.
    pub lost: Vec<Lost>,
    /// The nodes that were added.
    pub added: Vec<AddedNode>,
    /// Nodes that take work, before.
    pub before: RoomInfo,
    /// Nodes that take work, after the change and everything that followed from it.
    pub after: RoomInfo,
}

/// A node that was added.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AddedNode {
    /// Its id.
    pub id: NodeId,
    /// Its name.
    pub name: NodeName,
}

/// A workload that would run elsewhere.
#[derive(Debug, Clone, PartialEq)]
pub struct Moved {
    /// Where it is now.
    pub from: NodeId,
    /// Where it would be.
    pub to: Decision,
}

/// A workload that would have no place.
#[derive(Debug, Clone, PartialEq)]
pub struct Lost {
    /// The workload.
    pub workload: WorkloadId,
    /// Where it is now; none when it waits already.
    pub from: Option<NodeId>,
    /// Why; none when nobody knows what it asks for ([`ClusterView::remember`]), so that it cannot be placed anywhere.
    pub why: Option<Unplaceable>,
}

/// The fleet after these changes, one after the other. `waiting` are demands that have no place now; they are tried last.
/// What has to be placed anew goes by priority, then size, then id, each by itself: a workload without a place keeps no other
/// from one. Pure: `view` stays as it is.
///
/// # Errors
/// A change names a node or deployment that is not there.
pub fn what_if(
    engine: &Engine,
    view: &ClusterView,
    waiting: &[Demand],
    changes: &[Change],
) -> Result<Diff, WhatIfError> {
    let before = RoomInfo::of(view);
    let mut trial = apply::Trial::new(view);
    for change in changes {
        trial.apply(change)?;
    }
    let apply::Trial { mut view, added, displaced, unknown } = trial;
    let mut diff = Diff { moved: Vec::new(), placed: Vec::new(), lost: unknown, added, before, after: before };
    let mut open: Vec<(Option<NodeId>, Demand)> = displaced.into_values().map(|(from, d)| (Some(from), d)).collect();
    open.sort_by(|a, b| order(&a.1, &b.1));
    let mut new: Vec<&Demand> = waiting.iter().filter(|d| view.location(&d.workload).is_none()).collect();
    new.sort_by(|a, b| order(a, b));
    open.extend(new.into_iter().map(|d| (None, d.clone())));
    for (from, demand) in open {
        place(engine, &mut view, from, demand, &mut diff);
    }
    diff.after = RoomInfo::of(&view);
    Ok(diff)
}

fn order(a: &Demand, b: &Demand) -> std::cmp::Ordering {
    let size = |d: &Demand| {
        let gpu = d.resources.gpu.as_ref().map_or((0, 0), |g| (g.count, g.memory_mib));
        (gpu, d.resources.mem_mib, d.resources.cpu_milli)
    };
    b.priority.cmp(&a.priority).then_with(|| size(b).cmp(&size(a))).then_with(|| a.workload.cmp(&b.workload))
}

fn place(engine: &Engine, view: &mut ClusterView, from: Option<NodeId>, demand: Demand, diff: &mut Diff) {
    // Who can stay does: a change of what it asks for is no reason to move.
    let stays = from.as_ref().and_then(|id| {
        let nodes = view.fork();
        decide(engine, &demand, &nodes, nodes.node(id)?)
    });
    if let Some(decision) = stays {
        view.commit(&decision);
        return;
    }
    let workload = demand.workload.clone();
    match (engine.place(view, &DemandGroup { demands: vec![demand] }), from) {
        (Ok(placement), from) => {
            for decision in placement.decisions {
                view.commit(&decision);
                match &from {
                    Some(from) => diff.moved.push(Moved { from: from.clone(), to: decision }),
                    None => diff.placed.push(decision),
                }
            }
        }
        (Err(why), from) => diff.lost.push(Lost { workload, from, why: Some(why) }),
    }
}
