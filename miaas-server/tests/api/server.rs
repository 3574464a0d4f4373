//! The composition root: state that survives, refusals, a quick and clean end.

use std::{os::unix::fs::PermissionsExt as _, time::Duration};

use miaas_core::ErrorKind;
use miaas_server::serve;
use reqwest::Method;
use serde_json::json;

use crate::{
    agent::FakeAgent,
    support::{Server, config, eventually},
};

#[tokio::test]
async fn d7_what_was_accepted_survives_a_restart() {
    let server = Server::start().await;
    let (node, token) = server.node("n1").await;
    server.post("/api/v1/deployments", json!({"template": "redis", "name": "cache"})).await;
    let (_, before) = server.get("/api/v1/deployments/cache").await;
    let Server { running, key, dir, .. } = server;
    let state = dir.path().join("state");
    for (path, mode) in [("", 0o700), ("admin.key", 0o600), ("master.key", 0o600)] {
        assert_eq!(std::fs::metadata(state.join(path)).unwrap().permissions().mode() & 0o777, mode, "{path}");
    }
    assert_eq!(std::fs::read_to_string(state.join("admin.key")).unwrap().trim(), key);
    running.stop();
    running.wait().await.unwrap();

    let again = serve(config(&dir), std::future::pending()).await.unwrap();
    assert!(again.admin_key.is_none(), "the key is given out once");
    let client = miaas_tls::http(None).unwrap().build().unwrap();
    let get = async |path: &str, credential: &str, method: Method| {
        client.request(method, format!("{}{path}", again.url())).bearer_auth(credential).send().await.unwrap()
    };
    let after: serde_json::Value = get("/api/v1/deployments/cache", &key, Method::GET).await.json().await.unwrap();
    assert_eq!(after["id"], before["id"]);
    let beat = format!("/api/v1/nodes/{node}/heartbeat");
    assert_eq!(get(&beat, &token, Method::POST).await.status(), 200, "nodes need not register again");
}

#[tokio::test]
async fn a_second_server_on_the_same_state_is_refused() {
    let server = Server::start().await;
    let error = serve(config(&server.dir), std::future::pending()).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Unavailable, "{}", error.chain());

    let other = tempfile::tempdir().unwrap();
    let mut taken = config(&other);
    taken.listen = server.running.addr;
    let error = serve(taken, std::future::pending()).await.unwrap_err();
    assert!(error.message().contains("cannot listen on 127.0.0.1"), "{error}");
}

#[tokio::test]
async fn streams_and_sessions_do_not_hold_up_the_end() {
    let server = Server::start().await;
    let (node, token) = server.node("n1").await;
    let mut agent = FakeAgent::connect(&server, &node, &token).await;
    agent.next().await.unwrap();
    let request = server.request(Method::GET, "/api/v1/events", &server.key).header("accept", "text/event-stream");
    let stream = request.send().await.unwrap();
    server.running.stop();
    assert_eq!(agent.next().await, Err(1001));
    tokio::time::timeout(Duration::from_secs(4), server.running.wait()).await.expect("a quick end").unwrap();
    stream.bytes().await.unwrap();
}

#[tokio::test]
async fn o1_metrics_are_read_with_a_key_and_tell_of_nodes_and_deployments() {
    let server = Server::start().await;
    let (node, token) = server.node("n1").await;
    assert_eq!(server.heartbeat(&node, &token).await.status(), 200);
    server.post("/api/v1/deployments", json!({"template": "hello-world", "name": "web", "replicas": 2})).await;
    assert_eq!(server.request(Method::GET, "/metrics", "").send().await.unwrap().status(), 401);
    eventually("the workloads", async || {
        let answer = server.request(Method::GET, "/metrics", &server.key).send().await.unwrap();
        assert!(answer.headers()["content-type"].to_str().unwrap().starts_with("application/openmetrics-text"));
        let text = answer.text().await.unwrap();
        let lines = [
            "miaas_nodes{status=\"online\"} 1",
            "miaas_deployment_replicas{deployment=\"web\"} 2",
            "miaas_deployment_ready_replicas{deployment=\"web\"} 0",
            "miaas_workloads{phase=\"pending\"} 2",
            "miaas_eviction_guard{} 0",
            "miaas_node_cpu_millicores{node=\"n1\",kind=\"allocatable\"} 8000",
            "# EOF",
        ];
        lines.iter().all(|line| text.lines().any(|l| l == *line)).then_some(())
    })
    .await;
}
