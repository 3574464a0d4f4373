//! A service as the engine's request to create a container. Pure: what has to be looked up on the node is in [`Given`].

mod devices;
mod health;
mod life;
mod limits;
mod logging;
mod mounts;
mod namespaces;
mod ports;
mod security;

use bollard::models::{ContainerCreateBody, HostConfig};
use miaas_core::{
    hash::ContentHash,
    model::{HealthTest, RenderedWorkload, Service},
};

pub(super) use self::{
    devices::{Amd, amd_access, refuses as refuses_gpu},
    life::{restart_policy, stopped_policy},
    limits::said as limits,
    mounts::{FileBind, refuses as refuses_mount, volume_name},
    namespaces::{mode as network_mode, refuses as refuses_namespace},
};
use super::{labels, network};

/// What a container gets besides what its service says.
#[derive(Debug, Clone, Default)]
pub(super) struct Given {
    /// The files of its configs and secrets, as they are on the node.
    pub files: Vec<FileBind>,
    /// Access to its AMD cards.
    pub amd: Amd,
}

/// The container's name, as Compose names it.
pub(super) fn name(w: &RenderedWorkload, service: &str) -> String {
    format!("{}-{service}-1", w.id)
}

/// The request for one service, whose hash is `hash`. It is created on its first network; the others are joined then.
pub(super) fn create_body(
    w: &RenderedWorkload,
    scope: &str,
    name: &str,
    hash: &ContentHash,
    given: Given,
) -> ContainerCreateBody {
    let service = &w.spec.services[name];
    let (network_mode, endpoints) = network::first(w, name, service);
    let host = host_config(w, scope, service, network_mode, given);
    let mut labels = labels::container(w, scope, name, hash);
    labels.insert(labels::LIMITS.to_owned(), limits::said(&host));
    let probe = service.healthcheck.as_ref().filter(|check| matches!(check.test, HealthTest::Http(_)));
    // Plain data always has a document.
    labels.extend(probe.and_then(|c| serde_json::to_string(c).ok()).map(|text| (labels::PROBE.to_owned(), text)));
    ContainerCreateBody {
        image: Some(service.image.clone()),
        entrypoint: service.entrypoint.clone(),
        cmd: service.command.clone(),
        env: Some(service.environment.0.iter().map(|(k, v)| format!("{k}={v}")).collect()),
        user: service.user.clone(),
        working_dir: service.working_dir.clone(),
        hostname: service.hostname.clone().or_else(|| namespaces::host_name(name, &service.namespaces)),
        domainname: service.dns.domain.clone(),
        tty: service.tty.then_some(true),
        open_stdin: service.stdin_open.then_some(true),
        labels: Some(labels.into_iter().collect()),
        exposed_ports: Some(service.ports.iter().map(ports::key).collect()),
        healthcheck: service.healthcheck.as_ref().map(health::health),
        stop_signal: service.stop_signal.clone(),
        stop_timeout: i64::try_from(labels::grace_seconds(service)).ok(),
        networking_config: endpoints,
        host_config: Some(host),
        ..ContainerCreateBody::default()
    }
}

fn host_config(
    w: &RenderedWorkload,
    scope: &str,
    service: &Service,
    network_mode: Option<String>,
    given: Given,
) -> HostConfig {
    let mut host = HostConfig {
        network_mode,
        runtime: service.runtime.clone(),
        annotations: some_map(&service.annotations),
        restart_policy: Some(restart_policy(service.restart, service.max_restarts, w.exclusive)),
        port_bindings: Some(ports::bindings(&service.ports)),
        log_config: Some(logging::config(service.logging.as_ref())),
        readonly_rootfs: service.read_only.then_some(true),
        init: service.init.then_some(true),
        ..HostConfig::default()
    };
    limits::set(service, &mut host);
    security::set(&service.isolation, &mut host);
    namespaces::set(w, service, &mut host);
    mounts::set(w, scope, service, given.files, &mut host);
    devices::set(service, given.amd, &mut host);
    host
}

/// None for an empty list, so that the engine's own default holds.
fn some_list(list: &[String]) -> Option<Vec<String>> {
    (!list.is_empty()).then(|| list.to_vec())
}

/// None for an empty map. The engine's types have unordered maps.
pub(super) fn some_map<M: FromIterator<(String, String)>>(
    map: &std::collections::BTreeMap<String, String>,
) -> Option<M> {
    (!map.is_empty()).then(|| map.iter().map(|(k, v)| (k.clone(), v.clone())).collect())
}

/// The engine counts in signed numbers.
fn signed(value: u64) -> i64 {
    i64::try_from(value).unwrap_or(i64::MAX)
}
