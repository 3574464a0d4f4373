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
    model::reference::STORED,
    spec::Issue,
};
use serde::{Deserialize, Serialize, Serializer};
use serde_json::Value;

use crate::{
    compose::{
        ComposeFiles,
        disk::{read_below, read_named},
    },
    yaml,
};

/// A stack file, read. The `compose` of a service is the path of its document from the directory of the file, or the document itself.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct StackFile {
    /// Name of the stack.
    pub name: String,
    /// Services by name.
    pub services: BTreeMap<String, StackService>,
}

/// The path of a service's document, when that stands in a file of its own.
#[must_use]
pub fn document_path(service: &StackService) -> Option<&str> {
    let is_document = |text: &str| text.contains('\n') || text.contains(": ") || text.starts_with('{');
    service.compose.as_deref().filter(|text| !is_document(text))
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

    /// Writes it, without what is as it would be anyway.
    ///
    /// # Errors
    /// `Internal`, should a service not serialise.
    pub fn to_yaml(&self) -> Result<String, PortError> {
        let broken =
            |e: String| PortError::internal("stack.file", format!("stack {} cannot be written: {e}", self.name));
        let plain = serde_json::to_value(StackService::default()).map_err(|e| broken(e.to_string()))?;
        let mut services = BTreeMap::new();
        for (name, service) in &self.services {
            let value = serde_json::to_value(service).map_err(|e| broken(e.to_string()))?;
            services.insert(name.as_str(), Written(without(value, &plain)));
        }
        // Long lines stay whole: a folded text is harder to edit.
        let options = serde_saphyr::ser_options! { folded_wrap_chars: usize::MAX };
        let file = WrittenFile { name: &self.name, services };
        let text = serde_saphyr::to_string_with_options(&file, options).map_err(|e| broken(e.to_string()))?;
        Ok(if text.contains(STORED) { format!("{NOTE}{text}") } else { text })
    }

    /// The request that it is, with documents in place of their paths. A document that `documents` lacks is an issue.
    ///
    /// # Errors
    /// Every document that is missing.
    pub fn into_request(self, documents: &BTreeMap<String, Document>) -> Result<ApplyStack, Vec<Issue>> {
        let (mut services, mut issues) = (self.services, Vec::new());
        for (name, service) in &mut services {
            let Some(path) = document_path(service) else { continue };
            let Some(document) = documents.get(path) else {
                let text = format!("the document {path:?} is not there");
                issues.push(Issue::new(format!("/services/{name}/compose"), text));
                continue;
            };
            let given = std::mem::replace(&mut service.files, document.files.clone());
            service.files.extend(given);
            service.compose = Some(document.text.clone());
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
        let Some(path) = document_path(service) else { continue };
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

/// Stands before a file with values that are not shown.
const NOTE: &str =
    "# ${stored} is a value that is not shown: it stays as it is. Write another one in its place to change it.\n";

#[derive(Serialize)]
struct WrittenFile<'a> {
    name: &'a str,
    services: BTreeMap<&'a str, Written>,
}

/// A service with its fields in the order in which people write them.
struct Written(serde_json::Map<String, Value>);

const FIELDS: [&str; 12] = [
    "template",
    "compose",
    "params",
    "env",
    "files",
    "overrides",
    "replicas",
    "placement",
    "priority",
    "labels",
    "update",
    "depends_on",
];

impl Serialize for Written {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(FIELDS.iter().filter_map(|name| Some((name, self.0.get(*name)?))))
    }
}

/// What of an object differs from another one, in depth. Names that the other one lacks are kept with all that they hold.
fn without(value: Value, other: &Value) -> serde_json::Map<String, Value> {
    let Value::Object(fields) = value else { return serde_json::Map::new() };
    let differs = |(name, value): (String, Value)| match other.get(&name) {
        Some(same) if *same == value => None,
        Some(Value::Object(below)) if !below.is_empty() => {
            Some((name, Value::Object(without(value, &Value::Object(below.clone())))))
        }
        _ => Some((name, value)),
    };
    fields.into_iter().filter_map(differs).collect()
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
        assert_eq!(document_path(&stack.services["c"]), Some("c/compose.yaml"));
        let missing = stack.clone().into_request(&BTreeMap::new()).unwrap_err();
        assert_eq!(missing[0].to_string(), "/services/c/compose: the document \"c/compose.yaml\" is not there");
        let there = Document { text: "services: {c: {}}".into(), ..Document::default() };
        let request = stack.into_request(&[("c/compose.yaml".to_owned(), there)].into()).unwrap();
        assert_eq!(request.services["b"].compose.as_deref(), Some("services: {}\n"));
        assert_eq!(request.services["c"].compose.as_deref(), Some("services: {c: {}}"));
        assert_eq!(request.services["a"].depends_on, ["b"]);
    }

    #[test]
    fn t8_a_path_is_told_from_a_document() {
        for (text, is_path) in [
            ("app/compose.yaml", true),
            ("../a: b.yaml", false),
            ("services: {a: {image: b}}", false),
            ("{\"services\":{}}", false),
            ("services:\n", false),
        ] {
            let service = StackService { compose: Some(text.to_owned()), ..StackService::default() };
            assert_eq!(document_path(&service).is_some(), is_path, "{text:?}");
        }
    }

    #[test]
    fn t8_every_field_of_a_service_is_written() {
        let Value::Object(all) = serde_json::to_value(StackService::default()).unwrap() else { panic!() };
        let mut fields = FIELDS.map(str::to_owned);
        fields.sort();
        assert_eq!(all.keys().cloned().collect::<Vec<_>>(), fields);
    }

    #[test]
    fn t8_a_file_is_written_as_people_write_it() {
        let text = "\
name: rag
services:
  app:
    compose: |
      services:
        app: {image: a}
    env:
      KEY: ${stored}
    depends_on:
    - db
  db:
    template: postgres
    params:
      db: \"1.10\"
      port: 5432
    replicas: 2
    placement:
      node: atlas
    update:
      canary:
        replicas: 3
";
        let stack = StackFile::parse(text, "miaas.yaml").unwrap();
        let written = stack.to_yaml().unwrap();
        assert_eq!(written.split_once('\n').unwrap().1, text);
        assert!(written.starts_with("# ${stored} is a value that is not shown: "), "{written}");
        assert_eq!(StackFile::parse(&written, "miaas.yaml").unwrap(), stack);
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
