//! Many answers about one view do not look at every node for each.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod common;

use std::sync::{
    Arc,
    atomic::{AtomicUsize, Ordering},
};

use common::{Node, Wanted, group, view};
use miaas_core::{
    cluster::NodeView,
    id::{DeploymentId, WorkloadId},
    port::{Demand, Placer as _},
};
use miaas_placement::{Ask, Engine, Filter, Verdict, strategy};

#[derive(Debug, Clone, Default)]
struct Counting(Arc<AtomicUsize>);

impl Filter for Counting {
    fn name(&self) -> &'static str {
        "counting"
    }

    fn check(&self, _: &Ask<'_>, _: &NodeView, _: &mut Verdict) {
        self.0.fetch_add(1, Ordering::Relaxed);
    }

    fn is_local(&self, _: &Demand) -> bool {
        true
    }
}

#[test]
fn p1_only_nodes_that_changed_are_looked_at_again() {
    const NODES: usize = 300;
    let nodes: Vec<Node> = (0..NODES).map(|i| Node { name: format!("node{i}"), ..Node::default() }).collect();
    let mut view = view(&nodes);
    let counting = Counting::default();
    let engine = Engine::new(strategy::spread()).with_filter(Box::new(counting.clone()));
    let mut placing = engine.placing();
    for i in 0..200 {
        let mut group = group(&[Wanted::default()]);
        // A new deployment each time, and one that grows.
        let deployment = if i % 2 == 0 { format!("d-{i}") } else { "grows".to_owned() };
        group.demands[0].deployment = DeploymentId::parse(&deployment).unwrap();
        group.demands[0].workload = WorkloadId::parse(&format!("w-{i}")).unwrap();
        let placement = placing.place(&view, &group).unwrap();
        assert!(view.commit(&placement.decisions[0]));
        if i % 10 == 9 {
            assert!(view.release(&placement.decisions[0].workload).is_some());
        }
    }
    let looks = counting.0.load(Ordering::Relaxed);
    // Once for all that are nowhere yet, once for the one that is on many nodes by then, and 40 for each answer.
    assert!(looks < 2 * NODES + 200 * 40, "{looks}");
}
