//! The fast path agrees with the plain one: boards with a scan, undo with never having done it, the policies with
//! themselves.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test fails by panicking")]

use miaas_placement::{
    fleet::{Boards, Fleet, Models, Shape, State},
    policy::{self, Policy},
};
use proptest::prelude::*;

fn node() -> impl Strategy<Value = State> {
    let sizes = prop_oneof![Just((8_000, 0)), Just((16_000, 1)), Just((32_000, 2)), Just((96_000, 8))];
    (sizes, 0_u8..3).prop_map(|((cpu, gpus), model)| State::idle(cpu, cpu * 4, gpus, model))
}

fn shape() -> impl Strategy<Value = Shape> {
    let gpu = prop_oneof![
        Just((0, 0)),
        Just((1, 250)),
        Just((1, 470)),
        Just((1, 810)),
        Just((1, 1000)),
        Just((2, 1000)),
        Just((8, 1000))
    ];
    let models = prop_oneof![4 => Just(0_u64), 1 => 1_u64..8];
    (gpu, 1_u32..12, models).prop_map(|((gpus, gpu_milli), cpu, set)| Shape {
        cpu_milli: cpu * 1000,
        mem_mib: cpu * 2048,
        gpus,
        gpu_milli,
        models: Models { spelling: 0, set: if gpus == 0 { 0 } else { set } },
    })
}

/// The best node by looking at every one.
fn scan(policy: &mut dyn Policy, fleet: &Fleet, shape: &Shape) -> Option<usize> {
    let fitting = fleet.states().iter().enumerate().filter(|(_, s)| shape.fits(s));
    let rated: Vec<(usize, i32)> = fitting.map(|(i, s)| (i, policy.rate(shape, s).score)).collect();
    rated.into_iter().max_by_key(|(i, score)| (*score, std::cmp::Reverse(*i))).map(|(i, _)| i)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn a_board_answers_as_a_scan_does(
        nodes in prop::collection::vec(node(), 1..12),
        shapes in prop::collection::vec(shape(), 1..60),
        ends in prop::collection::vec(any::<prop::sample::Index>(), 0..10),
    ) {
        for name in policy::NAMES.iter().filter(|n| **n != "foresight") {
            let mut policy = policy::by_name(name).unwrap();
            policy.expect(&shapes);
            let mut fleet = Fleet::new(nodes.iter().copied());
            let (mut boards, mut ends) = (Boards::default(), ends.iter());
            for (i, shape) in shapes.iter().enumerate() {
                let expected = scan(policy.as_mut(), &fleet, shape);
                let chosen = policy::choose(policy.as_mut(), &mut boards, &fleet, shape);
                prop_assert_eq!(chosen.map(|(node, _)| node), expected, "{}: {:?}", name, shape);
                if let Some((node, device)) = chosen {
                    let _ = fleet.commit(node, shape, device);
                }
                // Now and then a node becomes idle again.
                if i % 7 == 6 && let Some(end) = ends.next() {
                    let node = end.index(nodes.len());
                    fleet.set(node, nodes[node]);
                }
            }
        }
    }

    #[test]
    fn what_is_undone_was_never_done(
        nodes in prop::collection::vec(node(), 1..8),
        shapes in prop::collection::vec(shape(), 1..30),
    ) {
        let mut fleet = Fleet::new(nodes.iter().copied());
        let mut done = Vec::new();
        let mut policy = policy::BestFit;
        for shape in &shapes {
            if let Some(node) = scan(&mut policy, &fleet, shape) {
                let device = policy.rate(shape, &fleet.states()[node]).device;
                done.push(fleet.commit(node, shape, device));
                let sum: u64 = fleet.states().iter().map(|s| u64::from(s.gpu_free())).sum();
                prop_assert_eq!(fleet.gpu_free(), sum);
            }
        }
        for undo in done.into_iter().rev() {
            fleet.undo(undo);
        }
        prop_assert_eq!(fleet.states(), &nodes[..]);
    }

    #[test]
    fn foresight_places_what_fits_and_decides_the_same_again(
        nodes in prop::collection::vec(node(), 1..12),
        shapes in prop::collection::vec(shape(), 1..80),
    ) {
        let run = || {
            let mut policy = policy::by_name("foresight").unwrap();
            let mut fleet = Fleet::new(nodes.iter().copied());
            let mut boards = Boards::default();
            let mut chosen = Vec::new();
            for shape in &shapes {
                policy.arrived(shape, &fleet);
                let choice = policy::choose(policy.as_mut(), &mut boards, &fleet, shape);
                let room = fleet.states().iter().any(|s| shape.fits(s));
                assert_eq!(choice.is_some(), room, "{shape:?}");
                if let Some((node, device)) = choice {
                    let _ = fleet.commit(node, shape, device);
                }
                chosen.push(choice);
            }
            chosen
        };
        prop_assert_eq!(run(), run());
    }
}

#[test]
fn foresight_keeps_whole_nodes_for_those_who_need_them() {
    // Two nodes of two GPUs: two shares, then a demand for two whole GPUs. Sharing one node is what leaves room.
    let share = Shape { cpu_milli: 1000, mem_mib: 1024, gpus: 1, gpu_milli: 500, models: Models::ANY };
    let pair = Shape { gpus: 2, gpu_milli: 1000, ..share };
    let mut fleet = Fleet::new([State::idle(16_000, 65_536, 2, 0); 2]);
    let mut policy = policy::by_name("foresight").unwrap();
    let mut boards = Boards::default();
    for shape in [pair, share, share] {
        policy.arrived(&shape, &fleet);
        if shape == pair {
            continue;
        }
        let (node, device) = policy::choose(policy.as_mut(), &mut boards, &fleet, &shape).unwrap();
        let _ = fleet.commit(node, &shape, device);
    }
    assert!(fleet.states().iter().any(|s| pair.fits(s)), "{:?}", fleet.states());
}
