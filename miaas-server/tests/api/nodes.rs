//! Nodes over HTTP (N2, N8) and direct deploys (D5).

use std::time::Duration;

use miaas_core::{
    id::NodeId,
    model::{NodeReport, Phase, WorkloadReport, WorkloadState},
};
use reqwest::Method;
use serde_json::{Value, json};

use crate::support::{Server, eventually, read};

/// The plain HTTP agent of N2: registers, beats, and registers again after a 401.
#[tokio::test]
async fn n2_a_plain_http_agent_needs_no_websocket() {
    let server = Server::with(|c| c.node_token_ttl = Duration::from_secs(2)).await;
    let join = server.join_token(2).await;
    let (status, first) = server.register(&join, "plain").await;
    assert_eq!(status, 201);
    assert_eq!(first["control_plane_url"], server.running.url());
    let (id, token) = (first["node_id"].as_str().unwrap(), first["node_token"].as_str().unwrap());

    let (status, ack) = read(server.heartbeat(id, token).await).await;
    assert_eq!((status, &ack["status"]), (200, &json!("ok")));
    assert!(ack["timestamp"].as_str().unwrap().ends_with('Z'));
    let (_, nodes) = server.get("/api/v1/nodes").await;
    let node = &nodes["items"][0];
    assert_eq!((&node["status"], &node["usage"]["cpu_usage"]), (&json!("online"), &json!(12.5)));
    assert_eq!((&node["name"], &node["capabilities"]["cpu_count"]), (&json!("plain"), &json!(8)));
    assert!(node["last_seen"].is_string());

    let (status, taken) = server.register(&join, "plain").await;
    assert_eq!((status, &taken["error"]["code"]), (409, &json!("already_exists")), "it is heard of");
    tokio::time::sleep(Duration::from_millis(2100)).await;
    let response = server.heartbeat(id, token).await;
    assert_eq!(response.headers()["www-authenticate"], "Bearer");
    let (status, body) = read(response).await;
    assert_eq!((status, &body["error"]["message"]), (401, &json!("the node token has expired")));

    let (status, again) = server.register(&join, "plain").await;
    assert_eq!(status, 201, "{again}");
    let (id, token) = (again["node_id"].as_str().unwrap(), again["node_token"].as_str().unwrap());
    assert_eq!(server.heartbeat(id, token).await.status(), 200);
    let (_, nodes) = server.get("/api/v1/nodes").await;
    assert_eq!(nodes["items"].as_array().unwrap().len(), 1, "the new identity took the place of the old");
}

#[tokio::test]
async fn n2_heartbeats_take_everything_as_optional() {
    let server = Server::start().await;
    let (id, token) = server.node("n1").await;
    let path = format!("/api/v1/nodes/{id}/heartbeat");
    for (body, wanted) in [
        ("", 200),
        ("{}", 200),
        (r#"{"cpu_usage": 1, "mem_usage": 2.5, "disk_free_mb": 3, "running_containers": ["a"], "gpus": []}"#, 200),
        (r#"{"disk_free_mb": -3}"#, 400),
        (r#"{"cpu_usge": 1}"#, 400),
        (r#"{"cpu_usage": NaN}"#, 400),
    ] {
        let request = server.request(Method::POST, &path, &token).header("content-type", "application/json");
        assert_eq!(request.body(body).send().await.unwrap().status().as_u16(), wanted, "{body}");
    }
    server.send(Method::DELETE, "/api/v1/nodes/n1", Value::Null).await;
    assert_eq!(server.heartbeat(&id, &token).await.status(), 404, "the node was removed");
}

#[tokio::test]
async fn n8_nodes_are_labelled_cordoned_drained_and_filtered() {
    let server = Server::start().await;
    for name in ["n1", "n2"] {
        let (id, token) = server.node(name).await;
        assert_eq!(server.heartbeat(&id, &token).await.status(), 200);
    }
    let (status, node) = server.send(Method::PATCH, "/api/v1/nodes/n1/labels", json!({"set": {"gpu": "none"}})).await;
    assert_eq!((status, &node["labels"]), (200, &json!({"gpu": "none", "zone": "a"})));
    let count = async |query: &str| {
        let (status, page) = server.get(&format!("/api/v1/nodes?{query}")).await;
        assert_eq!(status, 200, "{page}");
        page["items"].as_array().unwrap().len()
    };
    assert_eq!(
        (count("label=gpu=none,zone=a").await, count("label=zone=a").await, count("label=zone=b").await),
        (1, 2, 0)
    );

    let post = async |path: &str| server.send(Method::POST, path, json!({})).await.1["status"].clone();
    assert_eq!(post("/api/v1/nodes/n1/cordon").await, "cordoned");
    assert_eq!((count("status=cordoned").await, count("status=online").await), (1, 1));
    assert_eq!(post("/api/v1/nodes/n1/drain").await, "draining");
    assert_eq!(post("/api/v1/nodes/n1/uncordon").await, "online");
    let body = json!({"deadline_seconds": 60});
    let (_, drained) = server.post("/api/v1/nodes/n2/drain", body).await;
    assert!(drained["drain"]["deadline"].is_string(), "{drained}");
    assert_eq!(server.send(Method::DELETE, "/api/v1/nodes/n2", Value::Null).await.0, 204);
    assert_eq!(server.get("/api/v1/nodes/n2").await.0, 404);
}

#[tokio::test]
async fn d5_a_compose_document_runs_on_one_node() {
    let server = Server::start().await;
    let (node, token) = server.node("n1").await;
    assert!(server.heartbeat(&node, &token).await.status().is_success());
    let path = "/api/v1/nodes/n1/deploy";
    let compose = "services:\n  web:\n    image: busybox:1.36\n    command: [httpd, -f]\n";
    let apply =
        json!({"deployment_id": "site", "template_id": "x", "rendered_compose": compose, "env": {}, "action": "apply"});
    let (status, plan) = server.post(&format!("{path}?dry_run=true"), apply.clone()).await;
    assert_eq!((status, &plan["changes"][0]["action"]), (200, &json!("create")), "{plan}");
    assert_eq!(server.get("/api/v1/deployments/site").await.0, 404, "nothing was made");
    let (status, made) = server.post(path, apply.clone()).await;
    assert_eq!((status, &made["placement"]["node"]), (202, &json!("n1")), "{made}");
    assert_eq!(server.post(path, apply).await.0, 202, "applying again is harmless");
    let (status, body) = server.post(path, json!({"deployment_id": "site", "action": "aply"})).await;
    assert_eq!(status, 400);
    assert!(body["error"]["message"].as_str().unwrap().contains("did you mean `apply`?"), "{body}");
    assert_eq!(server.post(path, json!({"deployment_id": "site", "action": "apply"})).await.0, 400);
    let remove = json!({"deployment_id": "site", "action": "remove"});
    let (status, plan) = server.post(&format!("{path}?dry_run=true"), remove.clone()).await;
    assert_eq!((status, plan["changes"].as_array().map(Vec::len)), (200, Some(1)), "{plan}");
    assert_eq!(server.post(path, remove.clone()).await.0, 202);
    assert_eq!(server.post("/api/v1/nodes/none/deploy", remove).await.0, 404);
}

#[tokio::test]
async fn p4_what_if_says_where_work_would_go_and_changes_nothing() {
    let server = Server::start().await;
    let (node, token) = server.node("n1").await;
    assert_eq!(server.heartbeat(&node, &token).await.status(), 200);
    server.post("/api/v1/deployments", json!({"template": "hello-world", "name": "web"})).await;
    let placed = || async {
        let (_, d) = server.get("/api/v1/deployments/web").await;
        (d["workloads"] != json!([])).then_some(())
    };
    eventually("a place", placed).await;
    let ask = |changes: Value| server.post("/api/v1/placement/what-if", json!({ "changes": changes }));
    let (status, lost) = ask(json!([{"change": "remove_node", "node": "n1"}])).await;
    assert_eq!((status, &lost["lost"][0]["from"], &lost["after"]["nodes"]), (200, &json!("n1"), &json!(0)), "{lost}");
    assert!(lost["lost"][0]["unplaceable"]["summary"].is_string(), "{lost}");
    let changes = json!([{"change": "add_nodes", "like": "n1", "count": 2}, {"change": "remove_node", "node": "n1"}]);
    let (_, moved) = ask(changes).await;
    assert_eq!((&moved["moved"][0]["to"], &moved["lost"]), (&json!("n1-new-1"), &json!([])), "{moved}");
    let (status, wrong) = ask(json!([{"change": "cordon", "node": "n9"}])).await;
    assert_eq!((status, &wrong["error"]["code"]), (404, &json!("not_found")), "{wrong}");
    let (status, many) = ask(json!([{"change": "add_nodes", "like": "n1", "count": 4_000_000}])).await;
    assert_eq!((status, &many["error"]["details"][0]["path"]), (400, &json!("/changes")), "{many}");
    assert_eq!(server.get("/api/v1/nodes").await.1["items"].as_array().unwrap().len(), 1);
}

/// What an agent would report: everything that the node was told runs.
async fn all_runs(server: &Server, node: &str) {
    let orchestrator = &server.running.orchestrator;
    let node = NodeId::parse(node).unwrap();
    let target = orchestrator.target(&node);
    let runs = |w: &miaas_core::model::RenderedWorkload| WorkloadReport {
        workload: w.id.clone(),
        state: WorkloadState {
            phase: Phase::Running,
            running_hash: Some(w.hash.clone()),
            wanted_hash: Some(w.hash.clone()),
            running_generation: Some(w.generation),
            ..WorkloadState::default()
        },
    };
    let workloads = target.workloads.iter().map(runs).collect();
    let report = NodeReport { node, generation: target.generation, full: true, workloads };
    orchestrator.report(report).await.unwrap();
}

#[tokio::test]
async fn p3_a_rebalance_is_shown_and_then_made() {
    let server = Server::start().await;
    let nodes = [server.node("n1").await, server.node("n2").await];
    for (node, token) in &nodes {
        assert_eq!(server.heartbeat(node, token).await.status(), 200);
    }
    let compose = |cpus: u32| {
        format!(
            "services: {{a: {{image: busybox:1.36, deploy: {{resources: {{limits: {{cpus: '{cpus}', memory: 64m}}}}}}}}}}"
        )
    };
    let deploy = async |name: &str, cpus: u32, node: Option<&str>| {
        let body = json!({"name": name, "compose": compose(cpus), "placement": {"node": node}});
        let (status, made) = server.post("/api/v1/deployments", body).await;
        assert_eq!(status, 202, "{made}");
    };
    let item = async |name: &str| server.get(&format!("/api/v1/deployments/{name}")).await.1;
    let on = async |name: &str, node: &str| {
        eventually("it runs there", async || {
            for (id, _) in &nodes {
                all_runs(&server, id).await;
            }
            let d = item(name).await;
            (d["workloads"].as_array().unwrap().len() == 1 && d["workloads"][0]["node_name"] == node && d["ready"] == 1)
                .then_some(())
        })
        .await;
    };
    // Two nodes of eight processors, each with a small one: a large one fits nowhere.
    for (name, node) in [("small-1", "n1"), ("small-2", "n2")] {
        deploy(name, 2, Some(node)).await;
        on(name, node).await;
        let free = server.send(Method::PATCH, &format!("/api/v1/deployments/{name}"), json!({"placement": {}})).await;
        assert_eq!(free.0, 200, "{}", free.1);
        on(name, node).await;
    }
    deploy("large", 7, None).await;
    eventually("a refusal", async || (item("large").await["problems"][0]["kind"] == "unplaceable").then_some(())).await;
    let path = "/api/v1/placement/rebalance";
    let (status, none) = server.post(path, json!({"max_moves": 0})).await;
    assert_eq!((status, &none["moves"], &none["applied"]), (200, &json!([]), &json!(false)), "{none}");
    assert!(none["stopped"].as_str().unwrap().contains("larger budget"), "{none}");
    let (_, plan) = server.post(path, json!({})).await;
    assert_eq!((plan["moves"].as_array().unwrap().len(), &plan["applied"]), (1, &json!(false)), "{plan}");
    assert!(plan["placed"][0]["workload"].as_str().unwrap().starts_with("large-0"), "{plan}");
    let (from, to) = (plan["moves"][0]["from"].clone(), plan["moves"][0]["to"].as_str().unwrap().to_owned());
    let moved = if from == "n1" { "small-1" } else { "small-2" };
    assert_eq!(server.post(path, json!({"apply": true})).await.1["applied"], true);
    on(moved, &to).await;
    on("large", from.as_str().unwrap()).await;
    assert_eq!(server.post(path, json!({"max_mvoes": 1})).await.0, 400);
}
