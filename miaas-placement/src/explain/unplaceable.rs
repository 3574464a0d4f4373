//! Why a workload has no place.

use miaas_core::{
    cluster::{ClusterView, Fork, NodeView},
    port::{Decision, Demand, Excluded, NodeVerdict, RejectReason, Unplaceable},
};

use super::{
    asked::Known,
    exclusion,
    hint::{self, Trial},
    never,
    obstacles::Obstacles,
    verdict,
};
use crate::{
    engine::{Engine, UnknownStrategy},
    score::Ask,
};

/// Most nodes that are listed.
const MAX_VERDICTS: usize = 64;
/// Most kinds of obstacles in the summary.
const MAX_KINDS: usize = 4;

/// A group of which one demand found no place.
pub(crate) struct Refused<'a> {
    pub(crate) engine: &'a Engine,
    /// The nodes before anything of the group was placed.
    pub(crate) start: &'a Fork<'a>,
    pub(crate) demands: &'a [Demand],
    /// Which of the demands it was.
    pub(crate) failed: usize,
    /// What had been placed before it.
    pub(crate) placed: &'a [Decision],
    /// What is known of the view below.
    pub(crate) known: Option<Known<'a>>,
}

/// No node takes the demand once what was placed before it is where it is. O(nodes that are asked), and what changes cost that
/// are tried.
pub(crate) fn unplaceable(refused: &Refused<'_>) -> Unplaceable {
    let Refused { engine, start, demands, failed, placed, known } = refused;
    let demand = &demands[*failed];
    let mut nodes = (*start).clone();
    for decision in *placed {
        nodes.commit(decision);
    }
    let ask = Ask::new(demand, &nodes);
    let obstacles = Obstacles::find(engine, &ask, *known);
    let trial = Trial::new(engine, start, demands, *failed);
    let found = hint::find(&hint::Case { trial, demand, nodes: &nodes, ask: &ask, obstacles: &obstacles });
    let excluded = obstacles.excluded();
    let mut unplaceable = Unplaceable::new(demand.workload.clone(), summary(engine, &ask, &obstacles, &excluded));
    if !placed.is_empty() {
        unplaceable.summary.push_str(&format!(" (with {} of its group placed first)", placed.len()));
    }
    unplaceable.by_node = listed(engine, &ask, &obstacles);
    unplaceable.hints = found.hints;
    unplaceable.counterfactuals = found.changes;
    unplaceable.excluded = excluded;
    unplaceable
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
    let mut by_node = listed(engine, &ask, &Obstacles::find(engine, &ask, None));
    for verdict in &mut by_node {
        verdict.reasons.insert(0, RejectReason::Other { filter: filter.to_owned(), message: summary.clone() });
    }
    Unplaceable { by_node, hints: vec![hint], ..Unplaceable::new(demand.workload.clone(), summary) }
}

/// All nodes of a small fleet; of a large one those with the fewest obstacles, in order of their ids.
fn listed(engine: &Engine, ask: &Ask<'_>, obstacles: &Obstacles<'_>) -> Vec<NodeVerdict> {
    let nearest = obstacles.nearest(MAX_VERDICTS).into_iter();
    nearest.map(|at| verdict(engine, ask, obstacles.node(ask.nodes, at))).collect()
}

/// For example `no node of 1,213 can take llama: 1,143 short of gpu memory (best has 9.2 of 16 GiB), 70 with taint gpu`.
fn summary(engine: &Engine, ask: &Ask<'_>, obstacles: &Obstacles<'_>, excluded: &[Excluded]) -> String {
    let (demand, nodes) = (ask.demand, ask.nodes);
    let (name, count) = (&demand.name, nodes.nodes().len());
    if count == 0 {
        return format!("no node can take {name}: none is registered");
    }
    if let Some(wanted) = &demand.policy.node {
        let is = |n: &&NodeView| *wanted == n.name || wanted.as_str() == n.id.as_str();
        return match nodes.nodes().find(is) {
            Some(pinned) => {
                let reasons = verdict(engine, ask, pinned).reasons;
                let reasons: Vec<String> = reasons.iter().map(ToString::to_string).collect();
                format!("{} cannot take {name}, which is pinned to it: {}", pinned.name, reasons.join("; "))
            }
            None => format!("{name} is pinned to node {wanted}, which is not registered"),
        };
    }
    let firsts: Vec<&NodeView> = obstacles.firsts().map(|at| obstacles.node(nodes, at)).collect();
    if let Some(why) = never::fits(demand, &firsts, count) {
        return format!("no node could ever take {name}, even empty: {why}");
    }
    let listed: Vec<String> = excluded.iter().take(MAX_KINDS).map(|e| exclusion::phrase(e, count)).collect();
    let more = if excluded.len() > MAX_KINDS { ", and more" } else { "" };
    let of = if count == 1 { String::new() } else { format!(" of {}", super::units::count(count as u64)) };
    format!("no node{of} can take {name}: {}{more}", listed.join(", "))
}
