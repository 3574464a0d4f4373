//! The catalogue's templates, rendered, as files that a reviewer can read. `MIAAS_BLESS=1` writes them anew.
#![allow(clippy::unwrap_used, clippy::panic, reason = "helpers of tests fail the test")]

mod common;

use std::{fmt::Write as _, fs, path::PathBuf};

use common::{assigned, node, render, renderer, template};
use miaas_core::{
    model::{ExecutorKind, Facts},
    port::{Renderer as _, Viewpoint},
};
use serde_json::json;

fn check(name: &str, got: &str) {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/golden").join(name);
    if option_env!("MIAAS_BLESS").is_some() {
        fs::write(&path, got).unwrap();
    }
    let want = fs::read_to_string(&path).unwrap_or_default();
    assert_eq!(got, want, "{} differs: run with MIAAS_BLESS=1 when that is meant", path.display());
}

#[test]
fn t1_rendered_templates() {
    for (file, name, params, executor) in [
        ("hello-world.docker.yaml", "hello-world", json!({}), ExecutorKind::Docker),
        ("hello-world.process.yaml", "hello-world", json!({"message": "<b>\"$5\"</b>"}), ExecutorKind::Process),
        ("redis.docker.yaml", "redis", json!({"registry": "127.0.0.1:5000/library"}), ExecutorKind::Docker),
        (
            "redis.password.yaml",
            "redis",
            json!({"password": "s3cret", "bind": "0.0.0.0", "port": 6379, "maxmemory": "1GiB", "registry": ""}),
            ExecutorKind::Docker,
        ),
        (
            "redis.process.yaml",
            "redis",
            json!({"password": "s3cret", "appendonly": false, "policy": "allkeys-lru"}),
            ExecutorKind::Process,
        ),
    ] {
        let d = template(name, params);
        let at = assigned(&d, executor);
        let demand = renderer().demand(&d).unwrap().remove(0);
        let facts = Facts::default();
        let w = renderer().render(&d, &at, node(&facts, executor)).unwrap();
        let outputs = renderer().outputs(&d, &at, node(&facts, executor), Viewpoint::User).unwrap().values;
        let outputs: std::collections::BTreeMap<_, _> = outputs.into_iter().map(|(name, o)| (name, o.shown)).collect();
        let mut text = w.compose.clone();
        writeln!(text, "# demand: {:?} {:?} stateful={}", demand.resources, demand.ports, demand.stateful).unwrap();
        writeln!(text, "# outputs: {outputs:?}").unwrap();
        writeln!(text, "# parsed: {}", serde_json::to_string_pretty(&w.spec).unwrap().replace('\n', "\n# ")).unwrap();
        assert!(!w.compose.contains("s3cret"), "the text for people shows a password");
        check(file, &text);
    }
}

#[test]
fn t2_json_schema() {
    let renderer = renderer();
    for name in ["hello-world", "redis"] {
        let schema = miaas_templates::params::json_schema(&renderer.catalog().get(name).unwrap().manifest);
        check(&format!("{name}.schema.json"), &format!("{schema:#}\n"));
    }
}

#[test]
fn t1_schema_of_manifests_is_printed_from_the_types() {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../docs/template.schema.json");
    let want = format!("{:#}\n", miaas_templates::manifest::json_schema());
    if option_env!("MIAAS_BLESS").is_some() {
        fs::write(&path, &want).unwrap();
    }
    assert_eq!(fs::read_to_string(path).unwrap(), want, "run with MIAAS_BLESS=1 when that is meant");
}

#[test]
fn t3_support_page_is_printed_from_the_tables() {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../docs/compose-support.md");
    let want = miaas_templates::compose::support::markdown();
    if option_env!("MIAAS_BLESS").is_some() {
        fs::write(&path, &want).unwrap();
    }
    assert_eq!(fs::read_to_string(path).unwrap(), want, "run the example compose_support");
}

#[test]
fn rendering_is_a_function_and_restarts_change_the_hash() {
    let mut d = template("redis", json!({"password": "p"}));
    let first = render(&d, ExecutorKind::Docker);
    assert_eq!(first, render(&d, ExecutorKind::Docker));
    d.spec.restarts += 1;
    assert_ne!(first.hash, render(&d, ExecutorKind::Docker).hash);
    d.spec.state = miaas_core::model::RunState::Stopped;
    assert!(!render(&d, ExecutorKind::Docker).run);
}
