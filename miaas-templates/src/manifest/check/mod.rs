//! What the types of a manifest cannot express.

mod about;
mod needs;
mod parameter;

use std::collections::BTreeSet;

use miaas_core::{
    model::ExecutorKind,
    name::Name,
    spec::{Issue, nearest},
};

use super::Manifest;

/// Every issue of a manifest; paths are JSON pointers into it.
pub(super) fn manifest(m: &Manifest, file: &str) -> Vec<Issue> {
    let mut say = Found { file, issues: Vec::new() };
    if let Err(e) = Name::parse(&m.name) {
        say.that("/name", e.to_string());
    }
    if m.title.trim().is_empty() {
        say.that("/title", "the title is empty");
    }
    if m.executors.is_empty() {
        say.that("/executors", "no executor is named: write docker, process or both");
    }
    for (i, executor) in m.executors.iter().enumerate() {
        if *executor == ExecutorKind::Kubernetes {
            let text = "kubernetes is no executor of a template: its objects are derived from the Compose template";
            say.that(format!("/executors/{i}"), text);
        }
    }
    about::check(m, &mut say);
    parameter::check(m, &mut say);
    needs::check(m, &mut say);
    say.issues
}

/// Collects issues of one file.
struct Found<'a> {
    file: &'a str,
    issues: Vec<Issue>,
}

impl Found<'_> {
    fn that(&mut self, path: impl Into<String>, message: impl AsRef<str>) {
        self.issues.push(Issue::new(path.into(), format!("{}: {}", self.file, message.as_ref())));
    }

    fn with_hint(&mut self, path: impl Into<String>, message: impl AsRef<str>, hint: impl Into<String>) {
        let issue = Issue::new(path.into(), format!("{}: {}", self.file, message.as_ref()));
        self.issues.push(issue.with_hint(hint.into()));
    }

    /// Says that the first quoted name of the message is not among the known ones.
    fn unknown<'k>(&mut self, path: impl Into<String>, message: String, known: impl Iterator<Item = &'k str>) {
        match message.split('"').nth(1).and_then(|name| nearest(name, known)) {
            Some(near) => self.with_hint(path, message, format!("did you mean {near:?}?")),
            None => self.that(path, message),
        }
    }

    /// Names of a list: each an identifier, each once.
    fn names<'n>(&mut self, list: &str, what: &str, names: impl Iterator<Item = &'n str>) {
        let mut seen = BTreeSet::new();
        for (i, name) in names.enumerate() {
            if !is_identifier(name) {
                self.that(format!("/{list}/{i}/name"), format!("{what} name {name:?} {IDENTIFIER}"));
            }
            if !seen.insert(name) {
                self.that(format!("/{list}/{i}/name"), format!("{what} {name:?} is declared twice"));
            }
        }
    }
}

const IDENTIFIER: &str = "must start with a lower case letter and go on with letters, digits and '_'";

fn is_identifier(text: &str) -> bool {
    text.starts_with(|c: char| c.is_ascii_lowercase())
        && text.len() <= 63
        && text.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_')
}
