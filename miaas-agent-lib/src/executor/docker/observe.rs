//! What is there: one listing of containers, volumes and networks each; a closer look only at what does not run as it
//! should, and once at every start for the number of restarts.

use std::{
    collections::BTreeMap,
    sync::{Mutex, PoisonError},
};

use futures_util::{StreamExt as _, TryStreamExt as _, stream};
use miaas_core::{
    PortError,
    hash::ContentHash,
    id::{DeploymentId, WorkloadId},
    model::ServiceState,
    port::Observed,
};

use super::{
    describe,
    engine::Engine,
    found::{Found, Life},
};

const OPERATION: &str = "executor.observe";
/// So many containers are looked at more closely at a time.
const CLOSER_LOOKS: usize = 8;

/// The number of restarts of each container, for the start that its endpoint stands for. It cannot change without the
/// endpoint changing, so this is no cache of something that may be outdated.
#[derive(Debug, Default)]
pub(super) struct Restarts(Mutex<BTreeMap<String, (String, u32)>>);

impl Restarts {
    fn known(&self, found: &Found) -> Option<u32> {
        let map = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        map.get(&found.id).filter(|(endpoint, _)| !endpoint.is_empty() && *endpoint == found.endpoint).map(|(_, n)| *n)
    }

    fn keep(&self, seen: &[(Found, ServiceState)]) {
        let pairs = seen.iter().filter(|(f, _)| f.life == Life::Running);
        let map = pairs.map(|(f, s)| (f.id.clone(), (f.endpoint.clone(), s.restarts))).collect();
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = map;
    }
}

pub(super) async fn observe(engine: &Engine, restarts: &Restarts) -> Result<BTreeMap<WorkloadId, Observed>, PortError> {
    let (containers, volumes, networks) = tokio::try_join!(
        engine.containers(OPERATION, None),
        engine.volumes(OPERATION, None),
        engine.networks(OPERATION)
    )?;
    let seen: Vec<(Found, ServiceState)> = stream::iter(containers)
        .map(async |found| {
            let state = look(engine, restarts, &found).await?;
            Ok::<_, PortError>((found, state))
        })
        .buffered(CLOSER_LOOKS)
        .try_collect()
        .await?;
    restarts.keep(&seen);
    let mut all = BTreeMap::new();
    // What is left of a workload is enough to know that it is to be removed.
    let owned = volumes.into_iter().chain(networks);
    let owned = owned.filter_map(|o| Some((DeploymentId::parse(&o.deployment).ok()?, o.workload)));
    let files = engine.files.list()?.into_iter().map(|(deployment, workload, _)| (deployment, workload));
    for (deployment, workload) in owned.chain(files) {
        let nothing = Observed { deployment, hash: None, generation: 0, services: BTreeMap::new() };
        all.entry(workload).or_insert(nothing);
    }
    let mut by_workload: BTreeMap<WorkloadId, Vec<(Found, ServiceState)>> = BTreeMap::new();
    for (found, state) in seen {
        by_workload.entry(found.workload.clone()).or_default().push((found, state));
    }
    all.extend(by_workload.into_iter().filter_map(|(id, parts)| Some((id, together(parts)?))));
    Ok(all)
}

async fn look(engine: &Engine, restarts: &Restarts, found: &Found) -> Result<ServiceState, PortError> {
    match restarts.known(found) {
        Some(count) if found.life == Life::Running && found.healthy != Some(false) => {
            Ok(ServiceState { restarts: count, ..describe::listed(found) })
        }
        _ => describe::container(engine, OPERATION, found).await,
    }
}

/// The workload that these containers are; none without containers.
fn together(parts: Vec<(Found, ServiceState)>) -> Option<Observed> {
    let newest = parts.iter().map(|(f, _)| f).max_by_key(|f| f.generation)?;
    let (deployment, generation) = (newest.deployment.clone(), newest.generation);
    let count = parts.len();
    let hashes: BTreeMap<String, ContentHash> =
        parts.iter().map(|(f, _)| (f.service.clone(), f.hash.clone())).collect();
    let services: BTreeMap<String, ServiceState> = parts.into_iter().map(|(f, s)| (f.service, s)).collect();
    // Two containers of a service are left by something that was cut off.
    let hash = (services.len() == count).then(|| ContentHash::of_named(&hashes));
    Some(Observed { deployment, hash, generation, services })
}
