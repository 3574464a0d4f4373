//! A node stays itself (N5), and is let in as the server says (N1).

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::disallowed_methods,
    reason = "tests fail by panicking, and run in real time against real processes"
)]

mod support;

use std::time::Duration;

use support::{
    fleet::{Fleet, Running, has_busybox},
    miaas,
};

#[test]
fn n5_a_node_that_was_away_for_longer_than_its_token_is_good_comes_back_as_itself() {
    if !has_busybox() {
        return;
    }
    let mut place = Fleet::new();
    place.server_args = ["--node-token-ttl", "10"].map(str::to_owned).to_vec();
    let server = place.server();
    let agent = place.agent("alpha", Some(&place.token(1)));
    place.until_online(1);
    place.ok(&["deploy", "hello-world", "web"]);
    let id = |place: &Fleet| place.json(&["node", "show", "alpha"])["id"].clone();
    let before = id(&place);
    // Both were off: nothing renewed the token meanwhile, and no join token is at hand.
    drop((agent, server));
    std::thread::sleep(Duration::from_secs(12));
    let server = place.server();
    let agent = place.agent("alpha", None);
    place.until("it is back", || place.json(&["node", "show", "alpha"])["status"] == "online");
    assert_eq!(id(&place), before);
    place.ok(&["rm", "web"]);
    drop((agent, server));
}

#[test]
fn n1_a_node_that_asks_is_accepted_by_an_operator() {
    if !has_busybox() {
        return;
    }
    let mut place = Fleet::new();
    place.server_args = ["--registration", "approval"].map(str::to_owned).to_vec();
    let server = place.server();
    let ask = || {
        let mut command = miaas(&place.path("alpha"));
        command.args(["agent", "--server", &place.address, "--process", "--name", "alpha", "--request-approval"]);
        Running::start(command, &place.path("alpha.log"))
    };
    let told = || std::fs::read_to_string(place.path("alpha.log")).unwrap().matches("miaas node approve alpha").count();
    let agent = ask();
    place.until("it waits and says what to do", || place.ok(&["node", "ls"]).contains("unapproved") && told() == 1);
    // One that is started again while it waits is the same node.
    drop(agent);
    let agent = ask();
    place.until("it says so again", || told() == 2);
    assert_eq!(place.ok(&["node", "ls"]).lines().count(), 2);
    place.ok(&["node", "approve", "alpha"]);
    place.until_online(1);
    place.ok(&["deploy", "hello-world", "web"]);
    place.ok(&["rm", "web"]);
    drop((agent, server));
}
