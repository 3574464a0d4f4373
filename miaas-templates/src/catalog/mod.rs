//! The catalogue: templates by name, the built-in ones and those of a folder.

mod builtin;
mod dir;

use std::{collections::BTreeMap, path::Path, sync::Arc};

use miaas_core::{
    ErrorKind, PortError,
    spec::{Issue, nearest},
};

use crate::{manifest::Manifest, params, renderer};

/// One template.
#[derive(Debug)]
pub struct Entry {
    /// Its manifest.
    pub manifest: Manifest,
    /// Its Compose template.
    pub compose: String,
    /// What it says about itself, in Markdown.
    pub readme: String,
    /// Where it comes from, for messages, for example `templates/redis`.
    pub origin: String,
}

impl Entry {
    /// Reads a template from the texts of its files and renders it once with its defaults, where they suffice.
    ///
    /// # Errors
    /// Every issue of the manifest, or the first of the rendering; each names the file.
    pub fn new(origin: &str, manifest: &str, compose: &str, readme: &str) -> Result<Self, Vec<Issue>> {
        let manifest = Manifest::parse(manifest, &format!("{origin}/template.yaml"))?;
        let entry =
            Self { manifest, compose: compose.to_owned(), readme: readme.to_owned(), origin: origin.to_owned() };
        let mut values = BTreeMap::new();
        params::fill_generated(&entry.manifest, &mut values, &mut || "generated-password".to_owned());
        // Where a required value is missing, there is nothing to render yet.
        if let Ok(resolved) = params::resolve(&entry.manifest, &values) {
            renderer::preview(&entry, &resolved)?;
        }
        Ok(entry)
    }

    /// Name of the Compose template in messages.
    #[must_use]
    pub fn compose_file(&self) -> String {
        format!("{}/compose.yaml.j2", self.origin)
    }
}

/// Templates by name. Cheap to clone.
#[derive(Debug, Clone, Default)]
pub struct Catalog {
    entries: BTreeMap<String, Arc<Entry>>,
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
        for &(name, manifest, compose, readme) in builtin::FILES {
            let entry = Entry::new(&format!("templates/{name}"), manifest, compose, readme)
                .map_err(|issues| PortError::invalid("catalog.builtin", issues))?;
            catalog.insert(entry);
        }
        Ok(catalog)
    }

    /// These templates and those of a folder: one directory each, of the template's name. A template of the folder takes
    /// the place of one of the same name.
    ///
    /// # Errors
    /// `NotFound` or `Unavailable` when the folder cannot be read, `Invalid` with every issue of every template in it.
    pub fn with_dir(mut self, path: &Path) -> Result<Self, PortError> {
        for entry in dir::read(path)? {
            self.insert(entry);
        }
        Ok(self)
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
