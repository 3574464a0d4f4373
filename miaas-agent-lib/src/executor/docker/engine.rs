//! The connection to the engine: made when it is needed, made anew after it was lost.

use std::{
    sync::{Mutex, PoisonError},
    time::Duration,
};

use bollard::{
    API_DEFAULT_VERSION, Docker,
    errors::Error,
    query_parameters::{ListContainersOptions, ListNetworksOptions, ListVolumesOptions},
};
use miaas_core::{PortError, id::WorkloadId};

use super::{DockerOptions, error, found::Found, labels};

#[derive(Debug)]
pub(super) struct Engine {
    pub options: DockerOptions,
    /// None until it was reached, and again after it was lost: its version may be another one then.
    client: Mutex<Option<Docker>>,
}

impl Engine {
    pub(super) const fn new(options: DockerOptions) -> Self {
        Self { options, client: Mutex::new(None) }
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
        let client = connected.map_err(|e| error::port_error(operation, about, &self.options.socket, e))?;
        *self.slot() = Some(client.clone());
        Ok(client)
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
        let list = client.list_containers(Some(options)).await.map_err(|e| self.failed(operation, &about, e))?;
        // The filter is the engine's; the mark is checked here once more, since what follows may delete.
        let ours = |f: &Found| f.scope == self.options.scope && of.is_none_or(|id| f.workload == *id);
        Ok(list.into_iter().filter_map(Found::from_summary).filter(ours).collect())
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

    /// Our networks.
    pub(super) async fn networks(
        &self,
        operation: &'static str,
        of: Option<&WorkloadId>,
    ) -> Result<Vec<Owned>, PortError> {
        let about = about(of);
        let client = self.client(operation, &about).await?;
        let filters = Some([("label".to_owned(), labels::filter(&self.options.scope, of))].into());
        let list = client.list_networks(Some(ListNetworksOptions { filters })).await;
        let list = list.map_err(|e| self.failed(operation, &about, e))?;
        let owned = list.into_iter().filter_map(|n| {
            let labels = n.labels.unwrap_or_default();
            Owned::new(n.id?, |key| labels.get(key).cloned(), &self.options.scope, of)
        });
        Ok(owned.collect())
    }
}

fn about(of: Option<&WorkloadId>) -> String {
    of.map_or_else(|| "observing the node".to_owned(), |id| format!("workload {id}"))
}

/// A volume or a network that carries our mark.
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
