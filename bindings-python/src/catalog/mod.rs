//! Templates: reading, checking and rendering them without an orchestrator.

use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
};

use miaas_core::{
    api::v1::{RenderTarget, RenderTemplate},
    model::{ComposeSource, Params, Source},
    spec::Issue,
};
use miaas_templates::{
    CatalogRenderer, Entry, Policy, Trial, advice, catalog::Catalog as Templates, compose::disk::read_file,
    params::json_schema, stack,
};
use pyo3::prelude::*;
use serde::{Deserialize, Serialize};

use crate::{error::Failure, gil, value};

/// Issues as path, message and hint.
type Issues = Vec<(String, String, Option<String>)>;

/// Templates by name.
#[pyclass(frozen, module = "miaas._native")]
#[derive(Debug)]
pub(crate) struct Catalog(CatalogRenderer);

/// What is known of a template.
#[derive(Debug, Serialize)]
struct Detail<'a> {
    manifest: &'a miaas_templates::Manifest,
    schema: serde_json::Value,
    readme: &'a str,
    examples: &'a BTreeMap<String, Params>,
}

/// What is to run, as the façade writes it down.
#[derive(Debug, Deserialize)]
struct Wanted {
    template: Option<String>,
    params: Params,
    compose: Option<String>,
    env: BTreeMap<String, String>,
    files: BTreeMap<String, String>,
    overrides: Vec<String>,
}

impl Catalog {
    pub(crate) const fn renderer(&self) -> &CatalogRenderer {
        &self.0
    }

    const fn catalog(&self) -> &Templates {
        self.0.catalog()
    }
}

#[pymethods]
impl Catalog {
    /// The built-in templates, if wanted, and those of folders; and what the operator allows, with where that is written.
    #[new]
    #[pyo3(signature = (builtin, folders, policy=None))]
    fn new(py: Python<'_>, builtin: bool, folders: Vec<PathBuf>, policy: Option<(String, String)>) -> PyResult<Self> {
        gil::detached(py, || {
            let mut catalog = if builtin { Templates::builtin()? } else { Templates::empty() };
            for folder in &folders {
                catalog = catalog.with_dir(folder)?;
            }
            let policy = match &policy {
                Some((origin, text)) => Policy::parse(text, origin).map_err(|e| Failure::invalid("policy", e))?,
                None => Policy::default(),
            };
            Ok(Self(CatalogRenderer::new(catalog).with_policy(policy)))
        })
    }

    /// The names of the templates.
    fn names(&self) -> Vec<&str> {
        self.catalog().list().map(|entry| entry.manifest.name.as_str()).collect()
    }

    /// Folders that are no templates, each with what is wrong with it.
    fn problems(&self) -> Vec<(&str, Issues)> {
        self.catalog().problems().iter().map(|p| (p.origin.as_str(), told(p.issues.clone()))).collect()
    }

    /// What is known of a template.
    fn template<'py>(&self, py: Python<'py>, name: &str) -> PyResult<Bound<'py, PyAny>> {
        let entry = self.catalog().get(name).map_err(|e| Failure::from(e).raise(py))?;
        let detail = Detail {
            manifest: &entry.manifest,
            schema: json_schema(&entry.manifest),
            readme: &entry.readme,
            examples: &entry.examples,
        };
        value::to_python(py, &detail)
    }

    /// The Compose document that a template gives, on a stand-in for a node.
    fn render(&self, py: Python<'_>, name: &str, params: &Bound<'_, PyAny>) -> PyResult<String> {
        let params: Params = value::from_python(params, "render()")?;
        gil::detached(py, || Ok(self.0.preview(name, RenderTemplate { params, ..RenderTemplate::default() })?.compose))
    }

    /// The Kubernetes objects that a template gives as YAML, and what they do not say.
    #[pyo3(signature = (template, params, name=None, namespace=None))]
    fn kubernetes(
        &self,
        py: Python<'_>,
        template: &str,
        params: &Bound<'_, PyAny>,
        name: Option<&str>,
        namespace: Option<&str>,
    ) -> PyResult<(String, Vec<String>)> {
        let params: Params = value::from_python(params, "kubernetes()")?;
        let (name, namespace) = (name.map(str::to_owned), namespace.map(str::to_owned));
        gil::detached(py, || {
            let request = RenderTemplate { params, target: RenderTarget::Kubernetes, name, namespace };
            let rendered = self.0.preview(template, request)?;
            Ok((rendered.kubernetes, rendered.warnings))
        })
    }

    /// Everything that is wrong with what is to run; nothing when it can.
    fn validate(&self, py: Python<'_>, wanted: &Bound<'_, PyAny>) -> PyResult<Issues> {
        let wanted: Wanted = value::from_python(wanted, "validate()")?;
        gil::detached(py, || {
            let source = match (wanted.template, wanted.compose) {
                (Some(name), None) => Source::Template { name, params: wanted.params },
                (None, Some(text)) => {
                    let Wanted { env, files, overrides, .. } = wanted;
                    Source::Compose(ComposeSource { text, env, files, overrides })
                }
                _ => return Err(Failure::invalid("validate", "validate(): give either a template or compose")),
            };
            Ok(told(self.0.check(source)))
        })
    }
}

/// The name of a stack and what it consists of, from its file.
#[pyfunction]
pub(crate) fn read_stack(py: Python<'_>, file: PathBuf) -> PyResult<(String, Bound<'_, PyAny>)> {
    let (name, body) = gil::detached(py, || {
        let text = read_file(&file)?;
        Ok(stack::read(&text, &file.display().to_string(), file.parent().unwrap_or(Path::new(".")))?)
    })?;
    Ok((name, value::to_python(py, &body)?))
}

/// Everything that is wrong with the template in a folder, and what could be better.
#[pyfunction]
pub(crate) fn check_template(py: Python<'_>, folder: PathBuf) -> PyResult<(Issues, Issues)> {
    gil::detached(py, || {
        let entry = match Entry::read(&folder) {
            Ok(entry) => entry,
            Err(issues) => return Ok((told(issues), Vec::new())),
        };
        let renderer = CatalogRenderer::new(Templates::empty());
        let failed = |trial: Trial| {
            let Trial { example, target, issues, .. } = trial;
            let named = move |i: Issue| Issue { message: format!("{example} on {target}: {}", i.message), ..i };
            issues.into_iter().map(named)
        };
        let issues = renderer.trials(&entry).into_iter().flat_map(failed).collect();
        Ok((told(issues), told(advice(&entry))))
    })
}

fn told(issues: Vec<Issue>) -> Issues {
    issues.into_iter().map(|i| (i.path, i.message, i.hint)).collect()
}
