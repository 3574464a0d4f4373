//! What of a workload has to be replaced, told by hashes: each service has one over everything that its container or process
//! is made from, and the workload's is made from theirs. So a machine that remembers only the hashes of its services knows
//! the workload's, and a change of one service leaves the others running.

use std::collections::BTreeMap;

use super::{Network, RenderedWorkload, Service, Volume, WorkloadSpec};
use crate::{hash::ContentHash, model::ExecutorKind};

impl RenderedWorkload {
    /// The hash for `spec` run by `executor`; `restarts` is the deployment's restart counter.
    ///
    /// # Errors
    /// The serialiser's, when the model holds what JSON cannot express.
    pub fn hash_of(
        spec: &WorkloadSpec,
        executor: ExecutorKind,
        restarts: u64,
    ) -> Result<ContentHash, serde_json::Error> {
        Ok(ContentHash::of_named(&service_hashes(spec, executor, restarts)?))
    }

    /// The hash of each service. [`ContentHash::of_named`] of them is the hash of the workload.
    ///
    /// # Errors
    /// As [`RenderedWorkload::hash_of`].
    pub fn service_hashes(&self) -> Result<BTreeMap<String, ContentHash>, serde_json::Error> {
        service_hashes(&self.spec, self.executor, self.restarts)
    }
}

/// The hash of each service of `spec` run by `executor`; `restarts` is the deployment's restart counter.
///
/// # Errors
/// The serialiser's, when the model holds what JSON cannot express.
pub fn service_hashes(
    spec: &WorkloadSpec,
    executor: ExecutorKind,
    restarts: u64,
) -> Result<BTreeMap<String, ContentHash>, serde_json::Error> {
    let hash = |service: &Service| {
        let networks: BTreeMap<&str, Option<&Network>> =
            spec.networks_of(service).into_iter().map(|name| (name, spec.networks.get(name))).collect();
        // A local process names the volumes that it uses in its arguments and environment.
        let mounts =
            |name: &str| executor == ExecutorKind::Process || service.mounts.iter().any(|m| m.volume() == Some(name));
        let volumes: BTreeMap<&String, &Volume> = spec.volumes.iter().filter(|(name, _)| mounts(name)).collect();
        ContentHash::of(&(executor, restarts, service, networks, volumes))
    };
    spec.services.iter().map(|(name, service)| Ok((name.clone(), hash(service)?))).collect()
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::model::{Mount, MountSource, OWN_NETWORK};

    fn changed(change: impl FnOnce(&mut WorkloadSpec)) -> Vec<String> {
        let mount = Mount::new(MountSource::Volume("data".into()), "/data", false);
        let db = Service { image: "db".into(), mounts: vec![mount], ..Service::default() };
        let web = Service { image: "web".into(), ..Service::default() };
        let before = WorkloadSpec {
            services: [("db".to_owned(), db.into()), ("web".to_owned(), web.into())].into(),
            volumes: [("data".to_owned(), Volume::default())].into(),
            ..WorkloadSpec::default()
        };
        let mut after = before.clone();
        change(&mut after);
        let of = |spec: &WorkloadSpec| service_hashes(spec, ExecutorKind::Docker, 0).unwrap();
        let (before, after) = (of(&before), of(&after));
        let differs = after.into_iter().filter(|(name, hash)| before.get(name) != Some(hash));
        differs.map(|(name, _)| name).collect()
    }

    #[test]
    fn only_what_a_change_concerns_gets_another_hash() {
        assert_eq!(changed(|_| {}), [""; 0]);
        assert_eq!(changed(|s| s.service_mut("web").unwrap().image = "web:2".into()), ["web"]);
        assert_eq!(changed(|s| s.volumes.get_mut("data").unwrap().driver = Some("nfs".into())), ["db"]);
        let internal = Network { internal: true, ..Network::default() };
        assert_eq!(changed(|s| drop(s.networks.insert(OWN_NETWORK.into(), internal.clone()))), ["db", "web"]);
        assert_eq!(changed(|s| drop(s.networks.insert("unused".into(), internal.clone()))), [""; 0]);
        assert_eq!(changed(|s| drop(s.services.insert("new".into(), Arc::default()))), ["new"]);
        // What is left alone has no network of its own any more.
        assert_eq!(changed(|s| drop(s.services.remove("db"))), ["web"]);
    }

    #[test]
    fn a_requested_restart_and_every_change_change_the_whole() {
        let services = [("a".to_owned(), Arc::default()), ("b".to_owned(), Arc::default())].into();
        let spec = WorkloadSpec { services, ..WorkloadSpec::default() };
        let whole =
            |spec: &WorkloadSpec, restarts| RenderedWorkload::hash_of(spec, ExecutorKind::Docker, restarts).unwrap();
        assert_ne!(whole(&spec, 0), whole(&spec, 1));
        let mut fewer = spec.clone();
        fewer.services.remove("b");
        assert_ne!(whole(&spec, 0), whole(&fewer, 0));
    }
}
