//! What a node reports about itself (N3). Facts grow with agent versions, so unknown fields are ignored here and every
//! field has a default: a missing driver is a fact, never an error.

use serde::{Deserialize, Serialize};

use super::{ComputeCapability, Images};

/// The capability report of a node. On the wire it is the `capabilities` object of registration.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(default)]
pub struct Facts {
    /// Operating system, for example `linux`.
    pub os: String,
    /// Distribution and its version, for people.
    pub os_version: String,
    /// Instruction set as Rust names it, for example `x86_64`.
    pub arch: String,
    /// Kernel release.
    pub kernel: String,
    /// Host name.
    pub hostname: String,
    /// Logical processors.
    pub cpu_count: u32,
    /// Processor model.
    pub cpu_model: String,
    /// Physical memory in MiB.
    pub mem_mb: u64,
    /// Mounted disks.
    pub disks: Vec<Disk>,
    /// Graphics processors.
    pub gpus: Vec<Gpu>,
    /// Docker engine.
    pub docker: Option<EngineFacts>,
    /// Podman engine.
    pub podman: Option<EngineFacts>,
    /// Kubernetes.
    pub kubernetes: Option<EngineFacts>,
    /// Network interfaces.
    pub interfaces: Vec<Interface>,
    /// Executors that the agent offers, for example `docker`.
    pub executors: Vec<ExecutorKind>,
    /// TCP ports on which some process of the node listens.
    pub listening_ports: Vec<u16>,
    /// Images that its engines have.
    #[serde(skip_serializing_if = "Images::is_empty")]
    #[cfg_attr(feature = "openapi", schema(value_type = Vec<String>))]
    pub images: Images,
}

impl Facts {
    /// Whether it is the same machine in everything but what is in use of it: what runs there need not be looked at again.
    #[must_use]
    pub(crate) fn is_same_machine(&self, other: &Self) -> bool {
        let at_rest = |facts: &Self| {
            let mut facts = Self { listening_ports: Vec::new(), images: Images::default(), ..facts.clone() };
            facts.disks.iter_mut().for_each(|d| d.free_mb = 0);
            for gpu in &mut facts.gpus {
                (gpu.memory_used_mb, gpu.utilization, gpu.temperature, gpu.power) = (0, None, None, None);
            }
            facts
        };
        at_rest(self) == at_rest(other)
    }
}

/// A mounted file system.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(default)]
pub struct Disk {
    /// Mount point.
    pub mount: String,
    /// Size in MB (10^6 bytes are not meant: MiB).
    pub total_mb: u64,
    /// Free space for unprivileged users in MiB.
    pub free_mb: u64,
}

/// A graphics processor.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(default)]
pub struct Gpu {
    /// Index in the driver's order.
    pub index: u32,
    /// `nvidia`, `amd`, `intel` or `apple`.
    pub vendor: String,
    /// Marketing name.
    pub model: String,
    /// Stable identity, as the driver gives it.
    pub uuid: String,
    /// Memory in MiB.
    pub memory_mb: u64,
    /// Memory in use in MiB, also by processes that nobody here placed.
    pub memory_used_mb: u64,
    /// Driver version.
    pub driver: String,
    /// Which instructions it has, where the driver tells.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<String>))]
    pub compute: Option<ComputeCapability>,
    /// Utilisation in percent.
    pub utilization: Option<f32>,
    /// Degrees Celsius.
    pub temperature: Option<f32>,
    /// Watts.
    pub power: Option<f32>,
    /// MIG devices, when the card is split.
    pub mig: Vec<MigDevice>,
}

/// A slice of a split NVIDIA card.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(default)]
pub struct MigDevice {
    /// Identity, as the driver gives it.
    pub uuid: String,
    /// Memory in MiB.
    pub memory_mb: u64,
}

/// A container engine or cluster found on the node.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(default)]
pub struct EngineFacts {
    /// Whether it answers.
    pub available: bool,
    /// Its version.
    pub version: String,
    /// The API version agreed on.
    pub api_version: String,
    /// Container runtimes, for example `nvidia`.
    pub runtimes: Vec<String>,
    /// Why it is not available.
    pub error: Option<String>,
}

/// A network interface.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(default)]
pub struct Interface {
    /// Its name, for example `eth0`.
    pub name: String,
    /// Its addresses.
    pub addresses: Vec<String>,
}

/// What can run a workload on a node.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "lowercase")]
#[non_exhaustive]
pub enum ExecutorKind {
    /// Containers of a Docker-compatible engine.
    Docker,
    /// Supervised local processes.
    Process,
    /// A Kubernetes cluster behind the node.
    Kubernetes,
    /// In memory, for tests and simulation.
    Fake,
}

impl ExecutorKind {
    /// The name on the wire.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Docker => "docker",
            Self::Process => "process",
            Self::Kubernetes => "kubernetes",
            Self::Fake => "fake",
        }
    }
}

impl std::fmt::Display for ExecutorKind {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.pad(self.as_str())
    }
}

/// A heartbeat (N2): everything is optional.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(default, deny_unknown_fields)]
pub struct Heartbeat {
    /// Processor use in percent.
    pub cpu_usage: Option<f64>,
    /// Memory use in percent.
    pub mem_usage: Option<f64>,
    /// Free disk space in MB.
    pub disk_free_mb: Option<u64>,
    /// Names of running containers.
    pub running_containers: Vec<String>,
    /// Graphics processors with their present use.
    pub gpus: Option<Vec<Gpu>>,
    /// TCP ports on which some process of the node listens; absent means unchanged.
    pub listening_ports: Option<Vec<u16>>,
    /// When it was sent, in milliseconds by a clock of the node that never jumps. Opaque: the lease that answers the heartbeat
    /// names it again.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub stamp: Option<u64>,
}
