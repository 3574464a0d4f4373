//! The variables of a document, and the parameters that they become.

use std::collections::BTreeMap;

use serde_json::{Value as Json, json};

use super::scalars;
use crate::{
    compose::interpolate::{closing, name_len},
    yaml::Node,
};

/// A piece of a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Piece<'t> {
    Text(&'t str),
    /// `$$`.
    Dollar,
    Variable {
        name: &'t str,
        operator: Option<(&'t str, &'t str)>,
    },
}

/// What is known of a variable.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct Variable {
    pub(super) parameter: String,
    pub(super) default: Option<String>,
    pub(super) label: Option<String>,
    pub(super) help: Option<String>,
    pub(super) choices: Vec<String>,
    pub(super) port: bool,
}

/// All of them by their names in the document.
#[derive(Debug, Clone, Default)]
pub(super) struct Variables(BTreeMap<String, Variable>);

impl Variables {
    /// Adds a variable that something else than the document tells of.
    pub(super) fn add(&mut self, name: &str, variable: Variable) {
        let parameter = self.free(name);
        self.0.insert(name.to_owned(), Variable { parameter, ..variable });
    }

    /// Finds those of a document.
    pub(super) fn find(&mut self, root: &Node) {
        let mut texts = Vec::new();
        scalars(root, &mut texts);
        texts.into_iter().for_each(|text| self.find_in(text));
    }

    fn find_in(&mut self, text: &str) {
        for piece in pieces(text) {
            let Piece::Variable { name, operator } = piece else { continue };
            if !self.0.contains_key(name) {
                self.add(name, Variable::default());
            }
            let Some((operator, word)) = operator else { continue };
            self.find_in(word);
            // What only switches something on may be left empty.
            let default = match operator {
                o if o.ends_with('-') => self.plain(word),
                o if o.ends_with('+') => String::new(),
                _ => continue,
            };
            if let Some(variable) = self.0.get_mut(name).filter(|v| v.default.is_none()) {
                variable.default = Some(default);
            }
        }
    }

    /// A name for a parameter that none has yet.
    fn free(&self, name: &str) -> String {
        let lower = name.to_ascii_lowercase();
        let base = lower.trim_matches(|c: char| !c.is_ascii_alphanumeric());
        let base = match base.chars().next() {
            Some(c) if c.is_ascii_lowercase() => base.to_owned(),
            _ => format!("v_{base}"),
        };
        // The renderer has a parameter of its own under this name.
        let taken = |n: &str| n == "variant" || self.0.values().any(|v| v.parameter == n);
        let numbered = (2..).map(|i| format!("{base}_{i}"));
        std::iter::once(base.clone()).chain(numbered).find(|n| !taken(n)).unwrap_or(base)
    }

    /// Adds a parameter that is a port of the host.
    pub(super) fn add_port(&mut self, name: &str, default: u16) -> String {
        let variable = Variable { default: Some(default.to_string()), port: true, ..Variable::default() };
        // No name of a variable has a space.
        let key = format!(" {name}");
        self.add(&key, variable);
        self.0.get(&key).map(|v| v.parameter.clone()).unwrap_or_default()
    }

    /// Says that a variable is a port of the host; its parameter.
    pub(super) fn is_port(&mut self, name: &str) -> Option<String> {
        let variable = self.0.get_mut(name)?;
        variable.port = true;
        Some(variable.parameter.clone())
    }

    /// The text with the defaults in place of the variables.
    pub(super) fn plain(&self, text: &str) -> String {
        let mut out = String::new();
        for piece in pieces(text) {
            match piece {
                Piece::Text(text) => out.push_str(text),
                Piece::Dollar => out.push('$'),
                Piece::Variable { name, operator: Some((op, word)) } if op.ends_with('+') => {
                    if self.value(name).is_some_and(|v| !v.is_empty()) {
                        out.push_str(&self.plain(word));
                    }
                }
                Piece::Variable { name, .. } => out.push_str(self.value(name).unwrap_or("change-me")),
            }
        }
        out
    }

    fn value(&self, name: &str) -> Option<&str> {
        self.0.get(name)?.default.as_deref()
    }

    /// The text as an expression of a template; none when nothing in it varies.
    pub(super) fn expression(&self, text: &str) -> Option<String> {
        let pieces = pieces(text);
        if !pieces.iter().any(|p| matches!(p, Piece::Variable { .. })) {
            return None;
        }
        let parts: Vec<String> = pieces.iter().filter_map(|piece| self.part(piece)).collect();
        Some(parts.join(" ~ "))
    }

    fn part(&self, piece: &Piece<'_>) -> Option<String> {
        match piece {
            Piece::Text("") => None,
            Piece::Text(text) => Some(literal(text)),
            Piece::Dollar => Some(literal("$")),
            Piece::Variable { name, operator } => {
                let parameter = format!("params.{}", self.0.get(*name)?.parameter);
                match operator {
                    Some((op, word)) if op.ends_with('+') => {
                        let then = self.expression(word).unwrap_or_else(|| literal(&self.plain(word)));
                        Some(format!("(({then}) if {parameter} else \"\")"))
                    }
                    _ => Some(parameter),
                }
            }
        }
    }

    /// Parameters without a default that a value must be given for.
    pub(super) fn required(&self) -> impl Iterator<Item = &str> {
        let open = self.0.iter().filter(|(name, v)| v.default.is_none() && !is_secret(name));
        open.map(|(_, v)| v.parameter.as_str())
    }

    /// As the manifest has them.
    pub(super) fn parameters(&self) -> Vec<Json> {
        self.0.iter().map(|(name, v)| parameter(name.trim(), v)).collect()
    }
}

fn parameter(name: &str, v: &Variable) -> Json {
    let mut out =
        json!({"name": v.parameter, "type": "string", "label": v.label.clone().unwrap_or_else(|| label(name))});
    if let Some(help) = &v.help {
        out["help"] = help.as_str().into();
    }
    let port = v.default.as_deref().and_then(|d| d.parse::<u16>().ok());
    if let (true, Some(port)) = (v.port, port) {
        out["type"] = "port".into();
        out["default"] = port.into();
    } else if !v.choices.is_empty() {
        out["type"] = "enum".into();
        out["choices"] = v.choices.clone().into();
        out["default"] =
            v.default.clone().filter(|d| v.choices.contains(d)).unwrap_or_else(|| v.choices[0].clone()).into();
    } else if is_secret(name) {
        // A password that everybody knows is none.
        out["type"] = "password".into();
        out["generate"] = "password".into();
    } else if let Some(default) = &v.default {
        out["default"] = default.as_str().into();
    } else {
        out["required"] = true.into();
    }
    out
}

fn is_secret(name: &str) -> bool {
    let name = name.to_ascii_uppercase();
    ["PASSWORD", "PASSWD", "SECRET", "TOKEN", "API_KEY", "APIKEY", "PRIVATE_KEY", "ENCRYPTION_KEY"]
        .iter()
        .any(|word| name.contains(word))
        && !name.ends_with("_FILE")
}

/// `DB_USER_NAME` as people write it.
fn label(name: &str) -> String {
    let text = name.replace('_', " ").to_lowercase();
    let mut chars = text.chars();
    chars.next().map_or_else(String::new, |c| c.to_uppercase().chain(chars).collect())
}

/// A text as a literal of a template.
fn literal(text: &str) -> String {
    let escaped = text.replace('\\', "\\\\").replace('"', "\\\"").replace('\n', "\\n");
    format!("\"{escaped}\"")
}

/// Splits a text at its variables; what is no variable stays text.
pub(super) fn pieces(text: &str) -> Vec<Piece<'_>> {
    let mut out = Vec::new();
    let mut rest = text;
    while let Some(at) = rest.find('$') {
        out.push(Piece::Text(&rest[..at]));
        let after = &rest[at + 1..];
        if let Some(after) = after.strip_prefix('$') {
            out.push(Piece::Dollar);
            rest = after;
        } else if let Some((inner, after)) = after.strip_prefix('{').and_then(closed) {
            let len = name_len(inner);
            let operator = &inner[len..];
            let width = usize::from(operator.starts_with(':')) + 1;
            let operator = (!operator.is_empty()).then(|| operator.split_at_checked(width)).flatten();
            out.push(Piece::Variable { name: &inner[..len], operator });
            rest = after;
        } else {
            let len = name_len(after);
            out.push(if len == 0 { Piece::Dollar } else { Piece::Variable { name: &after[..len], operator: None } });
            rest = &after[len..];
        }
    }
    out.push(Piece::Text(rest));
    out
}

/// What is inside of the braces, and what follows.
fn closed(text: &str) -> Option<(&str, &str)> {
    closing(text).map(|at| (&text[..at], &text[at + 1..]))
}
