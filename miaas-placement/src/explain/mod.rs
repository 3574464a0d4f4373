//! Why a workload is where it is, why it is nowhere, and what would help (P4). Nothing here decides anything.

mod asked;
mod exclusion;
mod hint;
mod never;
mod obstacles;
mod summary;
mod units;
mod unplaceable;

use miaas_core::{
    cluster::NodeView,
    port::{Candidate, Excluded, Explanation, NodeVerdict},
};

pub(crate) use self::{
    asked::{Asked, Known},
    unplaceable::{Refused, placed_already, unknown_strategy, unplaceable},
};
use crate::{
    engine::{Board, Engine, Nodes, SHOWN},
    filter::Verdict,
    score::Ask,
    strategy::Strategy,
};

/// A choice that was made.
pub(crate) struct Place<'a> {
    pub(crate) engine: &'a Engine,
    pub(crate) strategy: &'a Strategy,
    pub(crate) ask: &'a Ask<'a>,
    pub(crate) board: &'a Board<'a>,
    pub(crate) nodes: &'a Nodes<'a>,
    /// Number of the chosen node.
    pub(crate) at: usize,
    /// How many demands are placed together.
    pub(crate) group: usize,
}

/// Explains a choice.
pub(crate) fn explanation(place: &Place<'_>) -> Explanation {
    let Place { engine, ask, board, nodes, .. } = place;
    let parts = |node| board.scorers().iter().map(|s| (s.score().name().to_owned(), s.part(ask, node))).collect();
    let candidate = |(score, at): &(i64, u32)| {
        let node = nodes.get(*at as usize);
        Candidate { node: node.id.clone(), name: node.name.clone(), score: *score, parts: parts(node) }
    };
    Explanation {
        strategy: place.strategy.name().to_owned(),
        summary: summary::sentence(place),
        candidates: board.best().iter().map(candidate).collect(),
        rejected: board.rejected().take(SHOWN).map(|at| verdict(engine, ask, nodes.get(at))).collect(),
        excluded: excluded(engine, board),
        considered: board.considered(),
    }
}

/// How many nodes each filter excluded, most first.
fn excluded(engine: &Engine, board: &Board<'_>) -> Vec<Excluded> {
    let counts = engine.filters.iter().zip(board.excluded()).filter(|(_, count)| **count > 0);
    let mut all: Vec<Excluded> = counts
        .map(|(filter, count)| {
            let what = format!("excluded by the filter {}", filter.name());
            Excluded { kind: filter.name().to_owned(), what, count: *count, best: None }
        })
        .collect();
    all.sort_by(|a, b| b.count.cmp(&a.count).then_with(|| a.kind.cmp(&b.kind)));
    all
}

/// Everything that the filters have against a node.
fn verdict(engine: &Engine, ask: &Ask<'_>, node: &NodeView) -> NodeVerdict {
    NodeVerdict {
        node: node.id.clone(),
        name: node.name.clone(),
        reasons: Verdict::reasons(&engine.filters, ask, node),
    }
}
