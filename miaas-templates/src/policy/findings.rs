//! What a workload has that a policy has to allow.

use miaas_core::model::{Isolation, MountSource, Namespace, Network, Service, Tuning, Volume, WorkloadSpec};

use super::{Finding, Rule, path};

/// Kernel parameters that every container has of its own.
const OWN_SYSCTLS: [&str; 5] = ["kernel.shm", "kernel.msg", "kernel.sem", "fs.mqueue.", "net."];
/// Sockets that control an engine.
const SOCKETS: [&str; 7] = [
    "/var/run/docker.sock",
    "/run/docker.sock",
    "/run/containerd/containerd.sock",
    "/var/run/containerd/containerd.sock",
    "/run/podman/podman.sock",
    "/var/run/podman/podman.sock",
    "/run/crio/crio.sock",
];

/// Everything in `spec` that a policy has to allow, in the order of names.
#[must_use]
pub fn findings(spec: &WorkloadSpec) -> Vec<Finding> {
    let mut out = Vec::new();
    for (name, service) in &spec.services {
        let mut found = Found { out: &mut out, service: Some(name), pointer: format!("/services/{name}") };
        self::service(service, &mut found);
    }
    for (name, volume) in &spec.volumes {
        self::volume(name, volume, &mut Found { out: &mut out, service: None, pointer: format!("/volumes/{name}") });
    }
    for (name, network) in &spec.networks {
        self::network(name, network, &mut Found { out: &mut out, service: None, pointer: format!("/networks/{name}") });
    }
    out
}

struct Found<'a> {
    out: &'a mut Vec<Finding>,
    service: Option<&'a String>,
    pointer: String,
}

impl Found<'_> {
    fn add(&mut self, rule: Rule, field: &str, value: &str, message: impl Into<String>) {
        self.out.push(Finding {
            rule,
            service: self.service.cloned(),
            path: format!("{}/{field}", self.pointer),
            value: value.to_owned(),
            message: message.into(),
        });
    }
}

fn service(service: &Service, found: &mut Found<'_>) {
    privileges(&service.isolation, found);
    let spaces = &service.namespaces;
    for (space, rule, field) in [
        (&spaces.network, Rule::HostNetwork, "network_mode"),
        (&spaces.pid, Rule::HostPid, "pid"),
        (&spaces.ipc, Rule::HostIpc, "ipc"),
        (&spaces.uts, Rule::HostUts, "uts"),
        (&spaces.user, Rule::HostUsers, "userns_mode"),
        (&spaces.cgroup, Rule::HostCgroup, "cgroup"),
    ] {
        match space {
            Some(Namespace::Host) => found.add(rule, field, "host", format!("`{field}: host` shares it with the node")),
            Some(Namespace::Container(name)) => {
                let text = format!("`{field}` is that of the container {name:?}, which is none of this workload");
                found.add(Rule::ForeignNamespace, field, name, text);
            }
            _ => {}
        }
    }
    for mount in &service.mounts {
        if let MountSource::Host(path) = &mount.source {
            host_path(path, "volumes", found);
        }
    }
    let host_network = spaces.network == Some(Namespace::Host);
    for name in service.isolation.sysctls.keys() {
        let own = OWN_SYSCTLS.iter().any(|p| name.starts_with(p)) && !(host_network && name.starts_with("net."));
        if !own {
            found.add(Rule::Sysctl, "sysctls", name, format!("the kernel parameter {name:?} is the node's"));
        }
    }
    if let Some(runtime) = &service.runtime {
        found.add(Rule::Runtime, "runtime", runtime, format!("the runtime {runtime:?} is another than the engine's"));
    }
    oom(&service.tuning, found);
}

fn privileges(isolation: &Isolation, found: &mut Found<'_>) {
    if isolation.privileged {
        found.add(Rule::Privileged, "privileged", "true", "a privileged container is root on the node");
    }
    for name in &isolation.cap_add {
        found.add(Rule::CapAdd, "cap_add", name, format!("the capability {name} is added"));
    }
    for device in &isolation.devices {
        let text = format!("the device {:?} of the node is passed in", device.host);
        found.add(Rule::Device, "devices", &path::normal(&device.host), text);
    }
    for rule in &isolation.device_cgroup_rules {
        found.add(Rule::Device, "device_cgroup_rules", rule, format!("devices of the node are opened by {rule:?}"));
    }
    for option in &isolation.security_opt {
        // Everything else changes a profile of the kernel, also one that is given in full.
        if !matches!(option.split(['=', ':']).next(), Some("no-new-privileges")) {
            found.add(
                Rule::Unconfined,
                "security_opt",
                option,
                format!("{option:?} changes what confines the container"),
            );
        }
    }
    if let Some(parent) = &isolation.cgroup_parent {
        let text = format!("the control group {parent:?} is another than the engine's");
        found.add(Rule::HostCgroup, "cgroup_parent", parent, text);
    }
}

fn oom(tuning: &Tuning, found: &mut Found<'_>) {
    if tuning.oom_kill_disable {
        found.add(Rule::Oom, "oom_kill_disable", "true", "the kernel would stop others when memory is short");
    }
    if let Some(score) = tuning.oom_score_adj.filter(|s| *s < 0) {
        let text = format!("with the score {score} the kernel would stop others first when memory is short");
        found.add(Rule::Oom, "oom_score_adj", &score.to_string(), text);
    }
}

fn host_path(text: &str, field: &str, found: &mut Found<'_>) {
    let path = path::normal(text);
    let holds = |socket: &str| path::inside(socket, &path) || path::inside(&path, socket);
    let named = path.rsplit('/').next().is_some_and(|n| matches!(n, "docker.sock" | "podman.sock" | "containerd.sock"));
    if named || SOCKETS.iter().any(|s| holds(s)) {
        found.add(
            Rule::DockerSocket,
            field,
            &path,
            format!("{text:?} holds the socket of the engine: root on the node"),
        );
    }
    found.add(Rule::HostMount, field, &path, format!("the path {text:?} of the node is mounted"));
}

fn volume(key: &str, volume: &Volume, found: &mut Found<'_>) {
    if volume.external {
        let name = volume.external_name.as_deref().unwrap_or(key);
        found.add(Rule::ExternalVolume, "external", name, format!("somebody else made the volume {name:?}"));
    }
    if let Some(driver) = &volume.driver {
        let text = format!("the volume is made by the driver {driver:?}");
        found.add(Rule::VolumeDriver, "driver", driver, text);
        return;
    }
    let option = |name: &str| volume.driver_opts.get(name).map(String::as_str);
    if volume.driver_opts.is_empty() || option("type") == Some("tmpfs") {
        return;
    }
    match option("device").filter(|d| d.starts_with('/')) {
        Some(device) => host_path(device, "driver_opts", found),
        None => {
            let kind = option("type").unwrap_or("?");
            let text = format!("the node mounts a file system of type {kind:?} from elsewhere");
            found.add(Rule::VolumeDriver, "driver_opts", kind, text);
        }
    }
}

fn network(key: &str, network: &Network, found: &mut Found<'_>) {
    if network.external {
        let name = network.name.as_deref().unwrap_or(key);
        found.add(Rule::ExternalNetwork, "external", name, format!("somebody else made the network {name:?}"));
    }
    if let Some(driver) = network.driver.as_deref().filter(|d| !matches!(*d, "bridge" | "none" | "null")) {
        let text = format!("the driver {driver:?} puts containers into the network of the node");
        found.add(Rule::NetworkDriver, "driver", driver, text);
    }
}
