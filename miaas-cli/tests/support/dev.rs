//! A running `miaas dev` with its state folder.

use std::{
    fs::File,
    io::{Read as _, Write as _},
    net::TcpStream,
    path::{Path, PathBuf},
    process::{Child, Stdio},
    thread::sleep,
    time::{Duration, Instant},
};

use rustix::process::{Pid, Signal, kill_process};
use serde_json::Value;

use super::{Said, miaas, run};

/// `miaas dev`, killed when dropped.
#[derive(Debug)]
pub struct Dev {
    child: Child,
    state: PathBuf,
}

impl Dev {
    /// Starts it on a free port and waits until its API answers.
    pub fn start(state: &Path, args: &[&str]) -> Self {
        let _ = std::fs::remove_file(state.join("address"));
        let log = File::options().create(true).append(true).open(state.join("test.log")).expect("log");
        let child = miaas(state)
            .args(["dev", "--listen", "127.0.0.1:0"])
            .args(args)
            .stdin(Stdio::null())
            .stdout(log.try_clone().expect("log"))
            .stderr(log)
            .spawn()
            .expect("the binary runs");
        let mut dev = Self { child, state: state.to_owned() };
        dev.until("the API answers with a node online", |dev| {
            assert!(dev.child.try_wait().expect("wait").is_none(), "dev ended by itself:\n{}", dev.log());
            dev.state.join("address").exists() && dev.cli(&["node", "ls"]).out.contains("online")
        });
        dev
    }

    /// Runs a command against it, as a second terminal would: without options.
    pub fn cli(&self, args: &[&str]) -> Said {
        run(&self.state, args)
    }

    /// Runs a command that must work; gives back its standard output.
    #[track_caller]
    pub fn ok(&self, args: &[&str]) -> String {
        let said = self.cli(args);
        assert_eq!(said.code, Some(0), "{args:?}: {}{}\n{}", said.out, said.err, self.log());
        said.out
    }

    /// One deployment as JSON.
    #[track_caller]
    pub fn get(&self, name: &str) -> Value {
        serde_json::from_str(&self.ok(&["get", name, "-o", "json"])).expect("JSON")
    }

    /// Waits until `done`.
    #[track_caller]
    pub fn until(&mut self, what: &str, done: impl Fn(&mut Self) -> bool) {
        let start = Instant::now();
        while !done(self) {
            let get = || self.cli(&["get", "-o", "wide"]);
            assert!(start.elapsed() < Duration::from_secs(60), "never: {what}\n{:?}\n{}", get(), self.log());
            sleep(Duration::from_millis(100));
        }
    }

    /// Its state folder.
    pub fn state(&self) -> &Path {
        &self.state
    }

    /// `kill -9`, of server and agent at once.
    pub fn kill(mut self) {
        self.child.kill().expect("kill");
        self.child.wait().expect("wait");
    }

    /// Asks it to stop and waits until it has.
    #[track_caller]
    pub fn stop(mut self) {
        self.signal(Signal::TERM);
        let start = Instant::now();
        let status = loop {
            match self.child.try_wait().expect("wait") {
                Some(status) => break status,
                None => assert!(start.elapsed() < Duration::from_secs(60), "does not stop:\n{}", self.log()),
            }
            sleep(Duration::from_millis(50));
        };
        assert!(status.success(), "{status}:\n{}", self.log());
    }

    /// After a failure: containers and processes would outlive the test. Nothing in here may panic again.
    fn remove_all(&self) {
        let items: Value = serde_json::from_str(&self.cli(&["get", "-o", "json"]).out).unwrap_or_default();
        let ids = items.as_array().into_iter().flatten().filter_map(|item| item["id"].as_str());
        let args: Vec<&str> = ["rm", "--timeout", "30s"].into_iter().chain(ids).collect();
        if args.len() > 3 {
            self.cli(&args);
        }
    }

    fn signal(&self, signal: Signal) {
        let pid = Pid::from_child(&self.child);
        kill_process(pid, signal).expect("signal");
    }

    /// What it wrote.
    pub fn log(&self) -> String {
        std::fs::read_to_string(self.state.join("test.log")).unwrap_or_default()
    }
}

impl Drop for Dev {
    fn drop(&mut self) {
        if std::thread::panicking() {
            self.remove_all();
        }
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// The body that a web server on this machine answers with, or why there is none.
pub fn fetch(port: u64) -> Result<String, std::io::Error> {
    let port = u16::try_from(port).expect("port");
    let mut socket = TcpStream::connect(("127.0.0.1", port))?;
    socket.set_read_timeout(Some(Duration::from_secs(5)))?;
    socket.write_all(b"GET / HTTP/1.0\r\nHost: test\r\n\r\n")?;
    let mut text = String::new();
    socket.read_to_string(&mut text)?;
    // The engine's proxy takes a connection before it finds out that nothing is behind it.
    if text.is_empty() { Err(std::io::ErrorKind::UnexpectedEof.into()) } else { Ok(text) }
}

/// The host ports of the workloads of a deployment.
pub fn ports(deployment: &Value) -> Vec<u64> {
    let workloads = deployment["workloads"].as_array().expect("workloads");
    workloads.iter().flat_map(|w| w["ports"].as_array().expect("ports")).filter_map(|p| p["host"].as_u64()).collect()
}
