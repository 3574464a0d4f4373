//! A container of ours, as the engine lists it.

use std::collections::BTreeMap;

use bollard::models::{
    ContainerStateStatusEnum as Status, ContainerSummary, ContainerSummaryStateEnum as State, PortSummary,
    PortSummaryTypeEnum,
};
use miaas_core::{
    hash::ContentHash,
    id::{DeploymentId, WorkloadId},
    model::{Healthcheck, RestartPolicy},
};

use super::labels;

#[derive(Debug, Clone, PartialEq)]
pub(super) struct Found {
    pub id: String,
    pub scope: String,
    pub workload: WorkloadId,
    pub deployment: DeploymentId,
    pub service: String,
    pub hash: ContentHash,
    pub generation: u64,
    pub restart: RestartPolicy,
    pub max_restarts: Option<u32>,
    /// The service's own grace, when it has one.
    pub grace_seconds: Option<u64>,
    pub depends_on: Vec<String>,
    /// What the kernel was asked to give it; none when it was made by a version that did not note that.
    pub limits: Option<String>,
    pub life: Life,
    /// The health check that the agent makes.
    pub probe: Option<Healthcheck>,
    /// Where it is reached from the node; none when it has no network.
    pub address: Option<String>,
    /// Where its published TCP ports are reached from the node, by its own numbers of them.
    pub published: BTreeMap<u16, (String, u16)>,
    pub healthy: Option<bool>,
    /// The shared networks that it is on, by the engine's names.
    pub shares: Vec<String>,
    /// All networks that it is on, by the engine's names.
    pub networks: Vec<String>,
    /// Identity of its place on a network, new with every start; empty when it has none or the engine does not tell.
    pub endpoint: String,
}

/// Where a container is in its life.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Life {
    Created,
    Running,
    Paused,
    /// Ended, and the engine will start it again.
    Restarting,
    Ended,
}

impl Life {
    /// From a closer look; none when it tells nothing.
    pub(super) const fn from_status(status: Status) -> Option<Self> {
        match status {
            Status::RUNNING | Status::STOPPING => Some(Self::Running),
            Status::CREATED => Some(Self::Created),
            Status::PAUSED => Some(Self::Paused),
            Status::RESTARTING => Some(Self::Restarting),
            Status::EXITED | Status::DEAD | Status::REMOVING => Some(Self::Ended),
            Status::EMPTY => None,
        }
    }
}

impl Found {
    /// None when it does not carry our mark, or is on its way out.
    pub(super) fn from_summary(c: ContainerSummary) -> Option<Self> {
        let labels = c.labels?;
        let label = |key: &str| labels.get(key).map(String::as_str);
        let life = match c.state? {
            State::RUNNING | State::STOPPING => Life::Running,
            State::CREATED => Life::Created,
            State::PAUSED => Life::Paused,
            State::RESTARTING => Life::Restarting,
            State::REMOVING => return None,
            State::EXITED | State::DEAD | State::EMPTY => Life::Ended,
        };
        let of_node = c.host_config.and_then(|h| h.network_mode).is_some_and(|mode| mode == "host");
        let on = c.network_settings.and_then(|n| n.networks);
        let (told, on) = (on.is_some(), on.unwrap_or_default());
        let mut networks: Vec<String> = on.keys().cloned().collect();
        networks.sort_unstable();
        // Somebody took it off one of its networks: it is not what was made any more, and is made anew.
        let was_on = label(labels::NETWORKS).into_iter().flat_map(|l| l.split(','));
        let is_off = told && matches!(life, Life::Running) && was_on.into_iter().any(|n| !on.contains_key(n));
        let hash = if is_off { labels::TAKEN_OFF } else { label(labels::HASH).unwrap_or_default() };
        let mut addresses: Vec<String> =
            on.values().filter_map(|n| n.ip_address.clone()).filter(|ip| !ip.is_empty()).collect();
        addresses.sort_unstable();
        let address = if of_node { Some("127.0.0.1".to_owned()) } else { addresses.into_iter().next() };
        let mut endpoints: Vec<String> = on.into_values().filter_map(|n| n.endpoint_id).collect();
        endpoints.sort_unstable();
        let (restart, max_restarts) = labels::parse_policy(label(labels::RESTART).unwrap_or_default());
        Some(Self {
            id: c.id?,
            scope: label(labels::SCOPE)?.to_owned(),
            workload: WorkloadId::parse(label(labels::WORKLOAD)?).ok()?,
            deployment: DeploymentId::parse(label(labels::DEPLOYMENT)?).ok()?,
            service: label(labels::SERVICE)?.to_owned(),
            hash: ContentHash::from_text(hash),
            generation: label(labels::GENERATION).and_then(|g| g.parse().ok()).unwrap_or_default(),
            restart,
            max_restarts,
            grace_seconds: label(labels::GRACE).and_then(|g| g.parse().ok()),
            shares: label(labels::SHARES).map(|l| l.split(',').map(str::to_owned).collect()).unwrap_or_default(),
            networks,
            depends_on: labels::parse_depends_on(label(labels::DEPENDS_ON).unwrap_or_default()),
            limits: label(labels::LIMITS).map(str::to_owned),
            probe: label(labels::PROBE).and_then(|text| serde_json::from_str(text).ok()),
            address,
            published: published(c.ports.unwrap_or_default()),
            life,
            healthy: c.status.as_deref().and_then(health),
            endpoint: endpoints.join(","),
        })
    }

    /// Whether a process of it may be alive or come back by itself.
    pub(super) const fn alive(&self) -> bool {
        matches!(self.life, Life::Running | Life::Paused | Life::Restarting)
    }

    /// Seconds between the stop signal and the kill, when it is ended on its own account.
    pub(super) fn grace(&self) -> u64 {
        self.grace_seconds.unwrap_or(labels::DEFAULT_GRACE_SECONDS)
    }

    /// Its workload and service, for messages.
    pub(super) fn about(&self) -> String {
        format!("workload {}, service {}", self.workload, self.service)
    }
}

/// Where published TCP ports are reached from the node itself.
fn published(ports: Vec<PortSummary>) -> BTreeMap<u16, (String, u16)> {
    let reached = ports.into_iter().filter(|p| p.typ == Some(PortSummaryTypeEnum::TCP)).filter_map(|port| {
        let host = match port.ip.unwrap_or_default().as_str() {
            "" | "0.0.0.0" => "127.0.0.1".to_owned(),
            "::" => "[::1]".to_owned(),
            ip if ip.contains(':') => format!("[{ip}]"),
            ip => ip.to_owned(),
        };
        Some((port.private_port, (host, port.public_port?)))
    });
    reached.collect()
}

/// Health from the text for people, `Up 5 seconds (healthy)`: older engines tell it nowhere else in a listing.
fn health(status: &str) -> Option<bool> {
    match status.rsplit_once('(')?.1 {
        "healthy)" => Some(true),
        "unhealthy)" => Some(false),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_published_port_is_reached_where_the_node_listens() {
        let port = |ip: &str, typ, public_port| PortSummary {
            ip: Some(ip.to_owned()),
            private_port: 80,
            public_port,
            typ: Some(typ),
        };
        let tcp = PortSummaryTypeEnum::TCP;
        let table = [
            (port("", tcp, Some(8080)), Some("127.0.0.1:8080")),
            (port("0.0.0.0", tcp, Some(8080)), Some("127.0.0.1:8080")),
            (port("10.0.0.5", tcp, Some(8080)), Some("10.0.0.5:8080")),
            (port("::", tcp, Some(8080)), Some("[::1]:8080")),
            (port("fd00::5", tcp, Some(8080)), Some("[fd00::5]:8080")),
            (port("0.0.0.0", PortSummaryTypeEnum::UDP, Some(8080)), None),
            (port("0.0.0.0", tcp, None), None),
        ];
        for (port, reached) in table {
            let all = published(vec![port.clone()]);
            assert_eq!(all.get(&80).map(|(host, port)| format!("{host}:{port}")).as_deref(), reached, "{port:?}");
        }
    }

    #[test]
    fn health_is_read_from_the_status_text() {
        let table = [
            ("Up 5 seconds (healthy)", Some(true)),
            ("Up 2 hours (unhealthy)", Some(false)),
            ("Up Less than a second (health: starting)", None),
            ("Up 3 days", None),
            ("Exited (0) 3 minutes ago", None),
            ("Restarting (1) 5 seconds ago", None),
            ("Created", None),
        ];
        for (text, healthy) in table {
            assert_eq!(health(text), healthy, "{text}");
        }
    }
}
