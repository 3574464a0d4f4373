//! The program `miaas-agent` as a user runs it: killed in the middle, wrongly configured.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "tests fail by panicking")]

use std::{
    fs,
    process::{Child, Command, Stdio},
    time::Duration,
};

use miaas_core::{
    id::NodeId,
    model::{DependsOn, NodeTarget, Phase},
    protocol::{FromAgent, FromServer},
    testing::executor_contract::Step,
};

mod common;
use common::{
    StateDir,
    server::{AgentSession, PATIENCE, Server},
    service, workload,
};

/// An agent that is killed when the test ends, however it ends.
struct Agent(Child);

impl Agent {
    fn start(server: &Server, dir: &StateDir) -> Self {
        let child = command()
            .args(["--process", "--name", "test-node", "--state-dir"])
            .arg(dir.path())
            .env("MIAAS_SERVER", server.url())
            .env("MIAAS_JOIN_TOKEN", &server.rules.join_token)
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        Self(child)
    }

    fn kill(&mut self) {
        self.0.kill().unwrap();
        self.0.wait().unwrap();
    }
}

impl Drop for Agent {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

fn command() -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_miaas-agent"));
    command.env_clear().env("PATH", "/usr/bin:/bin");
    command
}

async fn until_running(session: &mut AgentSession, id: &str) {
    session
        .hear_until(|m| match m {
            FromAgent::Report(r) => {
                r.workloads.iter().any(|w| w.workload.as_str() == id && w.state.phase == Phase::Running).then_some(())
            }
            _ => None,
        })
        .await;
}

fn processes_with(mark: &str) -> usize {
    let mark = mark.as_bytes();
    let has = |entry: &fs::DirEntry| {
        let environment = fs::read(entry.path().join("environ")).unwrap_or_default();
        let line = fs::read(entry.path().join("cmdline")).unwrap_or_default();
        // The wrapper and its service carry the same mark; the service is what counts.
        environment.windows(mark.len()).any(|w| w == mark) && !line.windows(5).any(|w| w == b"miaas")
    };
    let is_process = |e: &fs::DirEntry| e.file_name().to_string_lossy().parse::<u32>().is_ok();
    fs::read_dir("/proc").unwrap().flatten().filter(is_process).filter(has).count()
}

/// Kill -9 at many moments of a deployment: the next agent converges, and nothing runs twice.
#[tokio::test]
async fn an_agent_killed_during_a_deployment_converges() {
    let (mut server, dir) = (Server::start().await, StateDir::new());
    for (round, moment) in [0, 3, 10, 30, 80, 200].into_iter().enumerate() {
        let id = format!("killed-{round}");
        let mut app = service(&[Step::say("up")]);
        app.process[0] = "/bin/sleep".into();
        app.process.truncate(1);
        app.process.push("600".into());
        let db = app.clone();
        app.depends_on.insert("db".into(), DependsOn::ServiceStarted);
        let target = NodeTarget {
            node: NodeId::parse("node-a").unwrap(),
            generation: round as u64 + 1,
            workloads: vec![workload(&id, vec![("app", app), ("db", db)])],
            prepare: vec![],
        };
        let mut agent = Agent::start(&server, &dir);
        let mut session = server.session().await;
        session.say(&FromServer::Target(target.clone())).await;
        tokio::time::sleep(Duration::from_millis(moment)).await;
        agent.kill();
        drop(session);

        let _agent = Agent::start(&server, &dir);
        let mut session = server.session().await;
        session.say(&FromServer::Target(target)).await;
        until_running(&mut session, &id).await;
        // A wrapper is there a moment before its service.
        let mark = format!("MIAAS_WORKLOAD={id}\0");
        let begun = tokio::time::Instant::now();
        while processes_with(&mark) < 2 {
            assert!(begun.elapsed() < PATIENCE, "killed after {moment} ms: a service is missing");
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
        assert_eq!(processes_with(&mark), 2, "killed after {moment} ms: both services run once");
    }
    let last =
        NodeTarget { node: NodeId::parse("node-a").unwrap(), generation: 100, workloads: vec![], prepare: vec![] };
    let _agent = Agent::start(&server, &dir);
    let mut session = server.session().await;
    session.say(&FromServer::Target(last)).await;
    session
        .hear_until(|m| {
            matches!(m, FromAgent::Report(r) if r.generation == 100 && r.workloads.is_empty()).then_some(())
        })
        .await;
    assert_eq!(processes_with("MIAAS_WORKLOAD=killed-"), 0, "nothing is left");
    // Out of sight first, then off the disk.
    let begun = tokio::time::Instant::now();
    while fs::read_dir(dir.path().join("process")).unwrap().count() > 0 {
        assert!(begun.elapsed() < PATIENCE, "folders are left");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

const PIN: &str = "sha256:00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff";

#[test]
fn wrong_configuration_is_explained_and_fails() {
    let dir = StateDir::new();
    let state = dir.path().to_str().unwrap();
    for (arguments, code, parts) in [
        (vec!["--state-dir", state], 1, ["no executor is turned on", "hint: turn on containers with --docker"]),
        (vec!["--process", "--state-dir", state], 1, ["no server address", "hint: pass --server"]),
        (vec!["--process", "--server", "ftp://x", "--state-dir", state], 1, ["ftp", "hint: give it as https://"]),
        (
            vec!["--process", "--server", "http://x", "--ca-pin", PIN, "--state-dir", state],
            1,
            ["without TLS", "hint: write"],
        ),
        (vec!["--process", "--ca-pin", "sha256:0"], 2, ["sha256:0", "--ca-pin"]),
        (vec!["--process", "--name", "bad/name"], 2, ["bad/name", "--name"]),
        (vec!["--process", "--log", "a=b=c"], 2, ["a=b=c", "hint: try"]),
    ] {
        let output = command().args(&arguments).output().unwrap();
        let said = String::from_utf8(output.stderr).unwrap();
        assert_eq!(output.status.code(), Some(code), "{arguments:?}: {said}");
        assert!(parts.iter().all(|p| said.contains(p)), "{arguments:?}: {said}");
    }
}
