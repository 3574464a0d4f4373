//! Why a workload is where it is, why it is nowhere, and what would help (P4). Nothing here decides anything.

mod hint;
mod summary;
mod units;
mod unplaceable;

use miaas_core::{
    cluster::NodeView,
    port::{Candidate, Explanation, NodeVerdict},
};

pub(crate) use self::unplaceable::{placed_already, unknown_strategy, unplaceable};
use crate::{
    engine::{Engine, Ranking},
    filter::Verdict,
    score::Ask,
    strategy::Strategy,
};

/// A choice that was made.
pub(crate) struct Place<'a> {
    pub(crate) engine: &'a Engine,
    pub(crate) strategy: &'a Strategy,
    pub(crate) ask: &'a Ask<'a>,
    pub(crate) ranking: &'a Ranking<'a, 'a>,
    /// The chosen node.
    pub(crate) node: &'a NodeView,
    /// How many demands are placed together.
    pub(crate) group: usize,
}

/// Explains a choice.
pub(crate) fn explanation(place: &Place<'_>) -> Explanation {
    let Place { engine, ask, ranking, .. } = place;
    let parts = |node| ranking.scorers.iter().map(|s| (s.score().name().to_owned(), s.part(ask, node))).collect();
    Explanation {
        strategy: place.strategy.name().to_owned(),
        summary: summary::sentence(place),
        candidates: ranking
            .best()
            .iter()
            .map(|r| Candidate {
                node: r.node.id.clone(),
                name: r.node.name.clone(),
                score: r.score,
                parts: parts(r.node),
            })
            .collect(),
        rejected: ranking.rejected.iter().map(|node| verdict(engine, ask, node)).collect(),
        considered: ranking.considered,
    }
}

/// Everything that the filters have against a node.
fn verdict(engine: &Engine, ask: &Ask<'_>, node: &NodeView) -> NodeVerdict {
    NodeVerdict {
        node: node.id.clone(),
        name: node.name.clone(),
        reasons: Verdict::reasons(&engine.filters, ask, node),
    }
}
