//! What may run only once never lives twice (D3, D7), with real planners and node loops.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test fails by panicking")]

mod common;

use common::Bench;
use miaas_core::{
    api::v1::{CreateDeployment, DeploymentItem, DrainNode},
    id::WorkloadId,
    model::PlacementPolicy,
};
use serde_json::json;

async fn create(bench: &Bench, exclusive: bool) -> DeploymentItem {
    let body = CreateDeployment {
        name: Some("one".into()),
        template: Some("plain".into()),
        params: [("image".to_owned(), json!("image")), ("cpu".to_owned(), json!(100))].into(),
        placement: PlacementPolicy { exclusive, ..PlacementPolicy::default() },
        ..CreateDeployment::default()
    };
    bench.control.create(body).await.unwrap();
    bench.rounds(4, &[]).await;
    deployment(bench)
}

fn deployment(bench: &Bench) -> DeploymentItem {
    bench.control.deployment("one").unwrap()
}

/// The machine that the workload runs on.
fn home(bench: &Bench, workload: &WorkloadId) -> usize {
    bench.machines.iter().position(|(_, executor, _)| executor.runs(workload)).unwrap()
}

fn runs(bench: &Bench, at: usize) -> bool {
    let all = deployment(bench).workloads;
    all.iter().any(|w| bench.machines[at].1.runs(&w.id))
}

#[tokio::test]
async fn d3_a_cut_off_node_stops_before_another_starts() {
    let bench = Bench::new(3).await;
    let one = create(&bench, true).await.workloads.remove(0);
    let lost = home(&bench, &one.id);
    let mut stopped = None;
    for second in 1..=60 {
        bench.rounds(1, &[lost]).await;
        // Cut off from the control plane, the agent lives on.
        bench.machines[lost].2.step().await.unwrap();
        let alive = bench.machines[lost].1.runs(&one.id);
        let elsewhere = (0..3).any(|i| i != lost && runs(&bench, i));
        assert!(!(alive && elsewhere), "two live instances after {second} s");
        if !alive && stopped.is_none() {
            stopped = Some(second);
        }
    }
    let stopped = stopped.expect("it stops");
    assert!((14..=16).contains(&stopped), "stopped after {stopped} s");
    let now = deployment(&bench);
    assert_eq!((now.ready, now.workloads.len()), (1, 1), "{:?}", now.problems);
    assert_ne!(now.workloads[0].id, one.id);

    // The node returns: nothing of the old instance starts again.
    bench.rounds(5, &[]).await;
    assert!(!bench.machines[lost].1.runs(&one.id));
    assert_eq!(deployment(&bench).ready, 1);
}

#[tokio::test]
async fn d3_without_the_promise_nothing_stops() {
    let bench = Bench::new(3).await;
    let one = create(&bench, false).await.workloads.remove(0);
    let lost = home(&bench, &one.id);
    for _ in 0..60 {
        bench.rounds(1, &[lost]).await;
        bench.machines[lost].2.step().await.unwrap();
    }
    assert!(bench.machines[lost].1.runs(&one.id));
    assert_eq!(deployment(&bench).ready, 1, "and another runs elsewhere");
}

#[tokio::test]
async fn d3_a_drain_stops_the_old_instance_first_and_says_what_it_waits_for() {
    let bench = Bench::new(2).await;
    let one = create(&bench, true).await.workloads.remove(0);
    let (from, node) = (home(&bench, &one.id), one.node.to_string());
    bench.control.drain(&node, DrainNode::default()).await.unwrap();
    bench.control.tick().await.unwrap();
    // Its target is on its way: the old one may live, the new one has a place and waits.
    let waiting = deployment(&bench);
    assert_ne!(waiting.workloads[0].id, one.id);
    assert!(waiting.problems[0].message.contains("may still run on node"), "{:?}", waiting.problems);
    bench.rounds(5, &[]).await;
    let moved = deployment(&bench);
    assert_eq!((moved.ready, moved.problems.len()), (1, 0), "{:?}", moved.problems);
    assert!(!bench.machines[from].1.runs(&one.id) && runs(&bench, 1 - from));
}

#[tokio::test]
async fn d3_a_removed_node_that_does_not_hear_of_it_keeps_the_place_for_the_time_of_its_lease() {
    let bench = Bench::new(2).await;
    let one = create(&bench, true).await.workloads.remove(0);
    let lost = home(&bench, &one.id);
    bench.rounds(5, &[lost]).await;
    let refused = bench.control.remove_node(one.node.as_str(), false).await.unwrap_err();
    assert!(refused.message().contains(one.id.as_str()), "{refused}");
    bench.control.remove_node(one.node.as_str(), true).await.unwrap();
    for second in 1..=40 {
        bench.rounds(1, &[lost]).await;
        bench.machines[lost].2.step().await.unwrap();
        let both = bench.machines[lost].1.runs(&one.id) && runs(&bench, 1 - lost);
        assert!(!both, "two live instances after {second} s");
    }
    assert!(runs(&bench, 1 - lost) && deployment(&bench).ready == 1);
}
