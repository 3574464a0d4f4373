//! Components of the catalogue that Debian ships, run for real as local processes and asked something (T5).

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
    io::{BufRead as _, BufReader, Read as _, Write as _},
    net::TcpStream,
    path::Path,
    process::Command,
    time::Duration,
};

use serde_json::Value;
use support::{
    dev::{Dev, fetch, ports},
    proc::related,
};

const PROCESS: &[&str] = &["--executor", "process"];

/// Whether the programs are there; `scripts/install-tools test` installs them.
fn installed(programs: &[&str]) -> bool {
    let found = |p: &&&str| {
        ["/usr/bin", "/usr/sbin", "/usr/lib/postgresql/15/bin", "/usr/lib/postgresql/17/bin"]
            .iter()
            .any(|dir| Path::new(dir).join(p).exists())
    };
    let missing: Vec<_> = programs.iter().filter(|p| !found(p)).collect();
    if !missing.is_empty() {
        eprintln!("skipped: {missing:?} is not installed here (scripts/install-tools test)");
    }
    missing.is_empty()
}

fn port(dev: &Dev, deployment: &str, name: &str) -> u16 {
    let got = dev.get(deployment);
    let ports = got["workloads"][0]["ports"].as_array().expect("ports").clone();
    let found = ports.iter().find(|p| p["name"] == name).and_then(|p| p["host"].as_u64());
    u16::try_from(found.unwrap_or_else(|| panic!("{deployment} has no port {name}: {got}"))).unwrap()
}

/// What a web server answers to a request, with its head.
fn http(port: u16, path: &str) -> String {
    let mut socket = TcpStream::connect(("127.0.0.1", port)).unwrap();
    socket.set_read_timeout(Some(Duration::from_secs(10))).unwrap();
    write!(socket, "GET {path} HTTP/1.0\r\nHost: test\r\n\r\n").unwrap();
    let mut text = String::new();
    socket.read_to_string(&mut text).unwrap();
    text
}

/// Nothing of a test may stay, neither while it is removed nor afterwards.
fn gone(mut dev: Dev, deployments: &[&str]) {
    for name in deployments {
        dev.ok(&["rm", name]);
    }
    dev.until("no process is left", |dev| related(&dev.state().join("agent")).is_empty());
    let state = dev.state().to_owned();
    dev.stop();
    assert!(related(&state).is_empty(), "{:?}", related(&state));
}

#[test]
fn t5_postgres_answers_a_query_and_keeps_its_data() {
    if !installed(&["postgres", "psql", "unshare", "bash"]) {
        return;
    }
    let state = tempfile::tempdir().unwrap();
    let dev = Dev::start(state.path(), PROCESS);
    // Whatever a password holds, it must come through the template, the shell and the database unharmed.
    let password = "it's \"$5\" \\ {x} 100%";
    let set = format!("password={password}");
    dev.ok(&["deploy", "postgres", "db", "--set", "database=shop", "--set", "user=owner", "--set", &set]);
    let port = port(&dev, "db", "postgres");

    let query = |sql: &str, password: &str| {
        let out = Command::new("psql")
            .env("PGPASSWORD", password)
            .args(["-h", "127.0.0.1", "-p", &port.to_string(), "-U", "owner", "-d", "shop", "-At", "-c", sql])
            .output()
            .expect("psql");
        (out.status.success(), String::from_utf8_lossy(&[out.stdout, out.stderr].concat()).trim().to_owned())
    };
    let made = query("create table t (n int); insert into t values (20), (22); select sum(n) from t", password);
    assert_eq!((made.0, made.1.lines().last()), (true, Some("42")), "{made:?}");
    assert!(!query("select 1", "wrong").0, "a wrong password was taken");
    assert_eq!(query("show shared_buffers", password).1, "128MB", "a quarter of the memory");

    // The data outlives the processes, and is not made anew.
    dev.ok(&["stop", "db"]);
    assert!(!query("select 1", password).0, "stopped, but answers");
    dev.ok(&["start", "db"]);
    assert_eq!(query("select count(*) from t", password), (true, "2".to_owned()));
    gone(dev, &["db"]);
}

#[test]
fn t5_nats_takes_a_message_and_refuses_strangers() {
    if !installed(&["nats-server", "bash"]) {
        return;
    }
    let state = tempfile::tempdir().unwrap();
    let dev = Dev::start(state.path(), PROCESS);
    dev.ok(&["deploy", "nats", "bus", "--set", "user=app", "--set", "password=pass \"word\" $1"]);
    let port = port(&dev, "bus", "nats");

    let talk = |lines: &str| {
        let mut socket = TcpStream::connect(("127.0.0.1", port)).unwrap();
        socket.set_read_timeout(Some(Duration::from_secs(10))).unwrap();
        socket.write_all(lines.as_bytes()).unwrap();
        BufReader::new(socket)
    };
    let line = |reader: &mut BufReader<TcpStream>| {
        let mut line = String::new();
        reader.read_line(&mut line).unwrap();
        line.trim_end().to_owned()
    };
    let login = |password: &str| {
        let options = serde_json::json!({"verbose": false, "user": "app", "pass": password});
        format!("CONNECT {options}\r\nPING\r\n")
    };
    let mut client = talk(&login("pass \"word\" $1"));
    let info = line(&mut client);
    assert!(info.starts_with("INFO ") && info.contains("\"jetstream\":true"), "{info}");
    assert_eq!(line(&mut client), "PONG");
    client.get_mut().write_all(b"SUB news 1\r\nPUB news 5\r\nhello\r\n").unwrap();
    assert_eq!((line(&mut client), line(&mut client)), ("MSG news 1 5".to_owned(), "hello".to_owned()));

    let mut stranger = talk(&login("wrong"));
    line(&mut stranger);
    assert_eq!(line(&mut stranger), "-ERR 'Authorization Violation'");
    gone(dev, &["bus"]);
}

#[test]
fn t5_prometheus_is_ready_and_answers_a_query_about_itself() {
    if !installed(&["prometheus", "bash"]) {
        return;
    }
    let state = tempfile::tempdir().unwrap();
    let mut dev = Dev::start(state.path(), PROCESS);
    dev.ok(&["deploy", "prometheus", "metrics", "--set", "interval=1s", "--set", "targets=127.0.0.1:9 [::1]:9"]);
    let port = port(&dev, "metrics", "http");
    assert!(http(port, "/-/ready").contains(" 200 "));
    // It asks itself every second, and the other targets in vain.
    let query = |text: &str| -> Value {
        let answer = http(port, &format!("/api/v1/query?query={text}"));
        serde_json::from_str(answer.split_once("\r\n\r\n").expect("a head and a body").1).expect("JSON")
    };
    dev.until("it has collected", |_| query("up")["data"]["result"].as_array().is_some_and(|r| r.len() == 3));
    assert_eq!(query("up%7Bjob=%22prometheus%22%7D")["data"]["result"][0]["value"][1], "1");
    assert_eq!(query("sum(up%7Bjob=%22targets%22%7D)")["data"]["result"][0]["value"][1], "0");
    gone(dev, &["metrics"]);
}

#[test]
fn t5_caddy_passes_a_request_on() {
    if !installed(&["caddy", "bash", "busybox"]) {
        return;
    }
    let state = tempfile::tempdir().unwrap();
    let dev = Dev::start(state.path(), PROCESS);
    dev.ok(&["deploy", "hello-world", "web", "--set", "message=behind the proxy"]);
    let behind = ports(&dev.get("web"))[0];
    let set = format!("upstreams=127.0.0.1:{behind}");
    dev.ok(&["deploy", "caddy", "front", "--set", &set]);
    let front = port(&dev, "front", "http");
    let answer = fetch(front.into()).unwrap();
    assert!(answer.contains(" 200 ") && answer.contains("behind the proxy"), "{answer}");
    assert!(answer.to_lowercase().contains("\r\nserver: caddy"), "{answer}");

    // What `caddy hash-password` prints for "secret".
    let hash = Command::new("caddy").args(["hash-password", "--plaintext", "secret"]).output().expect("caddy").stdout;
    let hash = format!("password_hash={}", String::from_utf8(hash).unwrap().trim());
    dev.ok(&["deploy", "caddy", "closed", "--set", &set, "--set", "user=me", "--set", &hash]);
    let closed = port(&dev, "closed", "http");
    assert!(http(closed, "/").contains(" 401 "));
    let mut socket = TcpStream::connect(("127.0.0.1", closed)).unwrap();
    // me:secret
    socket.write_all(b"GET / HTTP/1.0\r\nAuthorization: Basic bWU6c2VjcmV0\r\n\r\n").unwrap();
    let mut answer = String::new();
    socket.read_to_string(&mut answer).unwrap();
    assert!(answer.contains("behind the proxy"), "{answer}");
    gone(dev, &["front", "closed", "web"]);
}

#[test]
fn t5_redis_answers_with_a_password() {
    if !installed(&["redis-server", "redis-cli"]) {
        return;
    }
    let state = tempfile::tempdir().unwrap();
    let dev = Dev::start(state.path(), PROCESS);
    dev.ok(&["deploy", "redis", "cache", "--set", "password=pass word"]);
    let port = port(&dev, "cache", "redis");
    let ask = |lines: &str| {
        let mut socket = TcpStream::connect(("127.0.0.1", port)).unwrap();
        socket.write_all(lines.as_bytes()).unwrap();
        let mut answer = String::new();
        socket.read_to_string(&mut answer).unwrap();
        answer
    };
    assert_eq!(ask("AUTH \"pass word\"\r\nSET a 42\r\nGET a\r\nQUIT\r\n"), "+OK\r\n+OK\r\n$2\r\n42\r\n+OK\r\n");
    assert!(ask("GET a\r\nQUIT\r\n").starts_with("-NOAUTH"));
    gone(dev, &["cache"]);
}
