//! The one sentence about a choice.

use super::Place;

/// Up to so many candidates are all asked whether the winner has most of what decided; of more, it is said only what it has
/// before the second.
const ASKED: usize = 1024;

/// For example `node3: most free memory of 4 candidates; 2 excluded`.
pub(super) fn sentence(place: &Place<'_>) -> String {
    let excluded = place.board.considered() - place.board.candidates();
    let mut text = format!("{}: {}", place.nodes.get(place.at).name, reason(place));
    if excluded > 0 {
        text.push_str(&format!("; {excluded} excluded"));
    }
    text
}

fn reason(place: &Place<'_>) -> String {
    let Place { board, nodes, .. } = place;
    let winner = nodes.get(place.at);
    let count = board.candidates();
    let [first, second, ..] = board.best() else {
        return if board.considered() == 1 { "the only node" } else { "the only candidate" }.to_owned();
    };
    if first.1 as usize != place.at {
        return format!(
            "takes it so that all {} of the group have a place; alone, {} is better",
            place.group,
            nodes.get(first.1 as usize).name
        );
    }
    if first.0 == second.0 {
        let equals = board.fitting().filter(|(_, score)| *score == first.0).count();
        return match (equals, count) {
            (2, 2) => "as good as the other candidate, first by id".to_owned(),
            _ if equals == count => format!("as good as the other {} candidates, first by id", count - 1),
            _ => format!("one of the {equals} best of {count} candidates, first by id"),
        };
    }
    let second = nodes.get(second.1 as usize);
    let lead = |s: &&&crate::strategy::Weighted| s.part(place.ask, winner).saturating_sub(s.part(place.ask, second));
    // The first of equal leads: strategies list the most important scorer first.
    let Some(decided) = board.scorers().iter().rev().max_by_key(lead) else {
        return format!("best of {count} candidates");
    };
    let because = decided.score().because(place.ask.demand);
    let most = decided.part(place.ask, winner);
    if count <= ASKED && board.fitting().all(|(at, _)| decided.part(place.ask, nodes.get(at)) <= most) {
        format!("{because} of {count} candidates")
    } else {
        format!("best of {count} candidates; {because} puts it before {}", second.name)
    }
}
