//! An agent without any privilege on rootless Podman: what Docker's users have, on the same templates and files (N10).

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::disallowed_methods,
    reason = "tests fail by panicking, and run in real time against real processes"
)]

mod support;

use std::{fs, os::unix::fs::MetadataExt as _};

use serde_json::Value;
use support::{
    dev::{fetch, ports},
    docker::registry,
    fleet::Fleet,
    podman::Podman,
};

fn deployment(fleet: &Fleet, name: &str) -> Value {
    fleet.json(&["get", name])
}

/// The containers of a deployment that run.
fn containers(podman: &Podman, of: &Value) -> Vec<String> {
    let label = format!("label=io.miaas.deployment={}", of["id"].as_str().unwrap());
    let mut all = podman.ok(&["ps", "--quiet", "--no-trunc", "--filter", &label]);
    all.sort_unstable();
    all
}

/// Two services that find each other by name, a file that is secret, a volume, and both kinds of health checks.
fn document(image: &str) -> String {
    format!(
        "services:
  page:
    image: {image}
    init: true
    command: [sh, -c, 'mkdir /www && cp /run/secrets/word /www/index.html && exec httpd -f -p 8080 -h /www']
    secrets: [word]
    ports: [{{target: 8080, host_ip: 127.0.0.1}}]
    healthcheck: {{x-http: {{port: 8080, path: /}}, interval: 1s, timeout: 2s}}
  reader:
    image: {image}
    init: true
    depends_on: {{page: {{condition: service_healthy}}}}
    command: [sh, -c, 'wget -q -O /data/word http://page:8080/ && cat /data/word && exec sleep 90000']
    volumes: ['data:/data']
    healthcheck: {{test: [CMD, test, -e, /data/word], interval: 1s, timeout: 2s}}
secrets:
  word: {{file: ./word.txt}}
volumes:
  data: {{}}
"
    )
}

#[test]
fn n10_podman_without_root_runs_what_docker_runs() {
    let Some(registry) = registry() else { return };
    let Some(mut podman) = Podman::start(&registry) else { return };
    let fleet = Fleet::new();
    let _server = fleet.server();
    let _agent = podman.agent(&fleet, "alpha", &fleet.token(1));
    fleet.until_online(1);

    fleet.ok(&["deploy", "hello-world", "web", "--set", &format!("registry={registry}")]);
    let web = deployment(&fleet, "web");
    assert!(fetch(ports(&web)[0]).unwrap().contains("Hello from MIaaS"));
    let first = containers(&podman, &web);
    let pid = &podman.ok(&["inspect", "--format", "{{.State.ConmonPid}}", &first[0]])[0];
    let owner = fs::metadata(format!("/proc/{pid}")).unwrap().uid();
    assert!(owner != 0 && owner == podman.uid(), "containers are the user's: {owner}");

    let project = fleet.path("project");
    fs::create_dir(&project).unwrap();
    fs::write(project.join("compose.yaml"), document(&format!("{registry}/busybox:1.36"))).unwrap();
    fs::write(project.join("word.txt"), "a secret word\n").unwrap();
    let file = project.join("compose.yaml");
    fleet.ok(&["deploy", "pair", "-f", file.to_str().unwrap()]);
    let pair = deployment(&fleet, "pair");
    assert!(fleet.ok(&["logs", "pair"]).contains("a secret word"), "one service has read the page of the other");
    assert_eq!(containers(&podman, &pair).len(), 2);
    assert_eq!(containers(&podman, &web), first, "what did not change runs on");

    // An update that cannot work leaves the old one alone; one that can replaces it.
    let host = registry.split('/').next().unwrap();
    let said = fleet.cli(&["set", "web", &format!("registry={host}/nowhere"), "--timeout", "8s"]);
    assert_eq!(said.code, Some(1), "{said:?}");
    assert!(said.err.contains(&format!("{host}/nowhere/busybox:1.36")), "{said:?}");
    assert_eq!(containers(&podman, &web), first);
    fleet.ok(&["set", "web", &format!("registry={registry}"), "message=second"]);
    assert!(fetch(ports(&deployment(&fleet, "web"))[0]).unwrap().contains("second"));
    assert_ne!(containers(&podman, &web), first);

    // Stopped by request: it stays stopped, and comes back.
    fleet.ok(&["stop", "web"]);
    assert_eq!(containers(&podman, &web), [""; 0]);
    fleet.ok(&["start", "web"]);
    assert!(fetch(ports(&deployment(&fleet, "web"))[0]).unwrap().contains("second"));

    // Containers do not need Podman's service to run, and are the same ones when it is back.
    let before = (containers(&podman, &web), containers(&podman, &pair));
    podman.kill();
    assert!(fetch(ports(&deployment(&fleet, "web"))[0]).unwrap().contains("second"));
    podman.start_again();
    podman.ok(&["kill", &before.0[0]]);
    fleet.until("what was killed runs again", || {
        let web = deployment(&fleet, "web");
        web["status"] == "ready" && !containers(&podman, &web).is_empty() && fetch(ports(&web)[0]).is_ok()
    });
    assert_eq!(containers(&podman, &pair), before.1);

    fleet.ok(&["rm", "web", "pair"]);
    for what in [&["ps", "--all", "--quiet"][..], &["volume", "ls", "--quiet"]] {
        assert_eq!(podman.ok(what), [""; 0], "{what:?}");
    }
    assert_eq!(podman.ok(&["network", "ls", "--quiet"]), ["podman"]);
}
