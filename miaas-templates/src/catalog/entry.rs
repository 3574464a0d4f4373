//! One template with all of its files.

use std::collections::BTreeMap;

use miaas_core::{model::Params, spec::Issue};

use super::{files::Files, icon};
use crate::{manifest::Manifest, params, renderer, yaml};

/// One template.
#[derive(Debug)]
pub struct Entry {
    /// Its manifest.
    pub manifest: Manifest,
    /// Its Compose template.
    pub compose: String,
    /// What it says about itself, in Markdown.
    pub readme: String,
    /// Its icon, an SVG that only draws.
    pub icon: Option<String>,
    /// Its template of Kubernetes objects, in place of those that are derived.
    pub kubernetes: Option<String>,
    /// Parameter values to try it with, by name.
    pub examples: BTreeMap<String, Params>,
    /// Where it comes from, for messages, for example `templates/redis`.
    pub origin: String,
}

impl Entry {
    /// Reads a template from the texts of its files and renders it once with its defaults, where they suffice.
    ///
    /// # Errors
    /// Every issue of the manifest, or the first of the rendering; each names the file.
    pub fn new(origin: &str, manifest: &str, compose: &str, readme: &str) -> Result<Self, Vec<Issue>> {
        let text = |text: &str| text.as_bytes().to_vec();
        let files = [("template.yaml", manifest), ("compose.yaml.j2", compose), ("README.md", readme)];
        Self::from_files(origin, &Files(files.map(|(name, t)| (name.to_owned(), text(t))).into()))
    }

    /// Reads a template from its files.
    pub(super) fn from_files(origin: &str, files: &Files) -> Result<Self, Vec<Issue>> {
        let manifest = Manifest::parse(&files.needed(origin, "template.yaml")?, &format!("{origin}/template.yaml"))?;
        let mut examples = BTreeMap::new();
        for (name, text) in files.examples(origin)? {
            examples.insert(name.clone(), example(&text, &format!("{origin}/examples/{name}.yaml"))?);
        }
        let icon = files.text(origin, "icon.svg")?;
        if let Some(svg) = &icon {
            icon::check(svg).map_err(|why| vec![Issue::new("", format!("{origin}/icon.svg: {why}"))])?;
        }
        let entry = Self {
            manifest,
            compose: files.needed(origin, "compose.yaml.j2")?,
            readme: files.text(origin, "README.md")?.unwrap_or_default(),
            icon,
            kubernetes: files.text(origin, "kubernetes.yaml.j2")?,
            examples,
            origin: origin.to_owned(),
        };
        // Where a required value is missing, there is nothing to render yet.
        if let Ok(resolved) = params::resolve(&entry.manifest, &entry.defaults()) {
            renderer::preview(&entry, &resolved)?;
        }
        Ok(entry)
    }

    /// The values that a deployment has when none are given: generated ones, as stand-ins.
    #[must_use]
    pub fn defaults(&self) -> Params {
        let mut values = Params::new();
        params::fill_stand_ins(&self.manifest, &mut values);
        values
    }

    /// Name of the Compose template in messages.
    #[must_use]
    pub fn compose_file(&self) -> String {
        format!("{}/compose.yaml.j2", self.origin)
    }
}

fn example(text: &str, file: &str) -> Result<Params, Vec<Issue>> {
    yaml::read(text).map_err(|e| {
        let place = e.line.map_or_else(|| file.to_owned(), |line| format!("{file}:{line}"));
        vec![Issue::new("", format!("{place}: {}", e.message))]
    })
}
