//! The whole thing as a user runs it, with containers of the real Docker engine of this machine and images from the
//! registry that `scripts/test-images` fills.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::disallowed_methods,
    reason = "tests fail by panicking, and run in real time against real processes"
)]

mod support;

use std::{
    io::{BufRead as _, BufReader, Write as _},
    net::TcpStream,
};

use serde_json::Value;
use support::{
    dev::{Dev, fetch, ports},
    docker::{docker, registry},
};

fn label(deployment: &Value) -> String {
    format!("label=io.miaas.deployment={}", deployment["id"].as_str().expect("id"))
}

fn ping_redis(port: u64) -> std::io::Result<String> {
    let mut socket = TcpStream::connect(("127.0.0.1", u16::try_from(port).expect("port")))?;
    socket.write_all(b"PING\r\n")?;
    let mut line = String::new();
    BufReader::new(socket).read_line(&mut line)?;
    Ok(line)
}

#[test]
fn containers_are_deployed_kept_running_updated_safely_and_removed_without_trace() {
    let Some(registry) = registry() else { return };
    let state = tempfile::tempdir().unwrap();
    let set = format!("registry={registry}");
    let mut dev = Dev::start(state.path(), &["--executor", "docker", "--cleanup"]);

    dev.ok(&["deploy", "hello-world", "web", "--set", &set]);
    dev.ok(&["deploy", "redis", "cache", "--set", &set]);
    let (web, cache) = (dev.get("web"), dev.get("cache"));
    assert!(fetch(ports(&web)[0]).unwrap().contains("Hello from MIaaS"));
    assert_eq!(ping_redis(ports(&cache)[0]).unwrap(), "+PONG\r\n");
    let wide = dev.ok(&["get", "web"]);
    assert!(wide.contains("why there: ") && wide.contains("url: http://127.0.0.1:"), "{wide}");

    // A killed container is back, without anybody asking. The engine answers the kill before the container has ended.
    let started = || {
        docker(&["ps", "-q", "--filter", &label(&web)])
            .lines()
            .map(|id| docker(&["inspect", "-f", "{{.State.StartedAt}}", id]))
            .collect::<String>()
    };
    let before = started();
    docker(&["kill", &docker(&["ps", "-q", "--filter", &label(&web)])]);
    dev.until("the killed container is back", |dev| {
        let now = started();
        !now.is_empty() && now != before && fetch(ports(&web)[0]).is_ok() && dev.get("web")["status"] == "ready"
    });

    // A bad image: the old version keeps running, and the deployment says what the registry answered.
    let host = registry.split('/').next().unwrap();
    let bad = format!("registry={host}/nowhere");
    let said = dev.cli(&["set", "web", &bad, "--timeout", "8s"]);
    assert_eq!(said.code, Some(1), "{said:?}");
    let image = format!("{host}/nowhere/busybox:1.36");
    assert!(said.err.contains(&image), "names the image: {said:?}");
    assert!(said.err.contains("not found") || said.err.contains("unknown"), "what the registry said: {said:?}");
    assert!(fetch(ports(&web)[0]).unwrap().contains("Hello from MIaaS"), "the old version runs");
    assert!(dev.ok(&["get", "web"]).contains(&image));
    assert_eq!(ping_redis(ports(&cache)[0]).unwrap(), "+PONG\r\n", "others are not touched");
    dev.ok(&["set", "web", &set, "message=second"]);
    assert!(fetch(ports(&dev.get("web"))[0]).unwrap().contains("second"));

    dev.ok(&["rm", "web", "cache"]);
    for deployment in [&web, &cache] {
        let filter = label(deployment);
        for what in [&["ps", "-aq"][..], &["network", "ls", "-q"], &["volume", "ls", "-q"]] {
            assert_eq!(docker(&[what, &["--filter", &filter]].concat()), "", "{what:?}");
        }
    }
    dev.stop();
}
