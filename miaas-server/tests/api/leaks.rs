//! Planted secrets leave the process nowhere but to the node that needs them (S3).

use std::{
    io::Write,
    path::Path,
    sync::{Arc, Mutex},
};

use miaas_server::route_table;
use reqwest::Method;
use serde_json::json;
use tracing_subscriber::fmt::MakeWriter;

use crate::{agent::FakeAgent, support::Server};

const STORED: &str = "planted-stored-secret-7391";
const PARAMETER: &str = "planted-parameter-5527";
const VARIABLE: &str = "planted-variable-8846";
const ALL: [&str; 3] = [STORED, PARAMETER, VARIABLE];

/// Everything that is logged.
#[derive(Debug, Clone, Default)]
struct Log(Arc<Mutex<Vec<u8>>>);

impl Write for Log {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

impl<'a> MakeWriter<'a> for Log {
    type Writer = Self;
    fn make_writer(&'a self) -> Self {
        self.clone()
    }
}

#[track_caller]
fn holds_none(what: &str, bytes: &[u8], secrets: &[&str]) {
    for secret in secrets {
        let found = bytes.windows(secret.len()).any(|w| w == secret.as_bytes());
        assert!(!found, "{what} tells {secret}");
    }
}

fn folder_holds_none(folder: &Path, secrets: &[&str]) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            folder_holds_none(&path, secrets);
        } else {
            holds_none(&path.display().to_string(), &std::fs::read(&path).unwrap(), secrets);
        }
    }
}

#[tokio::test]
async fn s3_planted_secrets_are_told_to_nobody_but_the_node_that_needs_them() {
    let log = Log::default();
    // One process a test: nobody else's log is taken away.
    tracing_subscriber::fmt().with_max_level(tracing::Level::TRACE).with_writer(log.clone()).try_init().ok();
    let server = Server::start().await;
    let key = server.key.clone();
    let (node, token) = server.node("n1").await;
    let mut agent = FakeAgent::connect(&server, &node, &token).await;
    server.heartbeat(&node, &token).await;
    server.send(Method::PUT, "/api/v1/secrets/stored", json!({"value": STORED})).await;
    let mut told = Vec::new();
    let compose = "services:\n  web:\n    image: busybox:1.36\n    environment: {TOKEN: \"${TOKEN}\", S: \"${S}\"}\n";
    for (path, body) in [
        ("/api/v1/deployments", json!({"template": "redis", "name": "one", "params": {"password": PARAMETER}})),
        (
            "/api/v1/deployments",
            json!({"template": "redis", "name": "two", "params": {"password": "${secrets.stored}"}}),
        ),
        (
            "/api/v1/deployments",
            json!({"compose": compose, "name": "three", "env": {"TOKEN": VARIABLE, "S": "${secrets.stored}"}}),
        ),
        ("/api/v1/plan", json!({"template": "redis", "name": "four", "params": {"password": PARAMETER}})),
        ("/api/v1/plan", json!({"template": "redis", "name": "five", "params": {"password": "${secrets.stored}"}})),
        (
            "/api/v1/plan",
            json!({"compose": compose, "name": "six", "env": {"TOKEN": VARIABLE, "S": "${secrets.stored}"}}),
        ),
        ("/api/v1/templates/redis/render", json!({"params": {"password": PARAMETER}})),
        // What is wrong is named without what it is.
        ("/api/v1/deployments", json!({"template": "redis", "params": {"password": [PARAMETER]}})),
        ("/api/v1/deployments", json!({"template": "redis", "params": {"password": "", "maxmemory": VARIABLE.len()}})),
        (
            "/api/v1/deployments",
            json!({"compose": "services: [", "env": {"TOKEN": VARIABLE, "S": "${secrets.stored}"}}),
        ),
    ] {
        let (_, answer) = server.post(path, body).await;
        told.push((path.to_owned(), answer));
    }
    for (method, path, body) in [
        (Method::PATCH, "/api/v1/deployments/one", json!({"params": {"password": format!("{PARAMETER}-2")}})),
        (
            Method::PATCH,
            "/api/v1/deployments/one?dry_run=true",
            json!({"params": {"password": format!("{PARAMETER}-3")}}),
        ),
        (Method::PUT, "/api/v1/secrets/stored?dry_run=true", json!({"value": format!("{STORED}-2")})),
        (Method::PUT, "/api/v1/secrets/stored", json!({"value": format!("{STORED}-3")})),
        (Method::PUT, "/api/v1/secrets/Wrong Name", json!({"value": STORED})),
        (Method::PUT, "/api/v1/secrets/other", json!({"value": [STORED]})),
    ] {
        told.push((path.to_owned(), server.send(method, path, body).await.1));
    }
    // The node is told, so that this test shows something.
    let mut delivered = String::new();
    while !ALL.iter().all(|secret| delivered.contains(secret)) {
        let message = tokio::time::timeout(std::time::Duration::from_secs(10), agent.next()).await;
        delivered += &serde_json::to_string(&message.expect("the secrets on the node").unwrap()).unwrap();
    }

    // Every route that shows something, with everything that is there.
    for route in route_table().into_iter().filter(|r| r.method == "GET" && !r.path.contains("session")) {
        for name in ["one", "two", "three", "n1", "stored", "redis"] {
            let path = route.path.replace("{id}", name).replace("{name}", name);
            let path = if path.ends_with("/logs") { format!("{path}?follow=false") } else { path };
            let request = server.request(Method::GET, &path, &key).timeout(std::time::Duration::from_secs(3));
            let Ok(response) = request.send().await else { continue };
            let text = response.bytes().await.unwrap_or_default();
            holds_none(&path, &text, &ALL);
        }
    }
    for (path, answer) in &told {
        holds_none(path, answer.to_string().as_bytes(), &ALL);
    }
    let audit = server.get("/api/v1/audit").await.1.to_string();
    holds_none("the audit log", audit.as_bytes(), &ALL);

    let state = server.dir.path().join("state");
    server.running.stop();
    let keep = server.dir;
    server.running.wait().await.unwrap();
    let log = log.0.lock().unwrap().clone();
    assert!(log.len() > 1000, "nothing was logged");
    let join = key.rsplit_once('_').unwrap().1;
    holds_none("the log", &log, &[&ALL[..], &[join, &token]].concat());
    std::fs::remove_file(state.join("admin.key")).unwrap();
    folder_holds_none(&state, &[&ALL[..], &[join, &token]].concat());
    drop(keep);
}
