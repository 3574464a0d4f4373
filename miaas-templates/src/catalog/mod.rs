//! The catalogue: templates by name, the built-in ones and those of folders.

mod builtin;
mod dir;
mod entry;
mod files;
mod icon;
mod page;

use std::{collections::BTreeMap, path::Path, sync::Arc};

use miaas_core::{
    ErrorKind, PortError,
    spec::{Issue, nearest},
};

pub use entry::Entry;
use files::Files;
pub use page::markdown;

/// Templates by name. Cheap to clone.
#[derive(Debug, Clone, Default)]
pub struct Catalog {
    entries: BTreeMap<String, Arc<Entry>>,
    problems: Vec<Problem>,
}

/// A directory that is no template, and so was left out of the catalogue.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// The directory.
    pub origin: String,
    /// Everything that is wrong with it.
    pub issues: Vec<Issue>,
}

impl Catalog {
    /// No templates.
    #[must_use]
    pub fn empty() -> Self {
        Self::default()
    }

    /// The templates that this program carries in itself.
    ///
    /// # Errors
    /// `Invalid` with every issue; the tests of this crate see to it that there is none.
    pub fn builtin() -> Result<Self, PortError> {
        let mut catalog = Self::empty();
        for (name, files) in builtin::directories() {
            match template(&format!("templates/{name}"), &name, &files) {
                Ok(entry) => catalog.insert(entry),
                Err(issues) => return Err(PortError::invalid("catalog.builtin", issues)),
            }
        }
        Ok(catalog)
    }

    /// These templates and those of a folder: one directory each, of the template's name. A directory that is no template
    /// is left out, and so is one whose name is taken already: [`Catalog::problems`] says why.
    ///
    /// # Errors
    /// `NotFound` or `Unavailable` when the folder cannot be read.
    pub fn with_dir(mut self, path: &Path) -> Result<Self, PortError> {
        for (name, dir) in dir::list(path)? {
            let origin = dir.display().to_string();
            let entry = dir::read(&dir).and_then(|files| template(&origin, &name, &files));
            match entry.and_then(|entry| self.not_taken(entry)) {
                Ok(entry) => self.insert(entry),
                Err(issues) => self.problems.push(Problem { origin, issues }),
            }
        }
        Ok(self)
    }

    /// Directories that were left out.
    #[must_use]
    pub fn problems(&self) -> &[Problem] {
        &self.problems
    }

    fn not_taken(&self, entry: Entry) -> Result<Entry, Vec<Issue>> {
        let name = &entry.manifest.name;
        match self.entries.get(name) {
            None => Ok(entry),
            Some(other) => {
                let text = format!("{}: the name {name:?} is taken by {}", entry.origin, other.origin);
                Err(vec![Issue::new("/name", text).with_hint("give the directory and its `name` another name")])
            }
        }
    }

    /// Adds a template, in place of one of the same name.
    pub fn insert(&mut self, entry: Entry) {
        self.entries.insert(entry.manifest.name.clone(), Arc::new(entry));
    }

    /// All templates, by name.
    pub fn list(&self) -> impl ExactSizeIterator<Item = &Entry> {
        self.entries.values().map(AsRef::as_ref)
    }

    /// The template of this name.
    ///
    /// # Errors
    /// `NotFound`, with the nearest known name or all of them as the hint.
    pub fn get(&self, name: &str) -> Result<&Entry, PortError> {
        self.entries.get(name).map(AsRef::as_ref).ok_or_else(|| {
            let shown: String = name.chars().take(80).collect();
            let error =
                PortError::new(ErrorKind::NotFound, "catalog.get", format!("template {shown:?} does not exist"));
            match nearest(name, self.entries.keys().map(String::as_str)) {
                Some(near) => error.with_hint(format!("did you mean {near:?}?")),
                None if self.entries.is_empty() => error.with_hint("the catalogue is empty"),
                None => {
                    let names = self.entries.keys().map(String::as_str).collect::<Vec<_>>().join(", ");
                    error.with_hint(format!("the catalogue has {names}"))
                }
            }
        })
    }
}

impl Entry {
    /// The template of one directory.
    ///
    /// # Errors
    /// Everything that is wrong with it, or why it cannot be read.
    pub fn read(path: &Path) -> Result<Self, Vec<Issue>> {
        let name = path.canonicalize().ok().and_then(|p| Some(p.file_name()?.to_string_lossy().into_owned()));
        let files = dir::read(path)?;
        template(&path.display().to_string(), &name.unwrap_or_default(), &files)
    }
}

/// The template of a directory of this name.
fn template(origin: &str, name: &str, files: &Files) -> Result<Entry, Vec<Issue>> {
    let entry = Entry::from_files(origin, files)?;
    if entry.manifest.name == name {
        return Ok(entry);
    }
    let text = format!("{origin}/template.yaml: the name {:?} is not that of the directory", entry.manifest.name);
    Err(vec![Issue::new("/name", text).with_hint(format!("write `name: {name}`"))])
}
