//! Any text as a value with variables. What is read back is what was put in, when every dollar sign is written twice.
#![no_main]

use std::collections::BTreeMap;

use miaas_templates::compose::{ComposeFiles, parse_files};

libfuzzer_sys::fuzz_target!(|text: &str| {
    let env = BTreeMap::from([("A".to_owned(), "x${B}$$".to_owned()), ("E".to_owned(), String::new())]);
    let read = |value: &str| {
        let files = ComposeFiles::new("c.yaml", "services: {a: {image: 'x:1', env_file: v}}").with_file("v", value);
        parse_files(&files, &env).map(|d| d.spec.services["a"].environment.0.clone())
    };
    let _ = read(text);
    let quoted: String = text
        .chars()
        .filter(|c| !c.is_control())
        .flat_map(|c| match c {
            '\\' | '"' => vec!['\\', c],
            '$' => vec!['$', '$'],
            c => vec![c],
        })
        .filter(|c| !matches!(c, '\u{2028}' | '\u{2029}' | '\u{feff}' | '\u{fffe}' | '\u{ffff}'))
        .collect();
    let plain = quoted.replace("\\\\", "\0").replace("\\\"", "\"").replace('\0', "\\").replace("$$", "$");
    let document = format!("services: {{a: {{image: 'x:1', environment: {{K: \"{quoted}\"}}}}}}");
    if document.len() < 1 << 20 {
        let (spec, _) = miaas_templates::compose::parse(&document, "c.yaml", &env).expect("a quoted text is read");
        assert_eq!(spec.services["a"].environment.0["K"], plain);
    }
    let raw = format!("services: {{a: {{image: 'x:1', environment: {{K: '{}'}}}}}}", text.replace('\'', "''"));
    let _ = miaas_templates::compose::parse(&raw, "c.yaml", &env);
});
