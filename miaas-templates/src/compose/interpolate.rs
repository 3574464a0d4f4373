//! `${VAR}` in every value, as Compose does it after reading the YAML: a value can never change the shape of the document.

use std::{collections::BTreeMap, fmt::Write as _};

use miaas_core::spec::nearest;

use super::{
    cursor::{Cursor, Report, join},
    short,
};
use crate::yaml::{Node, Value};

/// Most text that interpolation may produce, in bytes.
pub(super) const MAX_TEXT: usize = 4 << 20;
/// Deepest nesting of `${A:-${B:-…}}`.
const MAX_DEPTH: usize = 16;

type Env = BTreeMap<String, String>;

/// Where variables come from.
struct Vars<'e> {
    get: &'e dyn Fn(&str) -> Option<String>,
    /// All of them, for hints; none means that an unknown variable is empty.
    known: Option<&'e Env>,
}

/// Replaces variables everywhere in a document; `left` is the text that this may still produce.
pub(super) fn tree(root: &mut Node, env: &Env, left: &mut usize, report: &mut Report) {
    let vars = Vars { get: &|name| env.get(name).cloned(), known: Some(env) };
    node(root, &mut String::new(), &vars, left, report);
}

/// Replaces variables in one text; an unknown one is empty.
pub(super) fn lenient(text: &str, get: &dyn Fn(&str) -> Option<String>) -> Result<String, String> {
    expand(text, &Vars { get, known: None }, 0).map_err(|p| p.message)
}

fn node(node: &mut Node, path: &mut String, vars: &Vars<'_>, left: &mut usize, report: &mut Report) {
    let (pos, length) = (node.pos, path.len());
    match &mut node.value {
        Value::Null => {}
        Value::Scalar(text) if !text.contains('$') => {}
        Value::Scalar(text) => {
            let problem = match expand(text, vars, 0) {
                Ok(out) if out.len() <= *left => {
                    *left -= out.len();
                    *text = out;
                    return;
                }
                Ok(_) => Problem::new("the values of all variables together are too long"),
                Err(problem) => problem,
            };
            let at = Cursor { path: path.clone(), pos, value: &Value::Null };
            match problem.hint {
                Some(hint) => report.issue_hint(&at, problem.message, hint),
                None => report.issue(&at, problem.message),
            }
        }
        Value::Seq(items) => {
            for (i, item) in items.iter_mut().enumerate() {
                // Writing to a String cannot fail.
                let _ = write!(path, "/{i}");
                self::node(item, path, vars, left, report);
                path.truncate(length);
            }
        }
        Value::Map(entries) => {
            for (key, value) in entries {
                path.push_str(&join("", &key.text));
                self::node(value, path, vars, left, report);
                path.truncate(length);
            }
        }
    }
}

#[derive(Debug, PartialEq)]
struct Problem {
    message: String,
    hint: Option<String>,
}

impl Problem {
    fn new(message: impl Into<String>) -> Self {
        Self { message: message.into(), hint: None }
    }

    fn hint(message: impl Into<String>, hint: impl Into<String>) -> Self {
        Self { message: message.into(), hint: Some(hint.into()) }
    }
}

fn expand(text: &str, vars: &Vars<'_>, depth: usize) -> Result<String, Problem> {
    if depth > MAX_DEPTH {
        return Err(Problem::new("variables are nested too deeply"));
    }
    let mut out = String::new();
    let mut rest = text;
    while let Some(dollar) = rest.find('$') {
        out.push_str(&rest[..dollar]);
        rest = &rest[dollar + 1..];
        if let Some(after) = rest.strip_prefix('$') {
            out.push('$');
            rest = after;
        } else if let Some(inner) = rest.strip_prefix('{') {
            let end = closing(inner).ok_or_else(|| Problem::new(format!("`${{{}` is not closed", short(inner))))?;
            out.push_str(&braced(&inner[..end], vars, depth)?);
            rest = &inner[end + 1..];
        } else {
            let len = name_len(rest);
            if len == 0 {
                return Err(Problem::hint("`$` is followed by no variable", "write `$$` for a dollar sign"));
            }
            out.push_str(&lookup(&rest[..len], vars)?);
            rest = &rest[len..];
        }
        if out.len() > MAX_TEXT {
            return Err(Problem::new("the value is too long"));
        }
    }
    out.push_str(rest);
    Ok(out)
}

/// Where the brace that was opened before `text` closes.
pub(crate) fn closing(text: &str) -> Option<usize> {
    let mut open = 0_usize;
    for (i, c) in text.char_indices() {
        match c {
            '{' if text[..i].ends_with('$') => open += 1,
            '}' if open == 0 => return Some(i),
            '}' => open -= 1,
            _ => {}
        }
    }
    None
}

fn braced(inner: &str, vars: &Vars<'_>, depth: usize) -> Result<String, Problem> {
    let len = name_len(inner);
    let (name, rest) = inner.split_at(len);
    if len == 0 {
        return Err(Problem::hint(
            format!("`${{{}}}` names no variable", short(inner)),
            "write `$$` for a dollar sign",
        ));
    }
    let (not_empty, operator, word) = match rest.strip_prefix(':') {
        Some(after) => (true, after.chars().next(), after.get(1..).unwrap_or("")),
        None => (false, rest.chars().next(), rest.get(1..).unwrap_or("")),
    };
    let present = (vars.get)(name).filter(|v| !(not_empty && v.is_empty()));
    match (operator, present) {
        (None, _) if !not_empty => lookup(name, vars),
        (Some('-' | '?'), Some(value)) => Ok(value),
        (Some('-'), None) => expand(word, vars, depth + 1),
        (Some('?'), None) => {
            let why = expand(word, vars, depth + 1)?;
            let why = if why.is_empty() { "it is required".to_owned() } else { why };
            Err(Problem::new(format!("variable {name:?} is not set: {why}")))
        }
        (Some('+'), Some(_)) => expand(word, vars, depth + 1),
        (Some('+'), None) => Ok(String::new()),
        _ => Err(Problem::hint(
            format!("`${{{}}}` is not understood", short(inner)),
            format!("write `${{{name}}}` or `${{{name}:-default}}`"),
        )),
    }
}

fn lookup(name: &str, vars: &Vars<'_>) -> Result<String, Problem> {
    let Some(known) = vars.known else { return Ok((vars.get)(name).unwrap_or_default()) };
    (vars.get)(name).ok_or_else(|| {
        let hint = match nearest(name, known.keys().map(String::as_str)) {
            Some(near) => format!("did you mean {near:?}?"),
            None => format!("give it a value, or write `${{{name}:-default}}`"),
        };
        Problem::hint(format!("variable {:?} is not set", short(name)), hint)
    })
}

/// How much of a text is the name of a variable.
pub(crate) fn name_len(text: &str) -> usize {
    if text.starts_with(|c: char| c.is_ascii_digit()) {
        return 0;
    }
    text.find(|c: char| !(c.is_ascii_alphanumeric() || c == '_')).unwrap_or(text.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn expansion_table() {
        let env: Env = [("A", "1"), ("EMPTY", ""), ("D", "x$y${z}")].map(|(k, v)| (k.into(), v.into())).into();
        for (text, want) in [
            ("$A", Ok("1")),
            ("${A}", Ok("1")),
            ("$$A", Ok("$A")),
            ("$${A}", Ok("${A}")),
            ("a$A-b", Ok("a1-b")),
            ("${NO:-d}", Ok("d")),
            ("${NO-d}", Ok("d")),
            ("${EMPTY:-d}", Ok("d")),
            ("${EMPTY-d}", Ok("")),
            ("${NO:-${A}}", Ok("1")),
            ("${NO:-a:b-c}", Ok("a:b-c")),
            ("${A:+yes}${NO+no}", Ok("yes")),
            ("${D}", Ok("x$y${z}")),
            ("${NO:?give it}", Err("variable \"NO\" is not set: give it")),
            ("${EMPTY:?}", Err("variable \"EMPTY\" is not set: it is required")),
            ("${NO}", Err("variable \"NO\" is not set")),
            ("${A", Err("`${A` is not closed")),
            ("${}", Err("`${}` names no variable")),
            ("${A:}", Err("`${A:}` is not understood")),
            ("${A!x}", Err("`${A!x}` is not understood")),
            ("$5", Err("`$` is followed by no variable")),
            ("cost: 5$", Err("`$` is followed by no variable")),
            ("${A:é}", Err("`${A:é}` is not understood")),
        ] {
            assert_eq!(
                expand(text, &Vars { get: &|name| env.get(name).cloned(), known: Some(&env) }, 0)
                    .map_err(|p| p.message),
                want.map(str::to_owned).map_err(str::to_owned),
                "{text}"
            );
        }
    }

    #[test]
    fn nesting_ends() {
        let deep = format!("{}{}", "${A:-".repeat(5000), "}".repeat(5000));
        assert_eq!(
            expand(&deep, &Vars { get: &|_| None, known: None }, 0).unwrap_err().message,
            "variables are nested too deeply"
        );
    }
}
