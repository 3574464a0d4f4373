//! The fields of everything else than a service.

use super::{
    Field,
    Support::{self, Ignored, No, Yes},
    field,
};

const SWARM: Support = No("it is for clusters of Docker");
const NO_EFFECT: Support = Ignored("it has no effect on one engine");

/// The document.
pub(in crate::compose) const TOP: &[Field] = &[
    field("services", Yes("")),
    field("networks", Yes("")),
    field("volumes", Yes("named volumes")),
    field("configs", Yes("")),
    field("secrets", Yes("")),
    field("include", Yes("paths, or mappings with `path`, `project_directory`, `env_file`")),
    field("name", Ignored("the project is named after the workload")),
    field("version", Ignored("the specification has made it obsolete")),
    field("models", No("run the model server as a service")),
];

/// One inclusion.
pub(in crate::compose) const INCLUDE: &[Field] = &[
    field("path", Yes("one, or several that are merged")),
    field("project_directory", Yes("")),
    field("env_file", Yes("defaults for the variables of what is included")),
];

/// `extends`.
pub(in crate::compose) const EXTENDS: &[Field] =
    &[field("service", Yes("")), field("file", Yes("absent is the same document"))];

/// A file of variables.
pub(in crate::compose) const ENV_FILE: &[Field] = &[
    field("path", Yes("")),
    field("required", Yes("`false`: it may be absent")),
    field("format", Yes("`raw`: values are taken as they are")),
];

/// `deploy`.
pub(in crate::compose) const DEPLOY: &[Field] = &[
    field("resources", Yes("")),
    field("restart_policy", Yes("where `restart` is absent")),
    field("replicas", Yes("0 or 1")),
    field("mode", Ignored("a service is one container of each workload")),
    field("placement", No("set the placement of the deployment")),
    field("update_config", Ignored("the system replaces workloads one by one")),
    field("rollback_config", Ignored("what runs keeps running until its successor is ready")),
    field("endpoint_mode", NO_EFFECT),
    field("labels", Ignored("they are for clusters; the labels of containers are `labels` of the service")),
];

/// `deploy.restart_policy`.
pub(in crate::compose) const RESTART_POLICY: &[Field] = &[
    field("condition", Yes("`none`, `on-failure`, `any`")),
    field("max_attempts", Yes("with `on-failure`")),
    field("delay", Ignored("pauses grow by themselves")),
    field("window", Ignored("pauses grow by themselves")),
];

/// `deploy.resources`.
pub(in crate::compose) const RESOURCES: &[Field] = &[field("limits", Yes("")), field("reservations", Yes(""))];

/// `deploy.resources.limits`.
pub(in crate::compose) const LIMITS: &[Field] =
    &[field("cpus", Yes("")), field("memory", Yes("rounded up to MiB")), field("pids", Yes(""))];

/// `deploy.resources.reservations`.
pub(in crate::compose) const RESERVATIONS: &[Field] = &[
    field("devices", Yes("GPUs")),
    field("memory", Yes("what it keeps when memory is short; the placement counts limits")),
    field("cpus", Ignored("what is limited is what is reserved")),
    field("generic_resources", No("ask for `gpus`")),
];

/// A device of `gpus` or of `reservations.devices`.
pub(in crate::compose) const GPU: &[Field] = &[
    field("count", Yes("a number; the placement chooses which")),
    field("device_ids", Yes("identities that a template got from `gpus`; refused in a document of one's own")),
    field("capabilities", Yes("must contain `gpu`")),
    field("driver", Yes("`nvidia`")),
    field("options", No("the driver has none that is needed")),
];

/// A device in long form.
pub(in crate::compose) const DEVICE: &[Field] = &[
    field("source", Yes("")),
    field("target", Yes("absent is the source")),
    field("permissions", Yes("`rwm` when absent")),
];

/// A port in long form.
pub(in crate::compose) const PORT: &[Field] = &[
    field("target", Yes("")),
    field("published", Yes("one port; absent takes a free one")),
    field("host_ip", Yes("absent is all interfaces")),
    field("protocol", Yes("`tcp` or `udp`")),
    field("name", NO_EFFECT),
    field("app_protocol", NO_EFFECT),
    field("mode", NO_EFFECT),
];

/// A mount in long form.
pub(in crate::compose) const MOUNT: &[Field] = &[
    field("type", Yes("`volume`, `bind` or `tmpfs`")),
    field("source", Yes("")),
    field("target", Yes("")),
    field("read_only", Yes("")),
    field("bind", Yes("")),
    field("volume", Yes("")),
    field("tmpfs", Yes("")),
    field("consistency", Ignored("it has no effect on Linux")),
    field("image", No("copy it out of the image with a service that others depend on")),
];

/// `bind` of a mount.
pub(in crate::compose) const BIND: &[Field] = &[
    field("propagation", Yes("")),
    field("create_host_path", Yes("")),
    field("selinux", Yes("")),
    field("recursive", No("mounts below the path are taken along")),
];

/// `volume` of a mount.
pub(in crate::compose) const MOUNT_VOLUME: &[Field] =
    &[field("nocopy", Yes("")), field("subpath", Yes("")), field("labels", Ignored("a named volume has its own"))];

/// `tmpfs` of a mount.
pub(in crate::compose) const TMPFS: &[Field] = &[field("size", Yes("")), field("mode", Yes("octal"))];

/// A health check.
pub(in crate::compose) const HEALTH: &[Field] = &[
    field("test", Yes("text, `CMD`, `CMD-SHELL` or `NONE`")),
    field("interval", Yes("30s when absent")),
    field("timeout", Yes("30s when absent")),
    field("retries", Yes("3 when absent")),
    field("start_period", Yes("0s when absent")),
    field("start_interval", Yes("")),
    field("disable", Yes("")),
    field("x-http", Yes("in place of `test`: an answer from 200 to 399 is healthy")),
];

/// A health check over HTTP.
pub(in crate::compose) const HTTP_TEST: &[Field] = &[
    field("port", Yes("that the service listens on: in the container, or on the node for a process")),
    field("path", Yes("`/` when absent")),
];

/// One dependency in long form.
pub(in crate::compose) const DEPENDENCY: &[Field] = &[
    field("condition", Yes("`service_started`, `service_healthy`, `service_completed_successfully`")),
    field("required", Yes("`false`: without effect when the service is not there")),
    field("restart", Yes("`true`: started again when that one is replaced")),
];

/// A service on a network.
pub(in crate::compose) const ATTACHMENT: &[Field] = &[
    field("aliases", Yes("")),
    field("ipv4_address", Yes("")),
    field("ipv6_address", Yes("")),
    field("link_local_ips", Yes("")),
    field("mac_address", Yes("")),
    field("interface_name", Yes("")),
    field("priority", Yes("")),
    field("gw_priority", Yes("")),
    field("driver_opts", Yes("")),
];

/// A config or secret of a service.
pub(in crate::compose) const FILE: &[Field] = &[
    field("source", Yes("")),
    field("target", Yes("")),
    field("uid", Yes("a number")),
    field("gid", Yes("a number")),
    field("mode", Yes("octal, `0444` when absent")),
];

/// `logging`.
pub(in crate::compose) const LOGGING: &[Field] = &[field("driver", Yes("")), field("options", Yes(""))];

/// A limit of processes.
pub(in crate::compose) const ULIMIT: &[Field] = &[field("soft", Yes("")), field("hard", Yes(""))];

/// `blkio_config`.
pub(in crate::compose) const BLKIO: &[Field] = &[
    field("weight", Yes("")),
    field("weight_device", Yes("")),
    field("device_read_bps", Yes("")),
    field("device_write_bps", Yes("")),
    field("device_read_iops", Yes("")),
    field("device_write_iops", Yes("")),
];
/// A device with a weight.
pub(in crate::compose) const BLKIO_WEIGHT: &[Field] = &[field("path", Yes("")), field("weight", Yes(""))];
/// A device with a rate.
pub(in crate::compose) const BLKIO_RATE: &[Field] = &[field("path", Yes("")), field("rate", Yes(""))];

/// A named volume.
pub(in crate::compose) const VOLUME: &[Field] = &[
    field("name", Yes("the volume of this name, also when others use it")),
    field("external", Yes("it must be there")),
    field("driver", Yes("")),
    field("driver_opts", Yes("paths of the node are refused unless the policy allows it")),
    field("labels", Yes("mapping or list")),
];

/// A network.
pub(in crate::compose) const NETWORK: &[Field] = &[
    field("name", Yes("the network of this name, also when others use it")),
    field("external", Yes("it must be there")),
    field("driver", Yes("`bridge` when absent; `host` and others refused unless the policy allows it")),
    field("driver_opts", Yes("")),
    field("internal", Yes("")),
    field("attachable", Yes("")),
    field("enable_ipv4", Yes("")),
    field("enable_ipv6", Yes("")),
    field("ipam", Yes("")),
    field("labels", Yes("mapping or list")),
];

/// `ipam`.
pub(in crate::compose) const IPAM: &[Field] =
    &[field("driver", Yes("")), field("config", Yes("")), field("options", Yes(""))];

/// A range of `ipam.config`.
pub(in crate::compose) const IPAM_RANGE: &[Field] =
    &[field("subnet", Yes("")), field("ip_range", Yes("")), field("gateway", Yes("")), field("aux_addresses", Yes(""))];

/// A config.
pub(in crate::compose) const CONFIG: &[Field] = &[
    field("file", Yes("a file given with the document")),
    field("content", Yes("with variables")),
    field("environment", Yes("a variable given with the document")),
    field("name", NO_EFFECT),
    field("labels", NO_EFFECT),
    field("external", SWARM),
    field("template_driver", SWARM),
];

/// A secret.
pub(in crate::compose) const SECRET: &[Field] = &[
    field("file", Yes("a file given with the document")),
    field("environment", Yes("a variable given with the document")),
    field("name", NO_EFFECT),
    field("labels", NO_EFFECT),
    field("external", SWARM),
    field("driver", SWARM),
    field("driver_opts", SWARM),
    field("template_driver", SWARM),
];
