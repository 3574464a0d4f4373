//! Namespaces that a service shares, and how it finds others by name.

use bollard::models::{HostConfig, HostConfigCgroupnsModeEnum};
use miaas_core::model::{Namespace, Namespaces, RenderedWorkload, Service};

use super::some_list;

pub(super) fn set(w: &RenderedWorkload, service: &Service, host: &mut HostConfig) {
    let spaces = &service.namespaces;
    let mode = |space: &Option<Namespace>| space.as_ref().map(|space| mode(w, space));
    // The network's is set together with the networks.
    host.pid_mode = mode(&spaces.pid).filter(|mode| mode != "private");
    host.ipc_mode = mode(&spaces.ipc);
    host.uts_mode = mode(&spaces.uts).filter(|mode| mode != "private");
    host.userns_mode = mode(&spaces.user).filter(|mode| mode != "private");
    host.cgroupns_mode = match spaces.cgroup {
        Some(Namespace::Host) => Some(HostConfigCgroupnsModeEnum::HOST),
        Some(Namespace::Private) => Some(HostConfigCgroupnsModeEnum::PRIVATE),
        _ => None,
    };
    let dns = &service.dns;
    host.dns = some_list(&dns.servers);
    host.dns_search = some_list(&dns.search);
    host.dns_options = some_list(&dns.options);
    let line = |h: &miaas_core::model::ExtraHost| format!("{}:{}", h.name, h.address);
    host.extra_hosts = (!dns.hosts.is_empty()).then(|| dns.hosts.iter().map(line).collect());
}

/// A namespace in the engine's words. A container of the workload is given by its name; the engine keeps its identity.
pub(in super::super) fn mode(w: &RenderedWorkload, space: &Namespace) -> String {
    match space {
        Namespace::Host => "host".to_owned(),
        Namespace::None => "none".to_owned(),
        Namespace::Bridge => "bridge".to_owned(),
        Namespace::Private => "private".to_owned(),
        Namespace::Shareable => "shareable".to_owned(),
        Namespace::Service(name) => format!("container:{}", super::name(w, name)),
        Namespace::Container(name) => format!("container:{name}"),
    }
}

/// A service's name as host name, so that it stays the same when the container is replaced; none where it has no host name
/// of its own.
pub(super) fn host_name(service: &str, spaces: &Namespaces) -> Option<String> {
    let shared = matches!(spaces.network, Some(Namespace::Service(_) | Namespace::Container(_)))
        || spaces.uts == Some(Namespace::Host);
    let plain = service.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-');
    (!shared && plain && service.len() <= 63 && !service.starts_with('-')).then(|| service.to_owned())
}

/// Why the engine cannot give a service the namespaces that it asks for.
pub(in super::super) fn refuses(service: &Service) -> Option<String> {
    use Namespace::{Bridge, Container, Host, None as Nothing, Private, Service as Of, Shareable};
    let spaces = &service.namespaces;
    let wrong = |what: &str, space: &Namespace| Some(format!("its {what} namespace cannot be {space:?}"));
    match (&spaces.network, &spaces.pid, &spaces.ipc) {
        (Some(space @ (Private | Shareable)), ..) => return wrong("network", space),
        (_, Some(space @ (Nothing | Bridge | Shareable)), _) => return wrong("process", space),
        (.., Some(Bridge)) => return wrong("shared memory", &Bridge),
        _ => {}
    }
    for (what, space) in [("host name", &spaces.uts), ("user", &spaces.user), ("control group", &spaces.cgroup)] {
        if let Some(space) = space.as_ref().filter(|s| !matches!(s, Host | Private)) {
            return wrong(what, space);
        }
    }
    let foreign = matches!(spaces.network, Some(Host | Nothing | Of(_) | Container(_)));
    (foreign && !service.ports.is_empty())
        .then(|| "it publishes ports, but has no network of its own to publish them from".to_owned())
}
