//! Every preset passes the contract of the port (P1, P4, P5), over random clusters and groups.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

use std::collections::BTreeSet;

use miaas_core::{
    cluster::NodeView,
    port::{Demand, Placer as _, RejectReason},
    testing::strategy_contract::{
        cases::{Size, random},
        check, strategy_contract,
    },
};
use miaas_placement::{Ask, Engine, Filter, Score, Verdict};
use proptest::{prelude::*, test_runner::RngSeed};

#[test]
fn the_presets_pass_the_contract() {
    let placed = strategy_contract(&Engine::default(), 400);
    assert!(placed > 200, "the cases are worth something: {placed} placed");
}

#[derive(Debug)]
struct OddNodesOnly;

impl Filter for OddNodesOnly {
    fn name(&self) -> &'static str {
        "odd"
    }

    fn check(&self, _: &Ask<'_>, node: &NodeView, verdict: &mut Verdict) {
        if node.id.as_str().ends_with(['0', '2', '4', '6', '8']) {
            verdict.reject(|| RejectReason::Other { filter: self.name().into(), message: "an even node".into() });
        }
    }
}

#[derive(Debug)]
struct LastByName;

impl Score for LastByName {
    fn name(&self) -> &'static str {
        "last"
    }

    fn score(&self, _: &Ask<'_>, node: &NodeView) -> i64 {
        i64::from(node.name.as_str().bytes().last().unwrap_or(0))
    }

    fn because(&self, _: &Demand) -> String {
        "last by name".into()
    }
}

#[test]
fn filters_and_scores_from_outside_plug_in() {
    // P6. A weight above those of the presets makes the new scorer decide.
    let engine =
        Engine::default().with_filter(Box::new(OddNodesOnly)).with_score(1_000_000_000_000_000, Box::new(LastByName));
    let mut chosen = BTreeSet::new();
    for seed in 0..200 {
        let (view, group) = random(seed, Size { nodes: 6, demands: 1, gpus: false }, "spread");
        if let Ok(placement) = engine.place(&view, &group) {
            assert_eq!(placement, engine.place(&view, &group).unwrap());
            let decision = &placement.decisions[0];
            let best = decision.why.candidates.iter().map(|c| c.node.as_str()).max();
            assert_eq!(best, Some(decision.node.as_str()), "the last by name wins");
            chosen.insert(decision.node.to_string());
        }
    }
    assert_eq!(chosen, BTreeSet::from(["node-1".into(), "node-3".into(), "node-5".into()]));
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 192, failure_persistence: None, rng_seed: RngSeed::Fixed(1), ..ProptestConfig::default() })]

    #[test]
    fn any_group_on_any_cluster(
        seed in any::<u64>(), nodes in 0..100usize, demands in 0..8usize, gpus in any::<bool>(), strategy in 0..3usize,
    ) {
        let engine = Engine::default();
        let (view, group) = random(seed, Size { nodes, demands, gpus }, engine.strategies()[strategy]);
        if let Ok(placement) = check(&engine, &view, &group) {
            for decision in &placement.decisions {
                for candidate in &decision.why.candidates {
                    prop_assert_eq!(candidate.score, candidate.parts.values().sum::<i64>(), "parts add up");
                }
                let node = view.node(&decision.node).unwrap();
                prop_assert!(decision.why.summary.starts_with(&format!("{}: ", node.name)), "{}", decision.why.summary);
            }
        }
    }
}
