//! Runs every example as a user does, and looks at what it prints.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test fails by panicking")]

use std::{
    collections::BTreeSet,
    path::Path,
    process::{Command, Output},
};

/// Longer ones teach no more.
const LONGEST: usize = 120;

/// Runs a program and gives its standard output, when it succeeded and said nothing else.
fn output(program: &str, arguments: &[&str]) -> String {
    let Output { status, stdout, stderr } = Command::new(program).args(arguments).output().unwrap();
    let (out, err) = (String::from_utf8(stdout).unwrap(), String::from_utf8(stderr).unwrap());
    assert!(status.success() && err.is_empty(), "{program} ended with {status}\n{out}\n{err}");
    out
}

/// One test for each example: all of these texts are in its output, in this order.
macro_rules! examples {
    ($($name:ident: $program:literal => [$($said:literal),+ $(,)?];)+) => {
        $(#[test]
        fn $name() {
            let out = output(env!(concat!("CARGO_BIN_EXE_", $program)), &[]);
            let mut rest = out.as_str();
            for said in [$($said),+] {
                let at = rest.find(said).unwrap_or_else(|| panic!("{said:?} is not, or not in its place, in:\n{out}"));
                rest = &rest[at + said.len()..];
            }
        })+

        const RUN: &[&str] = &[$($program),+];
    };
}

examples! {
    minimal: "minimal" => [
        "greeter is ready: here: ",
        "it says: hello from an orchestrator in this process",
        "greeter is gone",
    ];
    custom_store: "custom_store" => [
        r#"revision 1 is [["setting","greeting","\"hello\""]]"#,
        r#"opened again it has Some("\"hello\"")"#,
    ];
    custom_executor: "custom_executor" => ["prepare web-0-", ": done after", "start web-0-", "stop web-0-", "remove web-0-"];
    custom_placement: "custom_placement" => [
        "alps: least carbon",
        "coast: ",
        "forest: rebuilding: room cellar is being rebuilt",
    ];
    custom_renderer: "custom_renderer" => [
        "refused: /params/run: it is required (give it a line of shell)",
        "2 of 2 run",
        "main: made in the workshop\nmain: made in the workshop",
    ];
    nested_in_axum: "nested_in_axum" => [
        "made over the nested API: redis from redis",
        "GET /: 200 an application of its own",
        r#"GET /waiting: 200 ["redis"]"#,
        "GET /miaas/healthz: 200 ",
        "GET /miaas/api/v1/status: 401 ",
    ];
    two_orchestrators: "two_orchestrators" => [
        "the first runs 2 of 2 of nginx:1 on 1 of its machines",
        "the second runs 2 of 2 of caddy:2 on 2 of its machines",
        "the first has it removed: true",
        "the second still runs 2 of 2 of caddy:2",
    ];
    capacity_planning: "capacity_planning" => [
        "as it is: 10 of 16 have a place on 6 machines",
        "embeddings-0: ",
        "with one more cpu: 10 of 16",
        "with one more gpu: 16 of 16 have a place on 7 machines",
    ];
    week_of_failures: "week_of_failures" => ["12 machines, ", " failures in 7 days", "all of them ran in 9"];
}

#[test]
fn the_same_seed_is_the_same_week() {
    let week = |seed| output(env!("CARGO_BIN_EXE_week_of_failures"), &[seed]);
    assert_eq!(week("7"), week("7"));
    assert_ne!(week("7"), week("8"));
}

#[test]
fn every_example_is_run_and_short() {
    let mut there = BTreeSet::new();
    for entry in Path::new(env!("CARGO_MANIFEST_DIR")).join("src/bin").read_dir().unwrap() {
        let path = entry.unwrap().path();
        let lines = std::fs::read_to_string(&path).unwrap().lines().count();
        assert!(lines <= LONGEST, "{} has {lines} lines, at most {LONGEST}", path.display());
        there.insert(path.file_stem().unwrap().to_str().unwrap().to_owned());
    }
    assert_eq!(there, RUN.iter().map(|&name| name.to_owned()).collect());
}
