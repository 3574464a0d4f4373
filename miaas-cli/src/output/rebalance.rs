//! A rebalance plan, for people (P3).

use std::fmt::Write as _;

use miaas_core::api::v1::RebalanceAnswer;

/// One line a move, then what is placed, then cost and gain.
pub(crate) fn text(answer: &RebalanceAnswer) -> String {
    if answer.moves.is_empty() {
        return format!("nothing moves: {}", answer.stopped);
    }
    let mut text = String::new();
    // Writing to a String cannot fail.
    for m in &answer.moves {
        let _ = writeln!(
            text,
            "~ {} from {} to {}: {} to load, {} s; {} gained so far",
            m.workload,
            m.from,
            m.to,
            gib(m.bytes),
            m.seconds,
            gpus(m.gained_milli)
        );
    }
    for placed in &answer.placed {
        let _ = writeln!(text, "+ {} to {}, which waits now", placed.workload, placed.to);
    }
    let what = if answer.applied { "moves are being made" } else { "moves" };
    let _ = write!(
        text,
        "{} {what}: {} to load, {} s one after the other, {} gained; {}",
        answer.moves.len(),
        gib(answer.bytes),
        answer.seconds,
        gpus(answer.gained_milli),
        answer.stopped
    );
    text
}

fn gib(bytes: u64) -> String {
    let tenths = bytes.saturating_mul(10) / (1 << 30);
    format!("{}.{} GiB", tenths / 10, tenths % 10)
}

fn gpus(milli: u64) -> String {
    format!("{}.{:02} GPUs", milli / 1000, milli % 1000 / 10)
}

#[cfg(test)]
mod tests {
    use miaas_core::api::v1::{RebalanceMove, RebalancePlaced};

    use super::*;

    #[test]
    fn p3_a_plan_tells_moves_cost_and_gain() {
        let answer = RebalanceAnswer {
            moves: vec![RebalanceMove {
                workload: "llm-0-x".into(),
                from: "a".into(),
                to: "b".into(),
                bytes: 16 << 30,
                seconds: 21,
                gained_milli: 1500,
            }],
            placed: vec![RebalancePlaced { workload: "big-0-y".into(), to: "a".into() }],
            gained_milli: 1500,
            bytes: 16 << 30,
            seconds: 21,
            stopped: "no further move gains anything".into(),
            applied: false,
        };
        assert_eq!(
            text(&answer),
            "~ llm-0-x from a to b: 16.0 GiB to load, 21 s; 1.50 GPUs gained so far\n\
             + big-0-y to a, which waits now\n\
             1 moves: 16.0 GiB to load, 21 s one after the other, 1.50 GPUs gained; no further move gains anything"
        );
    }
}
