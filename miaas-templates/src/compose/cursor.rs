//! A place in the document, and what is said about it.

use std::{collections::BTreeMap, fmt::Display, ops::RangeInclusive};

use miaas_core::spec::{Issue, nearest};

use super::{
    short,
    support::{Field, Support},
};
use crate::yaml::{Key, Node, Pos, Value};

/// Most issues that are worth to be told of one document.
const MAX_ISSUES: usize = 200;
/// Most services, volumes, networks, configs or secrets of a document.
const MAX_PARTS: usize = 1000;

/// Collects issues and warnings about the files of a document.
#[derive(Debug, Default)]
pub(super) struct Report {
    /// Paths and directories of the files.
    files: Vec<(String, String)>,
    pub(super) issues: Vec<Issue>,
    pub(super) warnings: Vec<Issue>,
    /// Services that no active profile asks for, with their profiles.
    pub(super) left_out: BTreeMap<String, Vec<String>>,
}

impl Report {
    /// Makes a file known; relative paths in it start at `dir`.
    pub(super) fn add_file(&mut self, path: &str, dir: &str) -> u16 {
        self.files.push((path.to_owned(), dir.to_owned()));
        u16::try_from(self.files.len() - 1).unwrap_or(u16::MAX)
    }

    pub(super) const fn files(&self) -> usize {
        self.files.len()
    }

    /// Where relative paths start that are written at this place.
    pub(super) fn directory(&self, pos: Pos) -> String {
        self.files.get(usize::from(pos.file)).map(|(_, dir)| dir.clone()).unwrap_or_default()
    }

    /// `file:line:column`.
    pub(super) fn place(&self, pos: Pos) -> String {
        let file = self.files.get(usize::from(pos.file)).map_or("?", |(path, _)| path.as_str());
        format!("{file}:{}:{}", pos.line, pos.column)
    }

    fn at(&self, at: &Cursor<'_>, message: impl Display) -> Issue {
        Issue::new(at.path.as_str(), format!("{}: {message}", self.place(at.pos)))
    }

    /// Enough was found: nobody reads more, and a hostile document could have them without end.
    const fn full(&self) -> bool {
        self.issues.len() >= MAX_ISSUES
    }

    fn push(&mut self, issue: Issue) {
        if !self.full() {
            self.issues.push(issue);
        }
    }

    pub(super) fn issue(&mut self, at: &Cursor<'_>, message: impl Display) {
        self.push(self.at(at, message));
    }

    pub(super) fn issue_hint(&mut self, at: &Cursor<'_>, message: impl Display, hint: impl Into<String>) {
        self.push(self.at(at, message).with_hint(hint));
    }

    /// An issue about a file that could not be read as a tree.
    pub(super) fn plain(&mut self, file: &str, place: Option<(usize, usize)>, message: impl Display) {
        let place = place.map(|(line, column)| format!(":{line}:{column}")).unwrap_or_default();
        self.push(Issue::new("", format!("{file}{place}: {message}")));
    }

    pub(super) fn warn(&mut self, at: &Cursor<'_>, message: impl Display) {
        if self.warnings.len() < MAX_ISSUES {
            self.warnings.push(self.at(at, message));
        }
    }
}

/// A value with its JSON pointer and place.
#[derive(Debug, Clone)]
pub(super) struct Cursor<'n> {
    pub(super) path: String,
    pub(super) pos: Pos,
    pub(super) value: &'n Value,
}

impl<'n> Cursor<'n> {
    pub(super) const fn root(node: &'n Node) -> Self {
        Self { path: String::new(), pos: node.pos, value: &node.value }
    }

    fn child(&self, key: &Key, node: &'n Node) -> Self {
        Self { path: join(&self.path, &key.text), pos: key.pos, value: &node.value }
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
    pub(super) fn entries(&self, report: &mut Report) -> Vec<(&'n Key, Self)> {
        match self.value {
            _ if report.full() => Vec::new(),
            Value::Map(entries) => entries.iter().map(|(k, n)| (k, self.child(k, n))).collect(),
            Value::Null => Vec::new(),
            other => {
                report.issue(self, format!("expected a mapping, found {}", other.kind()));
                Vec::new()
            }
        }
    }

    /// The entries of a part of the document, of which there are not too many: parts refer to each other.
    pub(super) fn parts(&self, report: &mut Report) -> Vec<(&'n Key, Self)> {
        let entries = self.entries(report);
        if entries.len() > MAX_PARTS {
            report.issue(self, format!("there are {} of them, and at most {MAX_PARTS} are read", entries.len()));
            return Vec::new();
        }
        entries
    }

    /// The items of a list; none for nothing.
    pub(super) fn items(&self, report: &mut Report) -> Vec<Self> {
        match self.value {
            _ if report.full() => Vec::new(),
            Value::Seq(items) => items
                .iter()
                .enumerate()
                .map(|(i, n)| Self { path: format!("{}/{i}", self.path), pos: n.pos, value: &n.value })
                .collect(),
            Value::Null => Vec::new(),
            other => {
                report.issue(self, format!("expected a list, found {}", other.kind()));
                Vec::new()
            }
        }
    }

    /// The text of a scalar.
    pub(super) fn text(&self, report: &mut Report) -> Option<&'n str> {
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
        report: &mut Report,
        parse: impl FnOnce(&str) -> Result<T, E>,
    ) -> Option<T> {
        let text = self.text(report)?;
        parse(text).map_err(|e| report.issue(self, format!("{:?} {e}", short(text)))).ok()
    }

    /// True or false.
    pub(super) fn bool(&self, report: &mut Report) -> Option<bool> {
        self.parsed(report, |text| match text {
            "true" | "True" | "TRUE" => Ok(true),
            "false" | "False" | "FALSE" => Ok(false),
            _ => Err("is neither true nor false"),
        })
    }

    /// A scalar that is a whole number in a range.
    pub(super) fn number<T: TryFrom<i64>>(&self, report: &mut Report, range: RangeInclusive<i64>) -> Option<T> {
        self.parsed(report, |text| {
            let number = text.parse::<i64>().ok().filter(|n| range.contains(n));
            number
                .and_then(|n| T::try_from(n).ok())
                .ok_or_else(|| format!("is no whole number from {} to {}", range.start(), range.end()))
        })
    }

    /// A text or a list of texts.
    pub(super) fn one_or_many(&self, report: &mut Report) -> Vec<String> {
        match self.value {
            Value::Scalar(_) => self.text(report).map(|t| vec![t.to_owned()]).unwrap_or_default(),
            _ => self.texts(report),
        }
    }

    /// A scalar without control characters that is not empty.
    pub(super) fn plain(&self, report: &mut Report) -> Option<String> {
        self.parsed(report, plain_text)
    }

    /// Plain texts of a list, or a single one.
    pub(super) fn plains(&self, report: &mut Report) -> Vec<String> {
        match self.value {
            Value::Scalar(_) => self.plain(report).into_iter().collect(),
            _ => self.items(report).iter().filter_map(|item| item.plain(report)).collect(),
        }
    }

    /// The texts of a list.
    pub(super) fn texts(&self, report: &mut Report) -> Vec<String> {
        self.items(report).iter().filter_map(|item| item.text(report).map(str::to_owned)).collect()
    }

    /// The fields of a mapping that `table` supports and that have a value; the others are reported.
    pub(super) fn fields(&self, table: &'static [Field], report: &mut Report) -> BTreeMap<&'static str, Self> {
        let mut found = BTreeMap::new();
        for (key, at) in self.entries(report) {
            if report.full() {
                break;
            }
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

/// A text that is not empty and fits on a line.
pub(super) fn plain_text(text: &str) -> Result<String, &'static str> {
    let ok = !text.trim().is_empty() && !text.chars().any(char::is_control);
    if ok { Ok(text.to_owned()) } else { Err("is empty or has control characters") }
}
