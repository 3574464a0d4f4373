//! Which fields of the Compose specification are honoured. The reader asks these tables, and `docs/compose-support.md` is
//! printed from them, so the two cannot differ.

use std::fmt::Write as _;

/// A field and what becomes of it.
#[derive(Debug, Clone, Copy)]
pub struct Field {
    /// Its name.
    pub name: &'static str,
    /// What becomes of it.
    pub support: Support,
}

/// What becomes of a field.
#[derive(Debug, Clone, Copy)]
pub enum Support {
    /// Honoured, with a remark.
    Yes(&'static str),
    /// Without effect, with a warning that says why.
    Ignored(&'static str),
    /// An error that says why or what to use instead.
    No(&'static str),
    /// An error by policy: it would reach out of the container.
    Forbidden(&'static str),
}

use Support::{Forbidden, Ignored, No, Yes};

const fn field(name: &'static str, support: Support) -> Field {
    Field { name, support }
}

/// The document.
pub(super) const TOP: &[Field] = &[
    field("services", Yes("")),
    field("volumes", Yes("named volumes")),
    field("name", Ignored("the project is named after the workload")),
    field("version", Ignored("the specification has made it obsolete")),
    field("networks", No("the services of a deployment share one network of their own")),
    field("configs", No("put values into `environment`")),
    field("secrets", No("put values into `environment`")),
    field("include", No("deploy one complete document")),
    field("models", No("run the model server as a service")),
];

/// A service.
pub(super) const SERVICE: &[Field] = &[
    field("image", Yes("needs a tag or digest to stay the same (a warning otherwise)")),
    field("command", Yes("text (split like a shell does) or list")),
    field("entrypoint", Yes("text (split like a shell does) or list")),
    field("environment", Yes("mapping or list; a name alone takes the variable given for interpolation")),
    field("ports", Yes("short and long form, one port each; without a host port a free one is taken")),
    field("volumes", Yes("short and long form; named volumes and tmpfs")),
    field("tmpfs", Yes("one path or a list, `size=` and `ro`/`rw` as options")),
    field("healthcheck", Yes("")),
    field("depends_on", Yes("list or mapping with `condition`")),
    field(
        "restart",
        Yes(
            "`no`, `always`, `on-failure`, `unless-stopped` (as `always`); absent means `always`, and `no` for a service that others wait for to complete",
        ),
    ),
    field("deploy", Yes("`resources`")),
    field("cpus", Yes("as `deploy.resources.limits.cpus`")),
    field("mem_limit", Yes("as `deploy.resources.limits.memory`")),
    field("pids_limit", Yes("as `deploy.resources.limits.pids`")),
    field("gpus", Yes("a list with `count` or `device_ids`")),
    field("user", Yes("")),
    field("working_dir", Yes("")),
    field("hostname", Yes("")),
    field("labels", Yes("mapping or list; `com.docker.compose.` and `miaas.` are reserved")),
    field("read_only", Yes("")),
    field("init", Yes("")),
    field("shm_size", Yes("")),
    field("stop_grace_period", Yes("")),
    field("stop_signal", Yes("")),
    field(
        "x-process",
        Yes("list: the command line for the `process` executor; `{volume:NAME}` is the directory of a named volume"),
    ),
    field("container_name", Ignored("containers are named after the workload")),
    field("expose", Ignored("the services of a deployment reach each other on every port")),
    field("pull_policy", Ignored("an image is pulled when it is missing")),
    field("logging", Ignored("logs go where the engine keeps them")),
    field("privileged", Forbidden("a privileged container is root on the node")),
    field("network_mode", Forbidden("the services of a deployment share one network of their own")),
    field("pid", Forbidden("processes of other containers or of the node would be visible")),
    field("ipc", Forbidden("memory of other containers or of the node would be visible")),
    field("uts", Forbidden("the name of the node could be changed")),
    field("userns_mode", Forbidden("it lifts the separation of users")),
    field("cgroup", Forbidden("it lifts the separation of resources")),
    field("cgroup_parent", Forbidden("it lifts the separation of resources")),
    field("cap_add", Forbidden("additional capabilities reach out of the container")),
    field("devices", Forbidden("devices of the node are given out by the placement: use `gpus`")),
    field("device_cgroup_rules", Forbidden("devices of the node are given out by the placement")),
    field("security_opt", Forbidden("it changes the separation from the node")),
    field("sysctls", Forbidden("it changes the kernel of the node")),
    field("volumes_from", Forbidden("it mounts volumes of other containers")),
    field("build", No("build and push the image, then name it in `image`")),
    field("env_file", No("put the values into `environment`")),
    field("extends", No("write the service out")),
    field("profiles", No("leave out what should not run")),
    field("scale", No("set the replicas of the deployment")),
    field("networks", No("the services of a deployment share one network of their own")),
    field("configs", No("put values into `environment`")),
    field("secrets", No("put values into `environment`")),
    field("links", No("services reach each other by their names")),
    field("external_links", No("reach other deployments by their published ports")),
    field("platform", No("the node decides; pin the deployment to nodes by a label")),
    field("runtime", No("ask for `gpus`; the node knows its runtime")),
    field("cap_drop", No("not yet")),
    field("dns", No("not yet")),
    field("dns_opt", No("not yet")),
    field("dns_search", No("not yet")),
    field("domainname", No("not yet")),
    field("extra_hosts", No("not yet")),
    field("group_add", No("not yet")),
    field("mac_address", No("not yet")),
    field("ulimits", No("not yet")),
    field("oom_kill_disable", No("not yet")),
    field("oom_score_adj", No("not yet")),
    field("stdin_open", No("nobody could type")),
    field("tty", No("nobody could type")),
    field("attach", No("read the logs instead")),
    field("annotations", No("use `labels`")),
    field("credential_spec", No("Windows only")),
    field("isolation", No("Windows only")),
    field("develop", No("for development on one's own machine")),
    field("post_start", No("not yet")),
    field("pre_stop", No("not yet")),
    field("storage_opt", No("not yet")),
    field("blkio_config", No("not yet")),
    field("cpu_count", No("use `cpus`")),
    field("cpu_percent", No("use `cpus`")),
    field("cpu_period", No("use `cpus`")),
    field("cpu_quota", No("use `cpus`")),
    field("cpu_rt_period", No("use `cpus`")),
    field("cpu_rt_runtime", No("use `cpus`")),
    field("cpu_shares", No("use `cpus`")),
    field("cpuset", No("use `cpus`")),
    field("mem_reservation", No("use `mem_limit`: what is limited is what is reserved")),
    field("mem_swappiness", No("not yet")),
    field("memswap_limit", No("not yet")),
];

/// `deploy`.
pub(super) const DEPLOY: &[Field] = &[
    field("resources", Yes("")),
    field("replicas", No("set the replicas of the deployment")),
    field("mode", No("set the replicas of the deployment")),
    field("restart_policy", No("use `restart`")),
    field("placement", No("set the placement of the deployment")),
    field("update_config", No("the system replaces workloads one by one")),
    field("rollback_config", No("what runs keeps running until its successor is ready")),
    field("endpoint_mode", No("publish `ports`")),
    field("labels", No("use the labels of the service")),
];

/// `deploy.resources`.
pub(super) const RESOURCES: &[Field] = &[field("limits", Yes("")), field("reservations", Yes(""))];

/// `deploy.resources.limits`.
pub(super) const LIMITS: &[Field] =
    &[field("cpus", Yes("")), field("memory", Yes("rounded up to MiB")), field("pids", Yes(""))];

/// `deploy.resources.reservations`.
pub(super) const RESERVATIONS: &[Field] = &[
    field("devices", Yes("GPUs")),
    field("cpus", Ignored("what is limited is what is reserved")),
    field("memory", Ignored("what is limited is what is reserved")),
    field("generic_resources", No("ask for `gpus`")),
];

/// A device of `gpus` or of `reservations.devices`.
pub(super) const DEVICE: &[Field] = &[
    field("count", Yes("a number; the placement chooses which")),
    field("device_ids", Yes("identities that a template got from `gpus`; refused in a document of one's own")),
    field("capabilities", Yes("must contain `gpu`")),
    field("driver", Yes("`nvidia`")),
    field("options", No("not yet")),
];

/// A port in long form.
pub(super) const PORT: &[Field] = &[
    field("target", Yes("")),
    field("published", Yes("one port; absent takes a free one")),
    field("host_ip", Yes("absent is all interfaces")),
    field("protocol", Yes("`tcp` or `udp`")),
    field("name", Ignored("it has no effect on one engine")),
    field("app_protocol", Ignored("it has no effect on one engine")),
    field("mode", Ignored("it has no effect on one engine")),
];

/// A mount in long form.
pub(super) const MOUNT: &[Field] = &[
    field("type", Yes("`volume` or `tmpfs`; `bind` is not allowed")),
    field("source", Yes("")),
    field("target", Yes("")),
    field("read_only", Yes("")),
    field("tmpfs", Yes("`size`")),
    field("consistency", Ignored("it has no effect on Linux")),
    field("bind", Forbidden("paths of the node are not mounted")),
    field("volume", No("not yet")),
    field("image", No("not yet")),
];

/// `tmpfs` of a mount.
pub(super) const TMPFS: &[Field] = &[field("size", Yes("")), field("mode", No("not yet"))];

/// A health check.
pub(super) const HEALTH: &[Field] = &[
    field("test", Yes("text, `CMD`, `CMD-SHELL` or `NONE`")),
    field("interval", Yes("30s when absent")),
    field("timeout", Yes("30s when absent")),
    field("retries", Yes("3 when absent")),
    field("start_period", Yes("0s when absent")),
    field("disable", Yes("")),
    field("start_interval", Ignored("`interval` holds from the start")),
];

/// One dependency in long form.
pub(super) const DEPENDENCY: &[Field] = &[
    field("condition", Yes("`service_started`, `service_healthy`, `service_completed_successfully`")),
    field("required", Yes("only `true`")),
    field("restart", No("a workload is replaced as a whole")),
];

/// A named volume.
pub(super) const VOLUME: &[Field] = &[
    field("name", Yes("the volume of this name, also when others use it")),
    field("external", Yes("")),
    field("driver", Yes("only `local`")),
    field("labels", Ignored("volumes carry the labels of the system")),
    field("driver_opts", Forbidden("paths and devices of the node are not mounted")),
];

const SECTIONS: [(&str, &[Field]); 13] = [
    ("Document", TOP),
    ("Service", SERVICE),
    ("`deploy`", DEPLOY),
    ("`deploy.resources`", RESOURCES),
    ("`deploy.resources.limits`", LIMITS),
    ("`deploy.resources.reservations`", RESERVATIONS),
    ("`gpus` and `devices`", DEVICE),
    ("`ports`, long form", PORT),
    ("`volumes` of a service, long form", MOUNT),
    ("`tmpfs` of a mount", TMPFS),
    ("`healthcheck`", HEALTH),
    ("`depends_on`, long form", DEPENDENCY),
    ("`volumes` of the document", VOLUME),
];

/// The page `docs/compose-support.md`.
#[must_use]
pub fn markdown() -> String {
    let mut out = String::from(INTRODUCTION);
    for (title, fields) in SECTIONS {
        // Writing to a String cannot fail.
        let _ = write!(out, "\n## {title}\n\n| field | | remark |\n|---|---|---|\n");
        for f in fields {
            let (mark, why) = match f.support {
                Yes(why) => ("yes", why),
                Ignored(why) => ("ignored, with a warning", why),
                No(why) => ("error", why),
                Forbidden(why) => ("refused by policy", why),
            };
            let _ = writeln!(out, "| `{}` | {mark} | {why} |", f.name);
        }
    }
    out
}

const INTRODUCTION: &str = "# What of Compose is supported

This page is printed from the tables that the reader uses (`cargo run -p miaas-templates --example compose_support`); a test
fails when it is out of date. A field that is missing here is an error that names the nearest known field. Names starting with
`x-` are free for others. Anchors, aliases and merge keys work. A field that is an error may still stand in a document with
`false` or an empty value.

`${VAR}`, `${VAR:-default}`, `${VAR-default}`, `${VAR:?message}`, `${VAR?message}`, `${VAR:+value}`, `${VAR+value}` and `$VAR`
are replaced in every value, only from the variables given with the document, never from the environment of the server or the
node. A variable that is not given is an error. `$$` is a dollar sign.

Host paths (also the Docker socket) are never mounted.
";
