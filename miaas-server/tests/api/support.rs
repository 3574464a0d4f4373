//! A server for one test, and the few ways to call it.

use std::{future::Future, time::Duration};

use miaas_core::model::{Disk, EngineFacts, ExecutorKind, Facts};
use miaas_server::{RunningServer, ServerConfig, serve};
use reqwest::{Method, RequestBuilder, Response};
use serde_json::{Value, json};
use tempfile::TempDir;

/// A server with an admin key. The directory goes with it.
pub(crate) struct Server {
    pub(crate) running: RunningServer,
    pub(crate) key: String,
    pub(crate) dir: TempDir,
    http: reqwest::Client,
}

/// An answer: status and body, null where it is no JSON.
pub(crate) type Answer = (u16, Value);

pub(crate) fn config(dir: &TempDir) -> ServerConfig {
    let mut config = ServerConfig::new(dir.path().join("state"));
    config.listen = "127.0.0.1:0".parse().unwrap();
    config
}

impl Server {
    pub(crate) async fn start() -> Self {
        Self::with(|_| {}).await
    }

    pub(crate) async fn with(change: impl FnOnce(&mut ServerConfig)) -> Self {
        let dir = TempDir::new().unwrap();
        let mut config = config(&dir);
        change(&mut config);
        Self { dir, ..Self::over(config, None).await }
    }

    /// Over a directory that may have been another server's, which gave the key.
    pub(crate) async fn over(config: ServerConfig, key: Option<String>) -> Self {
        let running = serve(config, std::future::pending()).await.unwrap();
        let first = || running.admin_key.as_ref().expect("a first start gives a key").expose().to_owned();
        let key = key.unwrap_or_else(first);
        Self { key, running, dir: TempDir::new().unwrap(), http: miaas_tls::http(None).unwrap().build().unwrap() }
    }

    /// A request with these credentials, none for an empty text.
    pub(crate) fn request(&self, method: Method, path: &str, credential: &str) -> RequestBuilder {
        let request = self.http.request(method, format!("{}{path}", self.running.url()));
        if credential.is_empty() { request } else { request.bearer_auth(credential) }
    }

    pub(crate) async fn get(&self, path: &str) -> Answer {
        read(self.request(Method::GET, path, &self.key).send().await.unwrap()).await
    }

    pub(crate) async fn send(&self, method: Method, path: &str, body: Value) -> Answer {
        read(self.request(method, path, &self.key).json(&body).send().await.unwrap()).await
    }

    pub(crate) async fn post(&self, path: &str, body: Value) -> Answer {
        self.send(Method::POST, path, body).await
    }

    pub(crate) async fn join_token(&self, uses: u32) -> String {
        let (status, body) = self.post("/api/v1/tokens", json!({"uses": uses, "labels": {"zone": "a"}})).await;
        assert_eq!(status, 201, "{body}");
        body["token"].as_str().unwrap().to_owned()
    }

    pub(crate) async fn register(&self, join: &str, name: &str) -> Answer {
        let body = json!({"name": name, "ip": "127.0.0.1", "capabilities": facts(), "agent_version": "0.1.0"});
        read(self.request(Method::POST, "/api/v1/nodes/register", join).json(&body).send().await.unwrap()).await
    }

    /// A fresh node: id and token.
    pub(crate) async fn node(&self, name: &str) -> (String, String) {
        let (status, body) = self.register(&self.join_token(1).await, name).await;
        assert_eq!(status, 201, "{body}");
        (body["node_id"].as_str().unwrap().to_owned(), body["node_token"].as_str().unwrap().to_owned())
    }

    pub(crate) async fn heartbeat(&self, node: &str, token: &str) -> Response {
        let path = format!("/api/v1/nodes/{node}/heartbeat");
        self.request(Method::POST, &path, token).json(&json!({"cpu_usage": 12.5})).send().await.unwrap()
    }
}

pub(crate) async fn read(response: Response) -> Answer {
    (response.status().as_u16(), response.json().await.unwrap_or(Value::Null))
}

/// A machine with an engine and room.
pub(crate) fn facts() -> Facts {
    Facts {
        os: "linux".into(),
        arch: "x86_64".into(),
        cpu_count: 8,
        mem_mb: 16_000,
        disks: vec![Disk { mount: "/".into(), total_mb: 100_000, free_mb: 80_000 }],
        docker: Some(EngineFacts { available: true, ..EngineFacts::default() }),
        executors: vec![ExecutorKind::Docker, ExecutorKind::Process],
        ..Facts::default()
    }
}

/// Calls `check` until it gives something, at most for ten seconds.
pub(crate) async fn eventually<T, F: Future<Output = Option<T>>>(what: &str, mut check: impl FnMut() -> F) -> T {
    for _ in 0..400 {
        if let Some(found) = check().await {
            return found;
        }
        tokio::time::sleep(Duration::from_millis(25)).await;
    }
    panic!("{what} did not come");
}
