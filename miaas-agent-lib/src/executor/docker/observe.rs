//! What is there: one listing of containers, volumes and networks each; a closer look only at what does not run as it
//! should, and once at every start for the number of restarts.

use std::{
    collections::BTreeMap,
    sync::{Mutex, MutexGuard, PoisonError},
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
    labels,
};

const OPERATION: &str = "executor.observe";
/// So many containers are looked at more closely at a time.
const CLOSER_LOOKS: usize = 8;

/// What a closer look at a running container told.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Look {
    /// The start that it is about: it has another endpoint after the next.
    endpoint: String,
    restarts: u32,
    /// Whether its limits are not those that it was made with.
    edited: bool,
}

/// The last look at each container that runs. What it told cannot change without another endpoint or an event of the engine,
/// so this is no cache of something that may be outdated.
#[derive(Debug, Default)]
pub(super) struct Looks(Mutex<BTreeMap<String, Look>>);

impl Looks {
    fn map(&self) -> MutexGuard<'_, BTreeMap<String, Look>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn known(&self, found: &Found) -> Option<Look> {
        self.map().get(&found.id).filter(|look| !look.endpoint.is_empty() && look.endpoint == found.endpoint).cloned()
    }

    fn keep(&self, found: &Found, state: &ServiceState) {
        let edited = found.hash.as_str() == labels::EDITED;
        let look = Look { endpoint: found.endpoint.clone(), restarts: state.restarts, edited };
        self.map().insert(found.id.clone(), look);
    }

    fn keep_only(&self, seen: &[(Found, ServiceState)]) {
        self.map().retain(|id, _| seen.iter().any(|(f, _)| f.life == Life::Running && f.id == *id));
    }

    /// The container was changed.
    pub(super) fn forget(&self, id: &str) {
        self.map().remove(id);
    }
}

pub(super) async fn observe(engine: &Engine) -> Result<BTreeMap<WorkloadId, Observed>, PortError> {
    let (containers, volumes, networks) = tokio::try_join!(
        engine.containers(OPERATION, None),
        engine.volumes(OPERATION, None),
        engine.networks(OPERATION)
    )?;
    let seen: Vec<(Found, ServiceState)> = stream::iter(containers)
        .map(async |mut found| {
            let state = look(engine, OPERATION, &mut found).await?;
            Ok::<_, PortError>((found, state))
        })
        .buffered(CLOSER_LOOKS)
        .try_collect()
        .await?;
    engine.looks.keep_only(&seen);
    engine.probes.keep_only(|id| seen.iter().any(|(f, _)| f.life == Life::Running && f.id == id));
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

/// The state of a container. It gets a hash that nobody asks for when its limits were edited.
pub(super) async fn look(
    engine: &Engine,
    operation: &'static str,
    found: &mut Found,
) -> Result<ServiceState, PortError> {
    match engine.looks.known(found) {
        Some(look) if found.life == Life::Running && found.healthy != Some(false) => {
            if look.edited {
                found.hash = ContentHash::from_text(labels::EDITED);
            }
            Ok(ServiceState { restarts: look.restarts, ..describe::listed(found) })
        }
        _ => {
            let state = describe::container(engine, operation, found).await?;
            if found.life == Life::Running {
                engine.looks.keep(found, &state);
            }
            Ok(state)
        }
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
