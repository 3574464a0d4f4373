//! Templates from a folder.

use std::{
    fs::{self, File},
    io::{self, Read as _},
    path::Path,
};

use miaas_core::{ErrorKind, PortError, spec::Issue};

use super::Entry;

/// Longest file of a template, in bytes.
const MAX_FILE: u64 = 1 << 20;

/// Every template of a folder, by name. What is no directory and what starts with a point is passed over.
pub(super) fn read(path: &Path) -> Result<Vec<Entry>, PortError> {
    let failed = |at: &Path, e: io::Error| {
        let kind = if e.kind() == io::ErrorKind::NotFound { ErrorKind::NotFound } else { ErrorKind::Unavailable };
        PortError::new(kind, "catalog.dir", format!("{} cannot be read: {e}", at.display())).with_source(e)
    };
    let mut names = Vec::new();
    for item in fs::read_dir(path).map_err(|e| failed(path, e))? {
        let item = item.map_err(|e| failed(path, e))?;
        let name = item.file_name().to_string_lossy().into_owned();
        if !name.starts_with('.') && item.path().is_dir() {
            names.push(name);
        }
    }
    names.sort();
    let (mut entries, mut issues) = (Vec::new(), Vec::new());
    for name in names {
        match template(&path.join(&name), &name) {
            Ok(entry) => entries.push(entry),
            Err(found) => issues.extend(found),
        }
    }
    if issues.is_empty() { Ok(entries) } else { Err(PortError::invalid("catalog.dir", issues)) }
}

fn template(dir: &Path, name: &str) -> Result<Entry, Vec<Issue>> {
    let origin = dir.display().to_string();
    let manifest = text(&dir.join("template.yaml"))?;
    let compose = text(&dir.join("compose.yaml.j2"))?;
    let readme = if dir.join("README.md").exists() { text(&dir.join("README.md"))? } else { String::new() };
    let entry = Entry::new(&origin, &manifest, &compose, &readme)?;
    if entry.manifest.name != name {
        let message =
            format!("{origin}/template.yaml: the name {:?} is not that of the directory", entry.manifest.name);
        return Err(vec![Issue::new("/name", message).with_hint(format!("write `name: {name}`"))]);
    }
    Ok(entry)
}

fn text(path: &Path) -> Result<String, Vec<Issue>> {
    let issue = |why: String| vec![Issue::new("", format!("{}: {why}", path.display()))];
    let file = File::open(path).map_err(|e| issue(e.to_string()))?;
    let mut out = String::new();
    file.take(MAX_FILE + 1).read_to_string(&mut out).map_err(|e| issue(e.to_string()))?;
    if out.len() as u64 > MAX_FILE {
        return Err(issue(format!("the file is longer than {} KiB", MAX_FILE / 1024)));
    }
    Ok(out)
}
