//! The parameters of a manifest as JSON Schema, for forms and editors.

use serde_json::{Map, Value, json};

use super::value::{self, MAX_TEXT};
use crate::manifest::{Format, Manifest, ParamType, Parameter};

/// JSON Schema (draft 2020-12) of the values that [`resolve`](super::resolve) takes. `x-order` is the order of the form,
/// `x-type` the type in the manifest, `x-generate` says that the server fills the value in.
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
    json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": manifest.title,
        "description": manifest.description,
        "type": "object",
        "additionalProperties": false,
        "properties": properties,
        "required": required,
    })
}

fn property(p: &Parameter, order: usize) -> Value {
    let mut out = match p.kind {
        ParamType::Model => {
            json!({"type": "string", "maxLength": p.max_length.unwrap_or(MAX_TEXT), "pattern": value::MODEL})
        }
        ParamType::Secret => json!({"type": "string", "format": "secret-name"}),
        ParamType::String => json!({"type": "string", "maxLength": p.max_length.unwrap_or(MAX_TEXT)}),
        ParamType::Password => {
            json!({"type": "string", "format": "password", "writeOnly": true, "maxLength": p.max_length.unwrap_or(MAX_TEXT)})
        }
        ParamType::Bool => json!({"type": "boolean"}),
        ParamType::Enum => json!({"type": "string", "enum": p.choices}),
        ParamType::Int => json!({"type": "integer"}),
        ParamType::Port => json!({"type": "integer", "minimum": 0, "maximum": 65535}),
        ParamType::Size => json!({
            "type": ["string", "integer"],
            "pattern": "^ *[0-9]*\\.?[0-9]* *([kKmMgGtT]?[iI]?[bB]|[kKmMgGtT])? *$",
            "minimum": 0,
        }),
        ParamType::Duration => {
            json!({"type": "string", "pattern": "^ *(0|([0-9]*\\.?[0-9]+ *(ns|us|µs|ms|s|m|h))+) *$"})
        }
    };
    if let Some(map) = out.as_object_mut() {
        let mut put = |key: &str, value: Value| {
            map.insert(key.to_owned(), value);
        };
        put("x-order", json!(order));
        put("x-type", json!(p.kind.as_str()));
        if !p.label.is_empty() {
            put("title", json!(p.label));
        }
        if !p.help.is_empty() {
            put("description", json!(p.help));
        }
        if let Some(default) = &p.default {
            put("default", default.clone());
        }
        if let Some(min) = p.min_length {
            put("minLength", json!(min));
        }
        for (key, bound) in [("minimum", &p.min), ("maximum", &p.max)] {
            // For a size the bound of the number form; texts are checked by the server.
            if let Some(n) = bound.as_ref().and_then(|v| value::amount(p.kind, v).ok())
                && p.kind != ParamType::Duration
            {
                put(key, json!(n));
            }
        }
        match p.format {
            Some(Format::Ip) => put("anyOf", json!([{"format": "ipv4"}, {"format": "ipv6"}])),
            Some(Format::Registry) => put("x-format", json!("registry")),
            None => {}
        }
        if p.generate.is_some() {
            put("x-generate", json!(p.generate.map(crate::manifest::Generate::as_str)));
        }
    }
    out
}
