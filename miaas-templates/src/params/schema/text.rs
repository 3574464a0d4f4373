//! Texts: plain ones within their limits, or references to what stands somewhere else.

use serde_json::{Value, json};

use crate::{
    manifest::{Format, ParamType, Parameter},
    params::value::{MAX_TEXT, MODEL},
};

/// Name of the definition.
pub(super) const REFERENCE: &str = "reference";

/// A name as secrets and services have it.
const NAME: &str = "[a-z0-9](?:[a-z0-9-]{0,38}[a-z0-9])?";
/// The beginning of a reference; a `$` before it escapes it.
const OPENING: &str = r"(?<!\$)\$\{(?:secrets|services)\.";
/// Control characters besides line breaks and tabs.
const CONTROL: &str = r"[\u0000-\u0008\u000b-\u001f\u007f-\u009f]";

/// What a text of this parameter may be.
pub(super) fn any_of(p: &Parameter) -> Value {
    json!([plain(p), {"$ref": format!("#/$defs/{REFERENCE}")}])
}

/// A text with at least one reference, all of which are well formed.
pub(super) fn reference() -> Value {
    let malformed = format!(r"(?<!\$)\$\{{(?:secrets\.(?!{NAME}\}})|services\.(?!{NAME}(?:\.[^.}}]+)+\}}))");
    json!({
        "title": "Reference",
        "description": "${secrets.NAME}, ${services.SERVICE.OUTPUT} or ${services.SERVICE.secrets.PARAMETER}, in any text",
        "type": "string",
        "pattern": OPENING,
        "not": {"pattern": malformed},
    })
}

fn plain(p: &Parameter) -> Value {
    if p.kind == ParamType::Secret {
        return json!({"title": "Name of a stored secret", "pattern": format!("^{NAME}$")});
    }
    let mut patterns = Vec::new();
    if p.kind == ParamType::Model {
        patterns.push(json!({"pattern": MODEL}));
    }
    if let Some(pattern) = &p.pattern {
        patterns.push(json!({"pattern": pattern.as_str()}));
    }
    match p.format {
        Some(Format::Ip) => patterns.push(json!({"anyOf": [{"format": "ipv4"}, {"format": "ipv6"}]})),
        Some(Format::Registry) => patterns.push(json!({"pattern": registry()})),
        None => {}
    }
    let mut out = json!({
        "minLength": p.min_length.unwrap_or(0),
        "maxLength": p.max_length.unwrap_or(MAX_TEXT),
        "not": {"pattern": format!("{OPENING}|{CONTROL}")},
    });
    if !patterns.is_empty() {
        out["allOf"] = Value::Array(patterns);
    }
    out
}

/// What stands before the name of an image, as [`check_prefix`](crate::compose::image::check_prefix) has it.
fn registry() -> String {
    // One part of a path: no two points and no three underscores in a row.
    let part = r"(?![^/]*(?:\.\.|___))[a-z0-9](?:[a-z0-9._-]*[a-z0-9])?";
    let label = "[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?";
    let port = r"\+?0*(?:[0-9]{1,4}|[1-5][0-9]{4}|6[0-4][0-9]{3}|65[0-4][0-9]{2}|655[0-2][0-9]|6553[0-5])";
    // The first part is a registry when it has a point or a port, or is localhost.
    let host = format!(r"(?=[^/]*[.:]|localhost(?:/|$)){label}(?:\.{label})*(?::{port})?");
    format!("^(?:(?:{host}|(?![^/]*[.:]){part})(?:/{part})*)?/*$")
}
