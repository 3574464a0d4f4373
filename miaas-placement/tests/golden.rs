//! The words that users read, case by case: `golden/NAME.json` in, `golden/NAME.expected.json` out (P4).
//!
//! After a change of wording, run `MIAAS_UPDATE=1 cargo test -p miaas-placement --test golden` and read the difference.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

mod common;

use std::{
    fs,
    path::{Path, PathBuf},
};

use miaas_core::port::Placer as _;
use miaas_placement::Engine;
use serde_json::{Value, json};

fn cases() -> Vec<PathBuf> {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/golden");
    let paths = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let is_case =
        |p: &PathBuf| p.extension().is_some_and(|e| e == "json") && !p.to_string_lossy().contains(".expected.");
    let mut cases: Vec<PathBuf> = paths.filter(is_case).collect();
    cases.sort();
    cases
}

fn answer(path: &Path) -> Value {
    let case: common::Case =
        serde_json::from_str(&fs::read_to_string(path).unwrap()).unwrap_or_else(|e| panic!("{}: {e}", path.display()));
    match Engine::default().place(&common::view(&case.nodes), &common::group(&case.group)) {
        Err(unplaceable) => json!({ "unplaceable": unplaceable }),
        Ok(placement) => Value::Array(
            placement
                .decisions
                .iter()
                .map(|d| json!({ "workload": d.workload, "node": d.node, "devices": d.devices, "ports": d.ports, "why": d.why }))
                .collect(),
        ),
    }
}

#[test]
fn explanations_are_as_written_down() {
    let cases = cases();
    assert!(cases.len() >= 15, "the cases are found");
    for path in cases {
        let expected = path.with_extension("expected.json");
        if std::env::var_os("MIAAS_UPDATE").is_some() {
            fs::write(&expected, serde_json::to_string_pretty(&answer(&path)).unwrap() + "\n").unwrap();
        }
        let text = fs::read_to_string(&expected).unwrap_or_else(|e| panic!("{}: {e}", expected.display()));
        let expected: Value = serde_json::from_str(&text).unwrap();
        pretty_assert(&path, &answer(&path), &expected);
    }
}

fn pretty_assert(path: &Path, got: &Value, expected: &Value) {
    let text = |v: &Value| serde_json::to_string_pretty(v).unwrap();
    assert!(got == expected, "{}\n--- expected\n{}\n--- got\n{}", path.display(), text(expected), text(got));
}
