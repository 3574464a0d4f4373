//! Sessions of agents (N5, N6).

use std::time::Duration;

use miaas_core::{
    model::Heartbeat,
    protocol::{FromAgent, FromServer, VERSION},
};
use serde_json::json;

use crate::{
    agent::FakeAgent,
    support::{Server, eventually},
};

async fn connected(server: &Server, count: usize) {
    eventually("the session", || async { (server.running.state.hub().connected().len() == count).then_some(()) }).await;
}

#[tokio::test]
async fn n6_a_target_goes_down_and_its_state_comes_up() {
    let server = Server::start().await;
    let (node, token) = server.node("n1").await;
    let mut agent = FakeAgent::connect(&server, &node, &token).await;
    let first = agent.next().await.unwrap();
    assert!(
        matches!(first, FromServer::Target(t) if t.workloads.is_empty()),
        "the target comes without being asked for"
    );
    agent.send(&FromAgent::Heartbeat(Heartbeat { cpu_usage: Some(3.0), ..Heartbeat::default() })).await;

    assert_eq!(server.post("/api/v1/deployments", json!({"template": "hello-world", "name": "web"})).await.0, 202);
    let target = agent.target().await;
    assert_eq!(target.workloads[0].deployment_name.as_str(), "web");
    agent.report_running(&target).await;
    let ready = eventually("readiness", || async {
        let (_, d) = server.get("/api/v1/deployments/web").await;
        (d["status"] == "ready").then_some(d)
    })
    .await;
    assert_eq!((&ready["ready"], &ready["workloads"][0]["node_name"]), (&json!(1), &json!("n1")));
    let (_, outputs) = server.get("/api/v1/deployments/web/outputs").await;
    assert!(!outputs.as_object().unwrap().is_empty(), "{outputs}");
    let (_, node) = server.get("/api/v1/nodes/n1").await;
    assert_eq!(node["usage"]["cpu_usage"], 3.0);

    // A new session gets the whole target again.
    drop(agent);
    let mut agent = FakeAgent::connect(&server, node["id"].as_str().unwrap(), &token).await;
    assert_eq!(agent.target().await, target);
}

#[tokio::test]
async fn n6_a_newer_session_replaces_the_older() {
    let server = Server::start().await;
    let (node, token) = server.node("n1").await;
    let mut older = FakeAgent::connect(&server, &node, &token).await;
    older.next().await.unwrap();
    let mut newer = FakeAgent::connect(&server, &node, &token).await;
    newer.next().await.unwrap();
    assert_eq!(older.next().await, Err(4001));
    assert_eq!(server.running.state.hub().connected().len(), 1);
    drop(newer);
    connected(&server, 0).await;
}

#[tokio::test]
async fn n5_tokens_rotate_over_the_session_and_the_fresh_one_works() {
    let server = Server::with(|c| c.node_token_ttl = Duration::from_secs(2)).await;
    let (node, token) = server.node("n1").await;
    let mut agent = FakeAgent::connect(&server, &node, &token).await;
    let mut fresh = Vec::new();
    while fresh.len() < 2 {
        if let FromServer::Token { token } = agent.next().await.unwrap() {
            fresh.push(token);
        }
    }
    assert_eq!(server.heartbeat(&node, fresh[1].expose()).await.status(), 200);
    tokio::time::sleep(Duration::from_millis(300)).await;
    assert_eq!(server.heartbeat(&node, &token).await.status(), 401, "the first one has expired meanwhile");
}

#[tokio::test]
async fn n5_revoking_ends_the_session_and_a_removed_node_is_told() {
    let server = Server::start().await;
    let (node, token) = server.node("n1").await;
    let mut agent = FakeAgent::connect(&server, &node, &token).await;
    agent.next().await.unwrap();
    server.post("/api/v1/nodes/n1/revoke", json!({})).await;
    assert_eq!(agent.next().await, Err(4003));
    assert_eq!(FakeAgent::dial(&server, &node, &token).await.err(), Some(401));

    let (node, token) = server.node("n2").await;
    let mut agent = FakeAgent::connect(&server, &node, &token).await;
    agent.next().await.unwrap();
    server.send(reqwest::Method::DELETE, "/api/v1/nodes/n2", json!(null)).await;
    let last = agent.next().await.unwrap();
    assert!(
        matches!(last, FromServer::Target(t) if t.generation > 0 && t.workloads.is_empty()),
        "it is to stop everything"
    );
    agent.send(&FromAgent::Heartbeat(Heartbeat::default())).await;
    assert_eq!(agent.next().await, Err(4004));
    assert_eq!(FakeAgent::dial(&server, &node, &token).await.err(), Some(404));
}

#[tokio::test]
async fn n6_what_cannot_be_understood_ends_the_session_with_a_reason() {
    let server = Server::start().await;
    let (node, token) = server.node("n1").await;
    let foreign = r#"{"type":"report","node":"other","generation":0,"full":true,"workloads":[]}"#;
    for (text, wanted) in [("{", 4002), (r#"{"type":"heartbeat","cpu_usage":"x"}"#, 4002), (foreign, 4002)] {
        let mut agent = FakeAgent::connect(&server, &node, &token).await;
        agent.next().await.unwrap();
        agent.send_text(text).await;
        assert_eq!(agent.next().await, Err(wanted), "{text}");
    }
    // Versions may differ by one, and unknown messages are skipped.
    let mut agent = FakeAgent::dial(&server, &node, &token).await.unwrap();
    agent.hello(VERSION + 1).await;
    agent.next().await.unwrap();
    agent.send_text(r#"{"type":"from_the_future","x":1}"#).await;
    agent.send(&FromAgent::Heartbeat(Heartbeat::default())).await;
    connected(&server, 1).await;
    let mut agent = FakeAgent::dial(&server, &node, &token).await.unwrap();
    agent.hello(VERSION + 2).await;
    assert_eq!(agent.next().await, Err(4002));
    let mut agent = FakeAgent::dial(&server, &node, &token).await.unwrap();
    agent.send(&FromAgent::Heartbeat(Heartbeat::default())).await;
    assert_eq!(agent.next().await, Err(4002), "hello comes first");
}

#[tokio::test]
async fn n6_a_silent_session_is_closed() {
    let server = Server::with(|c| c.api.session_idle = Duration::from_millis(300)).await;
    let (node, token) = server.node("n1").await;
    let mut agent = FakeAgent::connect(&server, &node, &token).await;
    agent.next().await.unwrap();
    // Nothing is read either, so that pings stay unanswered.
    tokio::time::sleep(Duration::from_millis(600)).await;
    assert_eq!(agent.next().await, Err(4008));
}
