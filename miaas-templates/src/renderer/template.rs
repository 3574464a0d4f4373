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
    params::Resolved,
    render::{self, Target},
};

/// What one workload needs. The template is rendered for every executor that it names, so that whatever is wrong with it
/// shows before anything is placed. With it come the workloads that were rendered.
pub(super) fn demand(entry: &Entry, params: &Resolved) -> Result<(RenderedDemand, Vec<WorkloadSpec>), RenderError> {
    let (resources, ports) = demand::of(entry, params)?;
    let mut stateful = false;
    let mut pulled = Vec::new();
    let mut workloads = Vec::new();
    for executor in &entry.manifest.executors {
        let place = Place::imagined(&ports, resources.gpu.as_ref(), *executor);
        let spec = parse(entry, params, &place)?.0;
        stateful |= keeps_data(&spec);
        pulled.extend(images(&spec));
        let endpoints = place.ports.iter().map(|p| (p.name.clone(), format!("{}:{}", place.ip, p.host))).collect();
        outputs(entry, params, &place, &endpoints)?;
        workloads.push(spec);
    }
    pulled.sort();
    pulled.dedup();
    let demand = RenderedDemand {
        variant: None,
        resources,
        ports,
        executors: entry.manifest.executors.clone(),
        architectures: entry.manifest.architectures.clone(),
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
    let (spec, text) = parse(entry, filled, place)?;
    let masked = written.masked(&entry.manifest);
    let text = if masked == *filled { text } else { text_of(entry, &masked, place)? };
    Ok(Ready { spec, text })
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
    let render = |(name, text): (&String, &String)| {
        let file = format!("{}/template.yaml (outputs.{name})", entry.origin);
        Ok((name.clone(), render::render(&file, text, &context, Target::Text)?))
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

fn parse(entry: &Entry, params: &Resolved, place: &Place<'_>) -> Result<(WorkloadSpec, String), RenderError> {
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
