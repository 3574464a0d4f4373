//! The manifest of a template. What is written and read again is the same.
#![no_main]

use miaas_templates::Manifest;

libfuzzer_sys::fuzz_target!(|text: &str| {
    // The names of the first fields, so that the fuzzer begins behind them.
    let whole = format!("name: a\ntitle: A\ndescription: A.\nversion: 1.0.0\n{text}");
    for text in [whole.as_str(), text] {
        if let Ok(manifest) = Manifest::parse(text, "template.yaml") {
            let printed = serde_json::to_string(&manifest).expect("it serialises");
            let again = Manifest::parse(&printed, "template.yaml").expect("what is printed is read");
            assert_eq!(again, manifest);
        }
    }
});
