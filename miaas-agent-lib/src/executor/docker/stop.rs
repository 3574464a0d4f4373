//! Stopping, replacing and removing. Everything is addressed by the id of something that was just listed with our mark.

use std::time::Duration;

use bollard::{
    errors::Error,
    models::ContainerUpdateBody,
    query_parameters::{RemoveContainerOptions, RemoveVolumeOptions, StopContainerOptions},
};
use futures_util::future::{join_all, try_join_all};
use miaas_core::{PortError, id::WorkloadId};

use super::{
    container,
    engine::{Engine, SeenNetwork},
    error,
    found::Found,
    labels, network,
};

/// Stops the services, those that nobody depends on first. The containers stay, marked as stopped by request.
pub(super) async fn stop(engine: &Engine, id: &WorkloadId, grace: Duration) -> Result<(), PortError> {
    let operation = "executor.stop";
    let mut left: Vec<Found> = engine.containers(operation, Some(id)).await?;
    left.retain(Found::alive);
    // The engine counts whole seconds.
    let seconds = grace.as_secs() + u64::from(grace.subsec_nanos() > 0);
    while !left.is_empty() {
        let needed = |f: &Found| left.iter().any(|other| other.id != f.id && other.depends_on.contains(&f.service));
        let (mut now, later): (Vec<Found>, Vec<Found>) = left.clone().into_iter().partition(|f| !needed(f));
        left = later;
        if now.is_empty() {
            // A circle cannot have been started; should labels say so, all go at once.
            now.append(&mut left);
        }
        try_join_all(now.iter().map(|found| halt(engine, operation, found, seconds))).await?;
    }
    Ok(())
}

/// Ends a container with its own grace, `at_most` these seconds. It stays, marked as stopped by request.
pub(super) async fn halt(
    engine: &Engine,
    operation: &'static str,
    found: &Found,
    at_most: u64,
) -> Result<(), PortError> {
    mark_stopped(engine, operation, found).await?;
    stop_container(engine, operation, found, found.grace_seconds.map_or(at_most, |own| own.min(at_most))).await
}

/// Gives the container the policy that says "stopped by request". It keeps the engine from starting it again, and an
/// observer from taking the exit code for the service's own.
async fn mark_stopped(engine: &Engine, operation: &'static str, found: &Found) -> Result<(), PortError> {
    let restart_policy = Some(container::stopped_policy(found.restart));
    let client = engine.client(operation, &found.about()).await?;
    match client.update_container(&found.id, ContainerUpdateBody { restart_policy, ..Default::default() }).await {
        Ok(()) => Ok(()),
        Err(e) if error::unreachable(&e) => Err(engine.failed(operation, &found.about(), e)),
        // Podman 4 has no such call, and does not start again what it was told to stop.
        Err(e) if engine.is_podman() && error::status(&e) == Some(404) => Ok(()),
        Err(e) => {
            // Stopping matters more than how it looks afterwards.
            tracing::warn!(workload = %found.workload, service = found.service, error = %e, "cannot mark as stopped");
            Ok(())
        }
    }
}

async fn stop_container(
    engine: &Engine,
    operation: &'static str,
    found: &Found,
    seconds: u64,
) -> Result<(), PortError> {
    let client = engine.client(operation, &found.about()).await?;
    let options = StopContainerOptions { t: i32::try_from(seconds).ok(), ..StopContainerOptions::default() };
    let patient = engine.patient(&client, Duration::from_secs(seconds));
    gone_is_fine(patient.stop_container(&found.id, Some(options)).await)
        .map_err(|e| engine.failed(operation, &found.about(), e))
}

/// Ends a container that is to be replaced, with its own grace, and removes it.
pub(super) async fn retire(engine: &Engine, found: &Found) -> Result<(), PortError> {
    let operation = "executor.start";
    if found.alive() {
        stop_container(engine, operation, found, found.grace()).await?;
    }
    remove_container(engine, operation, found).await
}

async fn remove_container(engine: &Engine, operation: &'static str, found: &Found) -> Result<(), PortError> {
    let client = engine.client(operation, &found.about()).await?;
    // `v` takes the anonymous volumes along; named ones stay.
    let options = RemoveContainerOptions { force: true, v: true, ..RemoveContainerOptions::default() };
    match gone_is_fine(client.remove_container(&found.id, Some(options)).await) {
        Err(e) if error::text(&e).contains("is already in progress") => Ok(()),
        other => other.map_err(|e| engine.failed(operation, &found.about(), e)),
    }
}

/// Removes the files and the containers at once, without grace, then the networks, then the volumes. Should it be cut off,
/// what is left still carries the mark and is observed.
pub(super) async fn remove(engine: &Engine, id: &WorkloadId) -> Result<(), PortError> {
    let operation = "executor.remove";
    let about = format!("workload {id}");
    let scope = Some(labels::scope_filter(&engine.options.scope));
    let (containers, networks) =
        tokio::try_join!(engine.containers(operation, Some(id)), engine.seen_networks(operation, &about, scope))?;
    engine.files.remove(id, [])?;
    let removals = join_all(containers.iter().map(|found| remove_container(engine, operation, found))).await;
    removals.into_iter().collect::<Result<(), _>>()?;
    let client = engine.client(operation, &about).await?;
    let ours = |n: &&SeenNetwork| n.has(labels::SCOPE, &engine.options.scope) && n.has(labels::WORKLOAD, id.as_str());
    for network in networks.iter().filter(ours) {
        let removed = gone_is_fine(client.remove_network(&network.id).await);
        removed.map_err(|e| engine.failed(operation, &format!("{about}, network {}", network.name), e))?;
    }
    network::sweep(engine, operation, &networks).await?;
    for volume in engine.volumes(operation, Some(id)).await? {
        let removed = gone_is_fine(client.remove_volume(&volume.key, None::<RemoveVolumeOptions>).await);
        removed.map_err(|e| engine.failed(operation, &format!("{about}, volume {}", volume.key), e))?;
    }
    Ok(())
}

/// What is gone already has been stopped and removed.
fn gone_is_fine(result: Result<(), Error>) -> Result<(), Error> {
    match result {
        Err(e) if error::is_gone(&e) => Ok(()),
        other => other,
    }
}
