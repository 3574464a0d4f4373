//! The parameters of a manifest as JSON Schema, for forms and editors.

mod text;

use serde_json::{Map, Value, json};

use super::value;
use crate::manifest::{Generate, Manifest, ParamType, Parameter};

/// JSON Schema (draft 2020-12) of the values that [`resolve`](super::resolve) takes, once what is generated is filled in.
/// `x-order` is the order of the form, `x-group` the section, `x-type` the type in the manifest, `x-generate` says that the
/// server fills the value in. Three things it cannot say: the bounds of sizes and durations as texts (`x-minimum` and
/// `x-maximum` are in bytes and milliseconds), conditions over several parameters (`x-rules`), and that null means "not
/// given".
#[must_use]
pub fn json_schema(manifest: &Manifest) -> Value {
    let properties: Map<String, Value> =
        manifest.parameters.iter().enumerate().map(|(i, p)| (p.name.clone(), property(p, i))).collect();
    let required: Vec<&str> = manifest
        .parameters
        .iter()
        .filter(|p| p.required && p.default.is_none() && p.generate.is_none())
        .map(|p| p.name.as_str())
        .collect();
    let mut schema = json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": manifest.title,
        "description": manifest.description,
        "type": "object",
        "additionalProperties": false,
        "properties": properties,
        "required": required,
    });
    if manifest.parameters.iter().any(Parameter::refers) {
        schema["$defs"] = json!({text::REFERENCE: text::reference()});
    }
    if !manifest.rules.is_empty() {
        let rules = manifest.rules.iter().map(|r| json!({"message": r.message, "parameters": r.parameters}));
        schema["x-rules"] = rules.collect();
    }
    schema
}

fn property(p: &Parameter, order: usize) -> Value {
    let mut out = Map::new();
    let mut put = |key: &str, value: Value| drop(out.insert(key.to_owned(), value));
    match p.kind {
        ParamType::String | ParamType::Model | ParamType::Password | ParamType::Secret => {
            put("type", json!("string"));
            put("anyOf", text::any_of(p));
        }
        ParamType::Bool => put("type", json!("boolean")),
        ParamType::Enum => {
            put("type", json!("string"));
            put("enum", json!(p.choices));
        }
        ParamType::Int | ParamType::Port => put("type", json!("integer")),
        ParamType::Size => {
            put("type", json!(["string", "integer"]));
            put("pattern", json!(SIZE));
        }
        ParamType::Duration => {
            put("type", json!("string"));
            put("pattern", json!(DURATION));
        }
    }
    if p.kind.is_amount() {
        let (least, most) = bounds(p);
        let texts = matches!(p.kind, ParamType::Size | ParamType::Duration);
        if texts {
            put("x-minimum", json!(least));
            put("x-maximum", json!(most));
        }
        if p.kind != ParamType::Duration {
            put("minimum", json!(least));
            put("maximum", json!(most));
        }
    }
    if p.kind == ParamType::Password {
        put("format", json!("password"));
        put("writeOnly", json!(true));
    }
    put("x-order", json!(order));
    put("x-type", json!(p.kind.as_str()));
    for (key, text) in [("title", &p.label), ("description", &p.help), ("x-group", &p.group)] {
        if !text.is_empty() {
            put(key, json!(text));
        }
    }
    if let Some(default) = &p.default {
        put("default", default.clone());
    }
    if let Some(generate) = p.generate {
        put("x-generate", json!(Generate::as_str(generate)));
    }
    Value::Object(out)
}

/// A size: digits with at most one point, and a unit.
const SIZE: &str =
    r"^[ \t\n\f\r]*\+?(?:[0-9]+\.?[0-9]*|\.[0-9]+)[ \t\n\f\r]*(?:[kKmMgGtT](?:[iI]?[bB])?|[bB])?[ \t\n\f\r]*$";
/// A duration: the same with units of time, one or more times; or 0.
const DURATION: &str =
    r"^[ \t\n\f\r]*(?:0|\+?(?:(?:[0-9]+\.?[0-9]*|\.[0-9]+)[ \t\n\f\r]*(?:ns|us|µs|ms|s|m|h))+)[ \t\n\f\r]*$";

/// Smallest and largest value: those of the manifest, within what the type has.
fn bounds(p: &Parameter) -> (i64, i64) {
    let given = |v: &Option<Value>| v.as_ref().and_then(|v| value::amount(p.kind, v).ok());
    let (least, most) = match p.kind {
        ParamType::Port => (0, 65_535),
        ParamType::Size | ParamType::Duration => (0, value::EXACT - 1),
        _ => (-value::EXACT, value::EXACT),
    };
    (given(&p.min).unwrap_or(least), given(&p.max).unwrap_or(most))
}
