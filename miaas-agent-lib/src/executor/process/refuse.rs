//! What a local process cannot be given, as data. A service says with `x-process` how it runs without a container; what its
//! document asks of a container besides is refused rather than left out, since it would not be what was asked for. Limits are
//! the exception: they are what the placement counts with, and a process may use more.

use miaas_core::model::{MountSource, RenderedWorkload, Service, Volume};

/// A field, and whether a service uses it.
type Field = (&'static str, fn(&Service) -> bool);

const FIELDS: &[Field] = &[
    ("configs and secrets as files", |s| !s.files.is_empty()),
    ("networks of its own", |s| !s.networks.is_empty()),
    ("names of its own (dns, extra_hosts, links)", |s| s.dns != Default::default()),
    ("namespaces of others (network_mode, pid, ipc)", |s| s.namespaces != Default::default()),
    ("privileges of its own (cap_add, devices, security_opt, sysctls)", |s| s.isolation != Default::default()),
    ("settings of the kernel (ulimits, cpuset, blkio_config)", |s| s.tuning != Default::default()),
    ("another user", |s| s.user.is_some()),
    ("a read-only root", |s| s.read_only),
    ("a runtime", |s| s.runtime.is_some()),
    ("another platform", |s| s.platform.is_some()),
    ("a mac_address", |s| s.mac_address.is_some()),
    ("a logging driver", |s| s.logging.is_some()),
    ("a terminal", |s| s.tty || s.stdin_open),
    ("a mount of a path of the node", |s| s.mounts.iter().any(|m| matches!(m.source, MountSource::Host(_)))),
    ("a tmpfs", |s| s.mounts.iter().any(|m| matches!(m.source, MountSource::Tmpfs(_)))),
];

/// Why a workload cannot run as local processes.
pub(super) fn refuses(w: &RenderedWorkload) -> Option<String> {
    let made_otherwise = |v: &Volume| v.external || v.driver.is_some() || !v.driver_opts.is_empty();
    if let Some((name, _)) = w.spec.volumes.iter().find(|(_, v)| made_otherwise(v)) {
        return Some(format!("volume {name}: a local process has folders for volumes, without drivers or options"));
    }
    w.spec.services.iter().find_map(|(name, service)| {
        if service.process.is_empty() {
            return Some(format!(
                "service {name} has no command line for processes (x-process): it needs a container engine"
            ));
        }
        let (what, _) = FIELDS.iter().find(|(_, uses)| uses(service))?;
        Some(format!("service {name}: a local process cannot have {what}: it needs a container engine"))
    })
}
