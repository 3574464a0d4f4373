//! Values that the server fills in before a deployment is stored: passwords that nobody gave. What an existing deployment
//! has already stays, so that planning or applying it again changes nothing.

use miaas_core::{
    PortError,
    api::v1::{CreateDeployment, UpdateDeployment},
    model::{Params, Source},
};
use miaas_templates::{Manifest, params::fill_generated};

use crate::{auth::random_bytes, state::AppState};

/// Completes the parameters of a new deployment.
///
/// # Errors
/// `NotFound` for an unknown template; `Internal` when there is no randomness.
pub(crate) fn for_create(state: &AppState, body: &mut CreateDeployment) -> Result<(), PortError> {
    let Some(template) = &body.template else { return Ok(()) };
    let manifest = &state.catalog().get(template)?.manifest;
    let name = body.name.as_deref().unwrap_or(template);
    let mut filled = existing(state, name).unwrap_or_default();
    filled.retain(|name, _| generated(manifest, name));
    filled.extend(body.params.iter().filter(|(_, v)| !v.is_null()).map(|(k, v)| (k.clone(), v.clone())));
    fill(manifest, &mut filled)?;
    for (name, value) in filled.into_iter().filter(|(name, _)| generated(manifest, name)) {
        body.params.insert(name, value);
    }
    Ok(())
}

/// Gives a new value to each generated parameter that the change sets to null.
///
/// # Errors
/// `NotFound` for an unknown deployment; `Internal` when there is no randomness.
pub(crate) fn for_update(state: &AppState, deployment: &str, body: &mut UpdateDeployment) -> Result<(), PortError> {
    let (record, _) = state.orchestrator().deployment_record(deployment)?;
    let Source::Template { name: template, .. } = &record.spec.source else { return Ok(()) };
    // A template that is gone from the catalogue is the engine's to refuse, with everything else.
    let Ok(entry) = state.catalog().get(template) else { return Ok(()) };
    let mut fresh: Params =
        body.params.iter().filter(|(_, v)| v.is_null()).map(|(k, v)| (k.clone(), v.clone())).collect();
    let wanted: Vec<String> = fresh.keys().filter(|name| generated(&entry.manifest, name)).cloned().collect();
    fill(&entry.manifest, &mut fresh)?;
    for name in wanted {
        if let Some(value) = fresh.remove(&name) {
            body.params.insert(name, value);
        }
    }
    Ok(())
}

fn existing(state: &AppState, name: &str) -> Option<Params> {
    let (record, _) = state.orchestrator().deployment_record(name).ok()?;
    match &record.spec.source {
        Source::Template { params, .. } if record.name.as_str() == name => Some(params.clone()),
        _ => None,
    }
}

fn generated(manifest: &Manifest, name: &str) -> bool {
    manifest.parameter(name).is_some_and(|p| p.generate.is_some())
}

fn fill(manifest: &Manifest, params: &mut Params) -> Result<(), PortError> {
    fill_generated(manifest, params, &mut random_bytes)
}
