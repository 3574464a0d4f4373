//! Server and agent as programs of their own, each killed with `kill -9` in the middle of a deployment.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::disallowed_methods,
    reason = "tests fail by panicking, and run in real time against real processes"
)]

mod support;

use support::{
    dev::{fetch, ports},
    fleet::{Fleet, has_busybox},
    proc::related,
};

#[test]
fn kill_9_of_the_server_and_of_the_agent_during_deployments_converges() {
    if !has_busybox() {
        return;
    }
    let place = Fleet::new();
    let server = place.server();
    let token = place.json(&["token", "create", "--label", "zone=b"]);
    let agent = place.agent("alpha", token["token"].as_str());
    place.until_online(1);
    assert!(place.ok(&["node", "ls", "-o", "wide"]).contains("zone=b"));
    place.ok(&["deploy", "hello-world", "first"]);
    let first = ports(&place.json(&["get", "first"]));

    // The server dies right after it has accepted the request.
    place.ok(&["deploy", "hello-world", "web", "--replicas", "4", "--no-wait"]);
    drop(server);
    assert!(fetch(first[0]).is_ok(), "workloads do not need the server");
    let server = place.server();
    place.ok(&["deploy", "hello-world", "web"]);

    // The agent dies in the middle of an update.
    place.ok(&["set", "web", "message=second", "--no-wait"]);
    drop(agent);
    let agent = place.agent("alpha", None);
    place.ok(&["deploy", "hello-world", "web"]);
    let web = place.json(&["get", "web"]);
    assert_eq!(web["ready"], 4, "{web}");
    ports(&web).iter().for_each(|port| assert!(fetch(*port).unwrap().contains("second"), "{port}"));
    assert_eq!(ports(&place.json(&["get", "first"])), first, "what ran still runs where it ran");
    assert_eq!(place.ok(&["node", "ls"]).lines().count(), 2, "the node is the same one");

    place.ok(&["rm", "web", "first"]);
    drop((agent, server));
    assert_eq!(related(place.dir.path()), Vec::<String>::new());
}
