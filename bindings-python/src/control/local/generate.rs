//! Values that nobody gave and a template wants generated, as a server fills them in. What an existing deployment has already
//! stays, so that planning or deploying it again changes nothing.

use miaas_core::{
    PortError,
    api::v1::{CreateDeployment, UpdateDeployment},
    engine::Orchestrator,
    model::{Params, Source},
};
use miaas_templates::{
    Catalog, Manifest,
    params::{RandomBytes, fill_generated},
};
use serde_json::Value;

/// Completes the parameters of a new deployment.
pub(super) fn for_create(
    orchestrator: &Orchestrator,
    catalog: &Catalog,
    body: &mut CreateDeployment,
) -> Result<(), PortError> {
    // A template that is unknown is refused with everything else that is wrong.
    let Some(Ok(entry)) = body.template.as_deref().map(|template| catalog.get(template)) else { return Ok(()) };
    let manifest = &entry.manifest;
    let mut filled = existing(orchestrator, body.name.as_deref().unwrap_or(&manifest.name)).unwrap_or_default();
    filled.retain(|name, _| is_generated(manifest, name));
    filled.extend(body.params.iter().filter(|(_, v)| !v.is_null()).map(|(k, v)| (k.clone(), v.clone())));
    fill_generated(manifest, &mut filled, &mut random)?;
    body.params.extend(filled.into_iter().filter(|(name, _)| is_generated(manifest, name)));
    Ok(())
}

/// Gives a new value to each generated parameter that the change sets to null.
pub(super) fn for_update(
    orchestrator: &Orchestrator,
    catalog: &Catalog,
    deployment: &str,
    body: &mut UpdateDeployment,
) -> Result<(), PortError> {
    let (record, _) = orchestrator.deployment_record(deployment)?;
    let Source::Template { name, .. } = &record.spec.source else { return Ok(()) };
    // A template that is gone from the catalogue is refused with everything else that is wrong.
    let Ok(entry) = catalog.get(name) else { return Ok(()) };
    let nulls = body.params.iter().filter(|(name, v)| v.is_null() && is_generated(&entry.manifest, name));
    let wanted: Vec<String> = nulls.map(|(name, _)| name.clone()).collect();
    let mut fresh: Params = wanted.iter().map(|name| (name.clone(), Value::Null)).collect();
    fill_generated(&entry.manifest, &mut fresh, &mut random)?;
    body.params.extend(fresh.into_iter().filter(|(name, _)| wanted.contains(name)));
    Ok(())
}

fn existing(orchestrator: &Orchestrator, name: &str) -> Option<Params> {
    let (record, _) = orchestrator.deployment_record(name).ok()?;
    match &record.spec.source {
        Source::Template { params, .. } if record.name.as_str() == name => Some(params.clone()),
        _ => None,
    }
}

fn is_generated(manifest: &Manifest, name: &str) -> bool {
    manifest.parameter(name).is_some_and(|p| p.generate.is_some())
}

fn random() -> Result<RandomBytes, PortError> {
    let mut bytes = RandomBytes::default();
    getrandom::fill(&mut bytes)
        .map_err(|e| PortError::internal("generate", "the system gives no randomness").with_source(e))?;
    Ok(bytes)
}
