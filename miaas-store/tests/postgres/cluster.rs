//! A PostgreSQL server of the test's own, in a temporary folder on a free port of loopback, with the programs of Debian's
//! package. Ended when dropped, and by the kernel when the test is killed.

use std::{
    net::TcpListener,
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    time::{Duration, Instant},
};

use rustix::process::{Pid, Signal, kill_process};
use tempfile::TempDir;

/// Of the user `miaas`, who owns everything.
pub(crate) const PASSWORD: &str = "hush@hush";

pub(crate) struct Cluster {
    bin: PathBuf,
    dir: TempDir,
    port: u16,
    server: Option<Child>,
}

impl Cluster {
    /// A fresh server that answers. None only where `MIAAS_TEST_NO_POSTGRES=1` says that there is no PostgreSQL.
    pub(crate) fn start() -> Option<Self> {
        Self::start_in(&std::env::temp_dir())
    }

    /// The same with its data in this folder.
    #[allow(clippy::print_stdout, reason = "people shall see what was skipped")]
    pub(crate) fn start_in(folder: &Path) -> Option<Self> {
        let Some(bin) = programs() else {
            let skipped = std::env::var_os("MIAAS_TEST_NO_POSTGRES").is_some_and(|v| v == "1");
            assert!(
                skipped,
                "PostgreSQL is not installed: run scripts/install-tools postgres, or set MIAAS_TEST_NO_POSTGRES=1"
            );
            println!("skipped: there is no PostgreSQL, and MIAAS_TEST_NO_POSTGRES=1");
            return None;
        };
        let folder = std::path::absolute(folder).unwrap();
        let dir = tempfile::Builder::new().prefix("miaas-postgres-").tempdir_in(folder).unwrap();
        if is_root() {
            done(Command::new("chown").arg("postgres:").arg(dir.path()));
        }
        std::fs::write(dir.path().join("password"), PASSWORD).unwrap();
        let mut cluster = Self { bin, dir, port: 0, server: None };
        // A locale that does not sort by bytes: the store must not depend on it.
        done(
            cluster
                .program("initdb")
                .arg("-D")
                .arg(cluster.data())
                .arg("--pwfile")
                .arg(cluster.dir.path().join("password"))
                .args([
                    "--username=miaas",
                    "--encoding=UTF8",
                    "--locale=C.UTF-8",
                    "--locale-provider=icu",
                    "--icu-locale=en-US",
                    "--auth-local=trust",
                    "--auth-host=scram-sha-256",
                    "--no-sync",
                ]),
        );
        for attempt in 1.. {
            cluster.port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
            if cluster.launch() {
                break;
            }
            assert!(attempt < 5, "PostgreSQL does not start:\n{}", cluster.log());
        }
        Some(cluster)
    }

    /// The address of a database, with the password.
    pub(crate) fn url(&self, database: &str) -> String {
        self.url_at(self.port, database)
    }

    /// The same through another port.
    pub(crate) fn url_at(&self, port: u16, database: &str) -> String {
        format!("postgres://miaas:{}@127.0.0.1:{port}/{database}", PASSWORD.replace('@', "%40"))
    }

    pub(crate) fn port(&self) -> u16 {
        self.port
    }

    /// Makes an empty database and gives its address.
    pub(crate) fn database(&self, name: &str) -> String {
        self.sql("postgres", &format!("CREATE DATABASE {name}"));
        self.url(name)
    }

    /// Does something behind the back of the store; gives back what `psql` prints.
    pub(crate) fn sql(&self, database: &str, sql: &str) -> String {
        let mut psql = self.program("psql");
        psql.args(["-X", "-q", "-A", "-t", "-v", "ON_ERROR_STOP=1", "-U", "miaas", "-d", database, "-c", sql]);
        psql.arg("-h").arg(self.dir.path()).arg("-p").arg(self.port.to_string());
        done(&mut psql).trim().to_owned()
    }

    /// A database as text that [`sql`](Self::sql) can read back.
    pub(crate) fn dump(&self, database: &str) -> String {
        let mut dump = self.program("pg_dump");
        dump.args(["--no-owner", "--no-privileges", "--inserts", "-U", "miaas", "-d", database]);
        dump.arg("-h").arg(self.dir.path()).arg("-p").arg(self.port.to_string());
        // Commands of `psql` and comments: the first differ each time.
        let text = done(&mut dump);
        let lines = text.lines().filter(|line| !line.starts_with('\\') && !line.starts_with("--") && !line.is_empty());
        lines.map(|line| format!("{line}\n")).collect()
    }

    /// Ends the server as a power failure would: nothing is finished, and the next start recovers.
    pub(crate) fn crash(&mut self) {
        self.end(Signal::QUIT);
    }

    /// Ends the server as an administrator does: sessions are cut off, what is committed is written.
    pub(crate) fn stop(&mut self) {
        self.end(Signal::INT);
    }

    /// Starts it again after [`crash`](Self::crash) or [`stop`](Self::stop).
    pub(crate) fn start_again(&mut self) {
        assert!(self.launch(), "PostgreSQL does not start again:\n{}", self.log());
    }

    fn end(&mut self, signal: Signal) {
        let Some(mut server) = self.server.take() else { return };
        kill_process(Pid::from_child(&server), signal).unwrap();
        server.wait().unwrap();
    }

    fn launch(&mut self) -> bool {
        let log = std::fs::File::options().create(true).append(true).open(self.dir.path().join("log")).unwrap();
        let mut command = self.program("postgres");
        command.arg("-D").arg(self.data()).arg("-p").arg(self.port.to_string()).arg("-k").arg(self.dir.path());
        command.args(["-h", "127.0.0.1"]).stdin(Stdio::null()).stdout(log.try_clone().unwrap()).stderr(log);
        let mut server = command.spawn().unwrap();
        let begun = Instant::now();
        loop {
            let mut ready = self.program("pg_isready");
            ready.arg("-q").arg("-h").arg(self.dir.path()).arg("-p").arg(self.port.to_string());
            if ready.status().unwrap().success() {
                self.server = Some(server);
                return true;
            }
            if server.try_wait().unwrap().is_some() {
                return false;
            }
            assert!(begun.elapsed() < Duration::from_secs(60), "PostgreSQL does not answer:\n{}", self.log());
            std::thread::sleep(Duration::from_millis(20));
        }
    }

    fn data(&self) -> PathBuf {
        self.dir.path().join("data")
    }

    fn log(&self) -> String {
        std::fs::read_to_string(self.dir.path().join("log")).unwrap_or_default()
    }

    /// One of PostgreSQL's programs, as a user that it accepts and not longer than this thread.
    fn program(&self, name: &str) -> Command {
        let mut command = Command::new("setpriv");
        command.args(["--pdeathsig", "QUIT"]).current_dir(self.dir.path());
        if is_root() {
            // PostgreSQL refuses to run as root.
            command.args(["--reuid=postgres", "--regid=postgres", "--clear-groups"]);
        }
        command.arg(self.bin.join(name));
        for variable in ["PGHOST", "PGPORT", "PGUSER", "PGPASSWORD", "PGDATABASE", "PGOPTIONS"] {
            command.env_remove(variable);
        }
        command
    }
}

impl Drop for Cluster {
    fn drop(&mut self) {
        if let Some(mut server) = self.server.take() {
            let _ = kill_process(Pid::from_child(&server), Signal::QUIT);
            let _ = server.wait();
        }
    }
}

fn is_root() -> bool {
    rustix::process::geteuid().is_root()
}

/// The folder with the programs of the newest version that is installed.
fn programs() -> Option<PathBuf> {
    let debian = std::fs::read_dir("/usr/lib/postgresql").into_iter().flatten().flatten().map(|e| e.path().join("bin"));
    let path = std::env::var_os("PATH").unwrap_or_default();
    let mut found: Vec<PathBuf> =
        debian.chain(std::env::split_paths(&path)).filter(|p| p.join("initdb").exists()).collect();
    found.sort_by_key(|p| p.parent().and_then(Path::file_name).and_then(|n| n.to_str()?.parse::<u32>().ok()));
    found.pop()
}

fn done(command: &mut Command) -> String {
    let output = command.output().unwrap();
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    assert!(output.status.success(), "{command:?}: {}{}", text(&output.stdout), text(&output.stderr));
    text(&output.stdout)
}
