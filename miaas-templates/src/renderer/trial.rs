//! Trials: a template with each of its examples, on everything that it says it runs on (T7).

use std::collections::BTreeSet;

use miaas_core::{
    model::{ExecutorKind, MountSource, Params, Values, WorkloadSpec},
    name::{Labels, Name},
    spec::Issue,
};

use super::{CatalogRenderer, KubernetesRequest, demand, issue, place::Place, template};
use crate::{
    catalog::Entry,
    compose::image::is_pinned,
    manifest::{VARIANT, Variant},
    params::{self, Resolved},
    policy::Subject,
};

/// One rendering of a template.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Trial {
    /// The example, or `defaults`.
    pub example: String,
    /// The hardware variant; none when the template has none.
    pub variant: Option<String>,
    /// `docker`, `process` or `kubernetes`.
    pub target: &'static str,
    /// What is wrong with it; empty when it renders.
    pub issues: Vec<Issue>,
    /// What is right and should be known: what a policy refuses, what Kubernetes has no word for.
    pub notes: Vec<String>,
}

impl CatalogRenderer {
    /// Renders a template with its defaults, where they suffice, and with every example: for every variant, on every executor
    /// and for Kubernetes.
    #[must_use]
    pub fn trials(&self, entry: &Entry) -> Vec<Trial> {
        let defaults = Some(("defaults".to_owned(), Params::new()));
        let whole = |params: &Params| params::resolve(&entry.manifest, &filled(entry, params)).is_ok();
        let defaults = defaults.filter(|(_, params)| whole(params));
        let examples = entry.examples.iter().map(|(name, params)| (name.clone(), params.clone()));
        examples
            .chain(defaults)
            .flat_map(|(example, params)| self.tries(entry, &example, &filled(entry, &params)))
            .collect()
    }

    fn tries(&self, entry: &Entry, example: &str, params: &Params) -> Vec<Trial> {
        let resolved = match params::resolve(&entry.manifest, params) {
            Ok(resolved) => resolved.imagined(&entry.manifest),
            Err(issues) => {
                let target = ExecutorKind::Docker.as_str();
                return vec![Trial { example: example.to_owned(), variant: None, target, issues, notes: Vec::new() }];
            }
        };
        let mut out = Vec::new();
        let open: Vec<Option<&Variant>> = match entry.manifest.variants.is_empty() {
            true => vec![None],
            false => template::open_variants(entry, &resolved).map(Some).collect(),
        };
        for variant in open {
            let mut trial = |target, outcome: Result<Vec<String>, Vec<Issue>>| {
                let (issues, notes) = outcome.map_or_else(|issues| (issues, Vec::new()), |notes| (Vec::new(), notes));
                let variant = variant.map(|v| v.name.clone());
                out.push(Trial { example: example.to_owned(), variant, target, issues, notes });
            };
            for executor in &entry.manifest.executors {
                trial(executor.as_str(), self.on(entry, &resolved, *executor, variant));
            }
            trial(ExecutorKind::Kubernetes.as_str(), self.in_cluster(entry, params, variant));
        }
        out
    }

    fn on(
        &self,
        entry: &Entry,
        params: &Resolved,
        executor: ExecutorKind,
        variant: Option<&Variant>,
    ) -> Result<Vec<String>, Vec<Issue>> {
        let spec = imagined(entry, params, executor, variant)?;
        let labels = Labels::default();
        let refused = self.policy.refused(&spec, Subject { deployment: None, labels: &labels });
        Ok(refused.iter().map(|f| f.issue().to_string()).collect())
    }

    fn in_cluster(&self, entry: &Entry, params: &Params, variant: Option<&Variant>) -> Result<Vec<String>, Vec<Issue>> {
        let name = Name::parse(&entry.manifest.name).map_err(|e| vec![Issue::new("/name", e.to_string())])?;
        let mut params = params.clone();
        params.extend(variant.map(|v| (VARIANT.to_owned(), v.name.as_str().into())));
        let values = Values::new();
        let request = KubernetesRequest {
            name: &name,
            template: &entry.manifest.name,
            params: &params,
            values: &values,
            namespace: None,
        };
        self.kubernetes_of(entry, request).map(|objects| objects.warnings)
    }
}

fn filled(entry: &Entry, params: &Params) -> Params {
    let mut params = params.clone();
    params::fill_stand_ins(&entry.manifest, &mut params);
    params
}

fn imagined(
    entry: &Entry,
    params: &Resolved,
    executor: ExecutorKind,
    variant: Option<&Variant>,
) -> Result<WorkloadSpec, Vec<Issue>> {
    let at = |e| vec![issue("", e)];
    let name = variant.map_or("", |v| v.name.as_str());
    let base = &entry.manifest.resources;
    let needs = variant.map_or_else(|| base.clone(), |v| base.replaced_by(&v.resources));
    let resources = demand::resources(entry, params, name, &needs).map_err(at)?;
    let ports = demand::ports(entry, params, name).map_err(at)?;
    let place = Place::imagined(&ports, resources.gpu.as_ref(), executor, name);
    Ok(template::parse(entry, params, &place).map_err(at)?.0)
}

/// What makes a template hard to use or unsafe though it renders, with JSON pointers into the manifest where it is about that.
#[must_use]
pub fn advice(entry: &Entry) -> Vec<Issue> {
    let m = &entry.manifest;
    let mut out = Vec::new();
    let mut say = |path: &str, text: String| out.push(Issue::new(path.to_owned(), text));
    for (path, missing) in [
        ("/description", m.description.is_empty()),
        ("/category", m.category.is_none()),
        ("/license", m.license.is_none()),
        ("/app_version", m.app_version.is_none()),
        ("/links/documentation", m.links.documentation.is_none()),
        ("/outputs", m.outputs.is_empty()),
    ] {
        if missing {
            say(path, format!("{} is missing", path.trim_start_matches('/').replace('/', ".")));
        }
    }
    for (file, missing) in [
        ("README.md", entry.readme.is_empty()),
        ("icon.svg", entry.icon.is_none()),
        ("examples/*.yaml", entry.examples.is_empty()),
    ] {
        if missing {
            say("", format!("{file} is missing"));
        }
    }
    for (i, p) in m.parameters.iter().enumerate() {
        if p.label.is_empty() || p.help.is_empty() {
            say(&format!("/parameters/{i}"), format!("parameter {:?} has no label or no help", p.name));
        }
    }
    let sets = entry.examples.values().cloned().chain([Params::new()]);
    let known: Vec<Resolved> = sets
        .filter_map(|params| params::resolve(m, &filled(entry, &params)).ok())
        .map(|resolved| resolved.imagined(m))
        .collect();
    let mut volumes = BTreeSet::new();
    let mut said = BTreeSet::new();
    for (params, executor) in known.iter().flat_map(|p| m.executors.iter().map(move |e| (p, *e))) {
        let variant = template::open_variants(entry, params).next();
        // What does not render is said by the trials.
        let Ok(spec) = imagined(entry, params, executor, variant) else { continue };
        for (name, service) in &spec.services {
            if !service.image.is_empty() && !is_pinned(&service.image) {
                said.insert(format!("service {name:?}: image {} has no fixed tag", service.image));
            }
            if service.healthcheck.is_none() {
                said.insert(format!("service {name:?} has no health check"));
            }
            if service.limits.mem_mib.is_none() {
                said.insert(format!("service {name:?} has no limit of memory"));
            }
            volumes.extend(service.mounts.iter().filter_map(|mount| match &mount.source {
                MountSource::Volume(volume) => Some(volume.clone()),
                MountSource::Host(_) | MountSource::Tmpfs(_) => None,
            }));
        }
    }
    out.extend(said.into_iter().map(|text| Issue::new("", text)));
    let declared: BTreeSet<String> = m.volumes.iter().map(|v| v.name.clone()).collect();
    for volume in volumes.symmetric_difference(&declared) {
        let text =
            if declared.contains(volume) { "is mounted by no service" } else { "is not declared under `volumes`" };
        out.push(Issue::new("/volumes", format!("volume {volume:?} {text}")));
    }
    out
}
