//! What only newer engines can do, as data: an older one does not answer with an error, it leaves such a field out.

use bollard::ClientVersion;
use miaas_core::{
    ErrorKind, PortError,
    model::{Network, RenderedWorkload, Service},
};

use super::{engine::Engine, podman};

/// A feature, the version of the interface that brought it, and the release of the engine with that.
struct Need<T> {
    what: &'static str,
    api: (usize, usize),
    release: &'static str,
    used: fn(&T) -> bool,
}

const SERVICE: &[Need<Service>] = &[
    Need { what: "annotations", api: (1, 43), release: "24.0", used: |s| !s.annotations.is_empty() },
    Need {
        what: "a start_interval of its health check",
        api: (1, 44),
        release: "25.0",
        used: |s| s.healthcheck.as_ref().is_some_and(|h| h.start_interval.is_some()),
    },
    Need {
        what: "a mac_address",
        api: (1, 44),
        release: "25.0",
        used: |s| s.mac_address.is_some() || s.networks.values().any(|a| a.mac_address.is_some()),
    },
    Need {
        what: "a subpath of a volume",
        api: (1, 45),
        release: "26.0",
        used: |s| s.mounts.iter().any(|m| m.options.subpath.is_some()),
    },
    Need {
        what: "an interface_name",
        api: (1, 48),
        release: "28.0",
        used: |s| s.networks.values().any(|a| a.interface.is_some()),
    },
    Need {
        what: "a gw_priority",
        api: (1, 48),
        release: "28.0",
        used: |s| s.networks.values().any(|a| a.gateway_priority != 0),
    },
];

const NETWORK: &[Need<Network>] =
    &[Need { what: "enable_ipv4", api: (1, 48), release: "28.0", used: |n| n.enable_ipv4.is_some() }];

/// Whether the engine that was reached can do everything that the workload asks for. No request but to reach it.
pub(super) async fn check(engine: &Engine, operation: &'static str, w: &RenderedWorkload) -> Result<(), PortError> {
    let client = engine.client(operation, &format!("workload {}", w.id)).await?;
    let unsupported = |lack: String, hint: &str| {
        Err(PortError::new(ErrorKind::Unsupported, operation, format!("workload {}, {lack}", w.id)).with_hint(hint))
    };
    if let Some(lack) = lack(client.client_version(), w) {
        return unsupported(lack, "update the engine of the node, or leave it out");
    }
    match podman::lacks(w).filter(|_| engine.is_podman()) {
        Some(lack) => unsupported(lack, "run it on a node with Docker, or without a GPU"),
        None => Ok(()),
    }
}

fn lack(version: ClientVersion, w: &RenderedWorkload) -> Option<String> {
    let version = (version.major_version, version.minor_version);
    let services = w.spec.services.iter().map(|(name, s)| ("service", name, first(SERVICE, version, s)));
    let networks = w.spec.networks.iter().map(|(name, n)| ("network", name, first(NETWORK, version, n)));
    services.chain(networks).find_map(|(kind, name, lack)| Some(format!("{kind} {name}: {}", lack?)))
}

fn first<T>(needs: &[Need<T>], has: (usize, usize), of: &T) -> Option<String> {
    let need = needs.iter().find(|need| need.api > has && (need.used)(of))?;
    let (what, release, (major, minor)) = (need.what, need.release, has);
    Some(format!(
        "{what} needs Docker {release} or newer; the engine of this node speaks version {major}.{minor} of its interface"
    ))
}

#[cfg(test)]
mod tests {
    use miaas_core::model::Attachment;

    use super::*;
    use crate::executor::docker::fixtures::workload;

    #[test]
    fn an_older_engine_is_not_asked_for_what_it_would_leave_out() {
        let on = Attachment { interface: Some("lan0".into()), ..Attachment::default() };
        let service = Service { networks: [("default".to_owned(), on)].into(), ..Service::default() };
        let w = workload([("web", service)]);
        let version = |minor_version| ClientVersion { major_version: 1, minor_version };
        let lacks = lack(version(41), &w).unwrap();
        assert!(lacks.starts_with("service web: an interface_name needs Docker 28.0"), "{lacks}");
        assert_eq!(lack(version(48), &w), None);
        assert_eq!(lack(version(41), &workload([("web", Service::default())])), None);
    }
}
