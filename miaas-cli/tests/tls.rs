//! Server, agent and user over TLS (S2): the pin is all that they need to know of each other.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::disallowed_methods,
    reason = "tests fail by panicking, and run in real time against real processes"
)]

mod support;

use support::{
    fleet::{Fleet, Running, has_busybox},
    miaas,
};

#[test]
fn s2_an_agent_joins_and_a_user_deploys_over_tls() {
    if !has_busybox() {
        return;
    }
    let mut place = Fleet::new();
    let mut command = miaas(&place.path("server"));
    command.args(["server", "--listen", &place.address, "--tls"]);
    let server = Running::start(command, &place.path("server.log"));
    let pin = || {
        let said = std::fs::read_to_string(place.path("server.log")).unwrap();
        said.lines().find_map(|line| line.split_once("MIAAS_CA_PIN: ").map(|(_, pin)| pin.to_owned()))
    };
    place.until("the server tells its pin", || pin().is_some());
    let pin = pin().unwrap();
    let address = place.address.clone();

    // Without the pin, with another one, and without TLS nobody gets in, and it is said what to do.
    let other = format!("{}{}", &pin[..pin.len() - 4], if pin.ends_with("0000") { "1111" } else { "0000" });
    let https = format!("https://{address}");
    for (args, says) in [
        (vec!["--server", &https], "give --ca-pin"),
        (vec!["--server", &https, "--ca-pin", &other], "somebody else answers"),
        (vec!["--server", &address], "broke"),
        (vec!["--server", &format!("http://{address}"), "--ca-pin", &pin], "write it with https://"),
    ] {
        let mut command = miaas(&place.path("user"));
        let output = command.args(&args).args(["--api-key", "miaas_key_x", "status"]).output().unwrap();
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(output.status.code() == Some(1) && said.contains(says), "{args:?}: {said}");
    }
    let mut stranger = miaas(&place.path("beta"));
    stranger
        .args(["agent", "--server", &https, "--process", "--ca-pin", &other])
        .env("MIAAS_JOIN_TOKEN", "miaas_join_x");
    let output = stranger.output().unwrap();
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(output.status.code() == Some(1) && said.contains("not signed by an authority that is believed"), "{said}");

    place.user_args = vec!["--ca-pin".to_owned(), pin.clone()];
    let made = place.json(&["token", "create"]);
    let told = made["join_command"].as_str().unwrap();
    assert!(told.contains(&format!("--server {https} --ca-pin {pin} ")), "{told}");
    let join = |pin: Option<&str>, token: Option<&str>| {
        let mut command = miaas(&place.path("alpha"));
        command.args(["agent", "--server", &https, "--process", "--name", "alpha"]);
        pin.map(|pin| command.args(["--ca-pin", pin]));
        token.map(|token| command.env("MIAAS_JOIN_TOKEN", token));
        Running::start(command, &place.path("alpha.log"))
    };
    let agent = join(Some(&pin), made["token"].as_str());
    place.until_online(1);
    place.ok(&["deploy", "hello-world", "web"]);
    place.ok(&["logs", "web"]);
    // The pin was kept with the identity.
    drop(agent);
    let agent = join(None, None);
    place.ok(&["set", "web", "message=second"]);
    place.ok(&["rm", "web"]);
    drop((agent, server));
}
