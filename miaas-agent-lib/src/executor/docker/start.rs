//! Starting a workload: services of another hash go, what is missing is created, services start as their dependencies allow,
//! independent ones at once. What did not change runs on.

use std::{collections::BTreeMap, os::unix::fs::MetadataExt as _, path::Path};

use bollard::{
    models::{ContainerCreateBody, ContainerUpdateBody, NetworkConnectRequest},
    query_parameters::CreateContainerOptions,
};
use futures_util::future::try_join_all;
use miaas_core::{
    ErrorKind, PortError,
    hash::ContentHash,
    model::{DependsOn, RenderedWorkload, RestartPolicy},
};
use tokio::sync::watch;

use super::{
    container::{self, FileBind, Given},
    describe,
    engine::Engine,
    error,
    found::{Found, Life},
    labels, needs,
    network::{self, Joining},
    observe,
    reuse::Reuse,
    stop, wait,
};
use crate::facts::amd_render_nodes;

const OPERATION: &str = "executor.start";

pub(super) async fn start(engine: &Engine, w: &RenderedWorkload) -> Result<(), PortError> {
    let limit = engine.options.start_timeout;
    let started = tokio::time::timeout(limit, run(engine, w)).await.unwrap_or_else(|_| {
        let message = format!("workload {}: its services did not start within {} s", w.id, limit.as_secs());
        Err(PortError::new(ErrorKind::Timeout, OPERATION, message)
            .with_hint("look at the logs of the services that others wait for"))
    });
    started.map_err(|e| match error::taken_port(e.message(), w) {
        Some(port) => e.with_taken_port(port),
        None => e,
    })
}

async fn run(engine: &Engine, w: &RenderedWorkload) -> Result<(), PortError> {
    let about = format!("workload {}", w.id);
    let invalid = |why: String| PortError::new(ErrorKind::Invalid, OPERATION, format!("{about}: {why}"));
    w.spec.start_levels().map_err(|e| invalid(e.to_string()))?;
    let hashes = w.service_hashes().map_err(|e| invalid(e.to_string()))?;
    needs::check(engine, OPERATION, w).await?;
    let _joining = Joining::new(&engine.sharing, w);
    let mut there = engine.containers(OPERATION, Some(&w.id)).await?;
    for found in there.iter_mut().filter(|found| found.life == Life::Running) {
        observe::look(engine, OPERATION, found).await?;
    }
    let mut reuse = Reuse::of(w, &hashes, there);
    let change = if reuse.needs_networks(w) { Some(network::Change::find(engine, w).await?) } else { None };
    if let Some(change) = &change {
        reuse.let_go(w, |key| change.makes(key));
    }
    // What cannot go on without those that are replaced ends first: then it is started again, whatever comes between.
    try_join_all(reuse.halted.iter().map(|found| stop::halt(engine, OPERATION, found, found.grace()))).await?;
    try_join_all(reuse.bound.iter().map(|found| stop::retire(engine, found))).await?;
    try_join_all(reuse.stale.iter().map(|found| stop::retire(engine, found))).await?;
    if let Some(change) = change {
        change.carry_out(engine, w).await?;
    }
    if !reuse.stale.is_empty() {
        engine.files.remove(&w.id, &hashes)?;
    }
    let start = Start {
        engine,
        w,
        hashes: &hashes,
        repair: reuse.repair,
        started: w.spec.services.keys().map(|name| (name.as_str(), watch::Sender::new(None))).collect(),
    };
    try_join_all(w.spec.services.keys().map(|name| start.service(name, reuse.kept.get(name)))).await?;
    if reuse.stale.iter().any(|found| !found.shares.is_empty()) {
        let left = engine.seen_networks(OPERATION, &about, Some(labels::scope_filter(&engine.options.scope))).await?;
        network::sweep(engine, OPERATION, &left).await?;
    }
    Ok(())
}

struct Start<'a> {
    engine: &'a Engine,
    w: &'a RenderedWorkload,
    hashes: &'a BTreeMap<String, ContentHash>,
    /// Part of the workload ran: what has ended with success has done its work and is not run again.
    repair: bool,
    /// The container of each service, once it was started.
    started: BTreeMap<&'a str, watch::Sender<Option<String>>>,
}

impl Start<'_> {
    async fn service(&self, name: &str, kept: Option<&Found>) -> Result<(), PortError> {
        let service = &self.w.spec.services[name];
        // The engine wants to see whose namespaces a container is to share when it makes it.
        for needs in service.namespaces.joined() {
            self.wait_for(name, needs, DependsOn::ServiceStarted).await?;
        }
        let id = match kept {
            Some(found) => found.id.clone(),
            None => self.create(name).await?,
        };
        for (needs, condition) in &service.depends_on {
            self.wait_for(name, needs, *condition).await?;
        }
        match kept {
            Some(found) => self.start_again(found).await?,
            None => self.start_container(name, &id).await?,
        }
        self.started[name].send_replace(Some(id));
        Ok(())
    }

    /// Waits until `needs` is what `name` needs it to be.
    async fn wait_for(&self, name: &str, needs: &str, condition: DependsOn) -> Result<(), PortError> {
        let mut started = self.started[needs].subscribe();
        // The sender lives as long as all services are being started.
        let id = started.wait_for(Option::is_some).await.ok().and_then(|id| id.clone()).unwrap_or_default();
        wait::until(self.engine, &self.about(name), needs, &id, condition).await
    }

    async fn create(&self, name: &str) -> Result<String, PortError> {
        let about = self.about(name);
        let client = self.engine.client(OPERATION, &about).await?;
        let body = self.body(name)?;
        let container = container::name(self.w, name);
        let platform = self.w.spec.services[name].platform.clone().unwrap_or_default();
        let options = CreateContainerOptions { name: Some(container.clone()), platform };
        let _place = self.engine.starts.acquire().await;
        let made = match client.create_container(Some(options), body).await {
            Ok(made) => made,
            // Podman answers 500 here.
            Err(e) if error::text(&e).contains("is already in use") => {
                let message = format!("{about}: the engine answered: {}", error::text(&e));
                return Err(PortError::new(ErrorKind::Conflict, OPERATION, message)
                    .with_hint(format!("a container named {container} exists that is not ours: rename or remove it")));
            }
            Err(e) => return Err(self.engine.failed(OPERATION, &about, e)),
        };
        for warning in &made.warnings {
            tracing::warn!(workload = %self.w.id, service = name, warning, "the engine makes the container otherwise");
        }
        for (network, endpoint) in network::others(self.w, name) {
            let request = NetworkConnectRequest { container: made.id.clone(), endpoint_config: Some(endpoint) };
            let connected = client.connect_network(&network, request).await;
            connected.map_err(|e| self.engine.failed(OPERATION, &format!("{about}, network {network}"), e))?;
        }
        Ok(made.id)
    }

    /// The request for a container, with what is looked up on the node.
    fn body(&self, name: &str) -> Result<ContainerCreateBody, PortError> {
        let service = &self.w.spec.services[name];
        let mut given = Given { files: self.files(name)?, ..Given::default() };
        if service.gpus.iter().any(|id| id.starts_with("AMD-")) {
            let nodes = amd_render_nodes(Path::new("/sys"));
            let group_of = |device: &str| std::fs::metadata(device).ok().map(|meta| meta.gid());
            given.amd = container::amd_access(&service.gpus, &nodes, group_of).map_err(|why| {
                PortError::new(ErrorKind::Unavailable, OPERATION, format!("{}: {why}", self.about(name)))
                    .with_hint("look at the node's GPUs with `miaas node show`")
            })?;
        }
        let hash = &self.hashes[name];
        Ok(container::create_body(self.w, &self.engine.options.scope, name, hash, given))
    }

    /// The files of a service, made ready. They are gone from the node's memory when it was started anew.
    fn files(&self, name: &str) -> Result<Vec<FileBind>, PortError> {
        match self.w.spec.services[name].files.is_empty() {
            true => Ok(Vec::new()),
            false => self.engine.files.write(self.w, name, &self.hashes[name]),
        }
    }

    async fn start_container(&self, name: &str, id: &str) -> Result<(), PortError> {
        let about = self.about(name);
        let client = self.engine.client(OPERATION, &about).await?;
        let _place = self.engine.starts.acquire().await;
        client.start_container(id, None).await.map_err(|e| self.engine.failed(OPERATION, &about, e))
    }

    /// Starts a container that was created before, when it does not run.
    async fn start_again(&self, found: &Found) -> Result<(), PortError> {
        let (name, about) = (&found.service, found.about());
        if !found.alive() {
            self.files(name)?;
        }
        match found.life {
            Life::Running => return Ok(()),
            Life::Created => return self.start_container(name, &found.id).await,
            Life::Restarting => {
                let state = describe::container(self.engine, OPERATION, &mut found.clone()).await?;
                if state.running {
                    return Ok(());
                }
                let why = state.error.unwrap_or_default();
                let message = format!("{about}: it ends again and again ({} restarts so far): {why}", state.restarts);
                return Err(PortError::new(ErrorKind::Unavailable, OPERATION, message)
                    .with_hint("the engine goes on trying: look at the logs of the service"));
            }
            Life::Paused => {
                let client = self.engine.client(OPERATION, &about).await?;
                return client.unpause_container(&found.id).await.map_err(|e| self.engine.failed(OPERATION, &about, e));
            }
            Life::Ended => {}
        }
        if self.repair && found.restart != RestartPolicy::Always {
            let state = describe::container(self.engine, OPERATION, &mut found.clone()).await?;
            if state.exit_code == Some(0) {
                return Ok(());
            }
        }
        // A stop has changed it.
        let policy = ContainerUpdateBody {
            restart_policy: Some(container::restart_policy(found.restart, found.max_restarts, self.w.exclusive)),
            ..ContainerUpdateBody::default()
        };
        let client = self.engine.client(OPERATION, &about).await?;
        match client.update_container(&found.id, policy).await {
            Ok(()) => {}
            // Podman 4 has no such call, and so was not changed either.
            Err(e) if error::status(&e) == Some(404) => {}
            Err(e) => return Err(self.engine.failed(OPERATION, &about, e)),
        }
        self.start_container(name, &found.id).await
    }

    fn about(&self, service: &str) -> String {
        format!("workload {}, service {service}", self.w.id)
    }
}
