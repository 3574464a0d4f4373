//! Several documents, separated by a line `---`: merged, included and extended.
#![no_main]

use std::collections::BTreeMap;

use miaas_templates::compose::{ComposeFiles, missing, parse_files};

libfuzzer_sys::fuzz_target!(|text: &str| {
    let mut parts = text.split("---\n");
    let mut files = ComposeFiles::new("a", parts.next().unwrap_or_default());
    for (name, part) in ["b", "c", "d/e", "f"].into_iter().zip(parts) {
        files = files.with_file(name, part);
    }
    let env = BTreeMap::from([("A".to_owned(), "b".to_owned())]);
    let _ = missing(&files, &env);
    let _ = parse_files(&files, &env);
    let _ = parse_files(&files.with_override("b"), &env);
});
