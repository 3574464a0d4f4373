//! A YAML document as a tree that remembers its places and the text of its scalars as it was written.
//!
//! Compose gives numbers and texts the same meaning in most places, and `1.10` as an environment value must stay `1.10`: so
//! a scalar is kept as text here, and whoever reads it decides what it means. Aliases and merge keys are expanded, under
//! limits against documents that grow without bound.

mod tree;

use serde_saphyr::options::{DuplicateKeyPolicy, NonFiniteFloatPolicy};

pub(crate) use tree::parse_file;

/// Longest document, in bytes.
pub(crate) const MAX_BYTES: usize = 1 << 20;

/// A place in a file. Lines and columns count from 1.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Pos {
    /// Which file, as a number that the caller of [`parse_file`] gave.
    pub(crate) file: u16,
    pub(crate) line: u32,
    pub(crate) column: u32,
}

/// A node with the place where it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Node {
    pub(crate) pos: Pos,
    pub(crate) value: Value,
    /// How it is merged over another document.
    pub(crate) mark: Option<Mark>,
}

/// Compose's own tags.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Mark {
    /// `!reset`: what was there goes.
    Reset,
    /// `!override`: it replaces what was there.
    Override,
}

/// What a node is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Value {
    Null,
    Scalar(String),
    Seq(Vec<Node>),
    Map(Vec<(Key, Node)>),
}

/// The key of a mapping entry.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Key {
    pub(crate) text: String,
    pub(crate) pos: Pos,
}

impl Value {
    /// What it is, for messages.
    pub(crate) const fn kind(&self) -> &'static str {
        match self {
            Self::Null => "nothing",
            Self::Scalar(_) => "a single value",
            Self::Seq(_) => "a list",
            Self::Map(_) => "a mapping",
        }
    }
}

impl Node {
    /// The value under a key of a mapping.
    pub(crate) fn get(&self, name: &str) -> Option<&Self> {
        match &self.value {
            Value::Map(entries) => entries.iter().find(|(k, _)| k.text == name).map(|(_, n)| n),
            _ => None,
        }
    }

    /// The text of a scalar.
    pub(crate) fn text(&self) -> Option<&str> {
        match &self.value {
            Value::Scalar(text) => Some(text),
            _ => None,
        }
    }
}

/// Why a text is no YAML document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct YamlError {
    pub(crate) line: Option<usize>,
    pub(crate) column: Option<usize>,
    pub(crate) message: String,
}

/// Reads one document.
#[cfg(test)]
pub(crate) fn parse(text: &str) -> Result<Node, YamlError> {
    parse_file(text, 0)
}

/// Reads one document into a type.
pub(crate) fn read<T: serde::de::DeserializeOwned>(text: &str) -> Result<T, YamlError> {
    let options = serde_saphyr::options! {
        duplicate_keys: DuplicateKeyPolicy::Error,
        non_finite_float_policy: NonFiniteFloatPolicy::AsString,
        strict_booleans: true,
        with_snippet: false,
    };
    serde_saphyr::from_str_with_options(text, options).map_err(|e| {
        let line = e.location().and_then(|l| usize::try_from(l.line()).ok()).filter(|l| *l > 0);
        YamlError { line, column: None, message: tidy(&e.without_snippet().to_string()) }
    })
}

/// The reader's message without its place (given beside it) and without advice that is meant for Rust programmers.
fn tidy(message: &str) -> String {
    let message = message.split(" at line ").next().unwrap_or(message);
    let message = message.split(", set DuplicateKeyPolicy").next().unwrap_or(message);
    let message = message.split("; use from_str_multiple").next().unwrap_or(message);
    message.to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn scalar(node: &Node) -> &str {
        match &node.value {
            Value::Scalar(text) => text,
            other => panic!("{other:?} is no scalar"),
        }
    }

    #[test]
    fn scalars_keep_the_text_that_was_written() {
        for (yaml, want) in [
            ("1.10", "1.10"),
            ("0700", "0700"),
            ("1_000", "1_000"),
            ("yes", "yes"),
            ("true", "true"),
            ("\"1.50\"", "1.50"),
            ("!!int \"5\"", "5"),
            ("22:22", "22:22"),
            ("'it''s'", "it's"),
            ("123456789012345678901234567890", "123456789012345678901234567890"),
            (".nan", ".nan"),
        ] {
            assert_eq!(scalar(&parse(yaml).unwrap()), want, "{yaml}");
        }
    }

    #[test]
    fn lines_follow_keys_and_merges_expand() {
        let node = parse("base: &b\n  a: 1.20\nuse:\n  <<: *b\n  c: 2\n").unwrap();
        let Value::Map(entries) = node.value else { panic!() };
        let Value::Map(merged) = &entries[1].1.value else { panic!() };
        let texts: Vec<_> = merged.iter().map(|(k, v)| (k.text.as_str(), scalar(v))).collect();
        assert!(texts.contains(&("a", "1.20")) && texts.contains(&("c", "2")), "{texts:?}");
        assert_eq!((entries[1].0.pos.line, entries[1].0.pos.column), (3, 1));
    }

    #[test]
    fn broken_documents_name_the_line() {
        for (yaml, line, message) in [
            ("a: 1\na: 2\n", Some(2), "duplicate mapping key: a"),
            ("a: [1\n", Some(1), "unclosed bracket '['"),
            ("- a\n---\n- b\n", Some(2), "multiple YAML documents detected"),
        ] {
            let e = parse(yaml).unwrap_err();
            assert_eq!((e.line, e.message.as_str()), (line, message), "{yaml}");
        }
    }

    #[test]
    fn a_bomb_of_aliases_is_refused_quickly() {
        let mut yaml = String::from("a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n");
        for i in 1..12 {
            let refs = vec![format!("*a{}", i - 1); 10].join(", ");
            yaml.push_str(&format!("a{i}: &a{i} [{refs}]\n"));
        }
        assert!(parse(&yaml).is_err());
    }
}
