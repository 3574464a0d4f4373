//! A server on PostgreSQL, and its state moved to SQLite and back (O2).

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::disallowed_methods,
    reason = "tests fail by panicking, and run in real time against real processes"
)]

#[allow(dead_code, reason = "shared with the tests of the store")]
#[path = "../../miaas-store/tests/postgres/cluster.rs"]
mod cluster;
mod support;

use std::{
    fs::{self, File},
    path::Path,
    process::{Child, Stdio},
    time::{Duration, Instant},
};

use cluster::{Cluster, PASSWORD};
use rustix::process::{Pid, Signal, kill_process};
use serde_json::Value;
use support::{Said, miaas, run};

struct Server {
    child: Child,
    url: String,
}

impl Server {
    /// Starts it with its log in the state folder and waits until it listens.
    fn start(state: &Path, store: &str) -> Self {
        let log = File::create(state.join("server.log")).unwrap();
        let mut command = miaas(state);
        command.args(["server", "--listen", "127.0.0.1:0", "--store", store]).stdin(Stdio::null());
        let child = command.stdout(log.try_clone().unwrap()).stderr(log).spawn().unwrap();
        let mut server = Self { child, url: String::new() };
        let begun = Instant::now();
        while server.url.is_empty() {
            let said = fs::read_to_string(state.join("server.log")).unwrap();
            assert!(begun.elapsed() < Duration::from_secs(30), "does not listen:\n{said}");
            std::thread::sleep(Duration::from_millis(20));
            let url = said.lines().find_map(|line| line.strip_prefix("listening on "));
            server.url = url.unwrap_or_default().to_owned();
        }
        server
    }

    fn ask(&self, state: &Path, args: &[&str]) -> Value {
        let key = state.join("admin.key");
        let key = key.to_str().unwrap();
        let said = run(state, &[&["--server", &self.url, "--api-key-file", key, "-o", "json"], args].concat());
        assert_eq!(said.code, Some(0), "{said:?}");
        serde_json::from_str(&said.out).unwrap()
    }

    fn stop(mut self) {
        kill_process(Pid::from_child(&self.child), Signal::TERM).unwrap();
        assert!(self.child.wait().unwrap().success());
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

#[track_caller]
fn shows_no_password(said: &str) {
    for secret in [PASSWORD, "hush%40hush"] {
        assert!(!said.contains(secret), "{said}");
    }
}

#[test]
fn o2_a_state_moves_between_postgres_and_sqlite_by_one_command() {
    let Some(cluster) = Cluster::start() else { return };
    let folder = tempfile::tempdir().unwrap();
    let state = folder.path();
    let (file, again) = (state.join("store"), state.join("again"));
    fs::write(&file, format!("{}\n", cluster.database("first"))).unwrap();
    fs::write(&again, cluster.database("second")).unwrap();
    let [first, second] = [&file, &again].map(|file| format!("@{}", file.display()));
    let sqlite = format!("sqlite:{}", state.join("moved.db").display());
    let migrate = |from: &str, to: &str| -> Said {
        let said = run(state, &["store", "migrate", "--from", from, "--to", to]);
        shows_no_password(&format!("{said:?}"));
        said
    };

    let server = Server::start(state, &first);
    let name = |tokens: &Value| tokens.as_array().unwrap().iter().map(|t| t["id"].clone()).collect::<Vec<_>>();
    let token = server.ask(state, &["token", "create"]);
    let tokens = name(&server.ask(state, &["token", "ls"]));
    assert_eq!(tokens.len(), 1, "{token}");
    assert!(!state.join("miaas.db").exists(), "nothing is kept in the state directory");
    let said = migrate(&first, &sqlite);
    assert_eq!(said.code, Some(1), "{said:?}");
    assert!(said.err.contains("is in use by miaas at") && said.err.contains("hint: stop every server"), "{said:?}");
    server.stop();
    let log = fs::read_to_string(state.join("server.log")).unwrap();
    assert!(log.contains("postgres://miaas@127.0.0.1"), "the log names the database: {log}");
    shows_no_password(&log);

    for (from, to) in [(&first, &sqlite), (&sqlite, &second)] {
        let said = migrate(from, to);
        assert_eq!(said.code, Some(0), "{said:?}");
        let digests: Vec<&str> = said.out.lines().skip(1).filter_map(|l| l.split_whitespace().next()).collect();
        assert!(digests.len() == 2 && digests[0] == digests[1] && digests[0].len() == 64, "{said:?}");
        assert!(said.out.starts_with(char::is_numeric) && said.out.contains("objects at revision"), "{said:?}");
        let server = Server::start(state, to);
        assert_eq!(name(&server.ask(state, &["token", "ls"])), tokens, "the same key opens the same state");
        server.stop();
        let said = migrate(from, to);
        assert!(said.code == Some(1) && said.err.contains("is not empty"), "{said:?}");
    }
}

#[test]
fn a_location_that_is_none_is_explained_without_its_password() {
    let folder = tempfile::tempdir().unwrap();
    for (store, wanted) in [
        ("postgres://miaas:hush%40hush@host:port/miaas", "cannot be read"),
        ("miaas:hush%40hush@host/miaas", "sqlite:PATH"),
        ("@/nowhere", "/nowhere"),
    ] {
        for args in [&["server", "--store", store][..], &["store", "migrate", "--from", store, "--to", "sqlite:x.db"]] {
            let said = run(folder.path(), args);
            assert!(said.code == Some(1) && said.err.contains(wanted), "{said:?}");
            shows_no_password(&format!("{said:?}"));
        }
    }
}
