//! What would happen, for people (P4).

use std::fmt::Write as _;

use miaas_core::api::v1::{WhatIfAnswer, WhatIfPlace};

use crate::exit::Exit;

/// The exit code that the answer asks for.
pub(crate) const fn exit(answer: &WhatIfAnswer) -> Exit {
    if answer.lost.is_empty() { Exit::Done } else { Exit::Pending }
}

/// One line a workload, then the room before and after.
pub(crate) fn text(answer: &WhatIfAnswer) -> String {
    let mut text = String::new();
    // Writing to a String cannot fail.
    for name in &answer.added {
        let _ = writeln!(text, "+ node {name}");
    }
    for place in &answer.moved {
        let _ = writeln!(text, "~ {}", line(place));
    }
    for place in &answer.placed {
        let _ = writeln!(text, "+ {}", line(place));
    }
    for lost in &answer.lost {
        let from = lost.from.as_ref().map(|from| format!(" from {from}")).unwrap_or_default();
        let _ = writeln!(text, "! {}{from} has no place: {}", lost.workload, lost.why);
        for hint in lost.unplaceable.iter().flat_map(|u| &u.hints) {
            let _ = writeln!(text, "!   hint: {hint}");
        }
    }
    let (before, after) = (&answer.before, &answer.after);
    let rows = [
        ("nodes", before.nodes as u64, after.nodes as u64),
        ("cpu free (milli)", before.cpu_milli_free, after.cpu_milli_free),
        ("memory free (MiB)", before.mem_mib_free, after.mem_mib_free),
        ("gpu memory free (MiB)", before.gpu_mib_free, after.gpu_mib_free),
    ];
    for (what, before, after) in rows {
        let _ = writeln!(text, "{what}: {before} now, {after} then");
    }
    let (moved, placed, lost) = (answer.moved.len(), answer.placed.len(), answer.lost.len());
    let _ = write!(text, "{moved} would move, {placed} that wait would have a place, {lost} would have none");
    text
}

fn line(place: &WhatIfPlace) -> String {
    match &place.from {
        Some(from) => format!("{} from {from} to {} ({})", place.workload, place.to, place.why),
        None => format!("{} to {} ({})", place.workload, place.to, place.why),
    }
}

#[cfg(test)]
mod tests {
    use miaas_core::api::v1::WhatIfLost;

    use super::*;

    #[test]
    fn moves_losses_and_room_are_told() {
        let answer = WhatIfAnswer {
            moved: vec![WhatIfPlace {
                workload: "redis-0-a".to_owned(),
                from: Some("alpha".to_owned()),
                to: "beta".to_owned(),
                why: "the only candidate".to_owned(),
            }],
            lost: vec![WhatIfLost {
                workload: "llama-0-b".to_owned(),
                from: Some("alpha".to_owned()),
                why: "no node can take llama: 1 short of memory".to_owned(),
                unplaceable: None,
            }],
            ..WhatIfAnswer::default()
        };
        let want = "\
~ redis-0-a from alpha to beta (the only candidate)
! llama-0-b from alpha has no place: no node can take llama: 1 short of memory
nodes: 0 now, 0 then
cpu free (milli): 0 now, 0 then
memory free (MiB): 0 now, 0 then
gpu memory free (MiB): 0 now, 0 then
1 would move, 0 that wait would have a place, 1 would have none";
        assert_eq!(text(&answer), want);
        assert_eq!((exit(&answer), exit(&WhatIfAnswer::default())), (Exit::Pending, Exit::Done));
    }
}
