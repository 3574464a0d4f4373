//! The agent against a small control plane (N1, N6): registration, targets, reports, logs, tokens, reconnection.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "tests fail by panicking")]

use std::{sync::atomic::Ordering, time::Duration};

use miaas_agent_lib::{
    agent::{self, AgentConfig, ExecutorChoice},
    identity::IdentityFile,
};
use miaas_core::{
    ErrorKind, PortError,
    id::{NodeId, WorkloadId},
    model::{Heartbeat, NodeTarget, Phase, RenderedWorkload},
    port::LogOptions,
    protocol::{FromAgent, FromServer},
    secret::Secret,
    testing::executor_contract::Step,
};
use tokio::sync::oneshot;

mod common;
use common::{
    StateDir,
    server::{AgentSession, PATIENCE, Server},
    service, workload,
};

struct Running {
    stop: oneshot::Sender<()>,
    task: tokio::task::JoinHandle<Result<(), PortError>>,
}

impl Running {
    async fn stop(self) {
        self.stop.send(()).unwrap();
        self.task.await.unwrap().unwrap();
    }
}

fn config(server: &Server, dir: &StateDir) -> AgentConfig {
    let mut config = AgentConfig::new(dir.path(), vec![ExecutorChoice::Process])
        .with_server(server.url())
        .with_name("test-node".parse().unwrap());
    config.session.heartbeat_interval = Duration::from_millis(100);
    config
}

fn join(server: &Server, dir: &StateDir) -> AgentConfig {
    config(server, dir).with_join_token(Secret::new(&server.rules.join_token))
}

fn start(config: AgentConfig) -> Running {
    let (stop, stopped) = oneshot::channel();
    let task = tokio::spawn(agent::run(config, async {
        let _ = stopped.await;
    }));
    Running { stop, task }
}

async fn hello(session: &mut AgentSession) -> u64 {
    match session.hear().await {
        FromAgent::Hello { protocol, generation, facts, .. } => {
            assert_eq!(protocol, miaas_core::protocol::VERSION);
            assert!(facts.cpu_count > 0);
            generation
        }
        other => panic!("the first message is {other:?}"),
    }
}

fn target(generation: u64, workloads: Vec<RenderedWorkload>) -> FromServer {
    FromServer::Target(NodeTarget { node: NodeId::parse("node-a").unwrap(), generation, workloads, prepare: vec![] })
}

/// Waits until a report says that the workload is in this phase; returns its first instance.
async fn until_phase(session: &mut AgentSession, id: &str, phase: Phase) -> String {
    session
        .hear_until(|message| {
            let FromAgent::Report(report) = message else { return None };
            assert!(report.full, "a report lists everything");
            let state = &report.workloads.iter().find(|w| w.workload.as_str() == id)?.state;
            (state.phase == phase)
                .then(|| state.services.values().next().map(|s| s.instance.clone()).unwrap_or_default())
        })
        .await
}

#[tokio::test]
async fn a_node_registers_takes_its_target_and_reports() {
    let (mut server, dir) = (Server::start().await, StateDir::new());
    let agent = start(join(&server, &dir));
    let mut session = server.session().await;
    assert_eq!((session.path.as_str(), session.bearer.as_str()), ("/api/v1/nodes/node-a/session", "token-1"));
    {
        let bodies = server.rules.bodies.lock().unwrap();
        assert_eq!((&bodies[0]["name"], &bodies[0]["ip"]), (&"test-node".into(), &"127.0.0.1".into()));
        assert_eq!(bodies[0]["capabilities"]["executors"], serde_json::json!(["process"]));
        let mut keys: Vec<_> = bodies[0].as_object().unwrap().keys().cloned().collect();
        keys.sort();
        assert_eq!(
            keys,
            ["agent_version", "capabilities", "ip", "name", "public_key"],
            "the fields of N1, and the key"
        );
    }
    assert_eq!(hello(&mut session).await, 0);
    session.say(&target(3, vec![workload("w-1", vec![("main", service(&[]))])])).await;
    until_phase(&mut session, "w-1", Phase::Running).await;
    let beat = session
        .hear_until(|m| match m {
            FromAgent::Heartbeat(beat) if !beat.running_containers.is_empty() => Some(beat),
            _ => None,
        })
        .await;
    assert_eq!(beat.running_containers, ["w-1-main-1"]);
    assert!(beat.cpu_usage.is_some() && beat.mem_usage.is_some() && beat.disk_free_mb.is_some(), "{beat:?}");
    // A kind of message of a later version, and an older target, change nothing.
    session.say_text(r#"{"type":"dance","steps":[1,2]}"#).await;
    session.say(&target(2, vec![])).await;
    session.say(&target(4, vec![])).await;
    session
        .hear_until(|m| matches!(m, FromAgent::Report(r) if r.generation == 4 && r.workloads.is_empty()).then_some(()))
        .await;
    agent.stop().await;
}

#[tokio::test]
async fn a_new_session_and_a_new_agent_resume() {
    let (mut server, dir) = (Server::start().await, StateDir::new());
    let agent = start(join(&server, &dir));
    let mut session = server.session().await;
    hello(&mut session).await;
    session.say(&target(7, vec![workload("w-1", vec![("main", service(&[]))])])).await;
    let instance = until_phase(&mut session, "w-1", Phase::Running).await;

    drop(session);
    let mut session = server.session().await;
    assert_eq!(hello(&mut session).await, 7, "the agent still holds its target");
    assert_eq!(until_phase(&mut session, "w-1", Phase::Running).await, instance, "nothing was repeated");
    agent.stop().await;
    drop(session);

    // No join token any more: the identity was kept. No server either at first: the node goes on by its ledger.
    server.rules.down.store(true, Ordering::SeqCst);
    let agent = start(config(&server, &dir));
    tokio::time::sleep(Duration::from_millis(500)).await;
    server.rules.down.store(false, Ordering::SeqCst);
    let mut session = server.session().await;
    assert_eq!(hello(&mut session).await, 7, "the ledger kept the target");
    assert_eq!(until_phase(&mut session, "w-1", Phase::Running).await, instance, "what ran was found again");
    assert_eq!(server.rules.registrations.load(Ordering::SeqCst), 1);
    session.say(&target(8, vec![])).await;
    session.hear_until(|m| matches!(m, FromAgent::Report(r) if r.workloads.is_empty()).then_some(())).await;
    agent.stop().await;
}

#[tokio::test]
async fn logs_are_streamed_followed_and_stopped() {
    let (mut server, dir) = (Server::start().await, StateDir::new());
    let agent = start(join(&server, &dir));
    let mut session = server.session().await;
    hello(&mut session).await;
    let mut steps: Vec<Step> = (0..250).map(|i| Step::say(format!("line {i}"))).collect();
    steps.push(Step::OnStop("bye".into()));
    steps.push(Step::say("ready"));
    session.say(&target(1, vec![workload("w-1", vec![("main", service(&steps))])])).await;
    until_phase(&mut session, "w-1", Phase::Running).await;

    let id = WorkloadId::parse("w-1").unwrap();
    let ask = |request, workload: &WorkloadId, follow| FromServer::LogStart {
        request,
        workload: workload.clone(),
        options: LogOptions { follow, ..LogOptions::default() },
    };
    session.say(&ask(1, &id, true)).await;
    let mut seen = Vec::new();
    session
        .hear_until(|m| {
            let FromAgent::Log { request: 1, lines } = m else { return None };
            assert!(lines.len() <= 100, "a message holds at most 100 lines, this one {}", lines.len());
            seen.extend(lines.into_iter().map(|l| l.text));
            (seen.last().unwrap() == "ready").then_some(())
        })
        .await;
    assert_eq!(seen.len(), 251);
    assert!(seen.iter().take(250).enumerate().all(|(i, l)| *l == format!("line {i}")), "in order: {seen:?}");

    session.say(&ask(2, &id, false)).await;
    let end =
        session.hear_until(|m| if let FromAgent::LogEnd { request: 2, error } = m { Some(error) } else { None }).await;
    assert_eq!(end, None, "without follow a log ends at the present");
    session.say(&ask(3, &WorkloadId::parse("nope").unwrap(), false)).await;
    let end =
        session.hear_until(|m| if let FromAgent::LogEnd { request: 3, error } = m { Some(error) } else { None }).await;
    assert!(end.unwrap().contains("nope"), "an unknown workload is named");

    session.say(&FromServer::LogStop { request: 1 }).await;
    session.say(&target(2, vec![])).await;
    session
        .hear_until(|m| {
            assert!(!matches!(m, FromAgent::Log { request: 1, .. }), "a stopped log says nothing more");
            matches!(m, FromAgent::Report(r) if r.workloads.is_empty()).then_some(())
        })
        .await;
    agent.stop().await;
}

#[tokio::test]
async fn a_fresh_token_is_kept_and_used() {
    let (mut server, dir) = (Server::start().await, StateDir::new());
    let agent = start(join(&server, &dir));
    let mut session = server.session().await;
    hello(&mut session).await;
    session.say(&FromServer::Token { token: Secret::new("token-2") }).await;
    let file = IdentityFile::in_folder(dir.path());
    let begun = tokio::time::Instant::now();
    while file.load().unwrap().unwrap().node_token.expose() != "token-2" {
        assert!(begun.elapsed() < PATIENCE, "the token was not kept");
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    *server.rules.node_token.lock().unwrap() = "token-2".into();
    drop(session);
    assert_eq!(server.session().await.bearer, "token-2");
    agent.stop().await;
    let agent = start(config(&server, &dir));
    assert_eq!(server.session().await.bearer, "token-2", "also after a restart");
    agent.stop().await;
    assert_eq!(server.rules.registrations.load(Ordering::SeqCst), 1);
}

#[tokio::test]
async fn a_forgotten_node_registers_again_and_keeps_its_workloads() {
    let (mut server, dir) = (Server::start().await, StateDir::new());
    let agent = start(join(&server, &dir));
    let mut session = server.session().await;
    hello(&mut session).await;
    session.say(&target(5, vec![workload("w-1", vec![("main", service(&[]))])])).await;
    let instance = until_phase(&mut session, "w-1", Phase::Running).await;

    // The tokens of the node were revoked.
    *server.rules.node_token.lock().unwrap() = "token-9".into();
    drop(session);
    let mut session = server.session().await;
    assert_eq!(session.bearer, "token-9");
    assert_eq!(hello(&mut session).await, 5, "the same node goes on");
    assert_eq!(until_phase(&mut session, "w-1", Phase::Running).await, instance);

    // The server lost its data: the node gets another id, and another ledger that holds nothing.
    *server.rules.node_token.lock().unwrap() = "token-10".into();
    *server.rules.node_id.lock().unwrap() = "node-b".into();
    drop(session);
    let mut session = server.session().await;
    assert_eq!(session.path, "/api/v1/nodes/node-b/session");
    assert_eq!(hello(&mut session).await, 0);
    let still = session
        .hear_until(|m| match m {
            FromAgent::Report(r) => r.workloads.first().map(|w| w.state.services["main"].instance.clone()),
            _ => None,
        })
        .await;
    assert_eq!(still, instance, "a node without a target ends nothing");
    agent.stop().await;
}

#[tokio::test]
async fn what_cannot_be_repaired_by_waiting_ends_the_agent_with_a_hint() {
    let (server, dir) = (Server::start().await, StateDir::new());
    let never = std::future::pending::<()>;
    let pin = format!("sha256:{}", "0".repeat(64)).parse().unwrap();
    let cases = [
        (config(&server, &dir), ErrorKind::Invalid, "join token"),
        (config(&server, &dir).with_join_token(Secret::new("wrong")), ErrorKind::Unauthenticated, "not known"),
        (AgentConfig::new(dir.path(), vec![]), ErrorKind::Invalid, "no executor"),
        (AgentConfig::new(dir.path(), vec![ExecutorChoice::Process]), ErrorKind::Invalid, "no server address"),
        (AgentConfig::new("/proc/nope", vec![ExecutorChoice::Process]), ErrorKind::Invalid, "/proc/nope"),
        (join(&server, &dir).with_ca_pin(pin), ErrorKind::Invalid, "without TLS"),
    ];
    for (config, kind, text) in cases {
        let error = agent::run(config, never()).await.unwrap_err();
        assert_eq!(error.kind(), kind, "{error:?}");
        assert!(error.message().contains(text), "{error}");
        assert!(error.hint().is_some(), "{error:?}");
        assert!(!format!("{error:?}").contains("wrong\""), "a token is never shown");
    }
}

#[tokio::test]
async fn one_state_folder_has_one_agent() {
    let (mut server, dir) = (Server::start().await, StateDir::new());
    let agent = start(join(&server, &dir));
    let _session = server.session().await;
    let error = agent::run(join(&server, &dir), std::future::pending::<()>()).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::AlreadyExists);
    assert!(error.message().contains(dir.path().to_str().unwrap()), "{error}");
    agent.stop().await;
    let agent = start(config(&server, &dir));
    server.session().await;
    agent.stop().await;
}

#[test]
fn heartbeats_say_nothing_that_the_server_does_not_know() {
    // The wire type refuses unknown fields; an agent's beat must read back.
    let text = serde_json::to_string(&FromAgent::Heartbeat(Heartbeat::default())).unwrap();
    let back: FromAgent = serde_json::from_str(&text).unwrap();
    assert_eq!(back, FromAgent::Heartbeat(Heartbeat::default()));
}
