//! Workloads that move or go because somebody else is to have their place (P3).

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test fails by panicking")]

mod common;

use std::time::Duration;

use common::Bench;
use miaas_core::{
    ErrorKind,
    api::v1::{CreateDeployment, DeploymentItem, DeploymentStatus},
    id::{NodeId, WorkloadId},
    model::PlacementPolicy,
};
use serde_json::json;

/// Nodes have four processors.
async fn deploy(bench: &Bench, name: &str, milli: u64, change: impl FnOnce(&mut CreateDeployment)) {
    let mut body = CreateDeployment {
        name: Some(name.into()),
        template: Some("plain".into()),
        params: [("image".to_owned(), json!("i")), ("cpu".to_owned(), json!(milli))].into(),
        ..CreateDeployment::default()
    };
    change(&mut body);
    bench.control.create(body).await.unwrap();
    bench.rounds(4, &[]).await;
}

fn place(bench: &Bench, name: &str) -> (WorkloadId, String) {
    let item = bench.control.deployment(name).unwrap();
    let w = item.workloads.iter().find(|w| !w.leaving).expect("it has a place");
    (w.id.clone(), w.node_name.as_ref().unwrap().to_string())
}

fn item(bench: &Bench, name: &str) -> DeploymentItem {
    bench.control.deployment(name).unwrap()
}

#[tokio::test]
async fn p3_a_workload_moves_to_the_new_place_first() {
    let bench = Bench::new(2).await;
    deploy(&bench, "web", 1000, |_| {}).await;
    let (id, node) = place(&bench, "web");
    assert_eq!(node, "n0");
    assert_eq!(bench.control.movable().into_keys().collect::<Vec<_>>(), std::slice::from_ref(&id));
    bench.control.relocate(&[(id.clone(), bench.machines[1].0.clone())]).await.unwrap();
    assert!(bench.control.movable().is_empty(), "it moves already");
    bench.rounds(1, &[]).await;
    assert_eq!(item(&bench, "web").workloads.len(), 2, "the old one runs until the new one is ready");
    assert!(bench.machines[0].1.runs(&id));
    bench.rounds(4, &[]).await;
    let (new, node) = place(&bench, "web");
    assert_eq!((node.as_str(), item(&bench, "web").workloads.len()), ("n1", 1));
    assert!(new != id && !bench.machines[0].1.runs(&id));
    assert_eq!(item(&bench, "web").problems, []);
}

#[tokio::test]
async fn p3_a_move_waits_for_room_and_is_given_up_in_the_end() {
    let bench = Bench::new(2).await;
    deploy(&bench, "web", 2000, |_| {}).await;
    deploy(&bench, "big", 4000, |_| {}).await;
    let (id, to) = (place(&bench, "web").0, bench.machines[1].0.clone());
    bench.control.relocate(&[(id.clone(), to.clone())]).await.unwrap();
    bench.rounds(3, &[]).await;
    let waits = item(&bench, "web");
    assert_eq!((waits.status, waits.ready, waits.problems[0].kind.as_str()), (DeploymentStatus::Ready, 1, "waiting"));
    assert!(waits.problems[0].message.contains("waits to move to node n1"), "{}", waits.problems[0].message);
    bench.control.delete("big").await.unwrap();
    bench.rounds(8, &[]).await;
    assert_eq!(place(&bench, "web").1, "n1", "there is room now");

    deploy(&bench, "big", 4000, |_| {}).await;
    let id = place(&bench, "web").0;
    bench.control.relocate(&[(id.clone(), bench.machines[0].0.clone())]).await.unwrap();
    for _ in 0..16 {
        // Longer than a beat, shorter than what counts as a pause of the control plane.
        for _ in 0..8 {
            bench.pass(Duration::from_secs(7));
            bench.rounds(1, &[]).await;
        }
    }
    assert_eq!(item(&bench, "web").problems, [], "it is not tried any more");
    assert_eq!(place(&bench, "web").0, id);
}

#[tokio::test]
async fn p3_what_cannot_move_is_not_movable_and_what_does_not_exist_is_named() {
    let bench = Bench::new(2).await;
    deploy(&bench, "db", 1000, |b| drop(b.params.insert("volume".into(), json!(1)))).await;
    deploy(&bench, "once", 500, |b| b.placement.exclusive = true).await;
    deploy(&bench, "here", 500, |b| b.placement.node = Some("n0".parse().unwrap())).await;
    assert!(bench.control.movable().is_empty());
    let (db, n1) = (place(&bench, "db").0, bench.machines[1].0.clone());
    bench.control.relocate(&[(db.clone(), n1.clone())]).await.unwrap();
    bench.rounds(3, &[]).await;
    assert!(item(&bench, "db").problems[0].message.contains("does not move to node n1: it keeps data"));
    assert_eq!(place(&bench, "db").1, "n0");
    for (workload, node) in [("nothing-0-x", n1.as_str()), (db.as_str(), "node-nowhere")] {
        let moves = [(WorkloadId::parse(workload).unwrap(), NodeId::parse(node).unwrap())];
        assert_eq!(bench.control.relocate(&moves).await.unwrap_err().kind(), ErrorKind::NotFound);
    }
}

#[tokio::test]
async fn p3_the_less_important_give_way_to_who_asks_for_it() {
    let bench = Bench::new(1).await;
    deploy(&bench, "low", 2000, |b| b.priority = 1).await;
    deploy(&bench, "db", 1000, |b| drop(b.params.insert("volume".into(), json!(1)))).await;
    deploy(&bench, "polite", 2000, |b| b.priority = 5).await;
    assert_eq!(
        (item(&bench, "polite").ready, item(&bench, "low").ready),
        (0, 1),
        "nobody goes unless that is asked for"
    );
    bench.control.delete("polite").await.unwrap();
    bench.rounds(4, &[]).await;
    let firm = |priority, milli: u64| {
        move |b: &mut CreateDeployment| {
            b.priority = priority;
            b.placement = PlacementPolicy { preempt: true, ..PlacementPolicy::default() };
            b.params.insert("cpu".into(), json!(milli));
        }
    };
    deploy(&bench, "equal", 2000, firm(1, 2000)).await;
    assert_eq!((item(&bench, "equal").ready, item(&bench, "low").ready), (0, 1), "only a lower priority gives way");
    bench.control.delete("equal").await.unwrap();
    bench.rounds(4, &[]).await;
    deploy(&bench, "firm", 2000, firm(2, 2000)).await;
    let low = item(&bench, "low");
    assert_eq!((item(&bench, "firm").ready, low.ready, low.problems[0].kind.as_str()), (1, 0, "unplaceable"));
    let told = bench.control.events(0, usize::MAX);
    assert!(told.iter().any(|(_, e)| e.message == "it made room for firm, which has priority 2"), "{told:?}");
    deploy(&bench, "huge", 4000, firm(9, 4000)).await;
    assert_eq!((item(&bench, "huge").ready, item(&bench, "db").ready), (0, 1), "data is not displaced");
    bench.control.delete("firm").await.unwrap();
    bench.rounds(5, &[]).await;
    assert_eq!(item(&bench, "low").ready, 1, "it is back when there is room");
}
