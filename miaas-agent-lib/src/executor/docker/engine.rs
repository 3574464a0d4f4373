//! The connection to the engine: made when it is needed, made anew after it was lost.

use std::{
    collections::BTreeMap,
    sync::{
        Mutex, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use bollard::{
    API_DEFAULT_VERSION, Docker,
    errors::Error,
    query_parameters::{ListContainersOptions, ListNetworksOptions, ListVolumesOptions},
};
use miaas_core::{PortError, id::WorkloadId};

use tokio::sync::Semaphore;

use super::{
    DockerOptions, PARALLEL_STARTS, error, files::Files, found::Found, labels, network::Sharing, observe::Looks,
    podman, probes::Probes,
};

#[derive(Debug)]
pub(super) struct Engine {
    pub options: DockerOptions,
    /// None until it was reached, and again after it was lost: its version may be another one then.
    client: Mutex<Option<Docker>>,
    /// Whether the engine that was reached last is Podman.
    podman: AtomicBool,
    pub sharing: Sharing,
    pub files: Files,
    pub looks: Looks,
    pub probes: Probes,
    /// So many requests that make or start a container go on at a time.
    pub starts: Semaphore,
}

impl Engine {
    pub(super) fn new(options: DockerOptions) -> Self {
        let starts = Semaphore::new(PARALLEL_STARTS);
        let files = Files::new(options.memory.clone(), &options.scope);
        Self {
            options,
            client: Mutex::new(None),
            podman: AtomicBool::new(false),
            sharing: Sharing::default(),
            files,
            looks: Looks::default(),
            probes: Probes::default(),
            starts,
        }
    }

    /// A client that speaks the engine's version.
    pub(super) async fn client(&self, operation: &'static str, about: &str) -> Result<Docker, PortError> {
        if let Some(client) = self.slot().clone() {
            return Ok(client);
        }
        let timeout = self.options.request_timeout.as_secs().max(1);
        let connected = match Docker::connect_with_unix(&self.options.socket, timeout, API_DEFAULT_VERSION) {
            Ok(client) => client.negotiate_version().await,
            Err(error) => Err(error),
        };
        let failed = |e| error::port_error(operation, about, &self.options.socket, e);
        let client = connected.map_err(failed)?;
        let version = client.version().await.map_err(failed)?;
        self.podman.store(podman::is(&version), Ordering::Relaxed);
        *self.slot() = Some(client.clone());
        Ok(client)
    }

    /// Whether the engine is Podman, once it was reached.
    pub(super) fn is_podman(&self) -> bool {
        self.podman.load(Ordering::Relaxed)
    }

    /// A client that waits `extra` longer for an answer, for calls that the engine answers only when something has ended.
    pub(super) fn patient(&self, client: &Docker, extra: Duration) -> Docker {
        client.clone().with_timeout(self.options.request_timeout + extra)
    }

    /// Maps an error of the engine; forgets the connection when it was lost.
    pub(super) fn failed(&self, operation: &'static str, about: &str, error: Error) -> PortError {
        if error::unreachable(&error) && !matches!(error, Error::RequestTimeoutError) {
            *self.slot() = None;
        }
        error::port_error(operation, about, &self.options.socket, error)
    }

    fn slot(&self) -> std::sync::MutexGuard<'_, Option<Docker>> {
        self.client.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Our containers, of one workload or of all, running or not. One request.
    pub(super) async fn containers(
        &self,
        operation: &'static str,
        of: Option<&WorkloadId>,
    ) -> Result<Vec<Found>, PortError> {
        let about = about(of);
        let client = self.client(operation, &about).await?;
        let filters = Some([("label".to_owned(), labels::filter(&self.options.scope, of))].into());
        let options = ListContainersOptions { all: true, filters, ..Default::default() };
        let list = podman::read(client.list_containers(Some(options)).await, podman::listed);
        let list = list.map_err(|e| self.failed(operation, &about, e))?;
        // The filter is the engine's; the mark is checked here once more, since what follows may delete.
        let ours = |f: &Found| f.scope == self.options.scope && of.is_none_or(|id| f.workload == *id);
        let mut found: Vec<Found> = list.into_iter().filter_map(Found::from_summary).filter(ours).collect();
        for container in found.iter_mut().filter(|f| f.probe.is_some()) {
            container.healthy = self.probes.health(container, self.is_podman());
        }
        Ok(found)
    }

    /// Our volumes as (name, workload, deployment).
    pub(super) async fn volumes(
        &self,
        operation: &'static str,
        of: Option<&WorkloadId>,
    ) -> Result<Vec<Owned>, PortError> {
        let about = about(of);
        let client = self.client(operation, &about).await?;
        let filters = Some([("label".to_owned(), labels::filter(&self.options.scope, of))].into());
        let list = client.list_volumes(Some(ListVolumesOptions { filters })).await;
        let list = list.map_err(|e| self.failed(operation, &about, e))?.volumes.unwrap_or_default();
        Ok(list
            .into_iter()
            .filter_map(|v| Owned::new(v.name, |key| v.labels.get(key).cloned(), &self.options.scope, of))
            .collect())
    }

    /// The networks of the workloads of this scope.
    pub(super) async fn networks(&self, operation: &'static str) -> Result<Vec<Owned>, PortError> {
        let filter = labels::filter(&self.options.scope, None);
        let seen = self.seen_networks(operation, &about(None), Some(filter)).await?;
        let scope = &self.options.scope;
        Ok(seen
            .into_iter()
            .filter_map(|n| Owned::new(n.id.clone(), |key| n.label(key).map(str::to_owned), scope, None))
            .collect())
    }

    /// Networks of the engine: those with these labels, or all. One request.
    pub(super) async fn seen_networks(
        &self,
        operation: &'static str,
        about: &str,
        with: Option<Vec<String>>,
    ) -> Result<Vec<SeenNetwork>, PortError> {
        let client = self.client(operation, about).await?;
        let filters = with.map(|labels| [("label".to_owned(), labels)].into());
        let list = client.list_networks(Some(ListNetworksOptions { filters })).await;
        let list = list.map_err(|e| self.failed(operation, about, e))?;
        let seen = list.into_iter().filter_map(|n| {
            let labels = n.labels.unwrap_or_default().into_iter().collect();
            Some(SeenNetwork { id: n.id?, name: n.name?, labels })
        });
        Ok(seen.collect())
    }
}

/// A network of the engine, whoever made it.
#[derive(Debug)]
pub(super) struct SeenNetwork {
    pub id: String,
    pub name: String,
    labels: BTreeMap<String, String>,
}

impl SeenNetwork {
    pub(super) fn label(&self, key: &str) -> Option<&str> {
        self.labels.get(key).map(String::as_str)
    }

    /// Whether a label has this value.
    pub(super) fn has(&self, key: &str, value: &str) -> bool {
        self.label(key) == Some(value)
    }

    /// Whether it was made here for all workloads that name it.
    pub(super) fn is_shared(&self, scope: &str) -> bool {
        self.has(labels::SCOPE, scope) && self.has(labels::SHARED, "true")
    }
}

fn about(of: Option<&WorkloadId>) -> String {
    of.map_or_else(|| "observing the node".to_owned(), |id| format!("workload {id}"))
}

/// A volume or a network that carries our mark, with its workload.
#[derive(Debug)]
pub(super) struct Owned {
    /// Name of a volume, id of a network.
    pub key: String,
    pub workload: WorkloadId,
    pub deployment: String,
}

impl Owned {
    /// None when it is not of this scope and, where one is given, workload.
    fn new(key: String, label: impl Fn(&str) -> Option<String>, scope: &str, of: Option<&WorkloadId>) -> Option<Self> {
        let workload = WorkloadId::parse(&label(labels::WORKLOAD)?).ok()?;
        let deployment = label(labels::DEPLOYMENT)?;
        let ours = label(labels::SCOPE)? == scope && of.is_none_or(|id| workload == *id);
        ours.then_some(Self { key, workload, deployment })
    }
}
