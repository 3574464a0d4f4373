//! Documents on disk with the files that they name (T5, T8): nothing from outside their folder, and no silent gaps.
#![allow(clippy::unwrap_used, reason = "helpers of tests fail the test")]

use std::{collections::BTreeMap, fs, path::Path};

use miaas_core::ErrorKind;
use miaas_templates::{
    compose::{
        ComposeFiles,
        disk::{LARGEST_FILE, read_file, read_named},
    },
    stack,
};

fn write(folder: &Path, files: &[(&str, &str)]) {
    for (path, text) in files {
        let path = folder.join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }
}

fn named(folder: &Path, text: &str) -> Result<BTreeMap<String, String>, miaas_core::PortError> {
    read_named(ComposeFiles::new("compose.yaml", text), folder, &BTreeMap::new())
}

#[test]
fn t5_what_is_named_is_read_and_what_that_names() {
    let folder = tempfile::tempdir().unwrap();
    write(
        folder.path(),
        &[("other/compose.yaml", "services: {b: {env_file: b.env}}"), ("other/b.env", "B=1"), ("x", "")],
    );
    let text = "include: [other/compose.yaml]\nservices: {a: {env_file: [{path: none.env, required: false}]}}";
    let files = named(folder.path(), text).unwrap();
    assert_eq!(files.keys().collect::<Vec<_>>(), ["other/b.env", "other/compose.yaml"]);
}

#[test]
fn t5_what_cannot_be_read_is_named() {
    let folder = tempfile::tempdir().unwrap();
    let elsewhere = tempfile::tempdir().unwrap();
    write(elsewhere.path(), &[("secret", "S=1")]);
    std::os::unix::fs::symlink(elsewhere.path().join("secret"), folder.path().join("link.env")).unwrap();
    let document = |file: &str| format!("services: {{a: {{env_file: {file}}}}}");
    for (file, kind, said) in [
        ("missing.env", ErrorKind::NotFound, "compose.yaml names missing.env"),
        ("../secret", ErrorKind::Invalid, "not below its own folder"),
        ("/etc/hostname", ErrorKind::Invalid, "not below its own folder"),
        ("link.env", ErrorKind::Invalid, "a link to"),
    ] {
        let refused = named(folder.path(), &document(file)).unwrap_err();
        assert!(refused.kind() == kind && refused.chain().contains(said), "{file}: {}", refused.chain());
        assert_eq!(refused.hint().is_some(), kind == ErrorKind::Invalid, "{file}");
    }
    assert!(read_file(folder.path()).unwrap_err().message().contains("is no file"));
    let large = "x".repeat(usize::try_from(LARGEST_FILE).unwrap() + 1);
    write(folder.path(), &[("large", &large), ("fits", &large[1..])]);
    assert!(read_file(&folder.path().join("large")).unwrap_err().message().contains("is too large"));
    assert_eq!(read_file(&folder.path().join("fits")).unwrap().len() as u64, LARGEST_FILE);
}

#[test]
fn t8_a_stack_file_is_read_with_its_documents() {
    let folder = tempfile::tempdir().unwrap();
    write(
        folder.path(),
        &[("app/compose.yaml", "services: {a: {env_file: a.env}}"), ("app/a.env", "A=1"), ("b.env", "B=1")],
    );
    let text = "name: rag\nservices:\n  a: {compose: app/compose.yaml}\n  b:\n    compose: |\n      services: {b: {env_file: \
                b.env}}\n      # inside\n  c: {template: redis}\n";
    let (name, request) = stack::read(text, "miaas.yaml", folder.path()).unwrap();
    let files = |service: &str| request.services[service].files.keys().cloned().collect::<Vec<_>>();
    assert_eq!(
        (name.as_str(), files("a"), files("b"), files("c")),
        ("rag", vec!["a.env".into()], vec!["b.env".into()], vec![])
    );
    for (text, kind, said) in [
        ("name: a\nservices: {b: {tempate: redis}}\n", ErrorKind::Invalid, "miaas.yaml is no stack: miaas.yaml:2"),
        ("name: a\nservices: {b: {compose: none.yaml}}\n", ErrorKind::NotFound, "none.yaml"),
        ("name: a\nservices: {b: {compose: ../b.yaml}}\n", ErrorKind::NotFound, "b.yaml"),
    ] {
        let refused = stack::read(text, "miaas.yaml", folder.path()).unwrap_err();
        assert!(refused.kind() == kind && refused.chain().contains(said), "{}", refused.chain());
    }
}
