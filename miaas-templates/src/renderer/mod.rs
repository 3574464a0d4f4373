//! The port [`Renderer`] over a catalogue.

mod demand;
mod document;
mod kubernetes;
mod place;
mod preview;
mod refer;
mod seen;
mod template;
mod trial;

use std::collections::{BTreeMap, BTreeSet};

use miaas_core::{
    model::{
        Assignment, Deployment, DeploymentSpec, ExecutorKind, Params, Reference, RenderedWorkload, Source, Values,
        WorkloadSpec,
    },
    name::Name,
    port::{Offers, Output, Outputs, Reach, RenderContext, RenderError, RenderedDemand, Renderer, Viewpoint},
    secret::Secret,
    spec::Issue,
};

use crate::{
    catalog::{Catalog, Entry},
    manifest::{ParamType, Parameter},
    params::{self, Resolved},
    policy::{Finding, Policy, Subject},
};
pub use kubernetes::KubernetesRequest;
use place::Place;
pub use trial::{Trial, advice};

/// Turns deployments of templates and of Compose documents into workloads.
#[derive(Debug, Clone)]
pub struct CatalogRenderer {
    catalog: Catalog,
    policy: Policy,
}

/// A document that is ready for an executor, with the text that people may read.
struct Ready {
    spec: WorkloadSpec,
    text: String,
}

impl CatalogRenderer {
    /// A renderer over this catalogue.
    #[must_use]
    pub fn new(catalog: Catalog) -> Self {
        Self { catalog, policy: Policy::default() }
    }

    /// With a policy that allows something; without one nothing is that reaches out of a container.
    #[must_use]
    pub fn with_policy(mut self, policy: Policy) -> Self {
        self.policy = policy;
        self
    }

    /// The catalogue.
    #[must_use]
    pub const fn catalog(&self) -> &Catalog {
        &self.catalog
    }

    fn template(&self, name: &str, params: &Params) -> Result<(&Entry, Resolved), Vec<Issue>> {
        let entry = self.entry(name)?;
        Ok((entry, resolved(entry, params)?))
    }

    fn entry(&self, name: &str) -> Result<&Entry, Vec<Issue>> {
        self.catalog.get(name).map_err(|e| {
            let issue = Issue::new("/source/name", e.message());
            vec![match e.hint() {
                Some(hint) => issue.with_hint(hint),
                None => issue,
            }]
        })
    }

    fn ready(&self, deployment: &Deployment, place: &Place<'_>, values: &Values) -> Result<Ready, RenderError> {
        let ready = match &deployment.spec.source {
            Source::Template { name, params } => {
                let (entry, written) = self.template(name, params).map_err(one)?;
                let filled = refer::filled(&entry.manifest, &written, values)?;
                template::ready(entry, &written, &filled, place)?
            }
            Source::Compose(source) => document::ready(source, &refer::filled_env(&source.env, values)?, place)?,
        };
        let refused = self.refused(Some(&deployment.name), &deployment.spec, &ready.spec);
        if refused.is_empty() { Ok(ready) } else { Err(one(refused)) }
    }

    /// What the policy refuses of a workload.
    fn refused(&self, name: Option<&Name>, spec: &DeploymentSpec, workload: &WorkloadSpec) -> Vec<Issue> {
        let path = match &spec.source {
            Source::Template { .. } => "/source/params",
            Source::Compose(_) => "/source/text",
        };
        let subject = Subject { deployment: name, labels: &spec.labels };
        let issue = |f: &Finding| {
            let issue = f.issue();
            Issue { path: path.to_owned(), message: issue.to_string(), hint: issue.hint }
        };
        self.policy.refused(workload, subject).iter().map(issue).collect()
    }

    fn needs(&self, name: Option<&Name>, spec: &DeploymentSpec) -> Result<Vec<RenderedDemand>, Vec<Issue>> {
        let needs = match &spec.source {
            Source::Template { name, params } => {
                let (entry, resolved) = self.template(name, params)?;
                template::demand(entry, &resolved.imagined(&entry.manifest))
                    .map_err(|e| vec![issue("/source/params", e)])?
            }
            Source::Compose(source) => {
                let issues = refer::issues(&source.env);
                if !issues.is_empty() {
                    return Err(issues);
                }
                vec![document::demand(source)?]
            }
        };
        let workloads = needs.iter().flat_map(|(_, workloads)| workloads);
        let mut refused: Vec<Issue> = workloads.flat_map(|w| self.refused(name, spec, w)).collect();
        refused.dedup();
        if !refused.is_empty() {
            return Err(refused);
        }
        Ok(needs.into_iter().map(|(d, _)| RenderedDemand { policy: spec.placement.clone(), ..d }).collect())
    }
}

impl Renderer for CatalogRenderer {
    fn validate(&self, name: Option<&Name>, spec: &DeploymentSpec) -> Vec<Issue> {
        self.needs(name, spec).err().unwrap_or_default()
    }

    fn secret_params(&self, spec: &DeploymentSpec) -> BTreeSet<String> {
        let Source::Template { name, params } = &spec.source else { return BTreeSet::new() };
        // Which of them are passwords only the template says: without it any may be one.
        let Ok(entry) = self.catalog.get(name) else { return params.keys().cloned().collect() };
        let secret = |p: &&Parameter| p.kind == ParamType::Password;
        entry.manifest.parameters.iter().filter(secret).map(|p| p.name.clone()).collect()
    }

    fn demand(&self, deployment: &Deployment) -> Result<Vec<RenderedDemand>, RenderError> {
        self.needs(Some(&deployment.name), &deployment.spec).map_err(one)
    }

    fn references(&self, spec: &DeploymentSpec) -> Vec<(Reference, String)> {
        refer::of(&spec.source, &self.catalog)
    }

    fn offers(&self, spec: &DeploymentSpec) -> Offers {
        match &spec.source {
            Source::Template { name, .. } => {
                let outputs = self.catalog.get(name).map(|e| e.manifest.outputs.keys().cloned().collect());
                let ports =
                    self.catalog.get(name).map(|e| e.manifest.ports.iter().map(|p| endpoint(&p.name)).collect());
                let mut outputs: BTreeSet<String> = outputs.unwrap_or_default();
                outputs.extend(ports.unwrap_or_else(|_| Vec::new()));
                Offers { outputs, secrets: self.secret_params(spec) }
            }
            Source::Compose(source) => {
                let names = document::demand(source).map(|(d, _)| d.ports.iter().map(|p| endpoint(&p.name)).collect());
                Offers { outputs: names.unwrap_or_default(), secrets: BTreeSet::new() }
            }
        }
    }

    fn outputs(
        &self,
        deployment: &Deployment,
        at: &Assignment,
        context: RenderContext<'_>,
        from: Viewpoint,
    ) -> Result<Outputs, RenderError> {
        let place = Place::assigned(deployment, at, context.node);
        let Ready { mut spec, .. } = self.ready(deployment, &place, context.values)?;
        if context.reach == Reach::Fleet {
            seen::open(&mut spec, place.ip);
        }
        let endpoints = seen::endpoints(deployment, &spec, &at.ports, place.ip, from);
        let mut values: BTreeMap<String, Output> = endpoints
            .iter()
            .map(|(name, at)| (endpoint(name), Output { value: Secret::new(&**at), shown: at.clone() }))
            .collect();
        let Source::Template { name, params } = &deployment.spec.source else {
            return Ok(Outputs { values, secrets: BTreeMap::new() });
        };
        let (entry, written) = self.template(name, params).map_err(one)?;
        let filled = refer::filled(&entry.manifest, &written, context.values)?;
        let mut shown = template::outputs(entry, &written.masked(&entry.manifest), &place, &endpoints)?;
        for (name, value) in template::outputs(entry, &filled, &place, &endpoints)? {
            let secret = entry.manifest.outputs.get(&name).is_some_and(|o| o.secret);
            let shown = shown.remove(&name).map_or_else(String::new, |text| mask(text, secret));
            values.insert(name, Output { value: Secret::new(value), shown });
        }
        let text = |name: &String| Some((name.clone(), Secret::new(filled.values().get(name)?.as_str()?)));
        let secrets = self.secret_params(&deployment.spec).iter().filter_map(text).collect();
        Ok(Outputs { values, secrets })
    }

    fn render(
        &self,
        deployment: &Deployment,
        at: &Assignment,
        context: RenderContext<'_>,
    ) -> Result<RenderedWorkload, RenderError> {
        let node = context.node;
        let place = Place::assigned(deployment, at, node);
        let Ready { mut spec, text } = self.ready(deployment, &place, context.values)?;
        if context.reach == Reach::Fleet {
            seen::open(&mut spec, place.ip);
        }
        if node.executor != ExecutorKind::Process {
            seen::join(deployment, &mut spec);
        }
        RenderedWorkload::assigned(deployment, at, node.executor, spec, text)
    }
}

/// What everybody may see of an output: nothing, when the template says that it is secret.
fn mask(text: String, secret: bool) -> String {
    if secret && !text.is_empty() { "***".to_owned() } else { text }
}

fn resolved(entry: &Entry, params: &Params) -> Result<Resolved, Vec<Issue>> {
    params::resolve(&entry.manifest, params).map_err(|issues| {
        issues.into_iter().map(|i| Issue { path: format!("/source/params{}", i.path), ..i }).collect()
    })
}

/// Name of the output that is the address of a port.
fn endpoint(port: &str) -> String {
    format!("endpoints.{port}")
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
