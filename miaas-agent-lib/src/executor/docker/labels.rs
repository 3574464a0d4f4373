//! The labels by which containers, volumes and networks are known as ours, and by which Compose recognises the containers.

use std::collections::BTreeMap;

use miaas_core::{
    id::WorkloadId,
    model::{DependsOn, RenderedWorkload, RestartPolicy, Service},
};

/// The agent that something belongs to: several may share an engine, and none may touch what another one runs.
pub(super) const SCOPE: &str = "io.miaas.scope";
/// The mark: the workload that something belongs to. What does not carry it, or has another scope, is not ours.
pub(super) const WORKLOAD: &str = "io.miaas.workload";
pub(super) const DEPLOYMENT: &str = "io.miaas.deployment";
pub(super) const HASH: &str = "io.miaas.hash";
pub(super) const GENERATION: &str = "io.miaas.generation";
pub(super) const SERVICE: &str = "io.miaas.service";
/// How many services the workload has.
pub(super) const SERVICES: &str = "io.miaas.services";
/// The restart policy that was asked for; the engine's own differs while the service is stopped by request.
pub(super) const RESTART: &str = "io.miaas.restart";
/// Seconds between the stop signal and the kill.
pub(super) const GRACE: &str = "io.miaas.stop-grace";
/// A volume that several workloads share and that goes with none of them.
pub(super) const SHARED: &str = "io.miaas.shared";
/// Compose's own label for what a service depends on: `db:service_healthy:false,cache:service_started:false`.
pub(super) const DEPENDS_ON: &str = "com.docker.compose.depends_on";

/// Docker's own grace, used where a service names none.
pub(super) const DEFAULT_GRACE_SECONDS: u64 = 10;

/// The filter for everything of a scope, or of one workload in it.
pub(super) fn filter(scope: &str, of: Option<&WorkloadId>) -> Vec<String> {
    let workload = of.map_or_else(|| WORKLOAD.to_owned(), |id| format!("{WORKLOAD}={id}"));
    vec![format!("{SCOPE}={scope}"), workload]
}

/// The labels of a volume or a network.
pub(super) fn owned(w: &RenderedWorkload, scope: &str) -> BTreeMap<String, String> {
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
pub(super) fn container(w: &RenderedWorkload, scope: &str, name: &str, service: &Service) -> BTreeMap<String, String> {
    let pairs = [
        (HASH, w.hash.to_string()),
        (SERVICE, name.to_owned()),
        (SERVICES, w.spec.services.len().to_string()),
        (RESTART, policy(service.restart).to_owned()),
        (GRACE, grace_seconds(service).to_string()),
        (DEPENDS_ON, depends_on(service)),
        ("com.docker.compose.service", name.to_owned()),
        ("com.docker.compose.config-hash", w.hash.to_string()),
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
    labels
}

/// A restart policy as label value.
pub(super) const fn policy(policy: RestartPolicy) -> &'static str {
    match policy {
        RestartPolicy::Always => "always",
        RestartPolicy::OnFailure => "on-failure",
        RestartPolicy::No => "no",
    }
}

/// Reads [`policy`] back. Unknown values count as the default.
pub(super) fn parse_policy(text: &str) -> RestartPolicy {
    match text {
        "no" => RestartPolicy::No,
        "on-failure" => RestartPolicy::OnFailure,
        _ => RestartPolicy::Always,
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
    service.depends_on.iter().map(|(name, c)| format!("{name}:{}:false", word(*c))).collect::<Vec<_>>().join(",")
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
        for p in [RestartPolicy::Always, RestartPolicy::OnFailure, RestartPolicy::No] {
            assert_eq!(parse_policy(policy(p)), p);
        }
    }
}
