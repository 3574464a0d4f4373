#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

use std::rc::Rc;

use miaas_core::{
    id::{DeploymentId, WorkloadId},
    port::{DemandGroup, Placer as _, Placing as _},
    testing::strategy_contract::cases::{Size, random},
};

use super::*;

/// Asks for every demand of a random case three times, for two deployments, and lets workloads go in between.
fn same_answers(seed: u64, size: Size, strategy: &str) -> usize {
    let engine = Engine::default();
    let (mut view, group) = random(seed, size, strategy);
    let mut session = Session::new(&engine);
    let mut placed: Vec<WorkloadId> = Vec::new();
    for (i, demand) in (0..3).flat_map(|_| &group.demands).enumerate() {
        let mut demand = demand.clone();
        demand.workload = WorkloadId::parse(&format!("w-{i}")).unwrap();
        if i % 3 == 0 {
            demand.deployment = DeploymentId::parse(&format!("other-{}", i % 5)).unwrap();
        }
        let group = DemandGroup { demands: vec![demand] };
        session.follow(&view);
        let expected =
            engine.place_in(&view, &group, Learned { market: Rc::clone(&session.market), ..Learned::default() });
        let answer = session.place(&view, &group);
        assert_eq!(answer, expected, "{strategy}, seed {seed}, question {i}");
        if let Ok(placement) = answer {
            view.commit(&placement.decisions[0]);
            placed.push(placement.decisions[0].workload.clone());
        }
        if i % 4 == 3 && !placed.is_empty() {
            view.release(&placed.swap_remove(i % placed.len()));
        }
    }
    placed.len()
}

#[test]
fn p1_what_is_kept_gives_the_same_answers_as_looking_at_every_node() {
    let mut placed = 0;
    for strategy in Engine::default().strategies() {
        for seed in 0..24 {
            placed += same_answers(seed, Size { nodes: 9, demands: 14, gpus: seed % 2 == 0 }, strategy);
        }
    }
    assert!(placed > 1_500, "{placed}");
}

#[test]
fn p1_so_it_does_when_much_changes_and_when_a_deployment_is_on_many_nodes() {
    for strategy in ["spread", "foresight"] {
        let placed = same_answers(7, Size { nodes: 90, demands: 150, gpus: true }, strategy);
        assert!(placed >= 90, "too few to say anything: {strategy} placed {placed}");
    }
}
