//! The whole thing as a user runs it, on this machine, with local processes.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::disallowed_methods,
    reason = "tests fail by panicking, and run in real time against real processes"
)]

mod support;

use std::path::Path;

use support::{
    dev::{Dev, fetch, ports},
    proc::related,
};

const PROCESS: &[&str] = &["--executor", "process"];

fn busybox() -> bool {
    ["/usr/bin/busybox", "/bin/busybox", "/usr/sbin/busybox"].iter().any(|p| Path::new(p).exists())
}

#[test]
fn from_deploy_to_rm_with_local_processes() {
    if !busybox() {
        eprintln!("skipped: the hello-world template needs busybox here (apt install busybox-static)");
        return;
    }
    let state = tempfile::tempdir().unwrap();
    let mut dev = Dev::start(state.path(), PROCESS);

    // D4: a plan changes nothing and says so by its exit code.
    let plan = dev.cli(&["plan", "hello-world", "web"]);
    assert_eq!(plan.code, Some(2), "{plan:?}");
    assert!(plan.out.contains("+ create web-0-") && plan.out.ends_with("plan: 1 to create\n"), "{plan:?}");
    assert_eq!(dev.ok(&["get"]), "");

    let out = dev.ok(&["deploy", "hello-world", "web"]);
    assert!(out.contains("web") && out.contains("ready") && out.contains("1/1"), "{out}");
    let web = dev.get("web");
    assert!(web["outputs"].as_object().is_some_and(|o| !o.is_empty()), "{web}");
    let answer = fetch(ports(&web)[0]).unwrap();
    assert!(answer.starts_with("HTTP/1.") && answer.contains("200"), "{answer}");

    // Saying the same again changes nothing.
    let again = dev.cli(&["deploy", "hello-world", "web"]);
    assert_eq!(again.code, Some(0), "{again:?}");
    assert!(again.err.contains("web unchanged"), "{again:?}");
    let plan = dev.cli(&["plan", "hello-world", "web"]);
    assert_eq!((plan.code, plan.out.as_str()), (Some(0), "nothing would change\n"), "{plan:?}");

    // D4: what would happen, with the exit code of pending changes; then it happens.
    let node = dev.get("web")["workloads"][0]["node_name"].as_str().unwrap().to_owned();
    for (args, code, said) in [
        (&["scale", "web", "3", "--dry-run"][..], 2, "+ create web"),
        (&["scale", "web", "1", "--dry-run"], 0, "nothing would change"),
        (&["node", "cordon", &node, "--dry-run"], 0, "nothing would change"),
        (&["node", "drain", &node, "--dry-run"], 2, "cannot move"),
        (&["node", "rm", &node, "--dry-run"], 2, "- remove web"),
        (&["rollback", "web", "--dry-run"], 1, ""),
    ] {
        let told = dev.cli(args);
        assert_eq!(told.code, Some(code), "{args:?}: {told:?}");
        assert!(told.out.contains(said), "{args:?}: {told:?}");
    }
    assert_eq!(ports(&dev.get("web")).len(), 1, "nothing of it was done");

    dev.ok(&["scale", "web", "3"]);
    let scaled = ports(&dev.get("web"));
    assert_eq!(scaled.len(), 3, "{scaled:?}");
    scaled.iter().for_each(|port| assert!(fetch(*port).is_ok(), "{port}"));
    assert_eq!(dev.ok(&["ps"]).lines().count(), 4);

    let logs = dev.ok(&["logs", "web", "--tail", "5", "-o", "json"]);
    let parsed = logs.lines().map(|line| serde_json::from_str::<serde_json::Value>(line).expect("NDJSON"));
    assert!(parsed.into_iter().all(|line| line["text"].is_string()));

    dev.ok(&["stop", "web"]);
    assert!(fetch(scaled[0]).is_err(), "stopped, but answers");
    dev.ok(&["start", "web"]);
    assert_eq!(ports(&dev.get("web")), scaled, "places were kept");
    assert!(dev.ok(&["events"]).contains("web"));
    assert!(dev.ok(&["status"]).contains("1 online"));

    dev.ok(&["rm", "web"]);
    assert_eq!(dev.ok(&["ps"]), "");
    assert_eq!(dev.cli(&["get", "web"]).code, Some(1));
    dev.until("no process is left", |dev| related(&dev.state().join("agent")).is_empty());
    dev.stop();
    assert!(related(state.path()).is_empty(), "{:?}", related(state.path()));
}

#[test]
fn kill_9_of_server_and_agent_during_a_deployment_converges() {
    if !busybox() {
        eprintln!("skipped: the hello-world template needs busybox here (apt install busybox-static)");
        return;
    }
    let state = tempfile::tempdir().unwrap();
    let dev = Dev::start(state.path(), PROCESS);
    dev.ok(&["deploy", "hello-world", "first"]);
    let before = ports(&dev.get("first"));
    dev.ok(&["deploy", "hello-world", "web", "--replicas", "5", "--no-wait"]);
    dev.kill();
    assert!(fetch(before[0]).is_ok(), "workloads outlive server and agent");

    let dev = Dev::start(state.path(), &[PROCESS, &["--cleanup"]].concat());
    dev.ok(&["deploy", "hello-world", "web"]);
    let web = dev.get("web");
    assert_eq!((web["ready"].as_u64(), web["replicas"].as_u64()), (Some(5), Some(5)));
    ports(&web).iter().for_each(|port| assert!(fetch(*port).is_ok(), "{port}"));
    assert_eq!(ports(&dev.get("first")), before, "what ran still runs where it ran");
    assert_eq!(dev.ok(&["node", "ls"]).lines().count(), 2, "the node is the same one");

    // --cleanup: nothing stays behind.
    dev.stop();
    assert!(related(state.path()).is_empty(), "{:?}", related(state.path()));
    assert!(!state.path().join("address").exists(), "the address of a stopped server is not offered");
}

#[test]
fn one_state_folder_has_one_dev() {
    let state = tempfile::tempdir().unwrap();
    let dev = Dev::start(state.path(), PROCESS);
    let second = dev.cli(&["dev", "--listen", "127.0.0.1:0", "--executor", "process"]);
    assert_eq!(second.code, Some(1), "{second:?}");
    assert!(second.err.contains("runs already") && second.err.contains("hint: "), "{second:?}");
    let key = std::fs::metadata(state.path().join("admin.key")).unwrap();
    assert_eq!(std::os::unix::fs::PermissionsExt::mode(&key.permissions()) & 0o777, 0o600);
    dev.stop();
}

#[test]
fn errors_of_the_server_come_with_hints() {
    let state = tempfile::tempdir().unwrap();
    let dev = Dev::start(state.path(), PROCESS);
    let cases: &[(&[&str], &str)] = &[
        (&["deploy", "helo-world"], "helo-world"),
        (&["deploy", "redis", "x", "--set", "maxmemry=1"], "maxmemry"),
        (&["deploy", "hello-world", "Bad_Name"], "Bad_Name"),
        (&["get", "nothing"], "nothing"),
        (&["node", "show", "nowhere"], "nowhere"),
        (&["token", "rm", "tok-none"], "tok-none"),
        (&["deploy", "hello-world", "far", "--node", "moon"], "moon"),
    ];
    for (args, want) in cases {
        let said = dev.cli(args);
        assert_eq!(said.code, Some(1), "{args:?} {said:?}");
        assert!(said.err.starts_with("error: ") && said.err.contains(want), "{args:?} {said:?}");
    }
    let unplaceable = dev.cli(&["deploy", "hello-world", "far", "--selector", "zone=moon", "--timeout", "20s"]);
    assert_eq!(unplaceable.code, Some(2), "{unplaceable:?}");
    assert!(unplaceable.err.contains("moon"), "{unplaceable:?}");
    let join = dev.ok(&["token", "create", "--uses", "2"]);
    assert!(join.contains("agent"), "{join}");
    // The heading, the token that `dev` made for its own agent, and this one.
    assert_eq!(dev.ok(&["token", "ls"]).lines().count(), 3);
    dev.stop();
}

/// D6: a port that was given automatically is given anew when something else on the node has it; one that was chosen is not.
#[test]
fn d6_what_was_given_a_port_that_is_taken_gets_another_one() {
    if !busybox() {
        eprintln!("skipped: the hello-world template needs busybox here (apt install busybox-static)");
        return;
    }
    let state = tempfile::tempdir().unwrap();
    let mut dev = Dev::start(state.path(), PROCESS);
    dev.ok(&["deploy", "hello-world", "web"]);
    let before = ports(&dev.get("web"))[0];
    dev.ok(&["stop", "web"]);
    let holder = std::net::TcpListener::bind(("127.0.0.1", u16::try_from(before).unwrap())).unwrap();
    dev.ok(&["start", "web"]);
    dev.until("it is ready elsewhere", |dev| dev.get("web")["status"] == "ready");
    let web = dev.get("web");
    let after = ports(&web)[0];
    assert_ne!(after, before);
    assert!(fetch(after).unwrap().contains("200"), "{web}");
    assert!(web["outputs"].to_string().contains(&after.to_string()), "{web}");
    drop(holder);
    // It stays there: nothing moves back.
    dev.ok(&["stop", "web"]);
    dev.ok(&["start", "web"]);
    assert_eq!(ports(&dev.get("web"))[0], after);
    dev.ok(&["rm", "web"]);
    dev.stop();
}
