//! Errors of the template engine in this system's words: variable, file, line, nearest known name.

use miaas_core::{port::RenderError, spec::nearest};
use minijinja::{Error, ErrorKind};
use serde_json::Value;

/// What went wrong in `file`, rendered with `context`.
pub(super) fn explain(e: &Error, file: &str, context: &Value) -> RenderError {
    let (message, hint) = match e.kind() {
        _ if undefined_name(e).is_some() => {
            let name = undefined_name(e).unwrap_or_default();
            (format!("undefined variable \"{name}\""), near(name, context))
        }
        ErrorKind::OutOfFuel => {
            ("the template works for too long or builds too much text".to_owned(), Some("does a loop end?".to_owned()))
        }
        kind => match e.detail() {
            Some(detail) => (detail.to_owned(), None),
            None => (kind.to_string(), None),
        },
    };
    let place = e.line().map_or_else(|| file.to_owned(), |line| format!("{file}:{line}"));
    RenderError { message: format!("{place}: {message}"), file: Some(file.to_owned()), line: e.line(), hint }
}

/// The engine ends such an error with `` `params.prot` is undefined``, whatever was done with the value.
fn undefined_name(e: &Error) -> Option<&str> {
    let (before, _) = e.detail()?.split_once("` is undefined")?;
    before.rsplit_once('`').map(|(_, name)| name)
}

/// The known name nearest to a dotted one, or what there is.
fn near(name: &str, context: &Value) -> Option<String> {
    let (mut object, mut known) = (context, String::new());
    for part in name.split('.') {
        let map = object.as_object()?;
        if let Some(next) = map.get(part) {
            known = format!("{known}{part}.");
            object = next;
            continue;
        }
        let names = || map.keys().map(String::as_str);
        return Some(match nearest(part, names()) {
            Some(best) => format!("did you mean \"{known}{best}\"?"),
            None if map.is_empty() => format!("\"{}\" is empty here", known.trim_end_matches('.')),
            None => format!("known are {}", names().map(|n| format!("{known}{n}")).collect::<Vec<_>>().join(", ")),
        });
    }
    None
}
