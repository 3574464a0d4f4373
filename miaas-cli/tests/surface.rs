//! What a user sees without a server: help, completion, errors with hints (U1, D4).

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::disallowed_methods,
    reason = "tests fail by panicking, and run in real time against real processes"
)]

mod support;

use std::{fs, process::Stdio};

use support::{miaas, run};

#[test]
fn without_a_server_the_error_says_how_to_start_one() {
    let state = tempfile::tempdir().unwrap();
    let said = run(state.path(), &["ps"]);
    assert_eq!((said.code, said.out.as_str()), (Some(1), ""));
    let lines: Vec<&str> = said.err.lines().collect();
    assert!(lines[0].starts_with("error: no server is known"), "{said:?}");
    assert!(lines[1].starts_with("hint: is the server running? `miaas dev` starts one"), "{said:?}");

    // A dev that was killed leaves its address behind; nobody listens there any more.
    let port = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    fs::write(state.path().join("address"), format!("http://127.0.0.1:{port}")).unwrap();
    fs::write(state.path().join("admin.key"), "mia_x").unwrap();
    let said = run(state.path(), &["plan", "redis"]);
    assert_eq!(said.code, Some(1), "an error is 1, never 2: {said:?}");
    assert!(said.err.starts_with(&format!("error: no server answers at http://127.0.0.1:{port}")), "{said:?}");
    assert!(said.err.contains("hint: is the server running? `miaas dev` starts one"), "{said:?}");
    assert!(!said.err.contains('\x1b'), "no colour into a pipe: {said:?}");
}

#[test]
fn wrong_arguments_are_explained() {
    let state = tempfile::tempdir().unwrap();
    for (args, want) in [
        (&["deploi", "redis"][..], "deploy"),
        (&["deploy"], "TEMPLATE"),
        (&["deploy", "redis", "--set", "novalue"], "key=value"),
        (&["scale", "web", "-3"], "-3"),
        (&["deploy", "redis", "--timeout", "soon"], "1h30m"),
        (&["ps", "-o", "xml"], "yaml"),
        (&["deploy", "redis", "--node", "a/b"], "node name"),
    ] {
        let said = run(state.path(), args);
        assert_eq!(said.code, Some(2), "{args:?} {said:?}");
        assert!(said.err.contains(want), "{args:?} {said:?}");
    }
    let pin = format!("sha256:{}", "0".repeat(64));
    let said = run(state.path(), &["--server", "http://h", "--ca-pin", &pin, "--api-key", "k", "ps"]);
    assert_eq!(said.code, Some(1));
    assert!(said.err.contains("without TLS") && said.err.contains("hint: "), "{said:?}");
}

#[test]
fn a_key_is_never_shown() {
    let state = tempfile::tempdir().unwrap();
    let output = miaas(state.path()).env("MIAAS_API_KEY", "mia_geheim").args(["ps", "--help"]).output().unwrap();
    assert!(!String::from_utf8_lossy(&output.stdout).contains("geheim"));
}

#[test]
fn completion_scripts_name_the_commands() {
    let state = tempfile::tempdir().unwrap();
    for shell in ["bash", "zsh", "fish"] {
        let said = run(state.path(), &["completion", shell]);
        assert_eq!(said.code, Some(0), "{said:?}");
        assert!(said.out.contains("deploy") && said.out.contains("uncordon"), "{shell}");
    }
}

#[test]
fn a_reader_that_goes_away_is_no_error() {
    let state = tempfile::tempdir().unwrap();
    let mut child =
        miaas(state.path()).args(["completion", "bash"]).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    drop(child.stdout.take());
    let output = child.wait_with_output().unwrap();
    assert_eq!(String::from_utf8_lossy(&output.stderr), "");
}
