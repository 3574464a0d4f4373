//! The page of every route and every type, from the OpenAPI document.

use std::{
    collections::{BTreeMap, BTreeSet},
    fmt::Write as _,
};

use anyhow::{Context, Result};
use serde_json::{Map, Value};

/// The routes by their tag, then the types that they speak of.
pub(crate) fn markdown(openapi: &str) -> Result<String> {
    let document: Value = serde_json::from_str(openapi).context("docs/openapi.json is no JSON")?;
    let paths = document["paths"].as_object().context("docs/openapi.json has no paths")?;
    let schemas = document["components"]["schemas"].as_object().context("docs/openapi.json has no schemas")?;
    let mut by_tag: BTreeMap<&str, String> = BTreeMap::new();
    for (path, methods) in paths {
        for (method, route) in methods.as_object().into_iter().flatten() {
            let tag = route["tags"][0].as_str().unwrap_or("other");
            by_tag.entry(tag).or_default().push_str(&one_route(method, path, route));
        }
    }
    let mut out = String::new();
    for (tag, routes) in by_tag {
        // Writing to a string cannot fail.
        let _ = write!(out, "## {}{}\n\n{routes}", tag[..1].to_uppercase(), &tag[1..]);
    }
    out.push_str("## Types\n\n");
    for (name, schema) in schemas {
        out.push_str(&one_type(name, schema));
    }
    Ok(out)
}

fn one_route(method: &str, path: &str, route: &Value) -> String {
    let mut out = format!("### {} `{path}`\n\n{}\n\n", method.to_uppercase(), prose(&route["summary"]));
    let mut rows = Vec::new();
    for p in route["parameters"].as_array().into_iter().flatten() {
        let place = p["in"].as_str().unwrap_or_default();
        rows.push([format!("`{}` ({place})", text(&p["name"])), type_of(&p["schema"]), prose(&p["description"])]);
    }
    for (media, body) in contents(&route["requestBody"]) {
        rows.push(["body".to_owned(), type_of(&body["schema"]), media.to_owned()]);
    }
    for (status, answer) in route["responses"].as_object().into_iter().flatten().filter(|(s, _)| *s != "default") {
        let said = prose(&answer["description"]);
        let bodies: Vec<String> = contents(answer).map(|(media, body)| answered(media, &body["schema"])).collect();
        rows.push([status.clone(), bodies.join(" or "), said]);
    }
    out.push_str(&table(["", "type", ""], &rows));
    out
}

fn one_type(name: &str, schema: &Value) -> String {
    let mut out = format!("### {name}\n\n{}\n\n", prose(&schema["description"]));
    if let Some(values) = schema["enum"].as_array() {
        let _ = write!(out, "One of {}.\n\n", listed(values));
    }
    // A type is its own fields, or those of one of several shapes, or of all of them.
    let shapes = ["oneOf", "allOf"].iter().flat_map(|of| schema[of].as_array().into_iter().flatten());
    for shape in std::iter::once(schema).chain(shapes) {
        let required: BTreeSet<&str> =
            shape["required"].as_array().into_iter().flatten().filter_map(Value::as_str).collect();
        let fields = shape["properties"].as_object().into_iter().flatten();
        let rows: Vec<_> = fields
            .map(|(field, of)| {
                let must = if required.contains(field.as_str()) { "" } else { "?" };
                [format!("`{field}`{must}"), type_of(of), prose(&of["description"])]
            })
            .collect();
        out.push_str(&table(["field", "type", ""], &rows));
    }
    out
}

fn contents(of: &Value) -> impl Iterator<Item = (&String, &Value)> {
    of["content"].as_object().into_iter().flat_map(Map::iter)
}

/// What is answered: a type, or what else it is when it is no JSON.
fn answered(media: &str, schema: &Value) -> String {
    if media.contains("json") { type_of(schema) } else { format!("`{media}`") }
}

/// A type in some words; those of the document are links.
fn type_of(schema: &Value) -> String {
    if let Some(name) = schema["$ref"].as_str().and_then(|path| path.rsplit('/').next()) {
        return format!("[{name}](#{})", name.to_lowercase());
    }
    let one_of: Vec<String> = schema["oneOf"].as_array().into_iter().flatten().map(type_of).collect();
    if !one_of.is_empty() {
        return one_of.into_iter().filter(|t| t != "null").collect::<Vec<_>>().join(" or ");
    }
    if let Some(values) = schema["enum"].as_array() {
        return listed(values);
    }
    let kinds = match &schema["type"] {
        Value::Array(kinds) => {
            kinds.iter().filter_map(Value::as_str).filter(|k| *k != "null").collect::<Vec<_>>().join(" or ")
        }
        kind => text(kind).to_owned(),
    };
    match kinds.as_str() {
        "array" => format!("list of {}", type_of(&schema["items"])),
        "object" if schema["additionalProperties"].is_object() => {
            format!("map to {}", type_of(&schema["additionalProperties"]))
        }
        "" => "anything".to_owned(),
        _ => kinds,
    }
}

fn listed(values: &[Value]) -> String {
    values.iter().map(|v| format!("`{}`", text(v))).collect::<Vec<_>>().join(", ")
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_default()
}

/// A description as it may stand in a cell of a table.
fn prose(value: &Value) -> String {
    text(value).split_whitespace().collect::<Vec<_>>().join(" ").replace('|', "\\|").replace('<', "&lt;")
}

fn table(head: [&str; 3], rows: &[[String; 3]]) -> String {
    if rows.is_empty() {
        return String::new();
    }
    let mut out = format!("| {} |\n|---|---|---|\n", head.join(" | "));
    for row in rows {
        let _ = writeln!(out, "| {} |", row.join(" | "));
    }
    out.push('\n');
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn routes_and_types_are_told_with_links_between_them() {
        let openapi = r##"{
          "paths": {"/api/v1/x/{id}": {"patch": {
            "tags": ["things"], "summary": "Changes one.",
            "parameters": [{"name": "id", "in": "path", "description": "Which", "schema": {"type": "string"}}],
            "requestBody": {"content": {"application/json": {"schema": {"$ref": "#/components/schemas/Change"}}}},
            "responses": {"200": {"description": "Done", "content": {
              "application/octet-stream": {"schema": {"type": "array", "items": {"type": "integer"}}}
            }}, "default": {"description": "Any error"}}
          }}},
          "components": {"schemas": {"Change": {"description": "What | to change", "required": ["size"], "properties": {
            "size": {"type": ["integer", "null"], "description": "In MiB"},
            "tags": {"type": "array", "items": {"type": "string"}}
          }}}}
        }"##;
        let page = markdown(openapi).unwrap();
        for line in [
            "## Things",
            "### PATCH `/api/v1/x/{id}`",
            "| `id` (path) | string | Which |",
            "| body | [Change](#change) | application/json |",
            "| 200 | `application/octet-stream` | Done |",
            "What \\| to change",
            "| `size` | integer | In MiB |",
            "| `tags`? | list of string |  |",
        ] {
            assert!(page.lines().any(|l| l == line), "{line} is not in\n{page}");
        }
        assert!(markdown("{}").is_err());
    }
}
