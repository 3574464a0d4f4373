//! The labels by which containers, volumes and networks are known as ours, and by which Compose recognises the containers.

use std::collections::BTreeMap;

use miaas_core::{
    hash::ContentHash,
    id::WorkloadId,
    model::{DependsOn, RenderedWorkload, RestartPolicy, Service},
};

use super::network;

/// The agent that something belongs to: several may share an engine, and none may touch what another one runs.
pub(super) const SCOPE: &str = "io.miaas.scope";
/// The mark: the workload that something belongs to. What does not carry it, or has another scope, is not ours.
pub(super) const WORKLOAD: &str = "io.miaas.workload";
pub(super) const DEPLOYMENT: &str = "io.miaas.deployment";
/// Hash of the service, or of the definition of a network: what has another one is made anew.
pub(super) const HASH: &str = "io.miaas.hash";
pub(super) const GENERATION: &str = "io.miaas.generation";
pub(super) const SERVICE: &str = "io.miaas.service";
/// The restart policy that was asked for; the engine's own differs while the service is stopped by request.
pub(super) const RESTART: &str = "io.miaas.restart";
/// Seconds between the stop signal and the kill, where the service says so.
pub(super) const GRACE: &str = "io.miaas.stop-grace";
/// A volume or network that several workloads share: the volume goes with none of them, the network with the last one.
pub(super) const SHARED: &str = "io.miaas.shared";
/// The shared networks that a container is on: `a,b`.
pub(super) const SHARES: &str = "io.miaas.shares";
/// All networks that a container was put on, by the engine's names: `a,b`.
pub(super) const NETWORKS: &str = "io.miaas.networks";
/// What the kernel was asked to give a container, as `docker update` can change it.
pub(super) const LIMITS: &str = "io.miaas.limits";
/// The health check that the agent makes, since the engine does not, as JSON.
pub(super) const PROBE: &str = "io.miaas.probe";
/// Compose's own label for the name that a network has in the workload.
pub(super) const NETWORK: &str = "com.docker.compose.network";
/// Compose's own label for what a service depends on: `db:service_healthy:false,cache:service_started:false`.
pub(super) const DEPENDS_ON: &str = "com.docker.compose.depends_on";

/// In place of the hash of a container that is off one of its networks.
pub(super) const TAKEN_OFF: &str = "taken off a network";
/// In place of the hash of a container whose limits were changed.
pub(super) const EDITED: &str = "limits were changed";

/// Docker's own grace, used where a service names none.
pub(super) const DEFAULT_GRACE_SECONDS: u64 = 10;

/// The filter for everything of a scope, or of one workload in it.
pub(super) fn filter(scope: &str, of: Option<&WorkloadId>) -> Vec<String> {
    let workload = of.map_or_else(|| WORKLOAD.to_owned(), |id| format!("{WORKLOAD}={id}"));
    vec![format!("{SCOPE}={scope}"), workload]
}

/// The filter for everything of a scope, also for what belongs to no workload.
pub(super) fn scope_filter(scope: &str) -> Vec<String> {
    vec![format!("{SCOPE}={scope}")]
}

/// The labels of a network that workloads share. Without that of a workload, so that no removal of one takes it away.
pub(super) fn shared(scope: &str) -> BTreeMap<String, String> {
    [(SCOPE, scope), (SHARED, "true")].map(|(k, v)| (k.to_owned(), v.to_owned())).into()
}

/// The labels of a network of the workload, by its name there.
pub(super) fn network(w: &RenderedWorkload, scope: &str, key: &str) -> BTreeMap<String, String> {
    let mut labels = owned(w, scope);
    labels.insert(NETWORK.to_owned(), key.to_owned());
    labels
}

/// The labels of a volume of the workload. Ours win over what it asks for.
pub(super) fn volume(w: &RenderedWorkload, scope: &str, key: &str) -> BTreeMap<String, String> {
    let mut labels = w.spec.volumes.get(key).map(|v| v.labels.clone()).unwrap_or_default();
    labels.extend(owned(w, scope));
    labels
}

/// The labels of everything of a workload.
fn owned(w: &RenderedWorkload, scope: &str) -> BTreeMap<String, String> {
    let pairs = [
        (SCOPE, scope.to_owned()),
        (WORKLOAD, w.id.to_string()),
        (DEPLOYMENT, w.deployment.to_string()),
        (GENERATION, w.generation.to_string()),
        ("com.docker.compose.project", w.id.to_string()),
    ];
    pairs.into_iter().map(|(k, v)| (k.to_owned(), v)).collect()
}

/// The labels of a container. Ours win over what the service asks for.
pub(super) fn container(w: &RenderedWorkload, scope: &str, name: &str, hash: &ContentHash) -> BTreeMap<String, String> {
    let service = &w.spec.services[name];
    let pairs = [
        (HASH, hash.to_string()),
        (SERVICE, name.to_owned()),
        (RESTART, policy(service.restart, service.max_restarts)),
        (DEPENDS_ON, depends_on(service)),
        ("com.docker.compose.service", name.to_owned()),
        ("com.docker.compose.config-hash", hash.to_string()),
        ("com.docker.compose.container-number", "1".to_owned()),
        ("com.docker.compose.oneoff", "False".to_owned()),
        ("com.docker.compose.version", concat!("miaas-", env!("CARGO_PKG_VERSION")).to_owned()),
        // Compose lists a project only when it says where it comes from.
        ("com.docker.compose.project.config_files", format!("miaas:{}", w.deployment_name)),
        ("com.docker.compose.project.working_dir", "/".to_owned()),
    ];
    let mut labels = service.labels.clone();
    labels.extend(owned(w, scope));
    labels.extend(pairs.into_iter().map(|(k, v)| (k.to_owned(), v)));
    let shares = network::shared_by(w, name);
    let networks = network::put_on(w, name);
    let more = [
        (NETWORKS, (!networks.is_empty()).then(|| networks.join(","))),
        (SHARES, (!shares.is_empty()).then(|| shares.join(","))),
        (GRACE, service.stop_grace.map(|_| grace_seconds(service).to_string())),
    ];
    for (key, value) in more {
        // The service may ask for a label of this name.
        labels.remove(key);
        labels.extend(value.map(|value| (key.to_owned(), value)));
    }
    labels
}

/// A restart policy as label value, as Compose writes it.
pub(super) fn policy(policy: RestartPolicy, max: Option<u32>) -> String {
    match (policy, max) {
        (RestartPolicy::Always, _) => "always".to_owned(),
        (RestartPolicy::OnFailure, None) => "on-failure".to_owned(),
        (RestartPolicy::OnFailure, Some(max)) => format!("on-failure:{max}"),
        (RestartPolicy::No, _) => "no".to_owned(),
    }
}

/// Reads [`policy`] back. Unknown values count as the default.
pub(super) fn parse_policy(text: &str) -> (RestartPolicy, Option<u32>) {
    match text.split_once(':').unwrap_or((text, "")) {
        ("no", _) => (RestartPolicy::No, None),
        ("on-failure", max) => (RestartPolicy::OnFailure, max.parse().ok()),
        _ => (RestartPolicy::Always, None),
    }
}

/// The grace of a service in whole seconds, as the engine counts, rounded up.
pub(super) fn grace_seconds(service: &Service) -> u64 {
    service.stop_grace.map_or(DEFAULT_GRACE_SECONDS, |g| g.0.div_ceil(1000))
}

fn depends_on(service: &Service) -> String {
    let word = |condition: DependsOn| match condition {
        DependsOn::ServiceStarted => "service_started",
        DependsOn::ServiceHealthy => "service_healthy",
        DependsOn::ServiceCompletedSuccessfully => "service_completed_successfully",
    };
    let needed = |(name, c): (&String, &DependsOn)| format!("{name}:{}:{}", word(*c), service.follows.contains(name));
    service.depends_on.iter().map(needed).collect::<Vec<_>>().join(",")
}

/// The names in a [`DEPENDS_ON`] label.
pub(super) fn parse_depends_on(text: &str) -> Vec<String> {
    text.split(',').filter_map(|part| part.split(':').next()).filter(|n| !n.is_empty()).map(str::to_owned).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_reads_back() {
        let depends = [("db".to_owned(), DependsOn::ServiceHealthy), ("x".to_owned(), DependsOn::ServiceStarted)];
        let service = Service { depends_on: depends.into(), ..Service::default() };
        assert_eq!(depends_on(&service), "db:service_healthy:false,x:service_started:false");
        assert_eq!(parse_depends_on(&depends_on(&service)), ["db", "x"]);
        assert_eq!(parse_depends_on(""), Vec::<String>::new());
        for (p, max) in [
            (RestartPolicy::Always, None),
            (RestartPolicy::OnFailure, None),
            (RestartPolicy::OnFailure, Some(3)),
            (RestartPolicy::No, None),
        ] {
            assert_eq!(parse_policy(&policy(p, max)), (p, max));
        }
    }
}
