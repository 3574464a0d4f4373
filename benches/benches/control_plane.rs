//! Throughput of the control plane with SQLite on loopback, the load on the same cores; time from start to ready.
//! `cargo bench -p miaas-benches --bench control_plane`

#![allow(clippy::print_stdout, reason = "figures are what a benchmark is for")]

use std::time::Duration;

use anyhow::Context as _;
use miaas_benches::{Load, Request, median, run_load};
use miaas_core::secret::Secret;
use miaas_server::{RunningServer, ServerConfig, serve};
use serde_json::{Value, json};
use tokio::time::Instant;

const CONNECTIONS: usize = 32;
const TIME: Duration = Duration::from_secs(5);

fn main() -> anyhow::Result<()> {
    tokio::runtime::Builder::new_multi_thread().enable_all().build()?.block_on(run())
}

async fn run() -> anyhow::Result<()> {
    starts().await?;
    let dir = tempfile::tempdir()?;
    let server = start(dir.path()).await?;
    let key = server.admin_key.clone().context("a fresh server makes an admin key")?;
    let addr = server.addr;

    let health = run_load(addr, CONNECTIONS, TIME, 200, |_| Request::new("GET", "/healthz", "", "")).await?;
    show("health", &health, None);

    let nodes = nodes(&server, &key, 200).await?;
    let beat =
        json!({"cpu_usage": 12.5, "mem_usage": 40.0, "disk_free_mb": 100_000, "running_containers": []}).to_string();
    let beats: Vec<Request> = nodes
        .iter()
        .map(|(id, token)| Request::new("POST", &format!("/api/v1/nodes/{id}/heartbeat"), token, &beat))
        .collect();
    let load = run_load(addr, CONNECTIONS, TIME, 200, move |n| beats[n % beats.len()].clone()).await?;
    show("heartbeat", &load, Some((&health, "aim 10,000/s, p99 20 ms")));

    let list = Request::new("GET", "/api/v1/nodes?limit=1000", key.expose(), "");
    let load = run_load(addr, CONNECTIONS, TIME, 200, move |_| list.clone()).await?;
    show("list 200 nodes", &load, Some((&health, "")));

    let token = key.expose().to_owned();
    let load = run_load(addr, CONNECTIONS, TIME, 202, move |n| {
        let body = json!({"template": "hello-world", "name": format!("bench-{n}"), "replicas": 0}).to_string();
        Request::new("POST", "/api/v1/deployments", &token, &body)
    })
    .await?;
    show("create deployment (durable)", &load, Some((&health, "aim 2,000/s")));
    server.stop();
    server.wait().await?;
    Ok(())
}

async fn start(dir: &std::path::Path) -> anyhow::Result<RunningServer> {
    let mut config = ServerConfig::new(dir);
    config.listen = ([127, 0, 0, 1], 0).into();
    Ok(serve(config, std::future::pending()).await?)
}

async fn starts() -> anyhow::Result<()> {
    let mut times = Vec::new();
    let dir = tempfile::tempdir()?;
    for _ in 0..11 {
        let begin = Instant::now();
        let server = start(dir.path()).await?;
        times.push(begin.elapsed());
        server.stop();
        server.wait().await?;
    }
    let (first, again) = (times[0].as_secs_f64() * 1e3, median(&times[1..]).as_secs_f64() * 1e3);
    println!("{:<32} first {first:.0} ms, again {again:.0} ms (median of 10; aim 100 ms)", "start to ready");
    Ok(())
}

async fn nodes(server: &RunningServer, key: &Secret, count: usize) -> anyhow::Result<Vec<(String, String)>> {
    let http = miaas_tls::http(None)?.build()?;
    let url = server.url();
    let post = |path: &str, token: &str, body: Value| {
        let request = http.post(format!("{url}{path}")).bearer_auth(token).json(&body);
        async move { anyhow::Ok(request.send().await?.error_for_status()?.json::<Value>().await?) }
    };
    let join = post("/api/v1/tokens", key.expose(), json!({"uses": count, "ttl_seconds": 600})).await?;
    let join = join["token"].as_str().context("a join token")?.to_owned();
    let mut nodes = Vec::new();
    let begin = Instant::now();
    for i in 0..count {
        let body = json!({"name": format!("node{i}"), "ip": "127.0.0.1", "capabilities": {"os": "linux", "cpu_count": 4, "mem_mb": 8192}});
        let node = post("/api/v1/nodes/register", &join, body).await?;
        let text = |field: &str| node[field].as_str().map(str::to_owned).context("a field of the registration");
        nodes.push((text("node_id")?, text("node_token")?));
    }
    println!(
        "{:<32} {:>9.0} /s (one after the other)",
        "register (durable)",
        count as f64 / begin.elapsed().as_secs_f64()
    );
    Ok(nodes)
}

fn show(what: &str, load: &Load, beside: Option<(&Load, &str)>) {
    let beside = beside.map_or_else(String::new, |(health, aim)| {
        format!(", {:.2} of health  {aim}", load.per_second / health.per_second)
    });
    println!("{what:<32} {:>9.0} /s, {}{beside}", load.per_second, load.latency);
}
