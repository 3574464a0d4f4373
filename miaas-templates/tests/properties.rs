//! What `validate` accepts renders, and texts survive unchanged.
#![allow(clippy::unwrap_used, clippy::panic, reason = "helpers of tests fail the test")]

mod common;

use common::{render, renderer, template};
use miaas_core::{model::ExecutorKind, port::Renderer as _};
use miaas_templates::{compose, stack::StackFile};
use proptest::prelude::*;
use serde_json::{Value, json};

/// Texts with what breaks shells, YAML, Compose and templates.
fn nasty() -> impl Strategy<Value = String> {
    prop_oneof![
        any::<String>(),
        prop::collection::vec(
            prop_oneof![
                Just("$"),
                Just("${X}"),
                Just("$$"),
                Just("\""),
                Just("'"),
                Just("\\"),
                Just("\n"),
                Just("\t"),
                Just(": "),
                Just(" #"),
                Just("{{"),
                Just("{%"),
                Just("}}"),
                Just("- "),
                Just("é🦀"),
                Just("\u{2028}"),
                Just("\u{feff}"),
                Just("--"),
                Just(" "),
                Just("a"),
            ],
            0..12,
        )
        .prop_map(|parts| parts.concat()),
    ]
}

fn value() -> impl Strategy<Value = Value> {
    prop_oneof![
        nasty().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        any::<bool>().prop_map(Value::from),
        Just(Value::Null),
        (0_u32..70_000).prop_map(Value::from),
        "[0-9]{1,4}[kmgt]i?b?".prop_map(Value::from),
        Just(json!("0.0.0.0")),
        Just(json!("::1")),
        Just(json!("localhost:5000/x")),
        Just(json!("allkeys-lru")),
    ]
}

fn texts() -> impl Strategy<Value = std::collections::BTreeMap<String, String>> {
    prop::collection::btree_map(nasty(), nasty(), 0..3)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 512, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn t8_a_stack_file_is_read_as_it_was_written(
        name in "[a-z0-9][a-z0-9.-]{0,8}",
        compose in nasty(), env in texts(), files in texts(), labels in texts(),
        params in prop::collection::btree_map(nasty(), stack_value(), 0..4),
        replicas in prop::option::of(any::<u32>()), priority in any::<i32>(), max_skew in prop::option::of(any::<u32>()),
        depends_on in prop::collection::vec(nasty(), 0..3), paused in any::<bool>(),
    ) {
        let placement = miaas_core::model::PlacementPolicy { max_skew, ..Default::default() };
        let update = miaas_core::model::UpdatePolicy { paused, ..Default::default() };
        let service = miaas_core::api::v1::StackService {
            compose: Some(compose), template: Some(name.clone()), params, env, files: files.clone(), labels, replicas, priority,
            depends_on, placement, update, overrides: files.into_keys().collect(),
        };
        let stack = StackFile { name: name.clone(), services: [(name, service)].into() };
        let text = stack.to_yaml().unwrap();
        let read = StackFile::parse(&text, "miaas.yaml").map_err(|issues| TestCaseError::fail(format!("{issues:?}\n{text}")))?;
        prop_assert_eq!(read, stack, "{}", text);
    }
}

/// Values of parameters as requests have them: what JSON can hold and a YAML file can as well.
fn stack_value() -> impl Strategy<Value = Value> {
    let single = value().prop_filter("JSON has no such number", |v| v.as_f64().is_none_or(f64::is_finite));
    let texts = [
        "1.10",
        "true",
        "null",
        "~",
        "yes",
        "0x1f",
        "1e3",
        "1_000",
        "12:30",
        "2001-01-01",
        "",
        " a",
        "a ",
        "- a",
        "a: b",
        "#a",
        "*a",
        "&a",
        "!a",
        "|",
        ">",
        "%a",
        "@a",
        "`a",
    ];
    let text = prop::sample::select(texts.to_vec()).prop_map(Value::from);
    prop_oneof![single, text, prop::collection::vec(nasty().prop_map(Value::from), 0..3).prop_map(Value::from)]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 512, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn t2_what_resolves_renders(
        redis in any::<bool>(),
        keys in prop::collection::btree_map(
            prop::sample::select(vec!["message", "port", "bind", "registry", "password", "maxmemory", "policy", "appendonly"]),
            value(), 0..4,
        ),
    ) {
        let name = if redis { "redis" } else { "hello-world" };
        let renderer = renderer();
        let manifest = &renderer.catalog().get(name).unwrap().manifest;
        let params = keys.into_iter().map(|(k, v)| (k.to_owned(), v)).collect();
        let accepted = miaas_templates::params::resolve(manifest, &params).is_ok();
        let d = template(name, json!(params));
        let issues = renderer.validate(Some(&d.name), &d.spec);
        prop_assert_eq!(accepted, issues.is_empty(), "{:?}", issues);
        if accepted {
            for executor in [ExecutorKind::Docker, ExecutorKind::Process] {
                render(&d, executor);
            }
        }
    }

    #[test]
    fn t1_passwords_survive(password in nasty()) {
        let d = template("redis", json!({"password": password}));
        if renderer().validate(Some(&d.name), &d.spec).is_empty() {
            for executor in [ExecutorKind::Docker, ExecutorKind::Process] {
                let w = render(&d, executor);
                let service = &w.spec.services["redis"];
                prop_assert_eq!(&service.environment.0["REDISCLI_AUTH"], &password);
                let words = if executor == ExecutorKind::Docker { service.command.as_ref().unwrap() } else { &service.process };
                let hex: String = password.bytes().map(|b| format!("\\x{b:02x}")).collect();
                let argument = format!("--requirepass \"{hex}\"");
                prop_assert_eq!(words.last(), Some(&argument));
            }
        } else {
            let control = password.chars().any(|c| c.is_control() && c != '\n' && c != '\t');
            prop_assert!(password.is_empty() || password.chars().count() > 256 || control);
        }
    }

    #[test]
    fn t3_no_document_panics(text in nasty(), key in nasty(), value in nasty()) {
        let env = [("X".to_owned(), "1".to_owned())].into();
        let _ = compose::parse(&text, "c.yaml", &env);
        let quoted = |s: &str| serde_json::to_string(s).unwrap();
        for line in ["ports", "volumes", "environment", "command", "tmpfs", "image", "cpus", "mem_limit", "gpus", "depends_on"] {
            let list = format!("services: {{a: {{image: 'x:1', {line}: [{}]}}}}", quoted(&value));
            let text = format!("services: {{a: {{image: 'x:1', {line}: {}}}}}", quoted(&value));
            let map = format!("services: {{a: {{image: 'x:1', {line}: {{{}: {}}}}}}}", quoted(&key), quoted(&value));
            for document in [list, text, map] {
                let _ = compose::parse(&document, "c.yaml", &env);
            }
        }
    }
}
