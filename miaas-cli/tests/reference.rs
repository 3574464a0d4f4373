//! `docs/cli.md` is what the binary says of itself; `MIAAS_UPDATE=1 cargo test -p miaas-cli --test reference` writes it anew.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::disallowed_methods,
    reason = "tests fail by panicking, and run in real time against real processes"
)]

mod support;

use std::{fmt::Write as _, path::Path};

use support::{Said, miaas};

const HEAD: &str = "\
# Command line

What `miaas --help` says, command by command. Generated: `MIAAS_UPDATE=1 cargo test -p miaas-cli --test reference`
writes this page, and the same test fails when it is out of date. The global options stand once, at the top.
";

/// The texts of a command and of all below it.
fn collect(state: &Path, path: &[&str], page: &mut String) {
    let args: Vec<&str> = path.iter().copied().chain(["--help"]).collect();
    // Without the folder in the environment, which help would show.
    let said: Said = miaas(state).env_remove("MIAAS_STATE_DIR").args(&args).output().expect("the binary runs").into();
    assert_eq!(said.code, Some(0), "{said:?}");
    let out = said.out.lines().map(|line| format!("{}\n", line.trim_end())).collect::<String>();
    let mut text = out.as_str();
    if !path.is_empty() {
        // The examples stand behind the options that every command has.
        let (before, rest) = text.split_once("Global options:").expect("every command has the global options");
        let examples = rest.find("\nExample").map_or("", |at| &rest[at..]);
        let whole = format!("{}\n{examples}", before.trim_end());
        let title = path.join(" ");
        let _ = write!(page, "\n## miaas {title}\n\n```text\n{}\n```\n", whole.trim());
    } else {
        let _ = write!(page, "\n```text\n{}\n```\n", text.trim());
    }
    let Some((_, commands)) = text.split_once("\nCommands:\n") else { return };
    text = commands.split_once("\n\n").map_or(commands, |(list, _)| list);
    let names = text.lines().filter(|l| l.starts_with("  ") && !l.starts_with("   "));
    for name in names.filter_map(|l| l.split_whitespace().next()).filter(|n| *n != "help") {
        let below: Vec<&str> = path.iter().copied().chain([name]).collect();
        collect(state, &below, page);
    }
}

#[test]
fn the_reference_is_up_to_date() {
    let state = tempfile::tempdir().unwrap();
    let mut page = HEAD.to_owned();
    collect(state.path(), &[], &mut page);
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/cli.md");
    if std::env::var_os("MIAAS_UPDATE").is_some() {
        std::fs::write(&file, &page).expect("docs/cli.md is written");
    }
    let known = std::fs::read_to_string(&file).unwrap_or_default();
    let differs = known.lines().zip(page.lines()).find(|(a, b)| a != b);
    assert!(
        known == page,
        "docs/cli.md is out of date ({differs:?}): MIAAS_UPDATE=1 cargo test -p miaas-cli --test reference"
    );
}

#[test]
fn every_variable_of_the_reference_is_on_the_page_of_the_configuration() {
    let docs = Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs");
    let read = |name: &str| std::fs::read_to_string(docs.join(name)).unwrap();
    let (reference, configuration) = (read("cli.md"), read("configuration.md"));
    let variables = reference.split("[env: ").skip(1).filter_map(|rest| rest.split([']', '=']).next());
    let missing: Vec<&str> = variables.filter(|name| !configuration.contains(&format!("`{name}`"))).collect();
    assert!(missing.is_empty(), "docs/configuration.md does not name {missing:?}");
}
