//! Writes documents: as they are with the defaults, and as templates.

use std::fmt::Write as _;

use miaas_core::spec::Issue;
use serde_json::Value as Json;

use super::{ports::Port, variables::Variables};
use crate::yaml::{Node, Value};

/// What a template directory has no place for.
pub(super) fn unfit(root: &Node) -> Vec<Issue> {
    let mut out = Vec::new();
    let mut refuse = |path: String, line: u32, what: &str, hint: &str| {
        out.push(Issue::new(path, format!("line {line}: {what}")).with_hint(hint));
    };
    if let Some(node) = root.get("include") {
        let hint = "put the services of the files into this one, for example with `docker compose config`";
        refuse("/include".into(), node.pos.line, "a template is one document", hint);
    }
    if let Some(Value::Map(services)) = root.get("services").map(|n| &n.value) {
        for (name, service) in services {
            for field in ["env_file", "label_file"] {
                if let Some(node) = service.get(field) {
                    let hint =
                        "write the variables below `environment`: they become parameters when they are ${VARIABLES}";
                    refuse(format!("/services/{}/{field}", name.text), node.pos.line, "a template has no files", hint);
                }
            }
            if let Some(node) = service.get("extends").and_then(|e| e.get("file")) {
                let hint = "put the service of the other file into this one";
                refuse(format!("/services/{}/extends", name.text), node.pos.line, "a template is one document", hint);
            }
        }
    }
    for section in ["configs", "secrets"] {
        if let Some(Value::Map(items)) = root.get(section).map(|n| &n.value) {
            for (name, item) in items {
                if let Some(node) = item.get("file") {
                    let hint = "write the text below `content`";
                    refuse(format!("/{section}/{}/file", name.text), node.pos.line, "a template has no files", hint);
                }
            }
        }
    }
    out
}

/// The document with the defaults of its variables.
pub(super) fn plain(root: &Node, variables: &Variables, ports: &[Port]) -> String {
    let mut out = String::new();
    let scalar = |text: &str| quoted(&variables.plain(text).replace('$', "$$"));
    let port = |p: &Port| p.default.to_string();
    write(root, 0, None, &Writer { scalar: &scalar, port: &port, ports }, &mut out);
    out
}

/// The document as a template.
pub(super) fn template(root: &Node, variables: &Variables, ports: &[Port]) -> String {
    let mut out = String::new();
    let scalar = |text: &str| match variables.expression(text) {
        // A single name needs no brackets.
        Some(e) if e.contains(" ~ ") => format!("{{{{ ({e}) | quote }}}}"),
        Some(e) => format!("{{{{ {e} | quote }}}}"),
        None => shielded(&quoted(text)),
    };
    let port = |p: &Port| format!("{{{{ ports.{} }}}}", p.name);
    write(root, 0, None, &Writer { scalar: &scalar, port: &port, ports }, &mut out);
    out
}

struct Writer<'a> {
    scalar: &'a dyn Fn(&str) -> String,
    port: &'a dyn Fn(&Port) -> String,
    ports: &'a [Port],
}

/// Writes a node in block style; `service` is the service whose fields these are.
fn write(node: &Node, indent: usize, service: Option<&str>, writer: &Writer<'_>, out: &mut String) {
    let pad = " ".repeat(indent);
    // Writing to a String cannot fail.
    match &node.value {
        Value::Null => out.push_str("null\n"),
        Value::Scalar(text) => {
            let _ = writeln!(out, "{}", (writer.scalar)(text));
        }
        Value::Seq(items) if items.is_empty() => out.push_str("[]\n"),
        Value::Map(entries) if entries.is_empty() && service.is_none() => out.push_str("{}\n"),
        Value::Seq(items) => {
            for item in items {
                let _ = write!(out, "{pad}- ");
                let mut inner = String::new();
                write(item, indent + 2, None, writer, &mut inner);
                out.push_str(inner.trim_start_matches(' '));
            }
        }
        Value::Map(entries) => {
            for (key, value) in entries {
                let _ = write!(out, "{pad}{}:", shielded(&quoted(&key.text)));
                let of = (indent == 2 && service == Some("")).then_some(key.text.as_str());
                let services = (indent == 0 && key.text == "services").then_some("");
                let nested = match &value.value {
                    Value::Seq(items) => !items.is_empty(),
                    Value::Map(entries) => !entries.is_empty(),
                    Value::Null | Value::Scalar(_) => false,
                };
                out.push(if nested { '\n' } else { ' ' });
                write(value, if nested { indent + 2 } else { 0 }, of.or(services).filter(|_| nested), writer, out);
            }
            if let Some(name) = service.filter(|name| !name.is_empty()) {
                publish(name, &pad, writer, out);
            }
        }
    }
}

fn publish(service: &str, pad: &str, writer: &Writer<'_>, out: &mut String) {
    let mut own = writer.ports.iter().filter(|p| p.service == service).peekable();
    if own.peek().is_none() {
        return;
    }
    let _ = writeln!(out, "{pad}ports:");
    for port in own {
        let _ = writeln!(out, "{pad}  - published: {}\n{pad}    target: {}", (writer.port)(port), port.container);
        if let Some(ip) = &port.host_ip {
            let _ = writeln!(out, "{pad}    host_ip: {}", quoted(ip));
        }
        if port.udp {
            let _ = writeln!(out, "{pad}    protocol: udp");
        }
    }
}

/// A scalar of YAML: plain where nothing can be mistaken.
fn quoted(text: &str) -> String {
    let plain = text.starts_with(|c: char| c.is_ascii_alphabetic() || c == '/' || c.is_ascii_digit())
        && text.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '.' | '/' | '@' | '+'))
        && !matches!(text.to_ascii_lowercase().as_str(), "null" | "yes" | "no" | "on" | "off" | "y" | "n");
    if plain { text.to_owned() } else { Json::from(text).to_string() }
}

/// A text that the template engine leaves alone.
fn shielded(text: &str) -> String {
    if ["{{", "{%", "{#"].iter().any(|mark| text.contains(mark)) {
        format!("{{% raw %}}{text}{{% endraw %}}")
    } else {
        text.to_owned()
    }
}

/// A value as YAML in block style.
pub(super) fn yaml(value: &Json) -> String {
    let mut out = String::new();
    block(value, 0, &mut out);
    out
}

/// What a reader looks for first.
const FIRST: [&str; 10] =
    ["name", "title", "description", "category", "version", "license", "type", "label", "help", "default"];

fn block(value: &Json, indent: usize, out: &mut String) {
    let pad = " ".repeat(indent);
    match value {
        Json::Object(entries) => {
            let mut entries: Vec<(&String, &Json)> = entries.iter().collect();
            entries.sort_by_key(|(key, _)| FIRST.iter().position(|f| f == key).unwrap_or(FIRST.len()));
            for (key, value) in entries {
                match value {
                    Json::Object(inner) if !inner.is_empty() => {
                        let _ = writeln!(out, "{pad}{key}:");
                        block(value, indent + 2, out);
                    }
                    Json::Array(inner) if inner.iter().any(Json::is_object) => {
                        let _ = writeln!(out, "{pad}{key}:");
                        for item in inner {
                            let mut text = String::new();
                            block(item, indent + 4, &mut text);
                            let _ = write!(out, "{pad}  - {}", text.trim_start_matches(' '));
                        }
                    }
                    Json::String(text) => {
                        let typed =
                            text.starts_with(|c: char| c.is_ascii_digit()) || matches!(text.as_str(), "true" | "false");
                        let text = if typed { Json::from(text.as_str()).to_string() } else { quoted(text) };
                        let _ = writeln!(out, "{pad}{key}: {text}");
                    }
                    other => {
                        let _ = writeln!(out, "{pad}{key}: {other}");
                    }
                }
            }
        }
        other => {
            let _ = writeln!(out, "{pad}{other}");
        }
    }
}
