//! Several control planes on one PostgreSQL, over TLS: killed, paused, and asked at the wrong place (O2, D7, S2).

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::print_stderr,
    clippy::disallowed_methods,
    reason = "tests fail by panicking, and run in real time against real processes"
)]

#[allow(dead_code, reason = "shared with the tests of the store")]
#[path = "../../miaas-store/tests/postgres/cluster.rs"]
mod cluster;
mod support;

use std::{
    net::TcpListener,
    path::PathBuf,
    thread::sleep,
    time::{Duration, Instant},
};

use cluster::Cluster;
use rustix::process::{Pid, Signal, kill_process};
use serde_json::Value;
use support::{
    Said,
    fleet::{Running, has_busybox},
    miaas,
    proc::related,
};

/// Two replicas, an agent that knows both, and a user.
struct Place {
    dir: tempfile::TempDir,
    store: PathBuf,
    addresses: [String; 2],
    _cluster: Cluster,
}

impl Place {
    fn new() -> Option<Self> {
        let cluster = Cluster::start()?;
        let dir = tempfile::tempdir().unwrap();
        let store = dir.path().join("store");
        std::fs::write(&store, cluster.database("db")).unwrap();
        let address = |_| TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().to_string();
        Some(Self { dir, store, addresses: [0, 1].map(address), _cluster: cluster })
    }

    fn server(&self, i: usize) -> Running {
        let mut command = miaas(&self.dir.path().join(format!("server{i}")));
        command.args(["server", "--tls", "--mutual-tls", "--listen", &self.addresses[i]]);
        command.args(["--store", &format!("@{}", self.store.display())]);
        command.env("MIAAS_MASTER_KEY_FILE", self.dir.path().join("master.key"));
        Running::start(command, &self.dir.path().join(format!("server{i}.log")))
    }

    fn agent(&self, token: &str) -> Running {
        let mut command = miaas(&self.dir.path().join("agent"));
        let urls = [0, 1].map(|i| self.url(i)).join(",");
        command.args(["agent", "--server", &urls, "--ca-pin", &self.pin(), "--process", "--name", "alpha"]);
        command.env("MIAAS_JOIN_TOKEN", token);
        Running::start(command, &self.dir.path().join("agent.log"))
    }

    /// Asks one of the replicas.
    fn cli(&self, i: usize, args: &[&str]) -> Said {
        let mut command = miaas(&self.dir.path().join("user"));
        command.args(["--server", &self.url(i), "--ca-pin", &self.pin()]).arg("--api-key-file").arg(self.key());
        command.args(args).output().unwrap().into()
    }

    fn url(&self, i: usize) -> String {
        format!("https://{}", self.addresses[i])
    }

    /// Of the authority that the replicas share; one that is nobody's before the first one tells it.
    fn pin(&self) -> String {
        let said = self.log("server0.log");
        let told = said.lines().find_map(|line| Some(line.split_once("MIAAS_CA_PIN: ")?.1.to_owned()));
        told.unwrap_or_else(|| format!("sha256:{}", "0".repeat(64)))
    }

    fn key(&self) -> PathBuf {
        let keys = [0, 1].map(|i| self.dir.path().join(format!("server{i}/admin.key")));
        keys.into_iter().find(|key| key.exists()).unwrap_or_default()
    }

    #[track_caller]
    fn ok(&self, i: usize, args: &[&str]) -> String {
        let said = self.cli(i, args);
        assert_eq!(said.code, Some(0), "{args:?}: {}{}\n{}", said.out, said.err, self.logs());
        said.out
    }

    #[track_caller]
    fn json(&self, i: usize, args: &[&str]) -> Value {
        serde_json::from_str(&self.ok(i, &[args, &["-o", "json"]].concat())).unwrap()
    }

    /// How long it took.
    #[track_caller]
    fn until(&self, what: &str, done: impl Fn() -> bool) -> Duration {
        let start = Instant::now();
        while !done() {
            assert!(start.elapsed() < Duration::from_secs(60), "never: {what}\n{}", self.logs());
            sleep(Duration::from_millis(50));
        }
        start.elapsed()
    }

    fn answers(&self, i: usize) -> bool {
        self.cli(i, &["status"]).code == Some(0)
    }

    fn log(&self, name: &str) -> String {
        std::fs::read_to_string(self.dir.path().join(name)).unwrap_or_default()
    }

    fn logs(&self) -> String {
        ["server0.log", "server1.log", "agent.log"].map(|name| format!("--- {name}\n{}", self.log(name))).concat()
    }
}

impl Drop for Place {
    /// What still runs after a failure must not outlive the test.
    fn drop(&mut self) {
        for pid in related(self.dir.path()).iter().filter_map(|line| line.split(':').next()?.parse::<i32>().ok()) {
            kill_process(Pid::from_raw(pid).unwrap(), Signal::KILL).ok();
        }
    }
}

#[test]
fn o2_any_replica_answers_and_another_takes_over_from_one_that_is_killed_or_paused() {
    if !has_busybox() {
        return;
    }
    let Some(place) = Place::new() else { return };
    let first = place.server(0);
    place.until("the first replica answers", || place.answers(0));
    let second = place.server(1);
    place.until("the second replica answers", || place.answers(1));
    assert!(place.log("server1.log").contains("requests are forwarded to it"), "{}", place.logs());

    // Everything at the one that does not lead: the agent dials both, the user asks it.
    let token = place.json(1, &["token", "create"]);
    let _agent = place.agent(token["token"].as_str().unwrap());
    place.until("the node is online", || place.ok(1, &["node", "ls"]).contains("online"));
    place.ok(1, &["deploy", "hello-world", "web"]);
    assert_eq!(place.json(0, &["get", "web"])["ready"], 1);

    // Killed: what was acknowledged is there, and deploying goes on within seconds.
    drop(first);
    let failover = place.until("the second replica leads", || place.answers(1));
    eprintln!("took over after {:.1} s", failover.as_secs_f64());
    assert!(failover < Duration::from_secs(20), "{failover:?}");
    place.until("the node is online", || place.ok(1, &["node", "ls"]).contains("online"));
    assert_eq!(place.json(1, &["get", "web"])["ready"], 1);
    place.ok(1, &["scale", "web", "2"]);

    // The first comes back and forwards; then the leader is paused past its lease.
    let first = place.server(0);
    place.until("the first replica answers", || place.answers(0));
    second.signal(Signal::STOP);
    place.until("the first replica leads", || place.answers(0));
    place.ok(0, &["scale", "web", "3"]);
    place.ok(0, &["deploy", "hello-world", "web"]);
    second.signal(Signal::CONT);
    // It notices, and forwards from then on: nothing that it would have decided counts.
    place.until("the paused one forwards", || place.answers(1));
    let web = place.json(1, &["get", "web"]);
    assert_eq!((&web["replicas"], &web["ready"]), (&3.into(), &3.into()), "{web}");
    assert!(place.log("server1.log").contains("does not lead any more"), "{}", place.logs());

    // One that is told to end hands over at once.
    let mut ending = first;
    ending.signal(Signal::TERM);
    let handover = place.until("the second replica leads again", || place.answers(1));
    eprintln!("handed over after {:.1} s", handover.as_secs_f64());
    assert_eq!(ending.0.wait().unwrap().code(), Some(0), "{}", place.logs());
    place.ok(1, &["rm", "web"]);
}
