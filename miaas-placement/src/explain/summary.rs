//! The one sentence about a choice.

use super::Place;

/// For example `node3: most free memory of 4 candidates; 2 excluded`.
pub(super) fn sentence(place: &Place<'_>) -> String {
    let ranking = place.ranking;
    let excluded = ranking.considered - ranking.candidates.len();
    let mut text = format!("{}: {}", place.node.name, reason(place));
    if excluded > 0 {
        text.push_str(&format!("; {excluded} excluded"));
    }
    text
}

fn reason(place: &Place<'_>) -> String {
    let (ranking, winner) = (place.ranking, place.node);
    let count = ranking.candidates.len();
    let [first, second, ..] = ranking.best() else {
        return if ranking.considered == 1 { "the only node" } else { "the only candidate" }.to_owned();
    };
    if first.node.id != winner.id {
        return format!(
            "takes it so that all {} of the group have a place; alone, {} is better",
            place.group, first.node.name
        );
    }
    if first.score == second.score {
        let equals = ranking.candidates.iter().filter(|c| c.score == first.score).count();
        return match (equals, count) {
            (2, 2) => "as good as the other candidate, first by id".to_owned(),
            _ if equals == count => format!("as good as the other {} candidates, first by id", count - 1),
            _ => format!("one of the {equals} best of {count} candidates, first by id"),
        };
    }
    let lead =
        |s: &&&crate::strategy::Weighted| s.part(place.ask, winner).saturating_sub(s.part(place.ask, second.node));
    // The first of equal leads: strategies list the most important scorer first.
    let Some(decided) = ranking.scorers.iter().rev().max_by_key(lead) else {
        return format!("best of {count} candidates");
    };
    let because = decided.score().because(place.ask.demand);
    let most = decided.part(place.ask, winner);
    if ranking.candidates.iter().all(|c| decided.part(place.ask, c.node) <= most) {
        format!("{because} of {count} candidates")
    } else {
        format!("best of {count} candidates; {because} puts it before {}", second.node.name)
    }
}
