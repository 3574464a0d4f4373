//! The manifest of a template: read and checked.
#![no_main]

use miaas_templates::Manifest;

libfuzzer_sys::fuzz_target!(|text: &str| {
    // The names of the first fields, so that the fuzzer begins behind them.
    let whole = format!("name: a\ntitle: A\ndescription: A.\nversion: 1.0.0\n{text}");
    for text in [whole.as_str(), text] {
        if let Ok(manifest) = Manifest::parse(text, "template.yaml") {
            assert!(!manifest.name.is_empty());
        }
    }
});
