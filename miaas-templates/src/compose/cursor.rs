//! A place in the document, and what is said about it.

use std::{collections::BTreeMap, fmt::Display};

use miaas_core::spec::{Issue, nearest};

use super::{
    short,
    support::{Field, Support},
};
use crate::yaml::{Key, Node, Value};

/// Collects issues and warnings about one file.
#[derive(Debug)]
pub(super) struct Report<'f> {
    file: &'f str,
    pub(super) issues: Vec<Issue>,
    pub(super) warnings: Vec<Issue>,
}

impl<'f> Report<'f> {
    pub(super) const fn new(file: &'f str) -> Self {
        Self { file, issues: Vec::new(), warnings: Vec::new() }
    }

    fn at(&self, at: &Cursor<'_>, message: impl Display) -> Issue {
        Issue::new(at.path.as_str(), format!("{}:{}: {message}", self.file, at.line))
    }

    pub(super) fn issue(&mut self, at: &Cursor<'_>, message: impl Display) {
        self.issues.push(self.at(at, message));
    }

    pub(super) fn issue_hint(&mut self, at: &Cursor<'_>, message: impl Display, hint: impl Into<String>) {
        self.issues.push(self.at(at, message).with_hint(hint));
    }

    pub(super) fn warn(&mut self, at: &Cursor<'_>, message: impl Display) {
        self.warnings.push(self.at(at, message));
    }
}

/// A value with its JSON pointer and line.
#[derive(Debug, Clone)]
pub(super) struct Cursor<'n> {
    pub(super) path: String,
    pub(super) line: usize,
    pub(super) value: &'n Value,
}

impl<'n> Cursor<'n> {
    pub(super) const fn root(node: &'n Node) -> Self {
        Self { path: String::new(), line: node.line, value: &node.value }
    }

    fn child(&self, key: &Key, node: &'n Node) -> Self {
        Self { path: join(&self.path, &key.text), line: key.line, value: &node.value }
    }

    /// The entry of this name; this place itself when there is none.
    pub(super) fn find(&self, name: &str) -> Self {
        match self.value {
            Value::Map(entries) => {
                entries.iter().find(|(k, _)| k.text == name).map_or_else(|| self.clone(), |(k, n)| self.child(k, n))
            }
            _ => self.clone(),
        }
    }

    /// Whether it is a mapping with a value under this name.
    pub(super) fn has(&self, name: &str) -> bool {
        matches!(self.value, Value::Map(entries) if entries.iter().any(|(k, n)| k.text == name && n.value != Value::Null))
    }

    /// The entries of a mapping; none for nothing.
    pub(super) fn entries(&self, report: &mut Report<'_>) -> Vec<(&'n Key, Self)> {
        match self.value {
            Value::Map(entries) => entries.iter().map(|(k, n)| (k, self.child(k, n))).collect(),
            Value::Null => Vec::new(),
            other => {
                report.issue(self, format!("expected a mapping, found {}", other.kind()));
                Vec::new()
            }
        }
    }

    /// The items of a list; none for nothing.
    pub(super) fn items(&self, report: &mut Report<'_>) -> Vec<Self> {
        match self.value {
            Value::Seq(items) => items
                .iter()
                .enumerate()
                .map(|(i, n)| Self { path: format!("{}/{i}", self.path), line: n.line, value: &n.value })
                .collect(),
            Value::Null => Vec::new(),
            other => {
                report.issue(self, format!("expected a list, found {}", other.kind()));
                Vec::new()
            }
        }
    }

    /// The text of a scalar.
    pub(super) fn text(&self, report: &mut Report<'_>) -> Option<&'n str> {
        match self.value {
            Value::Scalar(text) if !text.contains('\0') => Some(text),
            Value::Scalar(_) => {
                report.issue(self, "a text must not contain the character U+0000");
                None
            }
            other => {
                report.issue(self, format!("expected a single value, found {}", other.kind()));
                None
            }
        }
    }

    /// A scalar through `parse`, whose error is the end of a sentence that starts with the text.
    pub(super) fn parsed<T, E: Display>(
        &self,
        report: &mut Report<'_>,
        parse: impl FnOnce(&str) -> Result<T, E>,
    ) -> Option<T> {
        let text = self.text(report)?;
        parse(text).map_err(|e| report.issue(self, format!("{:?} {e}", short(text)))).ok()
    }

    /// True or false.
    pub(super) fn bool(&self, report: &mut Report<'_>) -> Option<bool> {
        self.parsed(report, |text| match text {
            "true" => Ok(true),
            "false" => Ok(false),
            _ => Err("is neither true nor false"),
        })
    }

    /// The texts of a list.
    pub(super) fn texts(&self, report: &mut Report<'_>) -> Vec<String> {
        self.items(report).iter().filter_map(|item| item.text(report).map(str::to_owned)).collect()
    }

    /// The fields of a mapping that `table` supports and that have a value; the others are reported.
    pub(super) fn fields(&self, table: &'static [Field], report: &mut Report<'_>) -> BTreeMap<&'static str, Self> {
        let mut found = BTreeMap::new();
        for (key, at) in self.entries(report) {
            match table.iter().find(|f| f.name == key.text) {
                Some(Field { name, support: Support::Yes(_) }) => {
                    if *at.value != Value::Null {
                        found.insert(*name, at);
                    }
                }
                Some(Field { name, support: Support::Ignored(why) }) => {
                    report.warn(&at, format!("`{name}` is ignored: {why}"));
                }
                Some(Field { name, support: Support::No(why) }) => {
                    if !says_nothing(at.value) {
                        report.issue(&at, format!("`{name}` is not supported: {why}"));
                    }
                }
                Some(Field { name, support: Support::Forbidden(why) }) => {
                    if !says_nothing(at.value) {
                        report.issue(&at, format!("`{name}` is not allowed: {why}"));
                    }
                }
                // The specification reserves these names for others.
                None if key.text.starts_with("x-") => {}
                None => {
                    let text = format!("unknown field `{}`", short(&key.text));
                    match nearest(&key.text, table.iter().map(|f| f.name)) {
                        Some(near) => report.issue_hint(&at, text, format!("did you mean `{near}`?")),
                        None => report.issue_hint(&at, text, "docs/compose-support.md lists the fields"),
                    }
                }
            }
        }
        found
    }
}

/// A value that asks for nothing, so that nothing is lost without it.
fn says_nothing(value: &Value) -> bool {
    match value {
        Value::Null => true,
        Value::Scalar(text) => text == "false",
        Value::Seq(items) => items.is_empty(),
        Value::Map(entries) => entries.is_empty(),
    }
}

/// Appends a key to a JSON pointer.
pub(super) fn join(path: &str, key: &str) -> String {
    format!("{path}/{}", short(key).replace('~', "~0").replace('/', "~1"))
}
