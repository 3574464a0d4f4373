//! Rootless Podman as a user's session runs it, with everything that it keeps in a folder of its own.
#![allow(dead_code, unreachable_pub, reason = "each test file uses a part of it")]
#![allow(clippy::print_stderr, reason = "people shall see what was skipped")]

use std::{
    ffi::OsStr,
    fs,
    os::unix::fs::{PermissionsExt as _, chown},
    path::{Path, PathBuf},
    process::Command,
    sync::mpsc,
    thread::{JoinHandle, sleep},
    time::{Duration, Instant},
};

use rustix::process::{Pid, Signal, geteuid, kill_process};

use super::{
    fleet::{Fleet, Running},
    proc::related,
};

/// Whom `scripts/install-tools podman` makes, for tests that root runs.
const USER: &str = "miaas-test";

/// A user who has nothing but a folder.
#[derive(Clone)]
struct Account {
    home: PathBuf,
    /// User and group, where these are not the test's own.
    ids: Option<(u32, u32)>,
}

impl Account {
    fn new(home: &Path) -> Self {
        let account = Self { home: home.to_owned(), ids: geteuid().is_root().then(ids) };
        account.own(home);
        account
    }

    /// For this user alone.
    fn own(&self, path: &Path) {
        fs::set_permissions(path, fs::Permissions::from_mode(0o700)).expect("mode");
        if let Some((uid, gid)) = self.ids {
            chown(path, Some(uid), Some(gid)).expect("owner");
        }
    }

    fn command(&self, program: impl AsRef<OsStr>) -> Command {
        let mut command = match self.ids {
            Some((uid, gid)) => {
                let mut command = Command::new("setpriv");
                command.args([format!("--reuid={uid}"), format!("--regid={gid}"), "--clear-groups".to_owned()]);
                command.arg(program);
                command
            }
            None => Command::new(program),
        };
        for name in ["XDG_CONFIG_HOME", "XDG_DATA_HOME", "DBUS_SESSION_BUS_ADDRESS", "DOCKER_HOST", "CONTAINER_HOST"] {
            command.env_remove(name);
        }
        let at = |name: &str| self.home.join(name);
        command.current_dir(&self.home).env("HOME", &self.home).env("XDG_RUNTIME_DIR", at("run"));
        command.env("CONTAINERS_CONF", at("containers.conf")).env("CONTAINERS_REGISTRIES_CONF", at("registries.conf"));
        command
    }
}

/// User and group of [`USER`].
fn ids() -> (u32, u32) {
    let users = fs::read_to_string("/etc/passwd").expect("/etc/passwd");
    let line = users.lines().find_map(|line| line.strip_prefix(USER)?.strip_prefix(':'));
    let fields: Vec<&str> = line.expect("the user of the tests: scripts/install-tools podman").split(':').collect();
    (fields[1].parse().expect("uid"), fields[2].parse().expect("gid"))
}

/// An engine of the test's own. What it runs ends when it is dropped.
pub struct Podman {
    dir: tempfile::TempDir,
    account: Account,
    service: Option<Running>,
    timer: Option<(mpsc::Sender<()>, JoinHandle<()>)>,
}

impl Podman {
    /// None when `MIAAS_TEST_NO_PODMAN` says that there is none here, which the runner says loudly.
    #[track_caller]
    pub fn start(registry: &str) -> Option<Self> {
        if std::env::var_os("MIAAS_TEST_NO_PODMAN").is_some() {
            eprintln!("skipped: MIAAS_TEST_NO_PODMAN says that rootless Podman cannot be had here");
            return None;
        }
        let dir = tempfile::tempdir().expect("a folder");
        let account = Account::new(dir.path());
        fs::create_dir(dir.path().join("run")).expect("a folder");
        account.own(&dir.path().join("run"));
        configure(dir.path(), registry);
        let mut podman = Self { dir, account, service: None, timer: None };
        podman.start_again();
        podman.timer = Some(health_checks(podman.account.clone()));
        Some(podman)
    }

    fn path(&self, name: &str) -> PathBuf {
        self.dir.path().join(name)
    }

    fn socket(&self) -> PathBuf {
        self.path("podman.sock")
    }

    /// Starts its service, and waits until it listens.
    #[track_caller]
    pub fn start_again(&mut self) {
        fs::remove_file(self.socket()).ok();
        let mut command = self.account.command("podman");
        command.args(["system", "service", "--time=0"]).arg(format!("unix://{}", self.socket().display()));
        self.service = Some(Running::start(command, &self.path("podman.log")));
        let start = Instant::now();
        while !self.socket().exists() {
            let log = || fs::read_to_string(self.path("podman.log")).unwrap_or_default();
            assert!(start.elapsed().as_secs() < 60, "Podman does not start:\n{}", log());
            sleep(Duration::from_millis(50));
        }
    }

    /// Kills its service. What it has started has no need of it.
    pub fn kill(&mut self) {
        self.service = None;
    }

    /// The lines that a command prints; it must succeed.
    #[track_caller]
    pub fn ok(&self, args: &[&str]) -> Vec<String> {
        let done = self.account.command("podman").args(args).output().expect("podman runs");
        assert!(done.status.success(), "podman {args:?}: {}", String::from_utf8_lossy(&done.stderr));
        String::from_utf8_lossy(&done.stdout).lines().map(|line| line.trim().to_owned()).collect()
    }

    /// Starts an agent as the same user; the program is copied to where that user can read it.
    pub fn agent(&self, fleet: &Fleet, name: &str, token: &str) -> Running {
        let program = self.path("miaas");
        fs::copy(env!("CARGO_BIN_EXE_miaas"), &program).expect("a copy");
        let mut command = self.account.command(&program);
        command.arg("--state-dir").arg(self.path(name)).args(["agent", "--server", &fleet.address, "--name", name]);
        command.arg(format!("--docker={}", self.socket().display())).env("MIAAS_JOIN_TOKEN", token);
        Running::start(command, &fleet.path(&format!("{name}.log")))
    }

    /// Whom everything runs as.
    pub fn uid(&self) -> u32 {
        self.account.ids.map_or_else(|| geteuid().as_raw(), |(uid, _)| uid)
    }
}

impl Drop for Podman {
    fn drop(&mut self) {
        if let Some((stop, thread)) = self.timer.take() {
            drop(stop);
            thread.join().ok();
        }
        self.account.command("podman").args(["rm", "--all", "--force", "--time=0"]).output().ok();
        self.service = None;
        // Files of the users inside belong to nobody outside.
        self.account.command("podman").args(["unshare", "rm", "-rf", ".local"]).output().ok();
        // What holds its namespaces open, and is in no other list.
        for pid in related(self.dir.path()).iter().filter_map(|line| line.split(':').next()?.parse::<i32>().ok()) {
            kill_process(Pid::from_raw(pid).expect("not zero"), Signal::KILL).ok();
        }
    }
}

fn configure(home: &Path, registry: &str) {
    // crun refuses a machine with control groups of both versions; runc takes each.
    let runc = ["/usr/sbin/runc", "/usr/bin/runc"].iter().any(|path| Path::new(path).exists());
    let runtime = if runc { "runtime = \"runc\"\n" } else { "" };
    let engine = format!("[engine]\ncgroup_manager = \"cgroupfs\"\nevents_logger = \"file\"\n{runtime}");
    fs::write(home.join("containers.conf"), engine).expect("containers.conf");
    let host = registry.split('/').next().unwrap_or_default();
    let registries = format!("[[registry]]\nlocation = \"{host}\"\ninsecure = true\n");
    fs::write(home.join("registries.conf"), registries).expect("registries.conf");
}

/// Podman leaves it to systemd to make its health checks at their times. Where a test runs there may be none.
fn health_checks(account: Account) -> (mpsc::Sender<()>, JoinHandle<()>) {
    let (stop, stopped) = mpsc::channel();
    let podman = move |args: &[&str]| account.command("podman").args(args).output().ok();
    let thread = std::thread::spawn(move || {
        while stopped.recv_timeout(Duration::from_millis(300)) == Err(mpsc::RecvTimeoutError::Timeout) {
            let running = podman(&["ps", "--quiet"]).map(|done| done.stdout).unwrap_or_default();
            for id in String::from_utf8_lossy(&running).lines() {
                podman(&["healthcheck", "run", id]);
            }
        }
    });
    (stop, thread)
}
