//! Time from `POST` to containers running, beside `docker run` and the engine's own parallel limit in the same run. Needs a Docker engine and the image of `scripts/test-images`
//! (`MIAAS_TEST_REGISTRY`). `cargo bench -p miaas-benches --bench deploy`

#![allow(clippy::print_stdout, reason = "figures are what a benchmark is for")]
#![allow(clippy::disallowed_methods, reason = "a benchmark is configured by environment")]

use std::{path::PathBuf, time::Duration};

use anyhow::{Context as _, bail, ensure};
use miaas_benches::median;
use serde_json::{Value, json};
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::UnixStream,
    process::Command,
    time::Instant,
};

/// Parallel starts that the engine is fastest with.
const PARALLEL: usize = 4;
const MANY: usize = 20;
const ROUNDS: usize = 5;

fn main() -> anyhow::Result<()> {
    tokio::runtime::Builder::new_multi_thread().enable_all().build()?.block_on(run())
}

async fn run() -> anyhow::Result<()> {
    let registry =
        std::env::var("MIAAS_TEST_REGISTRY").context("MIAAS_TEST_REGISTRY is not set: run scripts/test-images")?;
    let image = format!("{registry}/busybox:1.36");
    docker(&["pull", "-q", &image]).await?;
    let dir = tempfile::tempdir()?;
    let mut fleet = Fleet::start(dir.path().to_owned(), image.clone()).await?;
    let result = measure(&fleet, &image).await;
    fleet.stop().await?;
    result
}

async fn measure(fleet: &Fleet, image: &str) -> anyhow::Result<()> {
    let (mut peer, mut ours) = (Vec::new(), Vec::new());
    for round in 0..ROUNDS * 2 {
        // In turn, so that a busy machine hurts both alike.
        peer.push(docker_run(&format!("miaas-bench-peer-{round}"), image).await?);
        ours.push(fleet.deploy(&format!("one{round}"), 1).await?);
        remove_peers().await?;
        fleet.remove(&format!("one{round}")).await?;
    }
    report("1 container", &ours, "docker run", &peer, 1.25);
    let (mut limit, mut ours) = (Vec::new(), Vec::new());
    for round in 0..ROUNDS {
        limit.push(parallel_limit(image).await?);
        remove_peers().await?;
        ours.push(fleet.deploy(&format!("many{round}"), MANY).await?);
        fleet.remove(&format!("many{round}")).await?;
    }
    report(&format!("{MANY} containers"), &ours, &format!("the engine's API, {PARALLEL} at a time"), &limit, 1.10);
    Ok(())
}

fn report(what: &str, ours: &[Duration], peer: &str, theirs: &[Duration], aim: f64) {
    let (a, b) = (median(ours).as_secs_f64(), median(theirs).as_secs_f64());
    println!("{what:<16} {a:.3} s from POST to running; {peer} {b:.3} s; ratio {:.2} (aim {aim:.2})", a / b);
}

struct Fleet {
    process: tokio::process::Child,
    image: String,
    url: String,
    key: String,
    http: reqwest::Client,
}

impl Fleet {
    async fn start(dir: PathBuf, image: String) -> anyhow::Result<Self> {
        let binary = std::env::var("MIAAS_BINARY").unwrap_or_else(|_| "target/release/miaas".to_owned());
        let state = dir.join("dev");
        let process = Command::new(&binary)
            .args(["dev", "--listen", "127.0.0.1:0", "--executor", "docker", "--state-dir"])
            .arg(&state)
            .stdout(std::process::Stdio::null())
            .stderr(std::process::Stdio::null())
            .kill_on_drop(true)
            .spawn()
            .with_context(|| format!("{binary} does not start: build it with cargo build --release -p miaas-cli"))?;
        let read = |name: &str| std::fs::read_to_string(state.join(name)).ok().map(|t| t.trim().to_owned());
        for _ in 0..200 {
            if let (Some(url), Some(key)) = (read("address"), read("admin.key")) {
                let fleet = Self { process, image, url, key, http: miaas_tls::http(None)?.build()? };
                fleet
                    .until("a node is online", async |f| {
                        let nodes = f.get("/api/v1/nodes").await?;
                        Ok(nodes["items"].as_array().is_some_and(|n| n.iter().any(|n| n["status"] == "online")))
                    })
                    .await?;
                return Ok(fleet);
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        bail!("the server wrote neither address nor key into {}", state.display())
    }

    /// Time from the request until all replicas are ready.
    async fn deploy(&self, name: &str, replicas: usize) -> anyhow::Result<Duration> {
        let compose = format!("services:\n  main:\n    image: {}\n    command: [sleep, '3600']\n", self.image);
        let begin = Instant::now();
        let body = json!({"name": name, "compose": compose, "replicas": replicas});
        self.http
            .post(format!("{}/api/v1/deployments", self.url))
            .bearer_auth(&self.key)
            .json(&body)
            .send()
            .await?
            .error_for_status()?;
        self.until("it runs", async |f| {
            let d = f.get(&format!("/api/v1/deployments/{name}")).await?;
            ensure!(d["status"] != "degraded", "{d}");
            Ok(d["status"] == "ready")
        })
        .await?;
        Ok(begin.elapsed())
    }

    async fn remove(&self, name: &str) -> anyhow::Result<()> {
        let url = format!("{}/api/v1/deployments/{name}", self.url);
        self.http.delete(&url).bearer_auth(&self.key).send().await?.error_for_status()?;
        self.until("it is gone", async |f| {
            Ok(f.http.get(&url).bearer_auth(&f.key).send().await?.status() == reqwest::StatusCode::NOT_FOUND)
        })
        .await
    }

    async fn get(&self, path: &str) -> anyhow::Result<Value> {
        let answer = self.http.get(format!("{}{path}", self.url)).bearer_auth(&self.key).send().await?;
        Ok(answer.error_for_status()?.json().await?)
    }

    async fn until(&self, what: &str, done: impl AsyncFn(&Self) -> anyhow::Result<bool>) -> anyhow::Result<()> {
        let begin = Instant::now();
        while begin.elapsed() < Duration::from_secs(120) {
            if done(self).await? {
                return Ok(());
            }
            tokio::time::sleep(Duration::from_millis(3)).await;
        }
        bail!("waited in vain until {what}")
    }

    async fn stop(&mut self) -> anyhow::Result<()> {
        if let Some(pid) = self.process.id() {
            Command::new("kill").args(["-TERM", &pid.to_string()]).status().await?;
        }
        self.process.wait().await?;
        Ok(())
    }
}

async fn docker(args: &[&str]) -> anyhow::Result<()> {
    let out = Command::new("docker").args(args).output().await?;
    ensure!(out.status.success(), "docker {args:?}: {}", String::from_utf8_lossy(&out.stderr));
    Ok(())
}

async fn docker_run(name: &str, image: &str) -> anyhow::Result<Duration> {
    let begin = Instant::now();
    docker(&["run", "-d", "--label", "miaas-bench=peer", "--name", name, image, "sleep", "3600"]).await?;
    Ok(begin.elapsed())
}

/// The engine alone: create and start over its API, [`PARALLEL`] at a time.
async fn parallel_limit(image: &str) -> anyhow::Result<Duration> {
    let begin = Instant::now();
    let mut tasks = tokio::task::JoinSet::new();
    for i in 0..MANY {
        if tasks.len() >= PARALLEL {
            tasks.join_next().await.context("a task")???;
        }
        let body = json!({"Image": image, "Cmd": ["sleep", "3600"], "Labels": {"miaas-bench": "peer"}}).to_string();
        tasks.spawn(async move {
            engine_post(&format!("/v1.41/containers/create?name=miaas-bench-many-{i}"), &body).await?;
            engine_post(&format!("/v1.41/containers/miaas-bench-many-{i}/start"), "").await
        });
    }
    while let Some(done) = tasks.join_next().await {
        done??;
    }
    Ok(begin.elapsed())
}

async fn engine_post(path: &str, body: &str) -> anyhow::Result<()> {
    let mut stream = UnixStream::connect("/var/run/docker.sock").await?;
    let head = format!(
        "POST {path} HTTP/1.1\r\nhost: docker\r\nconnection: close\r\ncontent-type: application/json\r\ncontent-length: {}\r\n\r\n",
        body.len()
    );
    stream.write_all(head.as_bytes()).await?;
    stream.write_all(body.as_bytes()).await?;
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await?;
    ensure!(answer.get(9..10) == Some("2"), "{path}: {answer}");
    Ok(())
}

async fn remove_peers() -> anyhow::Result<()> {
    let out = Command::new("docker").args(["ps", "-aq", "--filter", "label=miaas-bench=peer"]).output().await?;
    for id in String::from_utf8_lossy(&out.stdout).split_whitespace() {
        docker(&["rm", "-f", id]).await?;
    }
    Ok(())
}
