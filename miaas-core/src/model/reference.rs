//! References: a value of a parameter that stands somewhere else, `${secrets.NAME}` or `${services.SERVICE.OUTPUT}`.
//!
//! A specification keeps the reference, never the value. The planner looks the values up each time it renders.

use std::{collections::BTreeMap, fmt};

use crate::{
    name::Name,
    secret::Secret,
    spec::{Issue, nearest},
};

/// Where a value is to be found.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Reference {
    /// A stored secret.
    Secret(Name),
    /// Something of another service of the same stack.
    Service {
        /// Name of the service in the stack.
        service: Name,
        /// What of it.
        value: ServiceValue,
    },
}

/// What of a service is referred to.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum ServiceValue {
    /// One of its outputs.
    Output(String),
    /// One of its parameters that nobody may see, for example a generated password.
    Secret(String),
}

/// Values of references.
pub type Values = BTreeMap<Reference, Secret>;

impl fmt::Display for Reference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Secret(name) => write!(f, "${{secrets.{name}}}"),
            Self::Service { service, value: ServiceValue::Output(name) } => write!(f, "${{services.{service}.{name}}}"),
            Self::Service { service, value: ServiceValue::Secret(name) } => {
                write!(f, "${{services.{service}.secrets.{name}}}")
            }
        }
    }
}

/// Stands for what is stored: a value of a stack that is nothing but this stays as it is. A stack that is read back has it in place
/// of what nobody may see.
pub const STORED: &str = "${stored}";

/// Whether a text is one reference and nothing else: then it can be shown, since what it refers to stands elsewhere.
#[must_use]
pub fn is_only_a_reference(text: &str) -> bool {
    references(text).is_ok_and(|found| matches!(found.as_slice(), [one] if one.to_string() == text))
}

/// A text cut at its references.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Piece<'a> {
    Text(&'a str),
    Reference(Reference),
}

/// What begins a reference; every other `$` is an ordinary character.
const OPENINGS: [&str; 2] = ["${secrets.", "${services."];

/// The references in a text, in order.
///
/// # Errors
/// An issue without a path for one that is not closed or names nothing.
pub fn references(text: &str) -> Result<Vec<Reference>, Issue> {
    let found = pieces(text)?.into_iter().filter_map(|piece| match piece {
        Piece::Reference(reference) => Some(reference),
        Piece::Text(_) => None,
    });
    Ok(found.collect())
}

/// Whether a text refers to anything. One that tries to and is malformed does, too: somebody has to be told.
#[must_use]
pub fn is_reference(text: &str) -> bool {
    references(text).map_or(true, |found| !found.is_empty())
}

/// The text with values in place of its references; `$${secrets.` and `$${services.` lose one `$`.
///
/// # Errors
/// An issue without a path that names the first reference that has no value, or is malformed.
pub fn substitute(text: &str, values: &Values) -> Result<String, Issue> {
    let mut out = String::with_capacity(text.len());
    for piece in pieces(text)? {
        match piece {
            Piece::Text(text) => out.push_str(text),
            Piece::Reference(r) => match values.get(&r) {
                Some(value) => out.push_str(value.expose()),
                None => return Err(Issue::new("", format!("{r} has no value"))),
            },
        }
    }
    Ok(out)
}

fn pieces(text: &str) -> Result<Vec<Piece<'_>>, Issue> {
    let mut pieces = Vec::new();
    let mut rest = text;
    while let Some((at, opening)) = first(rest) {
        if rest[..at].ends_with('$') {
            // The `$` that escapes goes, the rest is text.
            let end = at + opening.len();
            pieces.extend([Piece::Text(&rest[..at - 1]), Piece::Text(&rest[at..end])]);
            rest = &rest[end..];
            continue;
        }
        pieces.push(Piece::Text(&rest[..at]));
        let body = &rest[at + 2..];
        let Some(end) = body.find('}') else {
            let text = format!("{:?} is a reference without its closing brace", shown(&rest[at..]));
            return Err(Issue::new("", text).with_hint(escape_hint(opening)));
        };
        pieces.push(Piece::Reference(parse(&body[..end], opening)?));
        rest = &body[end + 1..];
    }
    pieces.push(Piece::Text(rest));
    Ok(pieces)
}

fn first(text: &str) -> Option<(usize, &'static str)> {
    OPENINGS.iter().filter_map(|o| text.find(o).map(|at| (at, *o))).min()
}

fn parse(body: &str, opening: &str) -> Result<Reference, Issue> {
    let wrong = |why: String| Issue::new("", format!("${{{}}}: {why}", shown(body))).with_hint(escape_hint(opening));
    let name = |text: &str| Name::parse(text).map_err(|e| wrong(e.to_string()));
    let mut parts = body.split('.');
    let kind = parts.next();
    let parts: Vec<&str> = parts.collect();
    match (kind, parts.as_slice()) {
        (Some("secrets"), [secret]) => Ok(Reference::Secret(name(secret)?)),
        (Some("services"), [service, "secrets", parameter]) if !parameter.is_empty() => {
            Ok(Reference::Service { service: name(service)?, value: ServiceValue::Secret((*parameter).to_owned()) })
        }
        (Some("services"), [service, output @ ..]) if !output.is_empty() && !output.contains(&"") => {
            Ok(Reference::Service { service: name(service)?, value: ServiceValue::Output(output.join(".")) })
        }
        _ => Err(wrong(
            "it must be ${secrets.NAME}, ${services.SERVICE.OUTPUT} or ${services.SERVICE.secrets.PARAMETER}"
                .to_owned(),
        )),
    }
}

fn escape_hint(opening: &str) -> String {
    format!("write ${opening} to mean the text itself")
}

fn shown(text: &str) -> String {
    text.chars().take(80).collect()
}

/// What to say of a name that is not among the known ones.
#[must_use]
pub fn unknown(what: &str, name: &str, known: &[&str]) -> Issue {
    let issue = Issue::new("", format!("there is no {what} {name:?}"));
    match nearest(name, known.iter().copied()) {
        Some(near) => issue.with_hint(format!("did you mean {near}?")),
        None if known.is_empty() => issue.with_hint(format!("there is no {what} at all")),
        None => issue.with_hint(format!("it has {}", known.join(", "))),
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "helpers of tests fail the test")]

    use super::*;

    fn values(pairs: &[(&str, &str)]) -> Values {
        pairs.iter().map(|(r, v)| (references(r).unwrap().remove(0), Secret::new(*v))).collect()
    }

    #[test]
    fn t8_references_are_replaced_and_everything_else_stays() {
        let known = values(&[
            ("${secrets.hf-token}", "hf_x"),
            ("${services.db.secrets.password}", "p$1}"),
            ("${services.db.url}", "db.rag:5432"),
        ]);
        for (text, want) in [
            ("", ""),
            ("plain $HOME ${HOME} $$ {}", "plain $HOME ${HOME} $$ {}"),
            ("${secrets.hf-token}", "hf_x"),
            ("postgres://a:${services.db.secrets.password}@${services.db.url}/x", "postgres://a:p$1}@db.rag:5432/x"),
            ("$${secrets.hf-token} $${services.x", "${secrets.hf-token} ${services.x"),
            ("ü${services.db.url}ü", "üdb.rag:5432ü"),
        ] {
            assert_eq!(substitute(text, &known).unwrap(), want, "{text:?}");
        }
    }

    #[test]
    fn t8_a_reference_that_cannot_be_meant_says_how_to_write_it() {
        for text in [
            "${secrets.a",
            "${secrets.}",
            "${secrets.A}",
            "${secrets.a.b}",
            "${services.db}",
            "${services..url}",
            "${services.db.}",
            "${services.db.secrets.}",
        ] {
            let issue = references(text).unwrap_err();
            assert!(issue.hint.unwrap().starts_with("write $${s"), "{text:?}");
            assert!(is_reference(text));
        }
        assert_eq!(substitute("${secrets.a}", &Values::new()).unwrap_err().message, "${secrets.a} has no value");
    }

    #[test]
    fn t8_what_is_only_a_reference_hides_nothing() {
        for (text, want) in [
            ("${secrets.a}", true),
            ("${services.db.secrets.p}", true),
            ("x${secrets.a}", false),
            ("${secrets.a}${secrets.b}", false),
            ("$${secrets.a}", false),
            ("${secrets.a", false),
            (STORED, false),
            ("", false),
        ] {
            assert_eq!(is_only_a_reference(text), want, "{text:?}");
        }
    }

    #[test]
    fn t8_a_reference_prints_as_it_is_written() {
        for text in ["${secrets.a}", "${services.db.url}", "${services.db.endpoints.http}", "${services.db.secrets.p}"]
        {
            assert_eq!(references(text).unwrap()[0].to_string(), text);
        }
    }
}
