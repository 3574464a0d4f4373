//! Which containers of a workload stay, which go, and which have to be started again. Pure.

use std::collections::{BTreeMap, BTreeSet};

use miaas_core::{hash::ContentHash, model::RenderedWorkload};

use super::found::{Found, Life};

/// What becomes of the containers that are there.
#[derive(Debug)]
pub(super) struct Reuse {
    /// By service. Those that have to be started again count as ended.
    pub kept: BTreeMap<String, Found>,
    /// Of another hash, of services that are gone, or left by something that was cut off.
    pub stale: Vec<Found>,
    /// Containers in the namespaces of one that is replaced. They name it by its identity, so that they have to be made anew,
    /// and to go before it: whatever comes between, none is left that could not start.
    pub bound: Vec<Found>,
    /// What runs and has to be ended before it is started again.
    pub halted: Vec<Found>,
    /// Whether anything ran.
    pub repair: bool,
}

impl Reuse {
    pub(super) fn of(w: &RenderedWorkload, hashes: &BTreeMap<String, ContentHash>, found: Vec<Found>) -> Self {
        let (mut kept, mut stale) = (BTreeMap::new(), Vec::new());
        let repair = found.iter().any(|f| f.life == Life::Running);
        for found in found {
            let wanted = hashes.get(&found.service) == Some(&found.hash);
            // It joins the networks one after the other, and may have been left between two.
            let unfinished = found.life == Life::Created
                && w.spec.services.get(&found.service).is_some_and(|s| s.networks.len() > 1);
            if !wanted || unfinished || kept.contains_key(&found.service) {
                stale.push(found);
            } else {
                kept.insert(found.service.clone(), found);
            }
        }
        let mut reuse = Self { kept, stale, bound: Vec::new(), halted: Vec::new(), repair };
        reuse.halt_followers(w);
        reuse
    }

    /// Whether networks may have to be made or removed: a workload that runs as it should needs no look at them.
    pub(super) fn needs_networks(&self, w: &RenderedWorkload) -> bool {
        let on_any = w.spec.services.values().any(|s| !w.spec.networks_of(s).is_empty());
        let at_rest = self.kept.len() < w.spec.services.len() || self.kept.values().any(|f| f.life != Life::Running);
        let of_engine = |name: &String| ["bridge", "host", "none"].contains(&name.as_str());
        let leaves = self.stale.iter().any(|f| !f.networks.iter().all(of_engine));
        (on_any && at_rest) || leaves
    }

    /// Lets go of what is at rest on a network that has to be made: it could not start any more.
    pub(super) fn let_go(&mut self, w: &RenderedWorkload, makes: impl Fn(&str) -> bool) {
        let lost = self.kept.extract_if(.., |name, found| {
            found.life != Life::Running && w.spec.networks_of(&w.spec.services[name]).into_iter().any(&makes)
        });
        let lost: Vec<Found> = lost.map(|(_, found)| found).collect();
        self.halted.retain(|h| !lost.iter().any(|l| l.id == h.id));
        self.stale.extend(lost);
        self.halt_followers(w);
    }

    /// A service does not survive the end of one whose namespaces it is in, and may ask to be started again after another
    /// was replaced.
    fn halt_followers(&mut self, w: &RenderedWorkload) {
        loop {
            let there: BTreeSet<String> = self.kept.keys().cloned().collect();
            let gone = |name: &str| !there.contains(name);
            let bound = self.kept.extract_if(.., |name, _| w.spec.services[name].namespaces.joined().any(gone));
            self.bound.extend(bound.map(|(_, found)| found));
            let runs = |name: &str| self.kept.get(name).is_some_and(|f| f.life == Life::Running);
            let ends = |found: &Found| {
                let service = &w.spec.services[&found.service];
                let lost = service.namespaces.joined().any(|name| !runs(name));
                found.alive() && (lost || service.follows.iter().any(|name| !self.kept.contains_key(name)))
            };
            let next: Vec<String> = self.kept.values().filter(|f| ends(f)).map(|f| f.service.clone()).collect();
            for found in self.kept.values_mut().filter(|f| next.contains(&f.service)) {
                self.halted.push(found.clone());
                found.life = Life::Ended;
            }
            if next.is_empty() && there.len() == self.kept.len() {
                let bound = |f: &Found| self.bound.iter().any(|b| b.id == f.id);
                self.halted.retain(|f| !bound(f));
                return;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use miaas_core::{
        id::{DeploymentId, WorkloadId},
        model::{DependsOn, Namespace, RestartPolicy, Service},
    };

    use super::*;
    use crate::executor::docker::fixtures::workload;

    fn found(w: &RenderedWorkload, service: &str, life: Life) -> Found {
        let hash = w.service_hashes().unwrap().get(service).cloned();
        Found {
            id: format!("id-{service}"),
            scope: "s".into(),
            workload: WorkloadId::parse("w").unwrap(),
            deployment: DeploymentId::parse("dep-w").unwrap(),
            service: service.into(),
            hash: hash.unwrap_or_else(|| ContentHash::from_text("gone")),
            generation: 1,
            restart: RestartPolicy::Always,
            max_restarts: None,
            grace_seconds: None,
            depends_on: Vec::new(),
            limits: None,
            probe: None,
            address: None,
            published: BTreeMap::new(),
            life,
            healthy: None,
            shares: Vec::new(),
            networks: vec!["w_default".into()],
            endpoint: String::new(),
        }
    }

    fn image(image: &str) -> Service {
        Service { image: image.into(), ..Service::default() }
    }

    /// A workload of a database, a proxy in its network, a page that follows it, and a stranger to all.
    fn spec(database: &str) -> RenderedWorkload {
        let mut proxy = image("proxy");
        proxy.namespaces.network = Some(Namespace::Service("db".into()));
        let mut page = image("page");
        page.depends_on = [("db".to_owned(), DependsOn::ServiceStarted)].into();
        page.follows = ["db".to_owned()].into();
        workload([("db", image(database)), ("proxy", proxy), ("page", page), ("other", image("other"))])
    }

    /// What runs on, is ended, goes first, and goes then.
    fn outcome(w: &RenderedWorkload, found: Vec<Found>) -> [String; 4] {
        let reuse = Reuse::of(w, &w.service_hashes().unwrap(), found);
        let running: Vec<Found> = reuse.kept.values().filter(|f| f.life == Life::Running).cloned().collect();
        [running, reuse.halted, reuse.bound, reuse.stale]
            .map(|list| list.into_iter().map(|f| f.service).collect::<Vec<_>>().join(" "))
    }

    #[test]
    fn a_replaced_service_takes_its_followers_along_and_nobody_else() {
        let (old, new) = (spec("db:1"), spec("db:2"));
        let all = |w: &RenderedWorkload| ["db", "proxy", "page", "other"].map(|s| found(w, s, Life::Running)).into();
        assert_eq!(outcome(&old, all(&old)), ["db other page proxy", "", "", ""], "nothing changed");
        assert_eq!(outcome(&new, all(&old)), ["other", "page", "proxy", "db"]);
    }

    #[test]
    fn a_service_that_only_ended_takes_along_who_is_in_its_namespaces() {
        let w = spec("db:1");
        let there = vec![
            found(&w, "db", Life::Ended),
            found(&w, "page", Life::Running),
            found(&w, "proxy", Life::Running),
            found(&w, "gone", Life::Running),
        ];
        assert_eq!(outcome(&w, there), ["page", "proxy", "", "gone"], "one that the workload does not have goes");
    }
}
