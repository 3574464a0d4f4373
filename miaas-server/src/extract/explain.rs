//! From the messages of serde to an issue that names the place, and the nearest known name for an unknown one.

use miaas_core::spec::{Issue, nearest};

use crate::error::ApiError;

/// Longest text of a client that is repeated in a message.
const SHOWN: usize = 80;

/// Turns a data error of serde at `path` (a JSON pointer) into a refusal.
pub(super) fn explain(path: &str, text: &str) -> ApiError {
    if let Some((name, known)) = unknown(text, "unknown field") {
        return unknown_name("field", &at(path, name), name, &known);
    }
    if let Some((name, known)) = unknown(text, "unknown variant") {
        return unknown_name("value", path, name, &known);
    }
    if let Some(name) = text.strip_prefix("missing field `").and_then(|t| t.strip_suffix('`')) {
        let place = at(path, name);
        return ApiError::refused(format!("field `{name}` is missing at {place}"), Issue::new(place, "is missing"));
    }
    if let Some(name) = text.strip_prefix("duplicate field `").and_then(|t| t.strip_suffix('`')) {
        let place = at(path, name);
        return ApiError::refused(format!("field `{name}` stands twice at {place}"), Issue::new(place, "stands twice"));
    }
    let place = if path.is_empty() { "the document" } else { path };
    ApiError::refused(format!("{place}: {text}"), Issue::new(path, text))
}

fn unknown_name(what: &str, place: &str, name: &str, known: &[&str]) -> ApiError {
    let shown: String = name.chars().take(SHOWN).collect();
    let hint = match nearest(name, known.iter().copied()) {
        Some(near) => format!("did you mean `{near}`?"),
        None if known.is_empty() => "nothing is expected here".to_owned(),
        None => format!("known are {}", known.join(", ")),
    };
    let message = format!("unknown {what} `{shown}`");
    let issue = Issue::new(place, &message).with_hint(&hint);
    ApiError::refused(format!("{message} at {place}: {hint}"), issue)
}

/// The name and the known names of serde's "unknown field `x`, expected one of `a`, `b`".
fn unknown<'a>(text: &'a str, what: &str) -> Option<(&'a str, Vec<&'a str>)> {
    let rest = text.strip_prefix(what)?.strip_prefix(" `")?;
    // The name comes from the client and may hold anything; what follows it is ours, so it is looked for from the end.
    if let Some(name) =
        rest.strip_suffix("`, there are no fields").or_else(|| rest.strip_suffix("`, there are no variants"))
    {
        return Some((name, Vec::new()));
    }
    let (name, expected) = rest.rsplit_once("`, expected ")?;
    Some((name, expected.split('`').skip(1).step_by(2).collect()))
}

/// `path` extended by `name`, unless it ends with it already.
fn at(path: &str, name: &str) -> String {
    let segment: String = name.chars().take(SHOWN).collect::<String>().replace('~', "~0").replace('/', "~1");
    if path.rsplit('/').next() == Some(segment.as_str()) { path.to_owned() } else { format!("{path}/{segment}") }
}

/// The JSON pointer of a path.
pub(super) fn pointer(path: &serde_path_to_error::Path) -> String {
    use serde_path_to_error::Segment;
    let mut out = String::new();
    for segment in path {
        match segment {
            Segment::Seq { index } => out.push_str(&format!("/{index}")),
            Segment::Map { key } | Segment::Enum { variant: key } => {
                let key: String = key.chars().take(SHOWN).collect();
                out.push('/');
                out.push_str(&key.replace('~', "~0").replace('/', "~1"));
            }
            Segment::Unknown => {}
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn messages_name_the_place_and_the_nearest_name() {
        let cases = [
            (
                "",
                "unknown field `replcas`, expected one of `name`, `replicas`",
                "unknown field `replcas` at /replcas: did you mean `replicas`?",
            ),
            (
                "/placement/nod",
                "unknown field `nod`, expected `node`",
                "unknown field `nod` at /placement/nod: did you mean `node`?",
            ),
            (
                "/state",
                "unknown variant `runing`, expected `running` or `stopped`",
                "unknown value `runing` at /state: did you mean `running`?",
            ),
            ("", "missing field `ip`", "field `ip` is missing at /ip"),
            (
                "/replicas",
                "invalid value: integer `-1`, expected u32",
                "/replicas: invalid value: integer `-1`, expected u32",
            ),
        ];
        for (path, text, wanted) in cases {
            assert_eq!(explain(path, text).body().error.message, wanted);
        }
    }
}
