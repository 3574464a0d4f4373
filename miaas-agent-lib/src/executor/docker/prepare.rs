//! Images, volumes and the network: everything that can fail without touching what runs.

use std::collections::BTreeMap;

use bollard::models::{NetworkCreateRequest, VolumeCreateRequest};
use futures_util::future::try_join_all;
use miaas_core::{
    ErrorKind, PortError,
    id::WorkloadId,
    model::{RenderedWorkload, Volume},
    port::Progress,
};

use super::{container, engine::Engine, image, labels};

const OPERATION: &str = "executor.prepare";

pub(super) async fn prepare(engine: &Engine, w: &RenderedWorkload, progress: &dyn Progress) -> Result<(), PortError> {
    // Several services often share an image: the first one that names it stands for all.
    let mut images: BTreeMap<&str, &str> = BTreeMap::new();
    for (name, service) in &w.spec.services {
        images.entry(&service.image).or_insert(name);
    }
    let pulls = images.into_iter().map(async |(image, service)| {
        image::ensure(engine, &format!("workload {}, service {service}", w.id), image, progress).await
    });
    try_join_all(pulls).await?;
    try_join_all(w.spec.volumes.iter().map(|(name, volume)| ensure_volume(engine, w, name, volume))).await?;
    Ok(())
}

/// Gets images that a workload will need.
pub(super) async fn pull(
    engine: &Engine,
    id: &WorkloadId,
    images: &[String],
    progress: &dyn Progress,
) -> Result<(), PortError> {
    let about = format!("workload {id}");
    try_join_all(images.iter().map(|image| image::ensure(engine, &about, image, progress))).await.map(drop)
}

/// Creates the volume unless it is there. One that belongs to somebody else is an error, never used.
async fn ensure_volume(engine: &Engine, w: &RenderedWorkload, name: &str, volume: &Volume) -> Result<(), PortError> {
    let about = format!("workload {}, volume {name}", w.id);
    let client = engine.client(OPERATION, &about).await?;
    let shared = volume.external_name.is_some();
    let labels = if shared {
        [(labels::SHARED.to_owned(), "true".to_owned())].into()
    } else {
        labels::owned(w, &engine.options.scope)
    };
    let engine_name = container::volume_name(w, name);
    let request = VolumeCreateRequest {
        name: Some(engine_name.clone()),
        labels: Some(labels.into_iter().collect()),
        ..VolumeCreateRequest::default()
    };
    let made = client.create_volume(request).await.map_err(|e| engine.failed(OPERATION, &about, e))?;
    // The engine answers with what exists under the name.
    let is = |key: &str, value: &str| made.labels.get(key).is_some_and(|v| v == value);
    let ours = is(labels::WORKLOAD, w.id.as_str()) && is(labels::SCOPE, &engine.options.scope);
    if !shared && !ours {
        let message = format!("{about}: a volume {engine_name} exists already and is not ours");
        return Err(PortError::new(ErrorKind::Conflict, OPERATION, message)
            .with_hint(format!("look at it with `docker volume inspect {engine_name}`, then rename or remove it")));
    }
    Ok(())
}

/// Creates the workload's network unless it is there; true when it was created.
pub(super) async fn ensure_network(engine: &Engine, w: &RenderedWorkload) -> Result<bool, PortError> {
    let operation = "executor.start";
    if !engine.networks(operation, Some(&w.id)).await?.is_empty() {
        return Ok(false);
    }
    let about = format!("workload {}, network {}", w.id, container::network_name(w));
    let client = engine.client(operation, &about).await?;
    let mut labels = labels::owned(w, &engine.options.scope);
    labels.insert("com.docker.compose.network".to_owned(), "default".to_owned());
    let request = NetworkCreateRequest {
        name: container::network_name(w),
        driver: Some("bridge".to_owned()),
        labels: Some(labels.into_iter().collect()),
        ..NetworkCreateRequest::default()
    };
    client.create_network(request).await.map_err(|e| engine.failed(operation, &about, e))?;
    Ok(true)
}
