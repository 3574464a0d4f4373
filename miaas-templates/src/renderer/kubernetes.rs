//! Kubernetes objects of a template.

use std::collections::BTreeMap;

use miaas_core::{
    model::{Params, Values},
    name::Name,
    port::RenderError,
    spec::Issue,
};

use super::{CatalogRenderer, demand, issue, place::Place, refer, resolved, template};
use crate::{
    catalog::Entry,
    kubernetes::{self, Objects},
    params::Resolved,
    render::{self, Target},
};

/// What Kubernetes objects are made for.
#[derive(Debug, Clone, Copy)]
pub struct KubernetesRequest<'a> {
    /// Name of the deployment.
    pub name: &'a Name,
    /// Name of the template.
    pub template: &'a str,
    /// Values of its parameters. Without a `variant` the first one is taken.
    pub params: &'a Params,
    /// Values of what they refer to.
    pub values: &'a Values,
    /// The namespace; none makes one of the deployment's name.
    pub namespace: Option<&'a str>,
}

impl CatalogRenderer {
    /// The Kubernetes objects that a template gives (T4).
    ///
    /// # Errors
    /// Every issue of the parameters, or what cannot be rendered or said in Kubernetes.
    pub fn kubernetes(&self, request: KubernetesRequest<'_>) -> Result<Objects, Vec<Issue>> {
        let entry = self.entry(request.template)?;
        self.kubernetes_of(entry, request)
    }

    /// The same for a template that need not be in the catalogue.
    pub(super) fn kubernetes_of(&self, entry: &Entry, request: KubernetesRequest<'_>) -> Result<Objects, Vec<Issue>> {
        let written = resolved(entry, request.params)?;
        let filled =
            refer::filled(&entry.manifest, &written, request.values).map_err(|e| vec![issue("/source/params", e)])?;
        objects(entry, &written, &filled, request).map_err(|e| vec![issue("", e)])
    }
}

fn objects(
    entry: &Entry,
    written: &Resolved,
    filled: &Resolved,
    request: KubernetesRequest<'_>,
) -> Result<Objects, RenderError> {
    let manifest = &entry.manifest;
    let variant = template::open_variants(entry, filled).next();
    let name = variant.map_or("", |v| v.name.as_str());
    let needs = variant.map_or_else(|| manifest.resources.clone(), |v| manifest.resources.replaced_by(&v.resources));
    let resources = demand::resources(entry, filled, name, &needs)?;
    let ports = demand::ports(entry, filled, name)?;
    let place = Place::in_cluster(&ports, resources.gpu.as_ref(), request.name.as_str(), name);
    if let Some(text) = &entry.kubernetes {
        let file = format!("{}/kubernetes.yaml.j2", entry.origin);
        let text = render::render(&file, text, &place.context(filled), Target::Manifest)?;
        return kubernetes::parse(&text, &file);
    }
    let (spec, _) = template::parse(entry, filled, &place)?;
    let (shown, _) = template::parse(entry, &written.masked(manifest), &place)?;
    let own = variant.map(|v| v.architectures.as_slice()).filter(|list| !list.is_empty());
    let mut sizes = BTreeMap::new();
    for volume in &manifest.volumes {
        if let Some(size) = &volume.size {
            sizes.insert(
                volume.name.clone(),
                demand::bytes(entry, filled, name, &format!("volumes.{}.size", volume.name), size)?,
            );
        }
    }
    kubernetes::derive(&kubernetes::Source {
        entry,
        name: request.name.as_str(),
        namespace: request.namespace,
        spec: &spec,
        shown: &shown,
        resources: &resources,
        architectures: own.unwrap_or(&manifest.architectures),
        sizes: &sizes,
    })
}
