//! A server, agents and a user as programs of their own, each with what it knows in a folder.
#![allow(dead_code, unreachable_pub, reason = "each test file uses a part of it")]
#![allow(clippy::print_stderr, reason = "people shall see what was skipped")]

use std::{
    collections::BTreeMap,
    fs::{self, File},
    net::TcpListener,
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    thread::sleep,
    time::{Duration, Instant},
};

use rustix::process::{Pid, Signal, kill_process};
use serde_json::Value;

use super::{Said, miaas, proc::related};

/// A process that is killed when dropped.
pub struct Running(pub Child);

impl Running {
    pub fn start(mut command: Command, log: &Path) -> Self {
        let file = File::options().create(true).append(true).open(log).expect("log");
        command.stdin(Stdio::null()).stdout(file.try_clone().expect("log")).stderr(file);
        Self(command.spawn().expect("the binary runs"))
    }

    pub fn signal(&self, signal: Signal) {
        kill_process(Pid::from_child(&self.0), signal).expect("it runs");
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        self.0.kill().ok();
        self.0.wait().ok();
    }
}

/// The same command in a network namespace.
fn inside(namespace: Option<&str>, command: Command) -> Command {
    let Some(namespace) = namespace else { return command };
    let mut inside = Command::new("ip");
    inside.args(["netns", "exec", namespace]).arg(command.get_program()).args(command.get_args());
    for (name, value) in command.get_envs() {
        match value {
            Some(value) => inside.env(name, value),
            None => inside.env_remove(name),
        };
    }
    inside
}

/// Whether processes of the catalogue can run here; says so when not.
pub fn has_busybox() -> bool {
    let there = ["/usr/bin/busybox", "/bin/busybox"].iter().any(|p| Path::new(p).exists());
    if !there {
        eprintln!("skipped: the hello-world template needs busybox here (apt install busybox-static)");
    }
    there
}

/// Where everything lies, and where the server listens.
pub struct Fleet {
    pub dir: tempfile::TempDir,
    pub address: String,
    /// Further arguments of the server.
    pub server_args: Vec<String>,
    /// Further arguments of the user.
    pub user_args: Vec<String>,
    /// The network namespaces of server and user, and of agents by name, when they have their own.
    pub namespaces: BTreeMap<String, String>,
}

/// The name of server and user among the namespaces.
pub const SERVER: &str = "server";

impl Fleet {
    pub fn new() -> Self {
        let address = TcpListener::bind("127.0.0.1:0").expect("a free port").local_addr().expect("address").to_string();
        Self {
            dir: tempfile::tempdir().expect("a folder"),
            address,
            server_args: Vec::new(),
            user_args: Vec::new(),
            namespaces: BTreeMap::new(),
        }
    }

    pub fn path(&self, name: &str) -> PathBuf {
        self.dir.path().join(name)
    }

    /// Starts the server, and waits until it answers.
    #[track_caller]
    pub fn server(&self) -> Running {
        let mut command = miaas(&self.path("server"));
        command.args(["server", "--listen", &self.address]).args(&self.server_args);
        let server = Running::start(self.inside(SERVER, command), &self.path("server.log"));
        self.until("the server answers", || self.cli(&["status"]).code == Some(0));
        server
    }

    /// Starts an agent for local processes; it needs the token the first time.
    pub fn agent(&self, name: &str, token: Option<&str>) -> Running {
        self.agent_to(name, &self.address, token)
    }

    /// Starts an agent for containers of the engine behind a socket.
    pub fn docker_agent(&self, name: &str, socket: &str, token: &str) -> Running {
        let mut command = miaas(&self.path(name));
        let docker = format!("--docker={socket}");
        command.args(["agent", "--server", &self.address, &docker, "--name", name]).env("MIAAS_JOIN_TOKEN", token);
        Running::start(command, &self.path(&format!("{name}.log")))
    }

    /// The same, reaching the server under another address.
    pub fn agent_to(&self, name: &str, server: &str, token: Option<&str>) -> Running {
        let mut command = miaas(&self.path(name));
        command.args(["agent", "--server", server, "--process", "--name", name]);
        token.map(|token| command.env("MIAAS_JOIN_TOKEN", token));
        Running::start(self.inside(name, command), &self.path(&format!("{name}.log")))
    }

    /// A token that so many agents may join with.
    pub fn token(&self, uses: u32) -> String {
        let token = self.json(&["token", "create", "--uses", &uses.to_string()]);
        token["token"].as_str().expect("token").to_owned()
    }

    /// Runs a command of the user.
    pub fn cli(&self, args: &[&str]) -> Said {
        let mut command = miaas(&self.path("user"));
        command.args(["--server", &self.address]).arg("--api-key-file").arg(self.path("server/admin.key"));
        command.args(&self.user_args).args(args);
        self.inside(SERVER, command).output().expect("the binary runs").into()
    }

    fn inside(&self, who: &str, command: Command) -> Command {
        inside(self.namespaces.get(who).map(String::as_str), command)
    }

    #[track_caller]
    pub fn ok(&self, args: &[&str]) -> String {
        let said = self.cli(args);
        assert_eq!(said.code, Some(0), "{args:?}: {}{}\n{}", said.out, said.err, self.logs());
        said.out
    }

    #[track_caller]
    pub fn json(&self, args: &[&str]) -> Value {
        serde_json::from_str(&self.ok(&[args, &["-o", "json"]].concat())).expect("JSON")
    }

    /// Waits until `done`; how long it took.
    #[track_caller]
    pub fn until(&self, what: &str, done: impl Fn() -> bool) -> Duration {
        let start = Instant::now();
        while !done() {
            assert!(start.elapsed() < Duration::from_secs(120), "never: {what}\n{}", self.logs());
            sleep(Duration::from_millis(50));
        }
        start.elapsed()
    }

    #[track_caller]
    pub fn until_online(&self, nodes: usize) {
        self.until("the nodes are online", || {
            let said = self.cli(&["node", "ls"]);
            said.code == Some(0) && said.out.matches("online").count() == nodes
        });
    }

    /// The end of every log.
    pub fn logs(&self) -> String {
        let mut all = String::new();
        for entry in fs::read_dir(self.dir.path()).into_iter().flatten().flatten() {
            let path = entry.path();
            if path.extension().is_some_and(|e| e == "log") {
                let text = fs::read_to_string(&path).unwrap_or_default();
                let tail: Vec<&str> = text.lines().rev().take(40).collect();
                let lines: Vec<&str> = tail.into_iter().rev().collect();
                all += &format!("--- {}\n{}\n", path.display(), lines.join("\n"));
            }
        }
        all
    }
}

impl Drop for Fleet {
    /// What still runs after a failure must not outlive the test.
    fn drop(&mut self) {
        for pid in related(self.dir.path()).iter().filter_map(|line| line.split(':').next()?.parse::<i32>().ok()) {
            kill_process(Pid::from_raw(pid).expect("not zero"), Signal::KILL).ok();
        }
    }
}
