//! Kubernetes objects of a template, derived from the workload that its Compose template gives (T4, ADR 6).
//!
//! Every service becomes a Deployment, a StatefulSet when it keeps data, or a Job when it is done at some point; with it come a
//! Service, claims for its volumes, a ConfigMap for its files and a Secret for whatever nobody may see. What Compose says and
//! Kubernetes has no word for is listed, never dropped in silence.

mod container;
mod files;
mod hidden;
mod names;
mod network;
mod objects;
mod pod;
mod probe;
mod storage;

use std::collections::BTreeMap;

use miaas_core::{
    model::{Resources, WorkloadSpec},
    port::RenderError,
};
use serde_json::{Value, json};

use crate::{catalog::Entry, manifest::Manifest};
use hidden::Hidden;
pub use objects::Objects;
pub(crate) use objects::parse;

/// What the objects are derived from.
#[derive(Debug)]
pub(crate) struct Source<'a> {
    /// The template.
    pub(crate) entry: &'a Entry,
    /// Name of the deployment.
    pub(crate) name: &'a str,
    /// Namespace; none makes one of the deployment's name.
    pub(crate) namespace: Option<&'a str>,
    /// The workload.
    pub(crate) spec: &'a WorkloadSpec,
    /// The same workload as everybody may see it.
    pub(crate) shown: &'a WorkloadSpec,
    /// What it reserves.
    pub(crate) resources: &'a Resources,
    /// Architectures that it runs on; empty for any.
    pub(crate) architectures: &'a [String],
    /// Bytes of each volume for which the manifest says it.
    pub(crate) sizes: &'a BTreeMap<String, u64>,
}

impl Source<'_> {
    const fn manifest(&self) -> &Manifest {
        &self.entry.manifest
    }

    /// Metadata of an object of a service; none is one of the whole deployment.
    fn metadata(&self, name: &str, service: Option<&str>) -> Value {
        let namespace = self.namespace.unwrap_or(self.name);
        json!({"name": name, "namespace": namespace, "labels": self.labels(service)})
    }

    fn labels(&self, service: Option<&str>) -> BTreeMap<&'static str, String> {
        let version = self.manifest().app_version.as_ref().unwrap_or(&self.manifest().version);
        let mut labels = BTreeMap::from([
            ("app.kubernetes.io/name", self.manifest().name.clone()),
            ("app.kubernetes.io/instance", self.name.to_owned()),
            ("app.kubernetes.io/version", names::label(&version.0)),
            ("app.kubernetes.io/managed-by", "miaas".to_owned()),
        ]);
        if let Some(service) = service {
            labels.insert("app.kubernetes.io/component", names::object(service));
        }
        labels
    }

    /// The labels by which the pods of a service are found; they never change.
    fn selector(&self, service: &str) -> BTreeMap<&'static str, String> {
        let mut labels = self.labels(Some(service));
        labels.retain(|key, _| !key.ends_with("/version") && !key.ends_with("/managed-by"));
        labels
    }
}

/// Derives the objects.
///
/// # Errors
/// What Kubernetes cannot be told, with what to do.
pub(crate) fn derive(source: &Source<'_>) -> Result<Objects, RenderError> {
    names::check(source.spec)?;
    let mut out = Objects::default();
    if source.namespace.is_none() {
        let metadata = json!({"name": source.name, "labels": source.labels(None)});
        out.add("v1", "Namespace", metadata, json!({}));
    }
    let mut hidden = Hidden::new(format!("{}-secrets", source.name));
    let mut later = Objects::default();
    storage::claims(source, &mut out);
    for (name, service) in &source.spec.services {
        let shown = source.shown.services.get(name).ok_or_else(|| {
            RenderError::new(format!(
                "service {name:?} is only there with the real passwords: branch on something else"
            ))
        })?;
        network::service(source, name, service, &mut later);
        pod::controller(source, name, service, shown, &mut hidden, &mut later)?;
    }
    if let Some(data) = hidden.data() {
        out.add("v1", "Secret", source.metadata(hidden.name(), None), json!({"type": "Opaque", "stringData": data}));
    }
    out.append(later);
    Ok(out)
}
