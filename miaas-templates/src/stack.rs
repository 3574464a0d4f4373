//! `miaas.yaml`: a stack as people write it (T8).
//!
//! ```yaml
//! name: rag
//! services:
//!   db:
//!     template: postgres
//!   app:
//!     compose: app/compose.yaml        # a path beside this file, or the document itself as a block of text
//!     env: {DATABASE_URL: "postgres://postgres:${services.db.secrets.password}@${services.db.endpoints.postgres}/app"}
//! ```

use std::{collections::BTreeMap, path::Path};

use miaas_core::{
    ErrorKind, PortError,
    api::v1::{ApplyStack, StackService},
    model::{Params, PlacementPolicy, UpdatePolicy},
    spec::Issue,
};
use serde::Deserialize;

use crate::{
    compose::{
        ComposeFiles,
        disk::{read_below, read_named},
    },
    yaml,
};

/// A stack file, read.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct StackFile {
    /// Name of the stack.
    pub name: String,
    /// Services by name.
    pub services: BTreeMap<String, FileService>,
}

/// One service of a stack file.
#[derive(Debug, Clone, Default, PartialEq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct FileService {
    /// Template to run.
    pub template: Option<String>,
    /// Values of its parameters.
    pub params: Params,
    /// Compose document to run: its path from the directory of the stack file, or in several lines the document itself.
    pub compose: Option<String>,
    /// Variables for the document.
    pub env: BTreeMap<String, String>,
    /// How many instances; none is 1.
    pub replicas: Option<u32>,
    /// Where.
    pub placement: PlacementPolicy,
    /// Higher goes first when capacity is short.
    pub priority: i32,
    /// Labels.
    pub labels: BTreeMap<String, String>,
    /// How it goes from one revision to the next.
    pub update: UpdatePolicy,
    /// Services that have to be ready before it starts.
    pub depends_on: Vec<String>,
}

impl FileService {
    /// The path of its document, when that stands in a file of its own.
    #[must_use]
    pub fn document(&self) -> Option<&str> {
        self.compose.as_deref().filter(|text| !text.contains('\n'))
    }
}

impl StackFile {
    /// Reads a stack file; `file` is named in every issue.
    ///
    /// # Errors
    /// What is wrong, with its line.
    pub fn parse(text: &str, file: &str) -> Result<Self, Vec<Issue>> {
        let stack: Self = yaml::read(text).map_err(|e| {
            let place = e.line.map_or_else(|| file.to_owned(), |line| format!("{file}:{line}"));
            vec![Issue::new("", format!("{place}: {}", e.message))]
        })?;
        if stack.services.is_empty() {
            return Err(vec![Issue::new("/services", format!("{file}: a stack needs at least one service"))]);
        }
        Ok(stack)
    }

    /// The request that it is, with documents in place of their paths. A document that `documents` lacks is an issue.
    ///
    /// # Errors
    /// Every document that is missing.
    pub fn into_request(self, documents: &BTreeMap<String, Document>) -> Result<ApplyStack, Vec<Issue>> {
        let mut issues = Vec::new();
        let mut services = BTreeMap::new();
        for (name, service) in self.services {
            let mut found = Document::default();
            if let Some(path) = service.document() {
                match documents.get(path) {
                    Some(document) => found = document.clone(),
                    None => issues.push(Issue::new(
                        format!("/services/{name}/compose"),
                        format!("the document {path:?} is not there"),
                    )),
                }
            } else if let Some(text) = &service.compose {
                found.text.clone_from(text);
            }
            let service = StackService {
                template: service.template,
                params: service.params,
                compose: service.compose.map(|_| found.text),
                env: service.env,
                files: found.files,
                overrides: Vec::new(),
                replicas: service.replicas,
                placement: service.placement,
                priority: service.priority,
                labels: service.labels,
                update: service.update,
                depends_on: service.depends_on,
            };
            services.insert(name, service);
        }
        if issues.is_empty() { Ok(ApplyStack { services }) } else { Err(issues) }
    }
}

/// The name and the request of a stack file whose documents lie in `folder` or below; `file` is what it is called in messages.
///
/// # Errors
/// `Invalid` with everything that is wrong; `NotFound` when a document or a file of one is missing.
pub fn read(text: &str, file: &str, folder: &Path) -> Result<(String, ApplyStack), PortError> {
    let refused = |issues: Vec<Issue>| no_stack(file, &issues);
    let stack = StackFile::parse(text, file).map_err(refused)?;
    let mut documents = BTreeMap::new();
    for service in stack.services.values() {
        let Some(path) = service.document() else { continue };
        let whole = folder.join(path);
        let text = read_below(folder, &whole, file)?;
        let beside = whole.parent().unwrap_or(folder);
        let files = read_named(ComposeFiles::new("compose.yaml", &*text), beside, &service.env)?;
        documents.insert(path.to_owned(), Document { text, files });
    }
    let name = stack.name.clone();
    let mut request = stack.into_request(&documents).map_err(refused)?;
    // Documents inside the stack file name files beside it.
    for service in request.services.values_mut().filter(|s| s.files.is_empty()) {
        if let Some(text) = &service.compose {
            service.files = read_named(ComposeFiles::new("compose.yaml", &**text), folder, &service.env)?;
        }
    }
    Ok((name, request))
}

fn no_stack(file: &str, issues: &[Issue]) -> PortError {
    let lines: Vec<String> = issues.iter().map(ToString::to_string).collect();
    let hint = issues.iter().find_map(|i| i.hint.clone());
    let error = PortError::new(ErrorKind::Invalid, "stack.read", format!("{file} is no stack: {}", lines.join("; ")));
    error.with_hint(hint.unwrap_or_else(|| "see `miaas apply --help`".to_owned()))
}

/// A Compose document with the files that it refers to, by their path from its directory.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Document {
    /// The document.
    pub text: String,
    /// Files that it refers to.
    pub files: BTreeMap<String, String>,
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "helpers of tests fail the test")]

    use super::*;

    #[test]
    fn t8_documents_stand_inside_or_beside() {
        let text = "name: rag\nservices:\n  a: {template: redis, params: {port: 1}, depends_on: [b]}\n  b:\n    compose: \
                    |\n      services: {}\n  c: {compose: c/compose.yaml}\n";
        let stack = StackFile::parse(text, "miaas.yaml").unwrap();
        assert_eq!(stack.services["c"].document(), Some("c/compose.yaml"));
        let missing = stack.clone().into_request(&BTreeMap::new()).unwrap_err();
        assert_eq!(missing[0].to_string(), "/services/c/compose: the document \"c/compose.yaml\" is not there");
        let there = Document { text: "services: {c: {}}".into(), ..Document::default() };
        let request = stack.into_request(&[("c/compose.yaml".to_owned(), there)].into()).unwrap();
        assert_eq!(request.services["b"].compose.as_deref(), Some("services: {}\n"));
        assert_eq!(request.services["c"].compose.as_deref(), Some("services: {c: {}}"));
        assert_eq!(request.services["a"].depends_on, ["b"]);
    }

    #[test]
    fn t8_what_is_no_stack_is_refused_with_its_line() {
        for (text, want) in [
            ("name: a\nservices:\n  b:\n    tempate: redis\n", "miaas.yaml:4"),
            ("name: a\nservices: {}\n", "at least one service"),
            ("services: {}\n", "name"),
        ] {
            let issues = StackFile::parse(text, "miaas.yaml").unwrap_err();
            assert!(issues[0].message.contains(want), "{issues:?}");
        }
    }
}
