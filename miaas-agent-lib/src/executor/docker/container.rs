//! A service as the engine's request to create a container. Pure.

use bollard::models::{
    ContainerCreateBody, DeviceRequest, EndpointSettings, HealthConfig, HostConfig, HostConfigLogConfig,
    Mount as EngineMount, MountTmpfsOptions, MountType, MountVolumeOptions, NetworkingConfig, PortBinding,
    RestartPolicy as EnginePolicy, RestartPolicyNameEnum,
};
use miaas_core::model::{
    HealthTest, Healthcheck, Millis, Mount, MountSource, PublishedPort, RenderedWorkload, RestartPolicy, Service,
};

use super::labels;

const MIB: u64 = 1024 * 1024;
/// Logs of a container take at most this much of the node's disk, three times.
const LOG_FILE_SIZE: &str = "10m";
const LOG_FILES: &str = "3";

/// The container's name, as Compose names it.
pub(super) fn name(w: &RenderedWorkload, service: &str) -> String {
    format!("{}-{service}-1", w.id)
}

/// The network of a workload with several services.
pub(super) fn network_name(w: &RenderedWorkload) -> String {
    format!("{}_default", w.id)
}

/// The engine's name of a volume of the workload.
pub(super) fn volume_name(w: &RenderedWorkload, name: &str) -> String {
    let external = w.spec.volumes.get(name).and_then(|v| v.external_name.clone());
    external.unwrap_or_else(|| format!("{}_{name}", w.id))
}

/// The request for one service; `networked` puts it on the workload's own network.
pub(super) fn create_body(
    w: &RenderedWorkload,
    scope: &str,
    name: &str,
    service: &Service,
    networked: bool,
) -> ContainerCreateBody {
    let network = networked.then(|| network_name(w));
    ContainerCreateBody {
        image: Some(service.image.clone()),
        entrypoint: service.entrypoint.clone(),
        cmd: service.command.clone(),
        env: Some(service.environment.0.iter().map(|(k, v)| format!("{k}={v}")).collect()),
        user: service.user.clone(),
        working_dir: service.working_dir.clone(),
        hostname: service.hostname.clone().or_else(|| host_name(name)),
        labels: Some(labels::container(w, scope, name, service).into_iter().collect()),
        exposed_ports: Some(service.ports.iter().map(port_key).collect()),
        healthcheck: service.healthcheck.as_ref().map(health),
        stop_signal: service.stop_signal.clone(),
        stop_timeout: i64::try_from(labels::grace_seconds(service)).ok(),
        networking_config: network.as_ref().map(|network| {
            let aliases = Some(vec![name.to_owned()]);
            let endpoint = EndpointSettings { aliases, ..EndpointSettings::default() };
            NetworkingConfig { endpoints_config: Some([(network.clone(), endpoint)].into()) }
        }),
        host_config: Some(host_config(w, scope, service, network)),
        ..ContainerCreateBody::default()
    }
}

fn host_config(w: &RenderedWorkload, scope: &str, service: &Service, network_mode: Option<String>) -> HostConfig {
    let limits = &service.limits;
    let log_options =
        [("max-size".to_owned(), LOG_FILE_SIZE.to_owned()), ("max-file".to_owned(), LOG_FILES.to_owned())];
    let config = Some(log_options.into());
    HostConfig {
        network_mode,
        nano_cpus: limits.cpu_milli.map(|milli| signed(milli.saturating_mul(1_000_000))),
        memory: limits.mem_mib.map(|mib| signed(mib.saturating_mul(MIB))),
        pids_limit: limits.pids,
        shm_size: service.shm_size.map(signed),
        init: service.init.then_some(true),
        readonly_rootfs: service.read_only.then_some(true),
        restart_policy: Some(restart_policy(service.restart)),
        port_bindings: Some(bindings(&service.ports)),
        mounts: Some(service.mounts.iter().map(|m| mount(w, scope, m)).collect()),
        device_requests: (!service.gpus.is_empty()).then(|| vec![gpus(&service.gpus)]),
        log_config: Some(HostConfigLogConfig { typ: Some("json-file".to_owned()), config }),
        ..HostConfig::default()
    }
}

/// The engine's policy. `unless-stopped` comes back after a restart of the engine, but not when it was stopped by request.
pub(super) fn restart_policy(policy: RestartPolicy) -> EnginePolicy {
    let name = match policy {
        RestartPolicy::Always => RestartPolicyNameEnum::UNLESS_STOPPED,
        RestartPolicy::OnFailure => RestartPolicyNameEnum::ON_FAILURE,
        RestartPolicy::No => RestartPolicyNameEnum::NO,
    };
    EnginePolicy { name: Some(name), maximum_retry_count: None }
}

/// The policy that marks a container as stopped by request: always another one than [`restart_policy`]'s, and none that
/// starts a stopped container.
pub(super) fn stopped_policy(policy: RestartPolicy) -> EnginePolicy {
    let name = match policy {
        RestartPolicy::Always | RestartPolicy::OnFailure => RestartPolicyNameEnum::NO,
        RestartPolicy::No => RestartPolicyNameEnum::UNLESS_STOPPED,
    };
    EnginePolicy { name: Some(name), maximum_retry_count: None }
}

/// A service's name as host name, so that it stays the same when the container is replaced.
fn host_name(service: &str) -> Option<String> {
    let plain = service.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-');
    (plain && service.len() <= 63 && !service.starts_with('-')).then(|| service.to_owned())
}

fn port_key(port: &PublishedPort) -> String {
    format!("{}/{}", port.container, port.protocol.as_str())
}

fn bindings(ports: &[PublishedPort]) -> bollard::models::PortMap {
    let mut map = bollard::models::PortMap::new();
    for port in ports {
        let binding = PortBinding { host_ip: Some(port.host_ip.clone()), host_port: Some(port.host.to_string()) };
        map.entry(port_key(port)).or_default().get_or_insert_default().push(binding);
    }
    map
}

fn mount(w: &RenderedWorkload, scope: &str, mount: &Mount) -> EngineMount {
    let base = EngineMount {
        target: Some(mount.target.clone()),
        read_only: mount.read_only.then_some(true),
        ..EngineMount::default()
    };
    match &mount.source {
        MountSource::Volume(name) => EngineMount {
            typ: Some(MountType::VOLUME),
            source: Some(volume_name(w, name)),
            // Should the volume be gone since it was prepared, the engine makes it anew: with our mark.
            volume_options: owned(w, name).then(|| MountVolumeOptions {
                labels: Some(labels::owned(w, scope).into_iter().collect()),
                ..MountVolumeOptions::default()
            }),
            ..base
        },
        MountSource::Host(path) => EngineMount { typ: Some(MountType::BIND), source: Some(path.clone()), ..base },
        MountSource::Tmpfs(size) => EngineMount {
            typ: Some(MountType::TMPFS),
            tmpfs_options: size
                .map(|s| MountTmpfsOptions { size_bytes: Some(signed(s)), ..MountTmpfsOptions::default() }),
            ..base
        },
    }
}

fn owned(w: &RenderedWorkload, volume: &str) -> bool {
    w.spec.volumes.get(volume).is_none_or(|v| v.external_name.is_none())
}

fn gpus(ids: &[String]) -> DeviceRequest {
    DeviceRequest {
        driver: Some("nvidia".to_owned()),
        device_ids: Some(ids.to_vec()),
        capabilities: Some(vec![vec!["gpu".to_owned()]]),
        ..DeviceRequest::default()
    }
}

fn health(check: &Healthcheck) -> HealthConfig {
    let test = match &check.test {
        HealthTest::Exec(words) => std::iter::once("CMD".to_owned()).chain(words.iter().cloned()).collect(),
        HealthTest::Shell(command) => vec!["CMD-SHELL".to_owned(), command.clone()],
    };
    HealthConfig {
        test: Some(test),
        interval: Some(nanos(check.interval)),
        timeout: Some(nanos(check.timeout)),
        retries: Some(i64::from(check.retries)),
        start_period: Some(nanos(check.start_period)),
        ..HealthConfig::default()
    }
}

fn nanos(millis: Millis) -> i64 {
    signed(millis.0.saturating_mul(1_000_000))
}

fn signed(value: u64) -> i64 {
    i64::try_from(value).unwrap_or(i64::MAX)
}
