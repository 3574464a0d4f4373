//! Parameters: every issue at once, each with its path and the nearest valid value (T2).
#![allow(clippy::unwrap_used, clippy::panic, reason = "helpers of tests fail the test")]

use miaas_core::model::Params;
use miaas_templates::{
    Manifest,
    params::{fill_generated, json_schema, resolve},
};
use serde_json::{Value, json};

const MANIFEST: &str = "
name: demo
title: Demo
version: 1
parameters:
  - {name: text, type: string, max_length: 5}
  - {name: count, type: int, min: 1, max: 10, default: 3}
  - {name: flag, type: bool, default: false}
  - {name: mode, type: enum, choices: [fast, safe], default: safe}
  - {name: port, type: port, default: 0}
  - {name: secret, type: password, required: true, generate: password, min_length: 8}
  - {name: room, type: size, min: 1MiB, max: 1GiB, default: 64MiB}
  - {name: wait, type: duration, max: 1h, default: 30s}
  - {name: address, type: string, format: ip, default: 127.0.0.1}
";

fn manifest() -> Manifest {
    Manifest::parse(MANIFEST, "template.yaml").unwrap()
}

fn params(value: Value) -> Params {
    serde_json::from_value(value).unwrap()
}

#[test]
fn t2_values_as_templates_see_them() {
    let given = params(
        json!({"secret": "12345678", "text": "a\n\t", "count": 4.0, "room": "1.5MiB", "wait": "1m30s", "mode": null}),
    );
    let got = serde_json::to_value(resolve(&manifest(), &given).unwrap().values()).unwrap();
    assert_eq!(
        got,
        json!({"text": "a\n\t", "count": 4, "flag": false, "mode": "safe", "port": 0, "secret": "12345678",
               "room": 1_572_864, "wait": 90_000, "address": "127.0.0.1"})
    );
}

#[test]
fn t2_one_wrong_value() {
    for (name, value, want) in [
        ("text", json!("123456"), "/text: text is too long: 6 of at most 5 characters"),
        (
            "text",
            json!("a\u{7}"),
            "/text: text contains the control character U+0007 | only line breaks and tabs are allowed",
        ),
        ("text", json!(5), "/text: text is the number 5, not a text | write \"5\" in quotes"),
        ("text", json!(["a"]), "/text: text is a list, not a text"),
        ("count", json!(0), "/count: count is 0, less than 1 | the nearest allowed value is 1"),
        ("count", json!(-5), "/count: count is -5, less than 1 | the nearest allowed value is 1"),
        ("count", json!(11), "/count: count is 11, more than 10 | the nearest allowed value is 10"),
        ("count", json!(2.5), "/count: count is 2.5, not a whole number | the nearest are 2 and 3"),
        ("count", json!(1e300), "/count: count is too large | at most 2^53"),
        ("count", json!(u64::MAX), "/count: count is too large | at most 2^53"),
        ("count", json!("3"), "/count: count is a text, not a whole number | write 3 without quotes"),
        ("count", json!("NaN"), "/count: count is a text, not a whole number"),
        ("flag", json!("true"), "/flag: flag is a text, not true or false | write true without quotes"),
        ("flag", json!(1), "/flag: flag is the number 1, not true or false"),
        ("mode", json!("sfe"), "/mode: mode is \"sfe\", which is none of fast, safe | did you mean \"safe\"?"),
        (
            "port",
            json!(70000),
            "/port: port is 70000, which is no port | ports go from 1 to 65535, 0 takes a free one; the nearest is 65535",
        ),
        (
            "port",
            json!(-1),
            "/port: port is -1, which is no port | ports go from 1 to 65535, 0 takes a free one; the nearest is 0",
        ),
        ("secret", json!("short"), "/secret: secret is too short: 5 of at least 8 characters"),
        ("room", json!("2GiB"), "/room: room is 2GiB, more than 1GiB | the nearest allowed value is 1GiB"),
        ("room", json!(-1), "/room: room must not be negative | the nearest allowed value is 0"),
        ("room", json!("inf"), "/room: room must be finite | for example 512MiB"),
        (
            "room",
            json!("9 apples"),
            "/room: room has an unknown unit: use B, KiB, MiB, GiB or TiB | for example 512MiB",
        ),
        ("wait", json!(30), "/wait: wait is the number 30, not a duration with a unit | for example \"30s\""),
        ("wait", json!("2h"), "/wait: wait is 2h, more than 1h | the nearest allowed value is 1h"),
        (
            "address",
            json!("localhost"),
            "/address: address is \"localhost\", which is no IP address | for example 127.0.0.1",
        ),
        ("prot", json!(1), "/prot: template \"demo\" has no parameter \"prot\" | did you mean \"port\"?"),
        (
            "a/b~c",
            json!(1),
            "/a~1b~0c: template \"demo\" has no parameter \"a/b~c\" | it has text, count, flag, mode, port, secret, room, wait, address",
        ),
    ] {
        let mut given = params(json!({"secret": "12345678"}));
        given.insert(name.into(), value.clone());
        let issues = resolve(&manifest(), &given).unwrap_err();
        let got: Vec<_> = issues
            .iter()
            .map(|i| format!("{i}{}", i.hint.as_ref().map(|h| format!(" | {h}")).unwrap_or_default()))
            .collect();
        assert_eq!(got, [want], "{name} = {value}");
    }
}

#[test]
fn t2_all_issues_at_once() {
    let issues = resolve(&manifest(), &params(json!({"count": 0, "port": "x", "room": true, "nope_": 1}))).unwrap_err();
    let paths: Vec<_> = issues.iter().map(|i| i.path.as_str()).collect();
    assert_eq!(paths, ["/nope_", "/count", "/port", "/secret", "/room"]);
}

#[test]
fn generated_values_come_from_the_caller() {
    let mut given = params(json!({"text": "a"}));
    assert_eq!(
        resolve(&manifest(), &given).unwrap_err()[0].to_string(),
        "/secret: secret is required and was not given"
    );
    let mut n = 0;
    let mut next = || {
        n += 1;
        Ok::<_, &str>([n; 32])
    };
    fill_generated(&manifest(), &mut given, &mut next).unwrap();
    fill_generated(&manifest(), &mut given, &mut next).unwrap();
    assert_eq!(given["secret"], json!("bbbbbbbbbbbbbbbbbbbbbbbbbb"), "the second time it stays");
    assert_eq!(fill_generated(&manifest(), &mut params(json!({})), &mut || Err("no randomness")), Err("no randomness"));
    let resolved = resolve(&manifest(), &given).unwrap();
    assert!(!format!("{resolved:?}").contains("bbbb"));
    assert_eq!(resolved.masked(&manifest()).values()["secret"], json!("***"));
}

#[test]
fn t2_schema_says_what_resolve_takes() {
    let schema = json_schema(&manifest());
    assert_eq!(schema["additionalProperties"], json!(false));
    // The server generates it, so the form need not ask.
    assert_eq!(schema["required"], json!([]));
    assert_eq!(schema["properties"]["count"]["minimum"], json!(1));
    assert_eq!(schema["properties"]["mode"]["enum"], json!(["fast", "safe"]));
    assert_eq!(schema["properties"]["secret"]["writeOnly"], json!(true));
}

#[test]
fn t1_wrong_manifests() {
    let head = "name: demo\ntitle: Demo\nversion: 1\n";
    for (text, want) in [
        (
            "name: demo\ntitel: x\n".to_owned(),
            "template.yaml:2: unknown field `titel`, expected one of name, title, description, category, tags, version, app_version, license, links, executors, architectures, parameters, rules, variants, resources, ports, volumes, health, outputs, requires | did you mean \"title\"?",
        ),
        (
            format!("{head}parameters:\n  - {{name: a, type: strin}}\n"),
            "template.yaml:5: unknown variant `strin`, expected one of string, int, bool, enum, port, password, size, duration, model, secret | did you mean \"string\"?",
        ),
        (
            format!("{head}parameters:\n  - {{name: A, type: int}}\n"),
            "/parameters/0/name: template.yaml: parameter name \"A\" must start with a lower case letter and go on with letters, digits and '_'",
        ),
        (
            format!("{head}parameters:\n  - {{name: a, type: int, min: 5, max: 2}}\n"),
            "/parameters/0/min: template.yaml: min of parameter \"a\" is greater than max",
        ),
        (
            format!("{head}parameters:\n  - {{name: a, type: int, default: x}}\n"),
            "/parameters/0/default: template.yaml: the default of parameter \"a\" is a text, not a whole number",
        ),
        (
            format!("{head}parameters:\n  - {{name: a, type: bool, min: 1}}\n"),
            "/parameters/0/min: template.yaml: \"min\" means nothing for parameter \"a\" of type bool",
        ),
        (
            format!("{head}parameters:\n  - {{name: a, type: password, default: x}}\n"),
            "/parameters/0/default: template.yaml: password \"a\" must not have a default that everybody knows",
        ),
        (
            format!("{head}parameters:\n  - {{name: a, type: enum}}\n"),
            "/parameters/0/choices: template.yaml: parameter \"a\" of type enum has no choices",
        ),
        (
            format!("{head}architectures: [x86-64]\n"),
            "/architectures/0: template.yaml: architecture \"x86-64\" is not known, did you mean \"x86_64\"?",
        ),
        (
            format!("{head}executors: []\n"),
            "/executors: template.yaml: no executor is named: write docker, process or both",
        ),
    ] {
        let issues = Manifest::parse(&text, "template.yaml").unwrap_err();
        let got: Vec<_> = issues
            .iter()
            .map(|i| format!("{i}{}", i.hint.as_ref().map(|h| format!(" | {h}")).unwrap_or_default()))
            .collect();
        assert_eq!(got, [want], "{text}");
    }
}
