//! The fields of a service. What is read, printed and read again is the same.
#![no_main]

use std::collections::BTreeMap;

use miaas_templates::{
    compose::{parse, parse_files, print},
    policy::findings,
};

libfuzzer_sys::fuzz_target!(|text: &str| {
    let document = format!("services:\n  a:\n    image: x:1\n    {}\n", text.replace('\n', "\n    "));
    for text in [document.as_str(), text] {
        if let Ok((spec, _)) = parse(text, "c.yaml", &BTreeMap::new()) {
            let _ = findings(&spec);
            let again = parse_files(&print(&spec), &BTreeMap::new()).expect("what is printed is read");
            assert_eq!(again.spec, spec);
        }
    }
});
