//! Memory and processor time of an agent with an open session and nothing to do, and of its server, as two processes.
//! Needs a Docker engine. `cargo bench -p miaas-benches --bench idle`

#![allow(clippy::print_stdout, reason = "figures are what a benchmark is for")]
#![allow(clippy::disallowed_methods, reason = "a benchmark is configured by environment")]

use std::{path::Path, process::Stdio, time::Duration};

use anyhow::{Context as _, ensure};
use serde_json::{Value, json};
use tokio::process::{Child, Command};

const TIME: Duration = Duration::from_secs(40);

fn main() -> anyhow::Result<()> {
    tokio::runtime::Builder::new_current_thread().enable_all().build()?.block_on(run())
}

async fn run() -> anyhow::Result<()> {
    let dir = tempfile::tempdir()?;
    let url = "http://127.0.0.1:7373";
    let server = start(&["server", "--listen", "127.0.0.1:7373", "--state-dir"], &dir.path().join("server"), None)?;
    tokio::time::sleep(Duration::from_secs(1)).await;
    let key =
        std::fs::read_to_string(dir.path().join("server/admin.key")).context("the server is up after a second")?;
    let http = miaas_tls::http(None)?.build()?;
    let token = http.post(format!("{url}/api/v1/tokens")).bearer_auth(key.trim()).json(&json!({"uses": 1}));
    let token: Value = token.send().await?.error_for_status()?.json().await?;
    let token = token["token"].as_str().context("a join token")?;
    let agent = start(&["agent", "--server", url, "--docker", "--state-dir"], &dir.path().join("agent"), Some(token))?;
    tokio::time::sleep(Duration::from_secs(10)).await;
    let nodes: Value = http
        .get(format!("{url}/api/v1/nodes"))
        .bearer_auth(key.trim())
        .send()
        .await?
        .error_for_status()?
        .json()
        .await?;
    ensure!(nodes["items"][0]["status"] == "online", "the agent has no session: {nodes}");

    let processes = [("agent (aim 20 MiB, 0.2 %)", &agent), ("server (aim 40 MiB)", &server)];
    let mut before = Vec::new();
    for (_, process) in processes {
        before.push(cpu_ticks(process)?);
    }
    tokio::time::sleep(TIME).await;
    for ((what, process), before) in processes.into_iter().zip(before) {
        // Hundredths of a second over the time, in percent.
        let share = (cpu_ticks(process)? - before) as f64 / TIME.as_secs_f64();
        let status = std::fs::read_to_string(format!("/proc/{}/status", process.id().context("it runs")?))?;
        let rss = status.lines().find_map(|l| l.strip_prefix("VmRSS:")).context("VmRSS")?.trim();
        println!("idle {what:<28} {rss}, {share:.2} % of a core");
    }
    Ok(())
}

fn start(arguments: &[&str], state: &Path, join_token: Option<&str>) -> anyhow::Result<Child> {
    let binary = std::env::var("MIAAS_BINARY").unwrap_or_else(|_| "target/release/miaas".to_owned());
    let mut command = Command::new(&binary);
    command.args(arguments).arg(state).stdout(Stdio::null()).stderr(Stdio::null()).kill_on_drop(true);
    if let Some(token) = join_token {
        command.env("MIAAS_JOIN_TOKEN", token);
    }
    command.spawn().with_context(|| format!("{binary} does not start: cargo build --release -p miaas-cli"))
}

/// User and system time in hundredths of a second.
fn cpu_ticks(process: &Child) -> anyhow::Result<u64> {
    let stat = std::fs::read_to_string(format!("/proc/{}/stat", process.id().context("it runs")?))?;
    let fields: Vec<&str> = stat.rsplit(')').next().context("stat")?.split_whitespace().collect();
    Ok(fields[11].parse::<u64>()? + fields[12].parse::<u64>()?)
}
