//! Previews: what a template gives before anything is deployed, on a stand-in for a node and with stand-ins for what would be
//! generated.

use miaas_core::{
    PortError,
    api::v1::{RenderTarget, RenderTemplate, RenderedTemplate},
    model::{DeploymentSpec, Params, Source, Values},
    name::Name,
    port::Renderer as _,
    spec::Issue,
};

use super::{CatalogRenderer, KubernetesRequest, place::Place, template};
use crate::{catalog::Entry, params};

const OPERATION: &str = "template.render";

impl CatalogRenderer {
    /// The Compose document that a template gives, with passwords masked, or its Kubernetes objects.
    ///
    /// # Errors
    /// `NotFound` for the template; `Invalid` with every issue, with paths from the request (`/params/port`).
    pub fn preview(&self, template: &str, request: RenderTemplate) -> Result<RenderedTemplate, PortError> {
        let RenderTemplate { params, target, name, namespace } = request;
        let entry = self.catalog.get(template)?;
        let params = stand_ins(entry, params);
        match target {
            RenderTarget::Docker => {
                let compose = self.document(entry, params).map_err(refused)?;
                Ok(RenderedTemplate { compose, ..RenderedTemplate::default() })
            }
            RenderTarget::Kubernetes => {
                self.objects(template, &params, name.as_deref().unwrap_or(template), namespace.as_deref())
            }
        }
    }

    /// Everything that is wrong with what is to run, with paths from the request; nothing when it can be deployed.
    #[must_use]
    pub fn check(&self, source: Source) -> Vec<Issue> {
        let source = match source {
            Source::Template { name, params } => match self.catalog.get(&name) {
                Ok(entry) => Source::Template { name, params: stand_ins(entry, params) },
                // That it is unknown is the first thing that is wrong.
                Err(_) => Source::Template { name, params },
            },
            Source::Compose(_) => source,
        };
        self.validate(None, &DeploymentSpec::new(source)).into_iter().map(stripped).collect()
    }

    fn document(&self, entry: &Entry, params: Params) -> Result<String, Vec<Issue>> {
        let written = super::resolved(entry, &params)?;
        let issues =
            self.validate(None, &DeploymentSpec::new(Source::Template { name: entry.manifest.name.clone(), params }));
        if !issues.is_empty() {
            return Err(issues);
        }
        let imagined = written.imagined(&entry.manifest);
        let at = |e| vec![super::issue("", e)];
        let demands = template::demand(entry, &imagined).map_err(at)?;
        let first = demands.first().and_then(|(demand, _)| Some((demand, *demand.executors.first()?)));
        let Some((demand, executor)) = first else {
            return Err(vec![Issue::new("", "the template names no executor, or no variant of it is left")]);
        };
        let variant = demand.variant.as_deref().unwrap_or_default();
        let place = Place::imagined(&demand.ports, demand.resources.gpu.as_ref(), executor, variant);
        Ok(template::ready(entry, &written, &imagined, &place).map_err(at)?.text)
    }

    fn objects(
        &self,
        template: &str,
        params: &Params,
        name: &str,
        namespace: Option<&str>,
    ) -> Result<RenderedTemplate, PortError> {
        let named = |path: &'static str, text: &str| {
            Name::parse(text).map_err(|e| PortError::invalid(OPERATION, vec![Issue::new(path, e.to_string())]))
        };
        let name = named("/name", name)?;
        let namespace = namespace.map(|text| named("/namespace", text)).transpose()?;
        let namespace = namespace.as_ref().map(Name::as_str);
        let request = KubernetesRequest { name: &name, template, params, values: &Values::new(), namespace };
        let objects = self.kubernetes(request).map_err(refused)?;
        let kubernetes = objects.to_yaml()?;
        Ok(RenderedTemplate { kubernetes, warnings: objects.warnings, ..RenderedTemplate::default() })
    }
}

fn stand_ins(entry: &Entry, mut params: Params) -> Params {
    params::fill_stand_ins(&entry.manifest, &mut params);
    params
}

fn refused(issues: Vec<Issue>) -> PortError {
    PortError::invalid(OPERATION, issues.into_iter().map(stripped).collect())
}

/// An issue with its path from the request.
fn stripped(mut issue: Issue) -> Issue {
    if let Some(path) = issue.path.strip_prefix("/source") {
        issue.path = path.to_owned();
    }
    issue
}
