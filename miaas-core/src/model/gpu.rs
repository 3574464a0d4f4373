//! What a workload asks of GPUs, and what it gets.

use serde::{Deserialize, Serialize};

use super::ComputeCapability;
use crate::spec::Issue;

/// GPUs that a workload needs: whole devices, memory of each, or a share of one.
///
/// Without `memory_mib` and `share_milli` it gets whole, idle devices. With memory alone, its share of the compute follows
/// from that memory; with a share alone, its memory follows from that share.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(default, deny_unknown_fields)]
pub struct GpuRequest {
    /// How many devices.
    pub count: u32,
    /// Memory needed on each in MiB; zero takes the whole device, or with a share, that share of its memory.
    pub memory_mib: u64,
    /// Thousandths of the compute of one device, 1 to 1000; zero does not ask for a share.
    #[serde(skip_serializing_if = "super::is_zero")]
    pub share_milli: u32,
    /// Only this vendor, for example `nvidia`.
    pub vendor: Option<String>,
    /// Only models that contain one of these texts, which `|` separates, without regard to case: `V100|A100`.
    pub model: Option<String>,
    /// Only devices with at least this compute capability, for example `8.0`. A device that does not tell it has none.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<String>))]
    pub compute: Option<ComputeCapability>,
}

impl GpuRequest {
    /// Most devices of one workload.
    pub const MAX_COUNT: u32 = 1024;

    /// Whether it asks for whole, idle devices.
    #[must_use]
    pub const fn is_whole(&self) -> bool {
        self.memory_mib == 0 && self.share_milli == 0
    }

    /// The models that it allows; none when it allows any.
    pub fn models(&self) -> impl Iterator<Item = &str> {
        self.model.iter().flat_map(|m| m.split('|')).map(str::trim).filter(|m| !m.is_empty())
    }

    /// Whether a device of this model is allowed.
    #[must_use]
    pub fn allows_model(&self, model: &str) -> bool {
        let mut any = true;
        for wanted in self.models() {
            any = false;
            if contains(model.as_bytes(), wanted.as_bytes()) {
                return true;
            }
        }
        any
    }

    /// What kind of device it wants, in words: vendor, models, compute capability. Empty when any will do.
    #[must_use]
    pub fn kind(&self) -> String {
        let compute = self.compute.map(|c| format!("compute {c} or newer"));
        let parts = [self.vendor.as_deref(), self.model.as_deref(), compute.as_deref()];
        parts.into_iter().flatten().collect::<Vec<_>>().join(", ")
    }

    /// Everything that is wrong with it, with paths below `path`.
    #[must_use]
    pub fn issues(&self, path: &str) -> Vec<Issue> {
        let mut issues = Vec::new();
        if self.count > Self::MAX_COUNT {
            let text = format!("{} GPUs for one workload are more than {}", self.count, Self::MAX_COUNT);
            issues.push(Issue::new(format!("{path}/count"), text).with_hint("use more replicas with fewer GPUs each"));
        }
        if self.share_milli > 1000 {
            let text = format!("{} is more than the 1000 thousandths of a device", self.share_milli);
            let hint = "1 to 1000, or leave it out to get whole devices";
            issues.push(Issue::new(format!("{path}/share_milli"), text).with_hint(hint));
        }
        if self.share_milli > 0 && self.count != 1 {
            let text = format!("a share is of one device, but {} are asked for", self.count);
            let hint = "set count to 1, or ask for whole devices or for memory on each";
            issues.push(Issue::new(format!("{path}/share_milli"), text).with_hint(hint));
        }
        if self.model.as_deref().is_some_and(|m| m.split('|').any(|part| part.trim().is_empty())) {
            let text = format!("{:?} has an empty alternative", self.model.as_deref().unwrap_or_default());
            let hint = "write models with one `|` between them, for example V100|A100, or leave it out for any";
            issues.push(Issue::new(format!("{path}/model"), text).with_hint(hint));
        }
        issues
    }
}

/// Whether `text` contains `part`, without regard to the case of ASCII letters. Allocates nothing: placement asks it for
/// every device of a fleet.
fn contains(text: &[u8], part: &[u8]) -> bool {
    part.is_empty() || text.windows(part.len()).any(|w| w.eq_ignore_ascii_case(part))
}

/// A part of a GPU: what one workload may use of it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct DeviceShare {
    /// The device.
    pub uuid: String,
    /// Memory in MiB.
    pub memory_mib: u64,
    /// Thousandths of the device's compute.
    #[serde(default, skip_serializing_if = "super::is_zero")]
    pub share_milli: u32,
    /// Memory of the whole device in MiB, so that a limit can be written as a fraction of it. Zero when it is not known.
    #[serde(default, skip_serializing_if = "super::is_zero")]
    pub device_mib: u64,
    /// Nobody else may use the device.
    pub exclusive: bool,
}
