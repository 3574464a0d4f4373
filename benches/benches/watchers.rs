//! Events to 1,000 watchers (D8): how long until all of them have every event of a burst, and how late the last has one.
//! `cargo bench -p miaas-benches --bench watchers [-- WATCHERS]`

#![allow(clippy::print_stdout, reason = "figures are what a benchmark is for")]
#![allow(clippy::disallowed_methods, reason = "a benchmark measures time")]

use std::{net::SocketAddr, time::Duration};

use anyhow::{Context as _, ensure};
use miaas_benches::{Percentiles, Request, run_load};
use miaas_core::secret::Secret;
use miaas_server::{ServerConfig, serve};
use serde_json::json;
use tokio::{
    io::{AsyncBufReadExt as _, AsyncWriteExt as _, BufReader},
    net::TcpStream,
    sync::mpsc,
    time::Instant,
};

fn main() -> anyhow::Result<()> {
    let given = std::env::args().find_map(|a| a.parse::<usize>().ok());
    tokio::runtime::Builder::new_multi_thread().enable_all().build()?.block_on(run(given.unwrap_or(1_000)))
}

async fn run(watchers: usize) -> anyhow::Result<()> {
    let dir = tempfile::tempdir()?;
    let mut config = ServerConfig::new(dir.path());
    config.listen = ([127, 0, 0, 1], 0).into();
    let server = serve(config, std::future::pending()).await?;
    let key = server.admin_key.clone().context("a fresh server makes an admin key")?;
    let (send, mut seen) = mpsc::unbounded_channel();
    let mut tasks = Vec::new();
    for _ in 0..watchers {
        tasks.push(tokio::spawn(watch(server.addr, key.clone(), send.clone())));
    }
    drop(send);
    for _ in 0..watchers {
        ensure!(seen.recv().await.context("a watcher gave up")?.is_none(), "an event before any was made");
    }
    println!("{watchers} watchers are connected");

    let http = miaas_tls::http(None)?.build()?;
    // One event by itself: how late the last watcher has it.
    let mut late = Vec::new();
    for i in 0..20 {
        let start = Instant::now();
        create(&http, server.addr, &key, &format!("one-{i}")).await?;
        let mut last = start;
        for _ in 0..watchers {
            last = seen.recv().await.flatten().context("a watcher gave up")?;
        }
        late.push(last - start);
        // There may be more about the same deployment.
        while tokio::time::timeout(Duration::from_millis(100), seen.recv()).await.is_ok() {}
    }
    println!("one event, from the request until the last watcher has it: {}", Percentiles::of(&mut late));

    let start = Instant::now();
    let token = key.expose().to_owned();
    let load = run_load(server.addr, 8, Duration::from_secs(2), 202, move |n| {
        let body = json!({"template": "hello-world", "name": format!("b-{n}"), "replicas": 0}).to_string();
        Request::new("POST", "/api/v1/deployments", &token, &body)
    })
    .await?;
    let mut told = 0_usize;
    let mut last = start;
    while let Ok(Some(at)) = tokio::time::timeout(Duration::from_secs(3), seen.recv()).await {
        last = at.context("a watcher connected twice")?;
        told += 1;
    }
    ensure!(told.is_multiple_of(watchers), "some watchers have more events than others");
    let took = (last - start).as_secs_f64();
    #[allow(clippy::cast_precision_loss, reason = "a figure for people")]
    let rate = told as f64 / took;
    println!("while deployments are created at {:.0}/s: {told} events told, {rate:.0}/s", load.per_second);
    tasks.into_iter().for_each(|task| task.abort());
    server.stop();
    server.wait().await?;
    Ok(())
}

async fn create(http: &reqwest::Client, server: SocketAddr, key: &Secret, name: &str) -> anyhow::Result<()> {
    let body = json!({"template": "hello-world", "name": name, "replicas": 0});
    let request = http.post(format!("http://{server}/api/v1/deployments")).bearer_auth(key.expose());
    let answer = request.header("content-type", "application/json").body(body.to_string()).send().await?;
    ensure!(answer.status().as_u16() == 202, "{}", answer.text().await?);
    Ok(())
}

/// Reads the stream of events: nothing when it is connected, then when each event came.
async fn watch(server: SocketAddr, key: Secret, told: mpsc::UnboundedSender<Option<Instant>>) -> anyhow::Result<()> {
    let mut stream = TcpStream::connect(server).await?;
    let head = format!(
        "GET /api/v1/events HTTP/1.1\r\nHost: bench\r\nAccept: text/event-stream\r\nAuthorization: Bearer {}\r\n\r\n",
        key.expose()
    );
    stream.write_all(head.as_bytes()).await?;
    let mut lines = BufReader::new(stream).lines();
    let status = lines.next_line().await?.context("the server closed the connection")?;
    ensure!(status.contains("200"), "{status}");
    told.send(None)?;
    while let Some(line) = lines.next_line().await? {
        if line.starts_with("data:") {
            told.send(Some(Instant::now()))?;
        }
    }
    anyhow::bail!("the server closed the connection")
}
