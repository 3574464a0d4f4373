//! What had no place is not asked about again while the nodes are as they were (P3, P5).

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test fails by panicking")]

mod common;

use std::sync::{
    Arc,
    atomic::{AtomicUsize, Ordering::SeqCst},
};

use common::Bench;
use miaas_core::{
    api::v1::CreateDeployment,
    cluster::ClusterView,
    engine::MemoryStore,
    model::PlacementPolicy,
    port::{Anew, DemandGroup, Placement, Placer, Placing, Preemption, Unplaceable},
    testing::simulator::FirstFit,
};
use serde_json::json;

/// Counts how often it is asked for a place, and for victims.
#[derive(Debug, Clone, Default)]
struct Counting(Arc<AtomicUsize>, Arc<AtomicUsize>);

impl Counting {
    fn take(&self) -> (usize, usize) {
        (self.0.swap(0, SeqCst), self.1.swap(0, SeqCst))
    }
}

impl Placer for Counting {
    fn strategies(&self) -> Vec<&'static str> {
        FirstFit.strategies()
    }

    fn place(&self, view: &ClusterView, group: &DemandGroup) -> Result<Placement, Unplaceable> {
        self.0.fetch_add(1, SeqCst);
        FirstFit.place(view, group)
    }

    fn placing(&self) -> Box<dyn Placing + '_> {
        Box::new(Anew(self))
    }

    fn preempt(&self, view: &ClusterView, group: &DemandGroup) -> Option<Preemption> {
        self.1.fetch_add(1, SeqCst);
        FirstFit.preempt(view, group)
    }
}

fn wanted(name: &str, replicas: u32, preempt: bool) -> CreateDeployment {
    CreateDeployment {
        name: Some(name.to_owned()),
        template: Some("plain".to_owned()),
        params: [("image".to_owned(), json!("image")), ("cpu".to_owned(), json!(3000))].into_iter().collect(),
        replicas: Some(replicas),
        placement: PlacementPolicy { preempt, ..PlacementPolicy::default() },
        ..CreateDeployment::default()
    }
}

#[tokio::test]
async fn p5_replicas_that_wait_are_asked_about_once_and_not_again_until_a_node_changes() {
    let counting = Counting::default();
    let bench = Bench::placed_by(Arc::new(counting.clone()), Arc::new(MemoryStore::new()), 2).await;
    bench.control.create(wanted("wide", 40, false)).await.unwrap();
    bench.control.create(wanted("firm", 40, true)).await.unwrap();
    bench.rounds(4, &[]).await;
    let problems = |name: &str| bench.control.deployment(name).unwrap().problems;
    let before = (problems("wide"), problems("firm"));
    assert_eq!((before.0.len(), before.1.len()), (38, 40), "two have a place");
    counting.take();
    for _ in 0..10 {
        bench.control.tick().await.unwrap();
    }
    let (places, victims) = counting.take();
    // Each plan is compared with one of the whole fleet, which remembers nothing: it asks once, and once more when it is known
    // who could move.
    assert!(places <= 10 * 3 && victims <= 10, "{places} and {victims} questions for 78 replicas in 10 plans");
    assert_eq!((problems("wide"), problems("firm")), before);
    bench.control.cordon("n0", true).await.unwrap();
    bench.rounds(2, &[]).await;
    let told = problems("wide");
    assert!(told[0].unplaceable.as_ref().unwrap().by_node[0].reasons.len() > 1, "the node changed: {told:?}");
}
