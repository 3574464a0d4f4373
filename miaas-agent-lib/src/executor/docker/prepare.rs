//! Images, volumes and what others have to have made: everything that can fail without touching what runs.

use std::collections::BTreeMap;

use futures_util::future::try_join_all;
use miaas_core::{PortError, id::WorkloadId, model::RenderedWorkload, port::Progress};

use super::{engine::Engine, image, needs, network, volume};

const OPERATION: &str = "executor.prepare";

pub(super) async fn prepare(engine: &Engine, w: &RenderedWorkload, progress: &dyn Progress) -> Result<(), PortError> {
    needs::check(engine, OPERATION, w).await?;
    network::require_others(engine, OPERATION, w).await?;
    // Several services often share an image: the first one that names it stands for all.
    let mut images: BTreeMap<image::Wanted<'_>, &str> = BTreeMap::new();
    for (name, service) in &w.spec.services {
        images.entry(image::Wanted::of(service)).or_insert(name);
    }
    let pulls = images.into_iter().map(async |(image, service)| {
        image::ensure(engine, &format!("workload {}, service {service}", w.id), image, progress).await
    });
    try_join_all(pulls).await?;
    try_join_all(w.spec.volumes.iter().map(|(name, v)| volume::ensure(engine, w, name, v))).await?;
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
    try_join_all(images.iter().map(|image| image::ensure(engine, &about, image::Wanted::named(image), progress)))
        .await
        .map(drop)
}
