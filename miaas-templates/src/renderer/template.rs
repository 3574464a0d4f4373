//! Workloads from templates.

use std::collections::BTreeMap;

use miaas_core::{
    model::{MountSource, PlacementPolicy, WorkloadSpec},
    port::{RenderError, RenderedDemand},
};

use super::{Ready, demand, one, place::Place};
use crate::{
    catalog::Entry,
    compose,
    manifest::{AUTO, OutputSpec, VARIANT, Variant},
    params::Resolved,
    render::{self, Target},
};

/// What one workload needs, and the workloads that were rendered to know it.
type Needs = (RenderedDemand, Vec<WorkloadSpec>);

/// What one workload needs, for each variant that the parameters leave open, the preferred first. The template is rendered
/// for every executor that it names, so that whatever is wrong with it shows before anything is placed.
pub(super) fn demand(entry: &Entry, params: &Resolved) -> Result<Vec<Needs>, RenderError> {
    if entry.manifest.variants.is_empty() {
        return Ok(vec![needs(entry, params, None)?]);
    }
    open_variants(entry, params).map(|variant| needs(entry, params, Some(variant))).collect()
}

/// The variants that the parameters leave open, the preferred first.
pub(super) fn open_variants<'a>(entry: &'a Entry, params: &Resolved) -> impl Iterator<Item = &'a Variant> {
    let wanted = params.values().get(VARIANT).and_then(serde_json::Value::as_str).unwrap_or(AUTO).to_owned();
    entry.manifest.variants.iter().filter(move |v| wanted == AUTO || v.name == wanted)
}

fn needs(entry: &Entry, params: &Resolved, variant: Option<&Variant>) -> Result<Needs, RenderError> {
    let manifest = &entry.manifest;
    let name = variant.map_or("", |v| v.name.as_str());
    let spec = variant.map_or_else(|| manifest.resources.clone(), |v| manifest.resources.replaced_by(&v.resources));
    let resources = demand::resources(entry, params, name, &spec)?;
    let ports = demand::ports(entry, params, name)?;
    let mut stateful = false;
    let mut pulled = Vec::new();
    let mut workloads = Vec::new();
    for executor in &manifest.executors {
        let place = Place::imagined(&ports, resources.gpu.as_ref(), *executor, name);
        let spec = parse(entry, params, &place)?.0;
        stateful |= keeps_data(&spec);
        pulled.extend(images(&spec));
        let endpoints = place.ports.iter().map(|p| (p.name.clone(), format!("{}:{}", place.ip, p.host))).collect();
        outputs(entry, params, &place, &endpoints)?;
        workloads.push(spec);
    }
    pulled.sort();
    pulled.dedup();
    let own = variant.map(|v| v.architectures.clone()).filter(|list| !list.is_empty());
    let demand = RenderedDemand {
        variant: variant.map(|v| v.name.clone()),
        resources,
        ports,
        executors: manifest.executors.clone(),
        architectures: own.unwrap_or_else(|| manifest.architectures.clone()),
        stateful,
        images: pulled,
        policy: PlacementPolicy::default(),
    };
    Ok((demand, workloads))
}

/// The workload for a place, from parameters whose references are filled in. The text for people has masked passwords, and
/// references as they were written.
pub(super) fn ready(
    entry: &Entry,
    written: &Resolved,
    filled: &Resolved,
    place: &Place<'_>,
) -> Result<Ready, RenderError> {
    if !entry.manifest.executors.contains(&place.executor) {
        let able = entry.manifest.executors.iter().map(|e| e.as_str()).collect::<Vec<_>>().join(", ");
        return Err(RenderError::new(format!(
            "template {:?} does not run on the executor {}; it runs on {able}",
            entry.manifest.name, place.executor
        )));
    }
    check_variant(entry, place)?;
    let (spec, text) = parse(entry, filled, place)?;
    let masked = written.masked(&entry.manifest);
    let text = if masked == *filled { text } else { text_of(entry, &masked, place)? };
    Ok(Ready { spec, text })
}

/// Whether the place was chosen for a variant that the template has.
fn check_variant(entry: &Entry, place: &Place<'_>) -> Result<(), RenderError> {
    let manifest = &entry.manifest;
    if manifest.variants.is_empty() == place.variant.is_empty()
        && (place.variant.is_empty() || manifest.variant(place.variant).is_some())
    {
        return Ok(());
    }
    let known = manifest.variants.iter().map(|v| v.name.as_str()).collect::<Vec<_>>().join(", ");
    let mut e = RenderError::new(format!(
        "the workload {} was placed for the variant {:?}, and template {:?} has {}",
        place.workload,
        place.variant,
        manifest.name,
        if known.is_empty() { "none" } else { &known },
    ));
    e.hint = Some("the template changed since: remove the deployment and make it again".to_owned());
    Err(e)
}

/// The outputs of the template.
pub(super) fn outputs(
    entry: &Entry,
    params: &Resolved,
    place: &Place<'_>,
    endpoints: &BTreeMap<String, String>,
) -> Result<BTreeMap<String, String>, RenderError> {
    let mut context = place.context(params);
    context["endpoints"] = serde_json::json!(endpoints);
    let render = |(name, output): (&String, &OutputSpec)| {
        let file = format!("{}/template.yaml (outputs.{name})", entry.origin);
        Ok((name.clone(), render::render(&file, &output.value, &context, Target::Text)?))
    };
    entry.manifest.outputs.iter().map(render).collect()
}

/// Whether it mounts a named volume.
pub(super) fn keeps_data(spec: &WorkloadSpec) -> bool {
    spec.services.values().flat_map(|s| &s.mounts).any(|m| matches!(m.source, MountSource::Volume(_)))
}

/// The images of its services, in order, each once.
pub(super) fn images(spec: &WorkloadSpec) -> Vec<String> {
    let mut all: Vec<String> = spec.services.values().map(|s| s.image.clone()).filter(|i| !i.is_empty()).collect();
    all.sort();
    all.dedup();
    all
}

fn text_of(entry: &Entry, params: &Resolved, place: &Place<'_>) -> Result<String, RenderError> {
    render::render(&entry.compose_file(), &entry.compose, &place.context(params), Target::Yaml)
}

pub(super) fn parse(
    entry: &Entry,
    params: &Resolved,
    place: &Place<'_>,
) -> Result<(WorkloadSpec, String), RenderError> {
    let text = text_of(entry, params, place)?;
    // Lines in what follows are those of the rendered text.
    let file = format!("{}/compose.yaml (rendered for {})", entry.origin, place.executor);
    let document = compose::parse_document(&text, &file, &BTreeMap::new()).map_err(one)?;
    let mut spec = document.spec;
    place.give_gpus(&mut spec, &document.gpus)?;
    place.check_executor(&file, &spec)?;
    for (name, service) in &spec.services {
        for port in &service.ports {
            // A port that the placement does not know of could be taken on the node.
            if !place.ports.iter().any(|p| p.host == port.host && p.protocol == port.protocol) {
                return Err(RenderError {
                    message: format!(
                        "{file}: service {name:?} publishes port {}/{}, which the manifest does not declare",
                        port.host,
                        port.protocol.as_str()
                    ),
                    file: Some(file),
                    line: None,
                    hint: Some("declare it under `ports` and publish {{ ports.NAME }}".to_owned()),
                });
            }
        }
        if let Some(gpu) = service.gpus.iter().find(|g| !place.gpus.contains(g)) {
            return Err(RenderError {
                message: format!("{file}: service {name:?} uses GPU {gpu:?}, which it did not get"),
                file: Some(file),
                line: None,
                hint: Some("take the identities from `gpus`".to_owned()),
            });
        }
    }
    Ok((spec, text))
}
