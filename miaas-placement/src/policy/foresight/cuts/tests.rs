#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use super::*;
use crate::{
    fleet::{Fleet, Models, Shape, State},
    policy::foresight::demand::Demand,
};

/// So many of each size.
fn cuts(sizes: &[(u16, usize)]) -> Cuts {
    let mut demand = Demand::default();
    for (gpu_milli, count) in sizes {
        let share = Shape { cpu_milli: 1000, mem_mib: 1024, gpus: 1, gpu_milli: *gpu_milli, models: Models::ANY };
        (0..*count).for_each(|_| {
            demand.add(&share);
        });
    }
    // Without GPUs no usual demand is expected beside it.
    demand.learn(&Fleet::new([State::idle(1000, 1024, 0, 0)]));
    Cuts::of(&demand)
}

#[test]
fn a_piece_is_kept_for_those_who_need_all_of_it() {
    let cuts = cuts(&[(600, 100), (400, 50)]);
    for (share, free) in [(600, 1000), (600, 600), (400, 1000), (400, 400)] {
        assert!(cuts.waste(share, free) <= 20, "{share} of {free}: {}", cuts.waste(share, free));
    }
    // Each of 600 takes a GPU of its own, and one of 400 fits beside it: in its place it costs a GPU.
    assert!(cuts.waste(400, 600) >= 550, "{}", cuts.waste(400, 600));
}

#[test]
fn what_no_other_share_can_use_costs_nothing() {
    let cuts = cuts(&[(810, 100), (160, 5)]);
    assert_eq!(cuts.waste(810, 1000), 0);
    assert!(cuts.waste(160, 190) <= 10, "{}", cuts.waste(160, 190));
    assert!(cuts.waste(160, 900) >= 550, "it would take the place of an 810: {}", cuts.waste(160, 900));
}

#[test]
fn without_shares_nothing_is_wasted() {
    let cuts = Cuts::default();
    assert_eq!(cuts.waste(300, 1000), 0);
}

#[test]
fn sizes_of_any_fineness_are_counted() {
    let cuts = cuts(&[(1, 3), (999, 3), (333, 3)]);
    for free in 1..=1000 {
        assert!((0..=1000).contains(&cuts.waste(1, free)), "{free}");
    }
}
