//! Any text as a document: it is read or refused, quickly.
#![no_main]

use std::collections::BTreeMap;

libfuzzer_sys::fuzz_target!(|text: &str| {
    let _ = miaas_templates::compose::parse(text, "c.yaml", &BTreeMap::new());
});
