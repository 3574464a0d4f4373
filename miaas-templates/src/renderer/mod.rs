//! The port [`Renderer`] over a catalogue.

mod demand;
mod document;
mod place;
mod template;

use std::collections::{BTreeMap, BTreeSet};

use miaas_core::{
    model::{Assignment, Deployment, DeploymentSpec, RenderedWorkload, RunState, Source, WorkloadSpec},
    port::{NodeContext, RenderError, RenderedDemand, Renderer},
    spec::Issue,
};

use crate::{
    catalog::{Catalog, Entry},
    manifest::{ParamType, Parameter},
    params::{self, Resolved},
};
use place::Place;

/// Turns deployments of templates and of Compose documents into workloads.
#[derive(Debug, Clone)]
pub struct CatalogRenderer {
    catalog: Catalog,
}

/// A document that is ready for an executor, with the text that people may read.
struct Ready {
    spec: WorkloadSpec,
    text: String,
}

impl CatalogRenderer {
    /// A renderer over this catalogue.
    #[must_use]
    pub const fn new(catalog: Catalog) -> Self {
        Self { catalog }
    }

    /// The catalogue.
    #[must_use]
    pub const fn catalog(&self) -> &Catalog {
        &self.catalog
    }

    /// What a user gets to know of one workload, for example its address. Passwords in it are masked.
    ///
    /// # Errors
    /// As [`Renderer::render`].
    pub fn outputs(
        &self,
        deployment: &Deployment,
        at: &Assignment,
        node: NodeContext<'_>,
    ) -> Result<BTreeMap<String, String>, RenderError> {
        match &deployment.spec.source {
            Source::Template { name, params } => {
                let (entry, resolved) = self.template(name, params).map_err(one)?;
                let place = Place::assigned(deployment, at, node);
                template::outputs(entry, &resolved.masked(&entry.manifest), &place)
            }
            Source::Compose { .. } => {
                Ok(at.ports.iter().map(|p| (p.name.clone(), format!("{}:{}", node.ip, p.host))).collect())
            }
        }
    }

    fn template(&self, name: &str, params: &miaas_core::model::Params) -> Result<(&Entry, Resolved), Vec<Issue>> {
        let entry = self.catalog.get(name).map_err(|e| {
            let issue = Issue::new("/source/name", e.message());
            vec![match e.hint() {
                Some(hint) => issue.with_hint(hint),
                None => issue,
            }]
        })?;
        let resolved = params::resolve(&entry.manifest, params).map_err(|issues| {
            issues.into_iter().map(|i| Issue { path: format!("/source/params{}", i.path), ..i }).collect::<Vec<_>>()
        })?;
        Ok((entry, resolved))
    }

    fn needs(&self, spec: &DeploymentSpec) -> Result<RenderedDemand, Vec<Issue>> {
        let needs = match &spec.source {
            Source::Template { name, params } => {
                let (entry, resolved) = self.template(name, params)?;
                template::demand(entry, &resolved).map_err(|e| vec![issue("/source/params", e)])?
            }
            Source::Compose(source) => document::demand(&source.text, &source.env)?,
        };
        Ok(RenderedDemand { policy: spec.placement.clone(), ..needs })
    }
}

impl Renderer for CatalogRenderer {
    fn validate(&self, spec: &DeploymentSpec) -> Vec<Issue> {
        self.needs(spec).err().unwrap_or_default()
    }

    fn secret_params(&self, spec: &DeploymentSpec) -> BTreeSet<String> {
        let Source::Template { name, .. } = &spec.source else { return BTreeSet::new() };
        let Ok(entry) = self.catalog.get(name) else { return BTreeSet::new() };
        let secret = |p: &&Parameter| p.kind == ParamType::Password;
        entry.manifest.parameters.iter().filter(secret).map(|p| p.name.clone()).collect()
    }

    fn demand(&self, deployment: &Deployment) -> Result<Vec<RenderedDemand>, RenderError> {
        self.needs(&deployment.spec).map(|needs| vec![needs]).map_err(one)
    }

    fn render(
        &self,
        deployment: &Deployment,
        at: &Assignment,
        node: NodeContext<'_>,
    ) -> Result<RenderedWorkload, RenderError> {
        let place = Place::assigned(deployment, at, node);
        let Ready { spec, text } = match &deployment.spec.source {
            Source::Template { name, params } => {
                let (entry, resolved) = self.template(name, params).map_err(one)?;
                template::ready(entry, &resolved, &place)?
            }
            Source::Compose(source) => document::ready(&source.text, &source.env, &place)?,
        };
        let hash = RenderedWorkload::hash_of(&spec, node.executor, deployment.spec.restarts)
            .map_err(|e| RenderError::new(format!("the workload {} cannot be hashed: {e}", at.workload)))?;
        Ok(RenderedWorkload {
            id: at.workload.clone(),
            deployment: deployment.id.clone(),
            deployment_name: deployment.name.clone(),
            slot: at.slot,
            generation: deployment.generation,
            hash,
            executor: node.executor,
            run: deployment.spec.state == RunState::Running,
            spec,
            compose: text,
        })
    }
}

/// Renders a template for every executor that it names, as if it had been placed.
pub(crate) fn preview(entry: &Entry, resolved: &Resolved) -> Result<(), Vec<Issue>> {
    template::demand(entry, resolved).map(drop).map_err(|e| vec![issue("", e)])
}

/// All issues as one error.
fn one(issues: impl AsRef<[Issue]>) -> RenderError {
    let issues = issues.as_ref();
    let hint = issues.iter().find_map(|i| i.hint.clone());
    let message = issues.iter().map(ToString::to_string).collect::<Vec<_>>().join("; ");
    RenderError { message, file: None, line: None, hint }
}

fn issue(path: &str, e: RenderError) -> Issue {
    Issue { path: path.to_owned(), message: e.message, hint: e.hint }
}
