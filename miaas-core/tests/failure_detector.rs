//! Nodes that go, come back and flap (N4, D3).

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test fails by panicking")]

mod common;

use common::Bench;
use miaas_core::{ErrorKind, api::v1::PatchLabels, model::NodeStatus};

fn offline(bench: &Bench) -> usize {
    bench.control.nodes().iter().filter(|n| n.status == NodeStatus::Offline).count()
}

async fn zoned(nodes: usize, zone: impl Fn(usize) -> &'static str) -> Bench {
    let bench = Bench::new(nodes).await;
    for (i, (id, _, _)) in bench.machines.iter().enumerate() {
        let set = [("zone".to_owned(), zone(i).to_owned())].into();
        bench.control.patch_labels(id.as_str(), PatchLabels { set, remove: Vec::new() }).await.unwrap();
    }
    bench.rounds(3, &[]).await;
    bench
}

#[tokio::test]
async fn n4_of_one_zone_one_node_after_the_other_is_given_up() {
    let bench = zoned(13, |i| if i < 7 { "a" } else { "b" }).await;
    // Four of thirteen: no mass failure, and two zones that each wait their turn.
    let silent = [0, 1, 2, 12];
    let mut given_up = Vec::new();
    for second in 1..=60 {
        bench.rounds(1, &silent).await;
        while given_up.len() < offline(&bench) {
            given_up.push(second);
        }
        if second == 35 {
            let guard = bench.control.status("").guard.unwrap();
            assert_eq!(guard, "2 silent nodes wait to be given up: one of a zone each 10 s");
        }
    }
    assert_eq!(given_up.len(), 4);
    assert_eq!(given_up[0], given_up[1], "zones do not wait for each other");
    assert_eq!([given_up[2] - given_up[0], given_up[3] - given_up[0]], [10, 20]);
    assert_eq!(bench.control.status("").guard, None);
}

#[tokio::test]
async fn n4_a_node_that_is_lost_again_and_again_has_to_stay_longer_each_time() {
    let bench = Bench::new(4).await;
    bench.rounds(3, &[]).await;
    let mut back_after = Vec::new();
    for _ in 0..4 {
        bench.rounds(45, &[0]).await;
        assert_eq!(offline(&bench), 1);
        let mut seconds = 0;
        while offline(&bench) > 0 {
            bench.rounds(1, &[]).await;
            seconds += 1;
        }
        back_after.push(seconds);
    }
    assert_eq!(back_after, [1, 21, 41, 81]);
    let events = bench.control.events(0, usize::MAX);
    let told = events.iter().filter(|(_, e)| e.message.contains("it gets no work before 80 s have passed")).count();
    assert_eq!(told, 1);
    // Long afterwards it is like any other.
    bench.pass(std::time::Duration::from_secs(3700));
    bench.rounds(3, &[]).await;
    bench.rounds(75, &[0]).await;
    bench.rounds(3, &[]).await;
    assert_eq!(offline(&bench), 0);
}

#[tokio::test]
async fn n8_a_node_with_work_is_removed_only_when_that_is_meant() {
    let bench = Bench::new(2).await;
    let params = [("image".to_owned(), serde_json::json!("image"))].into();
    let body = miaas_core::api::v1::CreateDeployment {
        name: Some("one".into()),
        template: Some("plain".into()),
        params,
        ..Default::default()
    };
    bench.control.create(body).await.unwrap();
    bench.rounds(4, &[]).await;
    let one = bench.control.deployment("one").unwrap().workloads.remove(0);
    let refused = bench.control.remove_node(one.node.as_str(), false).await.unwrap_err();
    assert_eq!(refused.kind(), ErrorKind::Conflict);
    assert!(refused.message().contains(one.id.as_str()) && refused.hint().unwrap().contains("drain"), "{refused}");
    let other = bench.machines.iter().map(|(id, _, _)| id).find(|id| **id != one.node).unwrap();
    bench.control.remove_node(other.as_str(), false).await.unwrap();
    bench.control.remove_node(one.node.as_str(), true).await.unwrap();
    assert!(bench.control.nodes().is_empty());
}
