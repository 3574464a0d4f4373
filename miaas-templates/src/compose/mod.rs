//! Compose documents: the part of the specification that one engine can honour, as a typed model. What is not supported is
//! an issue or a listed warning, never dropped in silence ([`support`] is the list).

mod blobs;
mod command;
mod cursor;
mod depends;
pub mod disk;
mod dotenv;
mod environment;
mod files;
mod health;
pub mod image;
pub(crate) mod interpolate;
mod isolation;
mod load;
mod mounts;
mod naming;
mod networks;
mod ports;
mod print;
mod references;
mod resources;
mod service;
pub mod support;
mod tuning;
mod variables;
mod volumes;
mod whole;

use std::collections::BTreeMap;

use miaas_core::{model::WorkloadSpec, spec::Issue};

pub use files::ComposeFiles;
pub use print::print;
pub use references::{Reference, missing};

use cursor::{Cursor, Report};

/// A parsed document.
#[derive(Debug, Clone, PartialEq)]
pub struct Document {
    /// Services, volumes and networks. A port that names no port of the host has 0 there; GPUs asked for by number are not in
    /// it.
    pub spec: WorkloadSpec,
    /// What was understood and is ignored, and what is doubtful.
    pub warnings: Vec<Issue>,
    /// GPUs that services ask for by number: the placement chooses which.
    pub gpus: BTreeMap<String, u32>,
}

/// What the parts of a document can refer to.
#[derive(Debug)]
struct Context<'a> {
    env: &'a BTreeMap<String, String>,
    files: &'a ComposeFiles,
    configs: blobs::Texts,
    secrets: blobs::Texts,
}

impl<'a> Context<'a> {
    /// The text of a file.
    fn file(&self, path: &str, at: &Cursor<'_>, report: &mut Report) -> Option<&'a str> {
        let text = self.files.texts.get(path);
        if text.is_none() {
            report.issue(at, format!("the file {:?} was not given with the document", short(path)));
        }
        text.map(String::as_str)
    }
}

/// Reads a document of one file. `file` is named in every message; `env` is all that interpolation can see.
///
/// # Errors
/// Every issue at once: paths are JSON pointers into the document, messages name file, line and column.
pub fn parse(text: &str, file: &str, env: &BTreeMap<String, String>) -> Result<(WorkloadSpec, Vec<Issue>), Vec<Issue>> {
    parse_document(text, file, env).map(|d| (d.spec, d.warnings))
}

/// Like [`parse`], with the GPUs that are asked for by number.
///
/// # Errors
/// As [`parse`].
pub fn parse_document(text: &str, file: &str, env: &BTreeMap<String, String>) -> Result<Document, Vec<Issue>> {
    parse_files(&ComposeFiles::new(file, files::bounded(text)), env)
}

/// The variables of a file `.env`; `outer` are those that it may refer to.
///
/// # Errors
/// The first line that is none.
pub fn env_file(text: &str, outer: &BTreeMap<String, String>) -> Result<BTreeMap<String, String>, Issue> {
    dotenv::parse(text, |name| outer.get(name).cloned())
        .map_err(|p| Issue::new("", format!("line {}: {}", p.line, p.message)))
}

/// Reads a document with the files that it refers to.
///
/// # Errors
/// As [`parse`].
pub fn parse_files(files: &ComposeFiles, env: &BTreeMap<String, String>) -> Result<Document, Vec<Issue>> {
    let mut report = Report::default();
    let Some(root) = load::Loader::new(files, &mut report).load(env) else { return Err(report.issues) };
    let mut document = Document { spec: WorkloadSpec::default(), warnings: Vec::new(), gpus: BTreeMap::new() };
    let top = Cursor::root(&root);
    let fields = top.fields(support::TOP, &mut report);
    let mut context = Context { env, files, configs: BTreeMap::new(), secrets: BTreeMap::new() };
    if let Some(at) = fields.get("volumes") {
        document.spec.volumes = volumes::read(at, &mut report);
    }
    if let Some(at) = fields.get("networks") {
        document.spec.networks = networks::read(at, &mut report);
    }
    if let Some(at) = fields.get("configs") {
        context.configs = blobs::read(&blobs::CONFIGS, at, &context, &mut report);
    }
    if let Some(at) = fields.get("secrets") {
        context.secrets = blobs::read(&blobs::SECRETS, at, &context, &mut report);
    }
    match fields.get("services") {
        Some(at) => whole::services(&mut document, at, &context, &mut report),
        None => report.issue_hint(&top, "the document has no services", "start with `services:`"),
    }
    if !report.issues.is_empty() {
        return Err(report.issues);
    }
    document.warnings = report.warnings;
    Ok(document)
}

/// A text for a message, cut to 80 characters.
fn short(text: &str) -> String {
    text.chars().take(80).collect()
}
