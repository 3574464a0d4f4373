//! Volumes: the workload's own, shared ones, and those that somebody else made. None is ever replaced.

use std::collections::BTreeMap;

use bollard::models::VolumeCreateRequest;
use miaas_core::{
    ErrorKind, PortError,
    model::{RenderedWorkload, Volume},
};

use super::{
    container::{self, some_map},
    engine::Engine,
    error, labels,
};

const OPERATION: &str = "executor.prepare";

/// Creates the volume unless it is there. One that belongs to somebody else is an error, never used; an external one must
/// be there.
pub(super) async fn ensure(
    engine: &Engine,
    w: &RenderedWorkload,
    name: &str,
    volume: &Volume,
) -> Result<(), PortError> {
    let about = format!("workload {}, volume {name}", w.id);
    let client = engine.client(OPERATION, &about).await?;
    let shared = volume.external_name.is_some();
    let engine_name = container::volume_name(w, name);
    if volume.external {
        return match client.inspect_volume(&engine_name).await {
            Ok(_) => Ok(()),
            Err(e) if error::status(&e) == Some(404) => {
                let message = format!("{about}: the node has no volume {engine_name}, and it is external");
                Err(PortError::new(ErrorKind::NotFound, OPERATION, message).with_hint(format!(
                    "make it on the node with `docker volume create {engine_name}`, or leave `external` out"
                )))
            }
            Err(e) => Err(engine.failed(OPERATION, &about, e)),
        };
    }
    let labels: BTreeMap<String, String> = if shared {
        let mut labels = volume.labels.clone();
        labels.insert(labels::SHARED.to_owned(), "true".to_owned());
        labels
    } else {
        labels::volume(w, &engine.options.scope, name)
    };
    let request = VolumeCreateRequest {
        name: Some(engine_name.clone()),
        driver: volume.driver.clone(),
        driver_opts: some_map(&volume.driver_opts),
        labels: Some(labels.into_iter().collect()),
        ..VolumeCreateRequest::default()
    };
    let made = client.create_volume(request).await.map_err(|e| engine.failed(OPERATION, &about, e))?;
    // The engine answers with what exists under the name.
    let is = |key: &str, value: &str| made.labels.get(key).is_some_and(|v| v == value);
    let ours = is(labels::WORKLOAD, w.id.as_str()) && is(labels::SCOPE, &engine.options.scope);
    if !shared && !ours || shared && !is(labels::SHARED, "true") {
        let message = format!("{about}: a volume {engine_name} exists already and is not ours");
        let hint =
            if shared { "write `external: true` to use it, or take another name" } else { "rename or remove it" };
        return Err(PortError::new(ErrorKind::Conflict, OPERATION, message)
            .with_hint(format!("look at it with `docker volume inspect {engine_name}`, then {hint}")));
    }
    let options: BTreeMap<String, String> = made.options.into_iter().collect();
    let driver = volume.driver.as_deref().unwrap_or(&made.driver);
    if made.driver != driver || (!shared && options != volume.driver_opts) {
        let message =
            format!("{about}: the volume {engine_name} exists and was made with another driver or other options");
        return Err(PortError::new(ErrorKind::Conflict, OPERATION, message).with_hint(
            "volumes are never replaced: give it another name, or remove it when its content is not needed",
        ));
    }
    Ok(())
}
