//! Health checks over HTTP, which the agent makes: one task for each container that has one, for as long as it runs.

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use miaas_core::model::{HealthTest, Healthcheck, HttpTest};
use tokio::{sync::Notify, task::JoinHandle};

use super::found::{Found, Life};
use crate::executor::probe::{Rounds, get};

/// What is known of the health of running containers.
#[derive(Debug, Default)]
pub(super) struct Probes {
    all: Arc<Mutex<BTreeMap<String, Probe>>>,
    changed: Arc<Notify>,
}

#[derive(Debug)]
struct Probe {
    /// The start that it is about: it has another endpoint after the next.
    endpoint: String,
    /// Where it is asked. Podman tells no endpoints.
    places: Vec<(String, HttpTest)>,
    health: Option<bool>,
    /// What came instead of a healthy answer, the last time.
    failure: Option<String>,
    task: JoinHandle<()>,
}

impl Drop for Probe {
    fn drop(&mut self) {
        self.task.abort();
    }
}

impl Probes {
    /// The health of a container, asked for from now on. None when it has no such check, or it is not known yet.
    pub(super) fn health(&self, found: &Found, podman: bool) -> Option<bool> {
        let check = found.probe.as_ref().filter(|_| found.life == Life::Running)?;
        let HealthTest::Http(test) = &check.test else { return None };
        let places = places(found, test, podman);
        let mut all = lock(&self.all);
        if let Some(probe) = all.get(&found.id).filter(|p| p.endpoint == found.endpoint && p.places == places) {
            return probe.health;
        }
        let task = tokio::spawn(watch(
            (Arc::clone(&self.all), Arc::clone(&self.changed)),
            found.id.clone(),
            places.clone(),
            check.clone(),
        ));
        let probe = Probe { endpoint: found.endpoint.clone(), places, health: None, failure: None, task };
        all.insert(found.id.clone(), probe);
        None
    }

    /// Why a container is not healthy.
    pub(super) fn failure(&self, id: &str) -> Option<String> {
        lock(&self.all).get(id)?.failure.clone()
    }

    /// Asks no longer for what does not run any more.
    pub(super) fn keep_only(&self, runs: impl Fn(&str) -> bool) {
        lock(&self.all).retain(|id, _| runs(id));
    }

    /// Waits until the health of one changes.
    pub(super) async fn changed(&self) {
        self.changed.notified().await;
    }
}

fn lock(all: &Mutex<BTreeMap<String, Probe>>) -> MutexGuard<'_, BTreeMap<String, Probe>> {
    all.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Where a container is asked, first to last. The networks of rootless Podman are not reached from the node, published ports are.
fn places(found: &Found, test: &HttpTest, podman: bool) -> Vec<(String, HttpTest)> {
    let published = found.published.get(&test.port).filter(|_| podman).cloned();
    let published = published.map(|(host, port)| (host, HttpTest { port, ..test.clone() }));
    let own = found.address.clone().map(|host| (host, test.clone()));
    published.into_iter().chain(own).collect()
}

async fn watch(
    (all, changed): (Arc<Mutex<BTreeMap<String, Probe>>>, Arc<Notify>),
    id: String,
    places: Vec<(String, HttpTest)>,
    check: Healthcheck,
) {
    let mut rounds = Rounds::new(&check);
    loop {
        let mut answer = Err("it has no network on which it could be asked".to_owned());
        for (host, test) in &places {
            answer = get(host, test, check.timeout.duration()).await;
            if answer.is_ok() {
                break;
            }
        }
        let (health, pause) = rounds.next(answer.is_ok());
        {
            let mut all = lock(&all);
            let Some(probe) = all.get_mut(&id) else { return };
            probe.failure = answer.err();
            if std::mem::replace(&mut probe.health, health) != health {
                changed.notify_one();
            }
        }
        tokio::time::sleep(pause).await;
    }
}
