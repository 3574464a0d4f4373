//! What separates a service from the node and from others, and what is lifted of it. Everything here is asked for by the
//! document and passes a policy before it gets to a node.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::model::is_zero;

/// Privileges of a service.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Isolation {
    /// Root on the node.
    #[serde(skip_serializing_if = "is_zero")]
    pub privileged: bool,
    /// Capabilities beyond those of the engine, without `CAP_`.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub cap_add: Vec<String>,
    /// Capabilities taken away, without `CAP_`; `ALL` for all.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub cap_drop: Vec<String>,
    /// Devices of the node.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub devices: Vec<Device>,
    /// Rules for devices, for example `c 1:3 mr`.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub device_cgroup_rules: Vec<String>,
    /// Options of the engine, for example `no-new-privileges:true`.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub security_opt: Vec<String>,
    /// Kernel parameters of its namespaces.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub sysctls: BTreeMap<String, String>,
    /// The control group that its own is made in.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cgroup_parent: Option<String>,
    /// Groups of its user besides the first, by name or number.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub groups: Vec<String>,
}

/// A device of the node.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Device {
    /// Its path on the node.
    pub host: String,
    /// Its path inside.
    pub container: String,
    /// What is allowed: letters of `rwm`.
    pub permissions: String,
}

/// The namespaces of the kernel that a service does not have of its own, or wants of its own. None leaves it to the engine.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Namespaces {
    /// Network; none means the networks of the service, or the one of the workload.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub network: Option<Namespace>,
    /// Processes.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub pid: Option<Namespace>,
    /// Shared memory.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ipc: Option<Namespace>,
    /// Host name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub uts: Option<Namespace>,
    /// Users.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub user: Option<Namespace>,
    /// Control groups.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cgroup: Option<Namespace>,
}

impl Namespaces {
    /// The services of the workload whose namespaces it is in: they run before it, and it cannot outlive their end.
    pub fn joined(&self) -> impl Iterator<Item = &str> {
        let all = [&self.network, &self.pid, &self.ipc, &self.uts, &self.user, &self.cgroup];
        all.into_iter()
            .flatten()
            .filter_map(|n| if let Namespace::Service(name) = n { Some(name.as_str()) } else { None })
    }
}

/// Whose namespace a service is in. Not every kind of namespace knows every one; what reads a document checks that.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Namespace {
    /// The node's.
    Host,
    /// Nothing is in it: without network, without shared memory.
    None,
    /// The engine's default network.
    Bridge,
    /// Its own.
    Private,
    /// Its own, and others may join.
    Shareable,
    /// That of a service of the workload.
    Service(String),
    /// That of a container of the engine, by name or id.
    Container(String),
}
