//! What a workload needs of a node, and the hardware that it can use.

use miaas_core::model::Protocol;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::Expr;

/// What one workload reserves: literals or template texts over `params`.
#[derive(Debug, Clone, Default, PartialEq, Deserialize, Serialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct ResourceSpec {
    /// Processors, for example `0.1`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cpu: Option<Expr>,
    /// Memory, for example `64MiB`; a number without unit is bytes.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub memory: Option<Expr>,
    /// Disk, like memory.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub disk: Option<Expr>,
    /// Graphics processors.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub gpu: Option<GpuSpec>,
}

impl ResourceSpec {
    /// These resources with those of a variant in their place, key by key.
    #[must_use]
    pub fn replaced_by(&self, variant: &Self) -> Self {
        Self {
            cpu: variant.cpu.clone().or_else(|| self.cpu.clone()),
            memory: variant.memory.clone().or_else(|| self.memory.clone()),
            disk: variant.disk.clone().or_else(|| self.disk.clone()),
            gpu: variant.gpu.clone().or_else(|| self.gpu.clone()),
        }
    }
}

/// Graphics processors that one workload reserves.
#[derive(Debug, Clone, PartialEq, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct GpuSpec {
    /// How many; 0 for none.
    pub count: Expr,
    /// Memory on each; absent or 0 takes whole devices, or with a share, that share of the memory.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub memory: Option<Expr>,
    /// Thousandths of the compute of one device, 1 to 1000; absent, empty or 0 asks for no share.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub share_milli: Option<Expr>,
    /// Only this vendor: `nvidia`, `amd`, `intel` or `apple`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub vendor: Option<Expr>,
    /// Only models that contain one of these texts, which `|` separates.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub model: Option<Expr>,
    /// At least this compute capability of NVIDIA, for example `7.0`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub compute: Option<Expr>,
}

/// One kind of hardware that the template can use.
#[derive(Debug, Clone, PartialEq, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Variant {
    /// Name in `variant`: lower case letters, digits and `_`.
    pub name: String,
    /// Title for people.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub title: String,
    /// Architectures that it runs on; empty for those of the template.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub architectures: Vec<String>,
    /// What it reserves: each key replaces that of the template.
    #[serde(default)]
    pub resources: ResourceSpec,
}

/// A port to publish.
#[derive(Debug, Clone, PartialEq, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct PortSpec {
    /// Name in `ports`.
    pub name: String,
    /// Port inside.
    pub container: Expr,
    /// Port of the host; absent or 0 takes a free one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub host: Option<Expr>,
    /// Transport.
    #[serde(default)]
    #[schemars(with = "Transport")]
    pub protocol: Protocol,
    /// What it is for, in a few words.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub purpose: String,
    /// What is spoken there, as in a URL: `http`, `postgresql`.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub scheme: String,
}

/// [`Protocol`] as the schema has it.
#[derive(JsonSchema)]
#[serde(rename_all = "lowercase")]
#[expect(dead_code, reason = "stands in for the core's type, which knows nothing of schemas")]
enum Transport {
    Tcp,
    Udp,
}

/// A named volume of the Compose template.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct VolumeSpec {
    /// Its name there.
    pub name: String,
    /// What lies in it, in a few words.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub purpose: String,
    /// Whether it holds what cannot be had again.
    #[serde(default = "yes")]
    pub backup: bool,
    /// Its size, where one has to be said (Kubernetes); absent for its part of `resources.disk`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub size: Option<Expr>,
}

const fn yes() -> bool {
    true
}

/// How health is asked over the network.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct HealthSpec {
    /// Name of the port.
    pub port: String,
    /// Path of an HTTP request that is answered well while it is healthy; absent when taking the connection is enough.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub path: Option<String>,
}
