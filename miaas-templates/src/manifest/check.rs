//! What the types of a manifest cannot express.

use std::collections::BTreeSet;

use miaas_core::{
    model::ExecutorKind,
    name::Name,
    spec::{Issue, nearest},
};

use super::{Manifest, ParamType, Parameter};
use crate::params::value;

/// Every issue of a manifest; paths are JSON pointers into it.
pub(super) fn manifest(m: &Manifest, file: &str) -> Vec<Issue> {
    let mut issues = Vec::new();
    let mut say = |path: String, message: String| issues.push(Issue::new(path, format!("{file}: {message}")));

    if let Err(e) = Name::parse(&m.name) {
        say("/name".into(), e.to_string());
    }
    if m.title.trim().is_empty() {
        say("/title".into(), "the title is empty".into());
    }
    if m.executors.is_empty() {
        say("/executors".into(), "no executor is named: write docker, process or both".into());
    }
    for (i, executor) in m.executors.iter().enumerate() {
        if *executor == ExecutorKind::Kubernetes {
            say(format!("/executors/{i}"), "templates cannot be rendered for kubernetes yet".into());
        }
    }
    let mut names = BTreeSet::new();
    for (i, p) in m.parameters.iter().enumerate() {
        let path = format!("/parameters/{i}");
        if !names.insert(p.name.as_str()) {
            say(path.clone(), format!("parameter {:?} is declared twice", p.name));
        }
        parameter(p, &path, &mut say);
    }
    let mut ports = BTreeSet::new();
    for (i, port) in m.ports.iter().enumerate() {
        if !is_identifier(&port.name) {
            say(format!("/ports/{i}/name"), format!("port name {:?} {IDENTIFIER}", port.name));
        }
        if !ports.insert(port.name.as_str()) {
            say(format!("/ports/{i}/name"), format!("port {:?} is declared twice", port.name));
        }
    }
    for (i, architecture) in m.architectures.iter().enumerate() {
        if !ARCHITECTURES.contains(&architecture.as_str()) {
            let near = nearest(architecture, ARCHITECTURES).map_or(String::new(), |n| format!(", did you mean {n:?}?"));
            say(format!("/architectures/{i}"), format!("architecture {architecture:?} is not known{near}"));
        }
    }
    issues
}

/// Architectures as Rust names them.
const ARCHITECTURES: [&str; 8] = ["x86_64", "aarch64", "x86", "arm", "riscv64", "powerpc64", "s390x", "loongarch64"];
const IDENTIFIER: &str = "must start with a lower case letter and go on with letters, digits and '_'";

fn is_identifier(text: &str) -> bool {
    text.starts_with(|c: char| c.is_ascii_lowercase())
        && text.len() <= 63
        && text.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_')
}

fn parameter(p: &Parameter, path: &str, say: &mut impl FnMut(String, String)) {
    let name = &p.name;
    if !is_identifier(name) {
        say(format!("{path}/name"), format!("parameter name {name:?} {IDENTIFIER}"));
    }
    let kind = p.kind.as_str();
    let text = matches!(p.kind, ParamType::String | ParamType::Password);
    let amount = matches!(p.kind, ParamType::Int | ParamType::Port | ParamType::Size | ParamType::Duration);
    for (field, given, allowed) in [
        ("min", p.min.is_some(), amount),
        ("max", p.max.is_some(), amount),
        ("min_length", p.min_length.is_some(), text),
        ("max_length", p.max_length.is_some(), text),
        ("choices", !p.choices.is_empty(), p.kind == ParamType::Enum),
        ("format", p.format.is_some(), p.kind == ParamType::String),
        ("generate", p.generate.is_some(), p.kind == ParamType::Password),
    ] {
        if given && !allowed {
            say(format!("{path}/{field}"), format!("{field:?} means nothing for parameter {name:?} of type {kind}"));
        }
    }
    if p.kind == ParamType::Enum && p.choices.is_empty() {
        say(format!("{path}/choices"), format!("parameter {name:?} of type enum has no choices"));
    }
    if p.kind == ParamType::Password && p.default.is_some() {
        say(format!("{path}/default"), format!("password {name:?} must not have a default that everybody knows"));
    }
    let mut bound = |field: &str, bound: Option<&serde_json::Value>| {
        let value = bound.filter(|_| amount).map(|v| value::amount(p.kind, v))?;
        value.map_err(|e| say(format!("{path}/{field}"), format!("{field} of parameter {name:?} {e}"))).ok()
    };
    let (min, max) = (bound("min", p.min.as_ref()), bound("max", p.max.as_ref()));
    if let (Some(min), Some(max)) = (min, max)
        && min > max
    {
        say(format!("{path}/min"), format!("min of parameter {name:?} is greater than max"));
    }
    if let (Some(min), Some(max)) = (p.min_length, p.max_length)
        && min > max
    {
        say(format!("{path}/min_length"), format!("min_length of parameter {name:?} is greater than max_length"));
    }
    if let Some(default) = &p.default
        && let Err(e) = value::check(p, default)
    {
        say(format!("{path}/default"), format!("the default of parameter {name:?} {}", e.message));
    }
}
