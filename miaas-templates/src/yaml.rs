//! A YAML document as a tree that remembers its lines and the text of its scalars as it was written.
//!
//! Compose gives numbers and texts the same meaning in most places, and `1.10` as an environment value must stay `1.10`: so
//! a scalar is kept as text here, and whoever reads it decides what it means. Aliases and merge keys are expanded by the
//! reader, under its limits against documents that grow without bound.

use std::fmt;

use serde::{
    Deserialize, Deserializer,
    de::{MapAccess, SeqAccess, Visitor},
};
use serde_saphyr::{
    Spanned,
    options::{DuplicateKeyPolicy, NonFiniteFloatPolicy},
};

/// Longest document, in bytes.
pub(crate) const MAX_BYTES: usize = 1 << 20;

/// A node with the line where it stands, from 1.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Node {
    pub(crate) line: usize,
    pub(crate) value: Value,
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
    pub(crate) line: usize,
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

/// Why a text is no YAML document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct YamlError {
    pub(crate) line: Option<usize>,
    pub(crate) message: String,
}

/// Reads one document.
pub(crate) fn parse(text: &str) -> Result<Node, YamlError> {
    if text.len() > MAX_BYTES {
        return Err(YamlError { line: None, message: format!("the document is longer than {} KiB", MAX_BYTES / 1024) });
    }
    let raw: RawNode = read(text)?;
    Ok(raw.into_node(text))
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
        YamlError { line, message: tidy(&e.without_snippet().to_string()) }
    })
}

/// The reader's message without its place (given beside it) and without advice that is meant for Rust programmers.
fn tidy(message: &str) -> String {
    let message = message.split(" at line ").next().unwrap_or(message);
    let message = message.split(", set DuplicateKeyPolicy").next().unwrap_or(message);
    let message = message.split("; use from_str_multiple").next().unwrap_or(message);
    message.to_owned()
}

#[derive(Debug)]
struct RawNode(Spanned<Raw>);

#[derive(Debug)]
enum Raw {
    Null,
    /// A number or boolean, as the reader shows it.
    Plain(String),
    Text(String),
    Seq(Vec<RawNode>),
    Map(Vec<(Spanned<String>, RawNode)>),
}

impl RawNode {
    fn into_node(self, source: &str) -> Node {
        let span = self.0.defined.span();
        let written = || {
            let start = usize::try_from(span.byte_offset()?).ok()?;
            let len = usize::try_from(span.byte_len()?).ok()?;
            let text = source.get(start..start.checked_add(len)?)?;
            // A tagged or quoted number is not written plainly: there the reader's own reading is the better one.
            let plain = !text.is_empty() && text.chars().all(|c| c.is_ascii_alphanumeric() || "+-._".contains(c));
            plain.then(|| text.to_owned())
        };
        let value = match self.0.value {
            Raw::Null => Value::Null,
            Raw::Plain(shown) => Value::Scalar(written().unwrap_or(shown)),
            // The reader turns numbers beyond its range into these.
            Raw::Text(text) if matches!(text.as_str(), ".inf" | "-.inf" | ".nan") => {
                Value::Scalar(written().unwrap_or(text))
            }
            Raw::Text(text) => Value::Scalar(text),
            Raw::Seq(items) => Value::Seq(items.into_iter().map(|n| n.into_node(source)).collect()),
            Raw::Map(entries) => Value::Map(
                entries
                    .into_iter()
                    .map(|(k, v)| (Key { line: line(k.referenced), text: k.value }, v.into_node(source)))
                    .collect(),
            ),
        };
        Node { line: line(self.0.referenced), value }
    }
}

fn line(location: serde_saphyr::Location) -> usize {
    usize::try_from(location.line()).unwrap_or(usize::MAX)
}

impl<'de> Deserialize<'de> for RawNode {
    fn deserialize<D: Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
        Spanned::deserialize(d).map(Self)
    }
}

impl<'de> Deserialize<'de> for Raw {
    fn deserialize<D: Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
        d.deserialize_any(RawVisitor)
    }
}

struct RawVisitor;

impl<'de> Visitor<'de> for RawVisitor {
    type Value = Raw;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a YAML value")
    }
    fn visit_unit<E>(self) -> Result<Raw, E> {
        Ok(Raw::Null)
    }
    fn visit_none<E>(self) -> Result<Raw, E> {
        Ok(Raw::Null)
    }
    fn visit_bool<E>(self, v: bool) -> Result<Raw, E> {
        Ok(Raw::Plain(v.to_string()))
    }
    fn visit_i64<E>(self, v: i64) -> Result<Raw, E> {
        Ok(Raw::Plain(v.to_string()))
    }
    fn visit_u64<E>(self, v: u64) -> Result<Raw, E> {
        Ok(Raw::Plain(v.to_string()))
    }
    fn visit_i128<E>(self, v: i128) -> Result<Raw, E> {
        Ok(Raw::Plain(v.to_string()))
    }
    fn visit_u128<E>(self, v: u128) -> Result<Raw, E> {
        Ok(Raw::Plain(v.to_string()))
    }
    fn visit_f64<E>(self, v: f64) -> Result<Raw, E> {
        Ok(Raw::Plain(v.to_string()))
    }
    fn visit_str<E>(self, v: &str) -> Result<Raw, E> {
        Ok(Raw::Text(v.to_owned()))
    }
    fn visit_string<E>(self, v: String) -> Result<Raw, E> {
        Ok(Raw::Text(v))
    }
    fn visit_seq<A: SeqAccess<'de>>(self, mut access: A) -> Result<Raw, A::Error> {
        let mut items = Vec::new();
        while let Some(item) = access.next_element()? {
            items.push(item);
        }
        Ok(Raw::Seq(items))
    }
    fn visit_map<A: MapAccess<'de>>(self, mut access: A) -> Result<Raw, A::Error> {
        let mut entries = Vec::new();
        while let Some(entry) = access.next_entry()? {
            entries.push(entry);
        }
        Ok(Raw::Map(entries))
    }
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
        assert_eq!(entries[1].0.line, 3);
    }

    #[test]
    fn broken_documents_name_the_line() {
        for (yaml, line, message) in [
            ("a: 1\na: 2\n", Some(2), "duplicate mapping key: a"),
            ("a: [1\n", Some(1), "unclosed bracket '['"),
            ("- a\n---\n- b\n", Some(3), "multiple YAML documents detected"),
        ] {
            assert_eq!(parse(yaml), Err(YamlError { line, message: message.into() }), "{yaml}");
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
