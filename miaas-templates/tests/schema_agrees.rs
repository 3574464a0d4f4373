//! The JSON Schema of parameters says what `resolve` takes, and what it takes renders (T2).
#![allow(clippy::unwrap_used, clippy::panic, reason = "helpers of tests fail the test")]

mod common;

use common::{assigned_by, deployment, node, renderer};
use jsonschema::Validator;
use miaas_core::{
    model::{Facts, Source},
    port::Renderer as _,
};
use miaas_templates::{Manifest, Policy, params, units};
use proptest::prelude::*;
use serde_json::{Map, Value, json};

const MANIFEST: &str = r#"
name: demo
title: Demo
version: 1
parameters:
  - {name: text, type: string}
  - {name: word, type: string, pattern: "^[a-z ]+$", min_length: 2, max_length: 9}
  - {name: address, type: string, format: ip}
  - {name: registry, type: string, format: registry}
  - {name: model, type: model}
  - {name: password, type: password, min_length: 1}
  - {name: secret, type: secret}
  - {name: count, type: int, min: -5, max: 100}
  - {name: any, type: int}
  - {name: flag, type: bool}
  - {name: mode, type: enum, choices: [fast, safe]}
  - {name: port, type: port, min: 10}
  - {name: room, type: size, min: 1KiB, max: 1TiB}
  - {name: wait, type: duration, max: 1h}
  - {name: needed, type: string, required: true}
"#;

/// A validator of JSON Schema, and what such a one cannot know: `x-minimum` and `x-maximum` of sizes and durations as texts.
struct Schema {
    whole: Value,
    validator: Validator,
}

impl Schema {
    fn of(manifest: &Manifest) -> Self {
        let whole = params::json_schema(manifest);
        let validator = jsonschema::options().should_validate_formats(true).build(&whole).unwrap();
        Self { whole, validator }
    }

    fn accepts(&self, values: &Map<String, Value>) -> bool {
        let within = |(name, value): (&String, &Value)| {
            let schema = &self.whole["properties"][name];
            let (Some(text), Some(least), Some(most)) =
                (value.as_str(), schema["x-minimum"].as_u64(), schema["x-maximum"].as_u64())
            else {
                return true;
            };
            let parse = if schema["x-type"] == "size" { units::parse_size } else { units::parse_duration };
            parse(text).is_ok_and(|n| (least..=most).contains(&n))
        };
        self.validator.is_valid(&Value::Object(values.clone())) && values.iter().all(within)
    }
}

fn texts() -> impl Strategy<Value = String> {
    let parts = [
        "$",
        "${secrets.",
        "${services.",
        "$${secrets.a}",
        "${secrets.a}",
        "${services.db.url}",
        "a",
        "b-c",
        "-",
        ".",
        "..",
        "}",
        "{",
        "/",
        ":",
        "5000",
        "localhost",
        "___",
        "A",
        "@",
        " ",
        "\n",
        "\t",
        "\u{1}",
        "\u{85}",
        "é🦀",
        "127.0.0.1",
        "::1",
        "fast",
        "12",
        "k",
        "MiB",
        "ib",
        "m",
        "\u{85}",
        "\u{a0}",
        "\u{b}",
        "\t",
        "s",
        "h",
        "1.5",
        "+",
        "0",
        "ms",
    ];
    prop_oneof![
        any::<String>(),
        prop::collection::vec(prop::sample::select(parts.to_vec()), 0..6).prop_map(|p| p.concat())
    ]
}

fn value() -> impl Strategy<Value = Value> {
    prop_oneof![
        6 => texts().prop_map(Value::from),
        1 => any::<i64>().prop_map(Value::from),
        1 => any::<u64>().prop_map(Value::from),
        1 => any::<f64>().prop_map(Value::from),
        1 => any::<bool>().prop_map(Value::from),
        1 => (-20_i64..70_000).prop_map(Value::from),
        1 => (0_i64..200).prop_map(|n| json!(n as f64 / 2.0)),
        1 => (0_u64..2000, prop::sample::select(vec!["", "k", "MiB", " gb", "t", "ib"])).prop_map(|(n, u)| json!(format!("{n}{u}"))),
        1 => (0_u64..5000, prop::sample::select(vec!["s", "m", "ms", "h", "x"])).prop_map(|(n, u)| json!(format!("{n}{u}"))),
        1 => Just(json!([])),
        1 => Just(json!({})),
    ]
}

fn manifest() -> Manifest {
    Manifest::parse(MANIFEST, "template.yaml").unwrap()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 4096, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn t2_the_schema_accepts_exactly_what_resolve_accepts(
        name in prop::sample::select(manifest().parameters.iter().map(|p| p.name.clone()).chain(["nobody".to_owned()]).collect::<Vec<_>>()),
        value in value(),
        needed in prop::option::weighted(0.9, texts()),
    ) {
        let manifest = manifest();
        let mut given = Map::new();
        given.extend(needed.map(|text| ("needed".to_owned(), json!(text))));
        given.insert(name, value);
        let params = given.clone().into_iter().collect();
        let resolved = params::resolve(&manifest, &params);
        let valid = SCHEMA.with(|s| s.accepts(&given));
        prop_assert_eq!(valid, resolved.is_ok(), "{:?}: {:?}", given, resolved);
    }
}

thread_local! {
    static SCHEMA: Schema = Schema::of(&manifest());
}

/// What templates of the catalogue need an operator's leave for.
const ALLOWED: &str = "exceptions: [{reason: not what is tested, rules: [docker-socket, host-mount, cap-add]}]";

/// A value for a parameter of the catalogue, mostly a good one.
fn for_catalogue(schema: &Value, pick: u64, other: &Value) -> Value {
    let text = |t: &str| json!(t);
    match (pick % 8, schema["x-type"].as_str().unwrap()) {
        (0, _) => other.clone(),
        (_, "enum") => schema["enum"][pick as usize % schema["enum"].as_array().unwrap().len()].clone(),
        (_, "bool") => json!(pick % 16 < 8),
        (_, "int" | "size" | "port") => {
            let (low, high) = (schema["minimum"].as_i64().unwrap(), schema["maximum"].as_i64().unwrap());
            json!(low + (pick / 8) as i64 % (high - low + 1).min(1000))
        }
        (_, "duration") => text(["0", "1s", "5m"][pick as usize % 3]),
        (_, "secret") => text("some-secret"),
        (_, "model") => text("Qwen/Qwen2.5-0.5B-Instruct"),
        _ => text(
            [
                "127.0.0.1",
                "::1",
                "a",
                "localhost:5000/x",
                "Ab-1_longer",
                "10.0.0.1",
                "0.0.0.0",
                "it's \"a\" ${X} é\n b",
            ][pick as usize / 8 % 8],
        ),
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 256, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn t2_whatever_the_schema_accepts_renders_in_every_template(
        template in any::<prop::sample::Index>(),
        picks in prop::collection::vec((any::<prop::sample::Index>(), any::<u64>()), 0..5),
        other in value(),
    ) {
        // A policy refuses templates as a whole, not values.
        let renderer = renderer().with_policy(Policy::parse(ALLOWED, "policy.yaml").unwrap());
        let names: Vec<String> = renderer.catalog().list().map(|e| e.manifest.name.clone()).collect();
        let name = template.get(&names);
        let entry = renderer.catalog().get(name).unwrap();
        let schema = params::json_schema(&entry.manifest);
        let properties: Vec<(&String, &Value)> = schema["properties"].as_object().unwrap().iter().collect();
        let mut given: Map<String, Value> = entry.examples.values().next().cloned().unwrap_or_default().into_iter().collect();
        for (index, pick) in picks {
            let (name, schema) = index.get(&properties);
            given.insert((*name).clone(), for_catalogue(schema, pick, &other));
        }
        let mut params = given.clone().into_iter().collect();
        params::fill_stand_ins(&entry.manifest, &mut params);
        let whole = params.clone().into_iter().collect();
        let valid = Schema::of(&entry.manifest).accepts(&whole);
        let resolved = params::resolve(&entry.manifest, &params);
        // Rules are the one thing over all of them that a schema cannot say.
        let messages: Vec<&str> = entry.manifest.rules.iter().map(|r| r.message.as_str()).collect();
        let by_rule = resolved.as_ref().is_err_and(|all| all.iter().all(|i| messages.contains(&i.message.as_str())));
        prop_assert_eq!(valid, resolved.is_ok() || by_rule, "{} {:?}: {:?}", name, whole, resolved);
        let d = deployment(Source::Template { name: name.clone(), params });
        let issues = renderer.validate(None, &d.spec);
        prop_assert_eq!(issues.is_empty(), valid && !by_rule, "{} {:?}: {:?}", name, whole, issues);
        if issues.is_empty() && renderer.references(&d.spec).is_empty() {
            for demand in renderer.demand(&d).unwrap() {
                for executor in demand.executors.clone() {
                    let at = assigned_by(&d, demand.clone(), executor);
                    renderer.render(&d, &at, node(&Facts::default(), executor)).unwrap();
                }
            }
        }
    }
}
