//! The container engine of a node is killed and started again while work runs on it (D7).

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::print_stderr,
    clippy::disallowed_methods,
    reason = "tests fail by panicking, and run in real time against real processes"
)]

mod support;

use std::{
    collections::BTreeSet,
    fs,
    path::PathBuf,
    process::{Child, Command},
    time::Instant,
};

use support::{
    docker::{docker, registry},
    fleet::{Fleet, Running},
};

/// An engine of the test's own, with its own data, and without the network of the machine: it would take the bridges of the
/// engine there for its own.
struct Engine {
    folder: PathBuf,
    daemon: Option<Running>,
}

impl Engine {
    fn start(folder: PathBuf) -> Self {
        fs::create_dir_all(&folder).unwrap();
        let mut engine = Self { folder, daemon: None };
        engine.start_again();
        engine
    }

    fn socket(&self) -> String {
        self.folder.join("engine.sock").to_str().unwrap().to_owned()
    }

    fn start_again(&mut self) {
        let at = |name: &str| self.folder.join(name);
        // What the one before left: it had no time to clean up.
        for left in ["engine.pid", "exec/containerd/containerd.pid"] {
            fs::remove_file(at(left)).ok();
        }
        let mut command = Command::new("unshare");
        command.args(["--net", "dockerd", "--iptables=false", "--bridge=none", "--storage-driver=vfs"]);
        command.args(["--host", &format!("unix://{}", self.socket())]);
        for (option, name) in [("--data-root", "data"), ("--exec-root", "exec"), ("--pidfile", "engine.pid")] {
            command.arg(option).arg(at(name));
        }
        self.daemon = Some(Running::start(command, &at("engine.log")));
        let start = Instant::now();
        while self.ask(&["info"]).is_none() {
            let log = || fs::read_to_string(at("engine.log")).unwrap_or_default();
            assert!(start.elapsed().as_secs() < 60, "the engine does not start:\n{}", last_lines(&log()));
            std::thread::sleep(std::time::Duration::from_millis(100));
        }
    }

    /// Takes over an image of the engine of the machine.
    fn load(&self, image: &str) {
        docker(&["pull", "-q", image]);
        let file = self.folder.join("image.tar");
        docker(&["save", "-o", file.to_str().unwrap(), image]);
        self.ask(&["load", "-i", file.to_str().unwrap()]).expect("the image is loaded");
    }

    /// As a crash: nothing is told, nothing is put in order.
    fn kill(&mut self) {
        self.daemon = None;
    }

    /// What a command of the engine prints; none when it fails.
    fn ask(&self, args: &[&str]) -> Option<String> {
        let done = Command::new("docker").args(["--host", &format!("unix://{}", self.socket())]).args(args).output();
        let done = done.ok().filter(|done| done.status.success())?;
        Some(String::from_utf8_lossy(&done.stdout).trim().to_owned())
    }

    /// The workloads of which a container runs, as often as they do.
    fn running(&self) -> Vec<String> {
        let format = "{{.Label \"io.miaas.workload\"}}";
        let all = self.ask(&["ps", "--filter", "label=io.miaas.workload", "--format", format]).unwrap_or_default();
        let mut all: Vec<String> = all.lines().map(str::to_owned).collect();
        all.sort_unstable();
        all
    }
}

impl Drop for Engine {
    fn drop(&mut self) {
        if let Some(all) = self.ask(&["ps", "-aq"]) {
            let ids: Vec<&str> = all.lines().collect();
            self.ask(&[&["rm", "-f"], ids.as_slice()].concat());
        }
        if let Some(Running(child)) = &mut self.daemon {
            end(child);
        }
    }
}

/// Lets it unmount what it has mounted, and end its helper.
fn end(child: &mut Child) {
    let pid = rustix::process::Pid::from_child(child);
    rustix::process::kill_process(pid, rustix::process::Signal::TERM).ok();
    child.wait().ok();
}

#[test]
fn d7_an_engine_that_dies_and_comes_back_runs_what_is_wanted_and_nothing_twice() {
    let Some(registry) = registry() else { return };
    let fleet = Fleet::new();
    let mut engine = Engine::start(fleet.path("engine"));
    let image = format!("{registry}/busybox:1.36");
    engine.load(&image);
    let _server = fleet.server();
    let _agent = fleet.docker_agent("alpha", &engine.socket(), &fleet.token(1));
    fleet.until_online(1);
    let deploy = |name: &str| {
        let file = fleet.path(&format!("{name}.yaml"));
        let service = format!("{{image: '{image}', command: [sleep, '90000'], network_mode: none}}");
        fs::write(&file, format!("services: {{main: {service}}}")).unwrap();
        fleet.ok(&["deploy", name, "-f", file.to_str().unwrap(), "--no-wait"]);
    };
    let ready = |count: usize| {
        let all = fleet.json(&["get"]);
        let all = all.as_array().unwrap();
        all.len() == count && all.iter().all(|d| d["status"] == "ready")
    };
    for i in 0..4 {
        deploy(&format!("s{i}"));
    }
    fleet.until("everything runs", || ready(4));
    let before = engine.running();
    assert_eq!(before.len(), 4);
    engine.kill();
    // What is wanted may change while nobody can do anything about it.
    deploy("late");
    fleet.ok(&["rm", "s0", "--no-wait"]);
    fleet.until("it is told that the engine does not answer", || {
        let said = fleet.cli(&["get", "late"]);
        said.out.contains("engine") || said.out.contains("docker") || fleet.logs().contains("does not answer")
    });
    engine.start_again();
    let took = fleet.until("everything runs again", || ready(4));
    let after = engine.running();
    let once: BTreeSet<&String> = after.iter().collect();
    assert_eq!(once.len(), after.len(), "something runs twice: {after:?}");
    assert_eq!(after.len(), 4, "{after:?}");
    assert!(after.iter().any(|w| w.starts_with("late-")) && !after.iter().any(|w| w.starts_with("s0-")), "{after:?}");
    let kept = before.iter().filter(|w| after.contains(w)).count();
    eprintln!("{kept} of 4 are the same workloads; all run {:.1} s after the engine answers", took.as_secs_f64());
    assert_eq!(kept, 3);
}

fn last_lines(text: &str) -> String {
    let lines: Vec<&str> = text.lines().collect();
    lines[lines.len().saturating_sub(30)..].join("\n")
}
