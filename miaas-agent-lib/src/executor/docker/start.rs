//! Starting a workload: what is of another hash goes, what is missing is created, services start as their dependencies
//! allow, independent ones at once.

use std::{collections::BTreeMap, time::Duration};

use bollard::{
    models::{ContainerStateStatusEnum as Status, ContainerUpdateBody, HealthStatusEnum as Health},
    query_parameters::CreateContainerOptions,
};
use futures_util::future::try_join_all;
use miaas_core::{
    ErrorKind, PortError,
    model::{DependsOn, RenderedWorkload, RestartPolicy},
};
use tokio::sync::watch;

use super::{
    container, describe,
    engine::Engine,
    error,
    found::{Found, Life},
    prepare, stop,
};

const OPERATION: &str = "executor.start";
/// Between two looks at a dependency: short at first, since most are ready soon.
const FIRST_LOOK: Duration = Duration::from_millis(50);
const LAST_LOOK: Duration = Duration::from_millis(500);

pub(super) async fn start(engine: &Engine, w: &RenderedWorkload) -> Result<(), PortError> {
    let limit = engine.options.start_timeout;
    tokio::time::timeout(limit, run(engine, w)).await.unwrap_or_else(|_| {
        let message = format!("workload {}: its services did not start within {} s", w.id, limit.as_secs());
        Err(PortError::new(ErrorKind::Timeout, OPERATION, message)
            .with_hint("look at the logs of the services that others wait for"))
    })
}

async fn run(engine: &Engine, w: &RenderedWorkload) -> Result<(), PortError> {
    w.spec
        .start_levels()
        .map_err(|e| PortError::new(ErrorKind::Invalid, OPERATION, format!("workload {}: {e}", w.id)))?;
    let (mut kept, mut stale) = (BTreeMap::new(), Vec::new());
    for found in engine.containers(OPERATION, Some(&w.id)).await? {
        let wanted = found.hash == w.hash && w.spec.services.contains_key(&found.service);
        if !wanted || kept.contains_key(&found.service) {
            stale.push(found);
        } else {
            kept.insert(found.service.clone(), found);
        }
    }
    let networked = w.spec.services.len() > 1;
    let at_rest = |found: &Found| found.life != Life::Running;
    let needs_network = kept.len() < w.spec.services.len() || kept.values().any(at_rest);
    if networked && needs_network && prepare::ensure_network(engine, w).await? {
        // They belong to a network that somebody removed, and could not start any more.
        stale.extend(kept.extract_if(.., |_, found| at_rest(found)).map(|(_, found)| found));
    }
    try_join_all(stale.iter().map(|found| stop::retire(engine, found))).await?;
    let start = Start {
        engine,
        w,
        networked,
        repair: kept.values().any(|f| f.life == Life::Running),
        started: w.spec.services.keys().map(|name| (name.as_str(), watch::Sender::new(None))).collect(),
    };
    try_join_all(w.spec.services.keys().map(|name| start.service(name, kept.get(name)))).await?;
    Ok(())
}

struct Start<'a> {
    engine: &'a Engine,
    w: &'a RenderedWorkload,
    networked: bool,
    /// Part of the workload runs: what has ended with success has done its work and is not run again.
    repair: bool,
    /// The container of each service, once it was started.
    started: BTreeMap<&'a str, watch::Sender<Option<String>>>,
}

impl Start<'_> {
    async fn service(&self, name: &str, kept: Option<&Found>) -> Result<(), PortError> {
        let service = &self.w.spec.services[name];
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

    async fn create(&self, name: &str) -> Result<String, PortError> {
        let about = self.about(name);
        let client = self.engine.client(OPERATION, &about).await?;
        let scope = &self.engine.options.scope;
        let body = container::create_body(self.w, scope, name, &self.w.spec.services[name], self.networked);
        let container = container::name(self.w, name);
        let options = CreateContainerOptions { name: Some(container.clone()), ..CreateContainerOptions::default() };
        match client.create_container(Some(options), body).await {
            Ok(made) => Ok(made.id),
            // Podman answers 500 here.
            Err(e) if error::text(&e).contains("is already in use") => {
                let message = format!("{about}: the engine answered: {}", error::text(&e));
                Err(PortError::new(ErrorKind::Conflict, OPERATION, message)
                    .with_hint(format!("a container named {container} exists that is not ours: rename or remove it")))
            }
            Err(e) => Err(self.engine.failed(OPERATION, &about, e)),
        }
    }

    async fn start_container(&self, name: &str, id: &str) -> Result<(), PortError> {
        let about = self.about(name);
        let client = self.engine.client(OPERATION, &about).await?;
        client.start_container(id, None).await.map_err(|e| self.engine.failed(OPERATION, &about, e))
    }

    /// Starts a container that was created before, when it does not run.
    async fn start_again(&self, found: &Found) -> Result<(), PortError> {
        let (name, about) = (&found.service, found.about());
        match found.life {
            Life::Running => return Ok(()),
            Life::Created => return self.start_container(name, &found.id).await,
            Life::Restarting => {
                let state = describe::container(self.engine, OPERATION, found).await?;
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
            let state = describe::container(self.engine, OPERATION, found).await?;
            if state.exit_code == Some(0) {
                return Ok(());
            }
        }
        // A stop has changed it.
        let policy = ContainerUpdateBody {
            restart_policy: Some(container::restart_policy(found.restart)),
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

    /// Waits until `needs` is what `name` needs it to be.
    async fn wait_for(&self, name: &str, needs: &str, condition: DependsOn) -> Result<(), PortError> {
        let mut started = self.started[needs].subscribe();
        // The sender lives as long as all services are being started.
        let id = started.wait_for(Option::is_some).await.ok().and_then(|id| id.clone()).unwrap_or_default();
        if condition == DependsOn::ServiceStarted {
            return Ok(());
        }
        let about = format!("{}: waiting for {needs}", self.about(name));
        let mut pause = FIRST_LOOK;
        loop {
            let client = self.engine.client(OPERATION, &about).await?;
            let seen = client.inspect_container(&id, None).await;
            let state = seen.map_err(|e| self.engine.failed(OPERATION, &about, e))?.state.unwrap_or_default();
            let health = state.health.as_ref().and_then(|h| h.status);
            let ended = matches!(state.status, Some(Status::EXITED | Status::DEAD));
            let code = state.exit_code.unwrap_or_default();
            let failure = match condition {
                DependsOn::ServiceHealthy if ended => Some(format!("it ended with exit code {code}")),
                DependsOn::ServiceHealthy if health == Some(Health::UNHEALTHY) => Some("it is unhealthy".to_owned()),
                DependsOn::ServiceHealthy
                    if matches!(health, None | Some(Health::EMPTY | Health::NONE | Health::HEALTHY)) =>
                {
                    return Ok(());
                }
                DependsOn::ServiceCompletedSuccessfully if ended && code == 0 => return Ok(()),
                DependsOn::ServiceCompletedSuccessfully if ended => Some(format!("it ended with exit code {code}")),
                _ => None,
            };
            if let Some(failure) = failure {
                let output = describe::output(self.engine, OPERATION, &about, &id).await?;
                let message = format!("{about}: {failure}{}{output}", if output.is_empty() { "" } else { ": " });
                return Err(PortError::new(ErrorKind::Unavailable, OPERATION, message)
                    .with_hint(format!("look at the logs of service {needs}")));
            }
            tokio::time::sleep(pause).await;
            pause = (pause * 2).min(LAST_LOOK);
        }
    }

    fn about(&self, service: &str) -> String {
        format!("workload {}, service {service}", self.w.id)
    }
}
