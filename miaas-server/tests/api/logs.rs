//! Logs through the session of a node (D6).

use futures_util::{SinkExt as _, StreamExt as _};
use miaas_core::{
    port::LogLine,
    protocol::{FromAgent, FromServer},
};
use reqwest::Method;
use serde_json::{Value, json};
use tokio_tungstenite::tungstenite::Message;

use crate::{
    agent::{self, FakeAgent},
    support::{Server, read},
};

async fn deployed() -> (Server, FakeAgent, String) {
    let server = Server::start().await;
    let (node, token) = server.node("n1").await;
    let mut agent = FakeAgent::connect(&server, &node, &token).await;
    server.post("/api/v1/deployments", json!({"template": "hello-world", "name": "web"})).await;
    let target = agent.target().await;
    let workload = target.workloads[0].id.to_string();
    (server, agent, workload)
}

fn line(workload: &str, text: &str) -> LogLine {
    let service = "web".to_owned();
    LogLine { workload: workload.parse().unwrap(), service, at: None, stderr: false, text: text.to_owned() }
}

async fn request(agent: &mut FakeAgent) -> (u64, bool) {
    loop {
        if let FromServer::LogStart { request, options, .. } = agent.next().await.unwrap() {
            return (request, options.follow);
        }
    }
}

#[tokio::test]
async fn d6_logs_are_text_or_json_lines() {
    let (server, mut agent, workload) = deployed().await;
    let path = "/api/v1/deployments/web/logs?tail=5&service=web";
    for (accept, wanted) in [
        ("*/*", format!("{workload}/web | one\n{workload}/web | two\n")),
        (
            "application/x-ndjson",
            [line(&workload, "one"), line(&workload, "two")]
                .iter()
                .map(|l| serde_json::to_string(l).unwrap() + "\n")
                .collect(),
        ),
    ] {
        let asked = server.request(Method::GET, path, &server.key).header("accept", accept).send();
        let answered = async {
            let (request, follow) = request(&mut agent).await;
            assert!(!follow);
            let lines = vec![line(&workload, "one")];
            agent.send(&FromAgent::Log { request, lines }).await;
            agent.send(&FromAgent::Log { request, lines: vec![line(&workload, "two")] }).await;
            agent.send(&FromAgent::LogEnd { request, error: None }).await;
        };
        let (response, ()) = tokio::join!(asked, answered);
        let response = response.unwrap();
        assert_eq!(response.status(), 200);
        assert_eq!(response.text().await.unwrap(), wanted);
    }
}

#[tokio::test]
async fn d6_an_error_is_a_line_and_a_node_without_session_a_503() {
    let (server, mut agent, workload) = deployed().await;
    let path = "/api/v1/deployments/web/logs";
    let asked = server.request(Method::GET, path, &server.key).header("accept", "application/x-ndjson").send();
    let answered = async {
        let (request, _) = request(&mut agent).await;
        agent.send(&FromAgent::Log { request, lines: vec![line(&workload, "one")] }).await;
        agent.send(&FromAgent::LogEnd { request, error: Some("the engine went away".into()) }).await;
    };
    let (response, ()) = tokio::join!(asked, answered);
    let text = response.unwrap().text().await.unwrap();
    let last: Value = serde_json::from_str(text.lines().last().unwrap()).unwrap();
    assert_eq!(last["error"]["message"], "the engine went away");

    let hub = server.running.state.hub().clone();
    drop(agent);
    crate::support::eventually("the end", || async { hub.connected().is_empty().then_some(()) }).await;
    let (status, body) = read(server.request(Method::GET, path, &server.key).send().await.unwrap()).await;
    assert_eq!((status, &body["error"]["code"]), (503, &json!("unavailable")));
}

#[tokio::test]
async fn d6_a_websocket_follows_and_a_reader_that_leaves_stops_the_log() {
    let (server, mut agent, workload) = deployed().await;
    assert_eq!(agent::open(&server, "/ws/logs?deployment=none", &server.key).await.err(), Some(404));
    let mut socket = agent::open(&server, "/ws/logs?deployment=web", &server.key).await.unwrap();
    let (request, follow) = request(&mut agent).await;
    assert!(follow);
    agent.send(&FromAgent::Log { request, lines: vec![line(&workload, "one"), line(&workload, "two")] }).await;
    for wanted in ["one", "two"] {
        let Some(Ok(Message::Text(text))) = socket.next().await else { panic!("no line") };
        assert_eq!(serde_json::from_str::<LogLine>(&text).unwrap().text, wanted);
    }
    socket.close(None).await.unwrap();
    socket.flush().await.ok();
    loop {
        match agent.next().await.unwrap() {
            FromServer::LogStop { request: stopped } => {
                assert_eq!(stopped, request);
                break;
            }
            _ => continue,
        }
    }
}

#[tokio::test]
async fn d6_a_node_that_disconnects_ends_the_log_with_an_error() {
    let (server, mut agent, workload) = deployed().await;
    let mut socket = agent::open(&server, "/ws/logs?deployment=web", &server.key).await.unwrap();
    let (request, _) = request(&mut agent).await;
    agent.send(&FromAgent::Log { request, lines: vec![line(&workload, "one")] }).await;
    assert!(socket.next().await.unwrap().unwrap().is_text());
    drop(agent);
    let Some(Ok(Message::Text(text))) = socket.next().await else { panic!("no error") };
    let body: Value = serde_json::from_str(&text).unwrap();
    assert_eq!(body["error"]["code"], "unavailable");
    assert!(matches!(socket.next().await, Some(Ok(Message::Close(_)))));
}
