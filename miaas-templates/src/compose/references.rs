//! Which files a document refers to, for whoever has to read them.

use std::collections::{BTreeMap, BTreeSet};

use super::{
    cursor::Report,
    files::{ComposeFiles, MAX_FILES, directory, resolve},
    interpolate,
};
use crate::yaml::{self, Node, Value};

/// A file that a document refers to.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Reference {
    /// Its path from the directory of the main document.
    pub path: String,
    /// Whether the document cannot do without it.
    pub required: bool,
}

/// The files that a document refers to and that were not given with it. A caller reads them, adds them and asks again, until
/// nothing new can be read: what was read may refer to more. What cannot be understood names no files; parsing says what is wrong.
#[must_use]
pub fn missing(files: &ComposeFiles, env: &BTreeMap<String, String>) -> BTreeSet<Reference> {
    let mut out = BTreeSet::new();
    let mut seen = BTreeSet::new();
    let main = directory(&files.main).to_owned();
    let mut open: Vec<(String, String)> =
        std::iter::once(&files.main).chain(&files.overrides).map(|path| (path.clone(), main.clone())).collect();
    while let Some((path, dir)) = open.pop() {
        if seen.len() >= MAX_FILES || !seen.insert((path.clone(), dir.clone())) {
            continue;
        }
        let Some(text) = files.texts.get(&path) else {
            out.insert(Reference { path, required: true });
            continue;
        };
        let Ok(mut root) = yaml::parse_file(text, 0) else { continue };
        let mut left = interpolate::MAX_TEXT;
        interpolate::tree(&mut root, env, &mut left, &mut Report::default());
        let mut leaf = |path: &str, dir: &str, required: bool| {
            let path = resolve(dir, path);
            if !files.texts.contains_key(&path) {
                out.insert(Reference { path, required });
            }
        };
        for item in items(root.get("include")) {
            let paths: Vec<String> = texts(item.get("path").or(Some(item))).map(|p| resolve(&dir, p)).collect();
            let base = match (item.get("project_directory").and_then(Node::text), paths.first()) {
                (Some(base), _) => resolve(&dir, base),
                (None, Some(first)) => directory(first).to_owned(),
                (None, None) => continue,
            };
            texts(item.get("env_file")).for_each(|p| leaf(p, &dir, true));
            open.extend(paths.into_iter().map(|p| (p, base.clone())));
        }
        for service in values(root.get("services")) {
            for field in ["env_file", "label_file"] {
                for item in items(service.get(field)) {
                    let required = item.get("required").and_then(Node::text) != Some("false");
                    if let Some(path) = item.text().or_else(|| item.get("path")?.text()) {
                        leaf(path, &dir, required);
                    }
                }
            }
            if let Some(path) = service.get("extends").and_then(|e| e.get("file")?.text()) {
                let path = resolve(&dir, path);
                open.push((path.clone(), directory(&path).to_owned()));
            }
        }
        for section in ["configs", "secrets"] {
            for item in values(root.get(section)) {
                if let Some(path) = item.get("file").and_then(Node::text) {
                    leaf(path, &dir, true);
                }
            }
        }
    }
    out
}

/// The items of a list; a single value is a list of one.
fn items(node: Option<&Node>) -> Vec<&Node> {
    match node.map(|n| (&n.value, n)) {
        Some((Value::Seq(items), _)) => items.iter().collect(),
        Some((Value::Scalar(_), node)) => vec![node],
        _ => Vec::new(),
    }
}

fn texts(node: Option<&Node>) -> impl Iterator<Item = &str> {
    items(node).into_iter().filter_map(Node::text)
}

fn values(node: Option<&Node>) -> Vec<&Node> {
    match node.map(|n| &n.value) {
        Some(Value::Map(entries)) => entries.iter().map(|(_, n)| n).collect(),
        _ => Vec::new(),
    }
}
