//! `miaas template lint` and `test` on directories, without a server (T7).

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::disallowed_methods,
    reason = "tests fail by panicking, and run in real time against real processes"
)]

mod support;

use std::{fs, path::Path};

use support::run;

#[test]
fn t7_lint_names_file_and_line_and_what_could_be_better() {
    let dir = tempfile::tempdir().unwrap();
    let at = |name: &str| dir.path().join(name);
    for name in ["good", "broken"] {
        fs::create_dir(at(name)).unwrap();
        fs::write(
            at(name).join("compose.yaml.j2"),
            "services: {a: {image: 'x:latest', volumes: ['d:/d']}}\nvolumes: {d: {}}\n",
        )
        .unwrap();
    }
    fs::write(at("good/template.yaml"), "name: good\ntitle: Good\nversion: 1\n").unwrap();
    fs::write(at("broken/template.yaml"), "name: broken\ntitel: Broken\n").unwrap();
    let path = dir.path().display().to_string();
    let both = run(dir.path(), &["template", "lint", &path]);
    assert_eq!(both.code, Some(1), "{both:?}");
    for want in [
        "broken/template.yaml:2: unknown field `titel`",
        "hint: did you mean \"title\"?",
        "good: advice: service \"a\": image x:latest has no fixed tag",
        "good: advice: /volumes: volume \"d\" is not declared under `volumes`",
        "2 templates, 1 errors",
    ] {
        assert!(both.out.contains(want), "{want:?} in {both:?}");
    }
    let one = run(dir.path(), &["template", "lint", &format!("{path}/good")]);
    assert_eq!(one.code, Some(0), "advice is no error: {one:?}");
    let none = run(dir.path(), &["template", "lint", &format!("{path}/nowhere")]);
    assert_eq!(none.code, Some(1), "{none:?}");
    assert!(none.err.contains("cannot be read"), "{none:?}");
}

#[test]
fn t7_test_renders_every_example_for_everything() {
    let dir = tempfile::tempdir().unwrap();
    let redis = Path::new(env!("CARGO_MANIFEST_DIR")).join("../templates/redis");
    let good = run(dir.path(), &["template", "test", &redis.display().to_string(), "-o", "json"]);
    assert_eq!(good.code, Some(0), "{good:?}");
    let rows: serde_json::Value = serde_json::from_str(&good.out).unwrap();
    let targets: Vec<&str> = rows.as_array().unwrap().iter().map(|r| r["target"].as_str().unwrap()).collect();
    for target in ["docker", "process", "kubernetes"] {
        assert!(targets.iter().filter(|t| **t == target).count() >= 2, "{targets:?}");
    }

    fs::create_dir_all(dir.path().join("mine/examples")).unwrap();
    let write = |name: &str, text: &str| fs::write(dir.path().join("mine").join(name), text).unwrap();
    write("template.yaml", "name: mine\ntitle: Mine\nversion: 1\nparameters: [{name: port, type: port, default: 1}]\n");
    write(
        "compose.yaml.j2",
        "services: {a: {image: 'x:1', environment: {P: {{ params.port }}, U: {{ params.user if params.port > 9 else 1 }}}}}\n",
    );
    write("examples/big.yaml", "port: 10\n");
    write("examples/wrong.yaml", "prot: 10\n");
    let bad = run(dir.path(), &["template", "test", &dir.path().join("mine").display().to_string()]);
    assert_eq!(bad.code, Some(1), "{bad:?}");
    for want in ["undefined variable \"params.user\"", "has no parameter \"prot\"", "5 renderings, 3 failed"] {
        assert!(bad.out.contains(want), "{want:?} in {bad:?}");
    }
}
