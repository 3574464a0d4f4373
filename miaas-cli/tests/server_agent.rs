//! Server and agent as programs of their own, each killed with `kill -9` in the middle of a deployment.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::disallowed_methods,
    reason = "tests fail by panicking, and run in real time against real processes"
)]

mod support;

use std::{
    fs::File,
    path::Path,
    process::{Child, Command, Stdio},
    thread::sleep,
    time::{Duration, Instant},
};

use serde_json::Value;
use support::{
    Said,
    dev::{fetch, ports},
    miaas,
    proc::related,
};

/// A process that is killed when dropped.
struct Running(Child);

impl Running {
    fn start(mut command: Command, log: &Path) -> Self {
        let file = File::options().create(true).append(true).open(log).expect("log");
        command.stdin(Stdio::null()).stdout(file.try_clone().expect("log")).stderr(file);
        Self(command.spawn().expect("the binary runs"))
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// Server, agent and user, each with what it knows in the folder.
struct Place<'a> {
    dir: &'a Path,
    address: String,
}

impl Place<'_> {
    fn server(&self) -> Running {
        let mut command = miaas(&self.dir.join("server"));
        command.args(["server", "--listen", &self.address]);
        let server = Running::start(command, &self.dir.join("server.log"));
        self.until("the server answers", || self.cli(&["status"]).code == Some(0));
        server
    }

    fn agent(&self, token: Option<&str>) -> Running {
        let mut command = miaas(&self.dir.join("agent"));
        command.args(["agent", "--server", &self.address, "--process", "--name", "alpha"]);
        token.map(|token| command.env("MIAAS_JOIN_TOKEN", token));
        Running::start(command, &self.dir.join("agent.log"))
    }

    fn cli(&self, args: &[&str]) -> Said {
        let mut command = miaas(&self.dir.join("user"));
        command.args(["--server", &self.address]).arg("--api-key-file").arg(self.dir.join("server/admin.key"));
        command.args(args).output().expect("the binary runs").into()
    }

    #[track_caller]
    fn ok(&self, args: &[&str]) -> String {
        let said = self.cli(args);
        assert_eq!(said.code, Some(0), "{args:?}: {}{}\n{}", said.out, said.err, self.logs());
        said.out
    }

    #[track_caller]
    fn json(&self, args: &[&str]) -> Value {
        serde_json::from_str(&self.ok(&[args, &["-o", "json"]].concat())).expect("JSON")
    }

    #[track_caller]
    fn until(&self, what: &str, done: impl Fn() -> bool) {
        let start = Instant::now();
        while !done() {
            assert!(start.elapsed() < Duration::from_secs(60), "never: {what}\n{}", self.logs());
            sleep(Duration::from_millis(50));
        }
    }

    fn logs(&self) -> String {
        ["server.log", "agent.log"].map(|f| std::fs::read_to_string(self.dir.join(f)).unwrap_or_default()).concat()
    }
}

/// What still runs after a failure must not outlive the test.
struct Sweep<'a>(&'a Path);

impl Drop for Sweep<'_> {
    fn drop(&mut self) {
        for pid in related(self.0).iter().filter_map(|line| line.split(':').next()?.parse::<i32>().ok()) {
            let pid = rustix::process::Pid::from_raw(pid).expect("not zero");
            let _ = rustix::process::kill_process(pid, rustix::process::Signal::KILL);
        }
    }
}

#[test]
fn kill_9_of_the_server_and_of_the_agent_during_deployments_converges() {
    if !["/usr/bin/busybox", "/bin/busybox"].iter().any(|p| Path::new(p).exists()) {
        eprintln!("skipped: the hello-world template needs busybox here (apt install busybox-static)");
        return;
    }
    let dir = tempfile::tempdir().unwrap();
    let _sweep = Sweep(dir.path());
    let port = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let place = Place { dir: dir.path(), address: format!("127.0.0.1:{port}") };

    let server = place.server();
    let token = place.json(&["token", "create", "--label", "zone=b"]);
    let agent = place.agent(token["token"].as_str());
    place.until("the node is online", || place.ok(&["node", "ls"]).contains("online"));
    assert!(place.ok(&["node", "ls", "-o", "wide"]).contains("zone=b"));
    place.ok(&["deploy", "hello-world", "first"]);
    let first = ports(&place.json(&["get", "first"]));

    // The server dies right after it has accepted the request.
    place.ok(&["deploy", "hello-world", "web", "--replicas", "4", "--no-wait"]);
    drop(server);
    assert!(fetch(first[0]).is_ok(), "workloads do not need the server");
    let server = place.server();
    place.ok(&["deploy", "hello-world", "web"]);

    // The agent dies in the middle of an update.
    place.ok(&["set", "web", "message=second", "--no-wait"]);
    drop(agent);
    let agent = place.agent(None);
    place.ok(&["deploy", "hello-world", "web"]);
    let web = place.json(&["get", "web"]);
    assert_eq!(web["ready"], 4, "{web}");
    ports(&web).iter().for_each(|port| assert!(fetch(*port).unwrap().contains("second"), "{port}"));
    assert_eq!(ports(&place.json(&["get", "first"])), first, "what ran still runs where it ran");
    assert_eq!(place.ok(&["node", "ls"]).lines().count(), 2, "the node is the same one");

    place.ok(&["rm", "web", "first"]);
    drop((agent, server));
    assert_eq!(related(dir.path()), Vec::<String>::new());
}
