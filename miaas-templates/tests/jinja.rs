//! The same template gives the same text as with Jinja2 and its `StrictUndefined` (T1). `expected.json` was made by Jinja2 with
//! the script beside it, so that this needs no Python; where Python has Jinja2, the second test asks it again.
#![allow(clippy::unwrap_used, clippy::panic, reason = "helpers of tests fail the test")]
#![allow(clippy::disallowed_methods, reason = "runs the other implementation")]

use std::{collections::BTreeMap, fs, path::PathBuf, process::Command};

use miaas_templates::render::{Target, render};
use serde::Deserialize;
use serde_json::Value;

#[derive(Deserialize)]
struct Cases {
    context: Value,
    cases: BTreeMap<String, String>,
}

fn folder() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/jinja")
}

fn expected() -> BTreeMap<String, Option<String>> {
    serde_json::from_str(&fs::read_to_string(folder().join("expected.json")).unwrap()).unwrap()
}

#[test]
fn t1_texts_are_those_of_jinja2() {
    let Cases { context, cases } =
        serde_json::from_str(&fs::read_to_string(folder().join("cases.json")).unwrap()).unwrap();
    let expected = expected();
    assert_eq!(cases.keys().collect::<Vec<_>>(), expected.keys().collect::<Vec<_>>(), "run expected.py");
    let mut different = Vec::new();
    for (name, source) in &cases {
        let ours = render(name, source, &context, Target::Text);
        // What is refused on purpose is an error, never another text: see docs/adding-a-template.md.
        let agree = match name.starts_with("refused: ") {
            true => ours.is_err() && expected[name].is_some(),
            false => ours.as_ref().ok() == expected[name].as_ref(),
        };
        if !agree {
            different.push(format!("{name}: {source:?}\n  Jinja2: {:?}\n  here:   {ours:?}", expected[name]));
        }
    }
    assert!(different.is_empty(), "{}", different.join("\n"));
}

#[test]
fn t1_jinja2_still_says_the_same() {
    let python = |args: &[&str]| Command::new("python3").args(args).current_dir(folder()).output();
    if !python(&["-c", "import jinja2"]).is_ok_and(|o| o.status.success()) {
        eprintln!("skipped: no Python with Jinja2 here");
        return;
    }
    let out = python(&["expected.py"]).unwrap();
    assert!(out.status.success(), "{}", String::from_utf8_lossy(&out.stderr));
    let said: BTreeMap<String, Option<String>> = serde_json::from_slice(&out.stdout).unwrap();
    assert_eq!(said, expected());
}
