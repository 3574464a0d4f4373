//! Compose documents: the part of the specification that one engine can honour, as a typed model. What is not supported is
//! an issue or a listed warning, never dropped in silence ([`support`] is the list).

mod command;
mod cursor;
mod depends;
mod environment;
mod health;
pub mod image;
mod interpolate;
mod mounts;
mod ports;
mod resources;
mod service;
pub mod support;
mod volumes;

use std::collections::{BTreeMap, BTreeSet};

use miaas_core::{
    model::{DependsOn, MountSource, RestartPolicy, WorkloadSpec},
    spec::{Issue, nearest},
};

use crate::yaml;
use cursor::{Cursor, Report};

/// A parsed document.
#[derive(Debug, Clone, PartialEq)]
pub struct Document {
    /// Services and volumes. A port that names no port of the host has 0 there; GPUs asked for by number are not in it.
    pub spec: WorkloadSpec,
    /// What was understood and is ignored, and what is doubtful.
    pub warnings: Vec<Issue>,
    /// GPUs that services ask for by number: the placement chooses which.
    pub gpus: BTreeMap<String, u32>,
}

/// Reads a document. `file` is named in every message; `env` is all that interpolation can see.
///
/// # Errors
/// Every issue at once: paths are JSON pointers into the document, messages name file and line.
pub fn parse(text: &str, file: &str, env: &BTreeMap<String, String>) -> Result<(WorkloadSpec, Vec<Issue>), Vec<Issue>> {
    parse_document(text, file, env).map(|d| (d.spec, d.warnings))
}

/// Like [`parse`], with the GPUs that are asked for by number.
///
/// # Errors
/// As [`parse`].
pub fn parse_document(text: &str, file: &str, env: &BTreeMap<String, String>) -> Result<Document, Vec<Issue>> {
    let mut root = yaml::parse(text).map_err(|e| {
        let place = e.line.map_or_else(|| file.to_owned(), |line| format!("{file}:{line}"));
        vec![Issue::new("", format!("{place}: {}", e.message))]
    })?;
    let mut report = Report::new(file);
    interpolate::tree(&mut root, env, &mut report);
    if !report.issues.is_empty() {
        // With variables missing, whatever follows would be noise.
        return Err(report.issues);
    }
    let mut document = Document { spec: WorkloadSpec::default(), warnings: Vec::new(), gpus: BTreeMap::new() };
    let top = Cursor::root(&root);
    let fields = top.fields(support::TOP, &mut report);
    if let Some(volumes) = fields.get("volumes") {
        document.spec.volumes = volumes::read(volumes, &mut report);
    }
    match fields.get("services") {
        Some(services) => {
            for (key, at) in services.entries(&mut report) {
                if !is_service_name(&key.text) {
                    let rule = "must be letters, digits, '-', '_' and '.', starting with a letter or digit, at most 63";
                    report.issue(&at, format!("service name {:?} {rule}", short(&key.text)));
                    continue;
                }
                let (service, gpus) = service::read(&at, env, &mut report);
                if let Some(count) = gpus {
                    document.gpus.insert(key.text.clone(), count);
                }
                document.spec.services.insert(key.text.clone(), service);
            }
            across(&mut document, services, &mut report);
        }
        None => report.issue_hint(&top, "the document has no services", "start with `services:`"),
    }
    if !report.issues.is_empty() {
        return Err(report.issues);
    }
    document.warnings = report.warnings;
    Ok(document)
}

/// What can only be checked once all services are known.
fn across(document: &mut Document, services: &Cursor<'_>, report: &mut Report<'_>) {
    let spec = &mut document.spec;
    if spec.services.is_empty() && report.issues.is_empty() {
        report.issue(services, "the document has no services");
    }
    depends::check(spec, services, report);
    let mut taken = BTreeSet::new();
    for (name, service) in &spec.services {
        let at = services.find(name);
        for port in service.ports.iter().filter(|p| p.host != 0) {
            if !taken.insert((port.host_ip.clone(), port.host, port.protocol)) {
                let text = format!("port {}:{}/{} is published twice", port.host_ip, port.host, port.protocol.as_str());
                report.issue(&at, text);
            }
        }
        for mount in &service.mounts {
            let MountSource::Volume(volume) = &mount.source else { continue };
            if !spec.volumes.contains_key(volume) {
                let text = format!("volume {volume:?} is not declared under the top-level `volumes`");
                match nearest(volume, spec.volumes.keys().map(String::as_str)) {
                    Some(near) => report.issue_hint(&at, text, format!("did you mean {near:?}?")),
                    None => report.issue_hint(&at, text, format!("add `volumes: {{{volume}: {{}}}}`")),
                }
            }
        }
    }
    // A service that others wait for to complete is a job: starting it again and again would undo that.
    let jobs: BTreeSet<String> = spec
        .services
        .values()
        .flat_map(|s| s.depends_on.iter())
        .filter(|(_, condition)| **condition == DependsOn::ServiceCompletedSuccessfully)
        .map(|(name, _)| name.clone())
        .collect();
    for job in jobs {
        let at = services.find(&job);
        let written = at.has("restart");
        if let Some(service) = spec.services.get_mut(&job) {
            if !written {
                service.restart = RestartPolicy::No;
            } else if service.restart == RestartPolicy::Always {
                report.issue_hint(
                    &at,
                    "another service waits for this one to complete, but it restarts always",
                    "write `restart: \"no\"` or `on-failure`",
                );
            }
        }
    }
}

fn is_service_name(text: &str) -> bool {
    text.len() <= 63
        && text.starts_with(|c: char| c.is_ascii_alphanumeric())
        && text.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_' | b'.'))
}

/// A text for a message, cut to 80 characters.
fn short(text: &str) -> String {
    text.chars().take(80).collect()
}
