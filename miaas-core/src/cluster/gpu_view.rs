use serde::{Deserialize, Serialize};

use crate::model::{ComputeCapability, DeviceShare, GpuRequest};

/// All of a device's compute, in the unit of shares.
pub const WHOLE_MILLI: u32 = 1000;

/// How a device can be divided.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "lowercase")]
pub enum GpuSharing {
    /// Several workloads, each with a claim on memory and compute.
    #[default]
    Shared,
    /// One workload at a time, whatever it asks for.
    Exclusive,
    /// A slice of a split card: a device of its own that one workload has at a time.
    Mig,
}

impl GpuSharing {
    /// The name on the wire.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Shared => "shared",
            Self::Exclusive => "exclusive",
            Self::Mig => "mig",
        }
    }
}

/// One GPU as placement sees it: the ledger of its memory and compute.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct GpuView {
    /// Its identity.
    pub uuid: String,
    /// Its vendor.
    pub vendor: String,
    /// Its model.
    pub model: String,
    /// Its compute capability, where it is known.
    pub compute: Option<ComputeCapability>,
    /// How it can be divided.
    pub sharing: GpuSharing,
    /// Its memory in MiB; zero when it is not known.
    pub memory_mib: u64,
    /// Memory in MiB that shared claims leave alone: contexts and fragments of the driver need some. A workload that has
    /// the device to itself may use it.
    pub margin_mib: u64,
    /// Memory in MiB used by processes that nobody here placed.
    pub foreign_mib: u64,
    /// Memory in MiB claimed by workloads.
    pub claimed_mib: u64,
    /// Thousandths of its compute claimed by workloads.
    pub claimed_milli: u32,
    /// How many workloads have a claim.
    pub claims: u32,
    /// One workload has it to itself.
    pub exclusive: bool,
}

impl GpuView {
    /// The margin kept where nobody says otherwise: a fiftieth of the memory, at least 64 MiB.
    #[must_use]
    pub const fn default_margin(memory_mib: u64) -> u64 {
        let fiftieth = memory_mib / 50;
        if fiftieth < 64 { 64 } else { fiftieth }
    }

    /// Memory in MiB that a new shared claim can get: none while one workload has the device to itself.
    #[must_use]
    pub const fn free_mib(&self) -> u64 {
        if self.exclusive {
            0
        } else {
            self.offered_mib().saturating_sub(self.foreign_mib).saturating_sub(self.claimed_mib)
        }
    }

    /// Thousandths of the compute that a new shared claim can get.
    #[must_use]
    pub const fn free_milli(&self) -> u32 {
        if self.exclusive { 0 } else { WHOLE_MILLI.saturating_sub(self.claimed_milli) }
    }

    /// Memory in MiB for shared claims if nobody used any: all but the margin.
    #[must_use]
    pub const fn offered_mib(&self) -> u64 {
        self.memory_mib.saturating_sub(self.margin_mib)
    }

    /// Memory in MiB that a workload gets which has the device to itself: what others already use is not ours to promise.
    #[must_use]
    pub const fn alone_mib(&self) -> u64 {
        self.memory_mib.saturating_sub(self.foreign_mib)
    }

    /// Whether a workload can have the device to itself: nobody has a claim, and others use at most a tenth of its memory.
    /// A desktop session or a driver keeps a little on an idle device; asking for none would make such cards unusable.
    #[must_use]
    pub const fn is_idle(&self) -> bool {
        self.claims == 0 && self.foreign_mib <= self.memory_mib / 10
    }

    /// The claim that answers a request on this device, whatever is free.
    #[must_use]
    pub fn claim_for(&self, asked: &GpuRequest) -> DeviceShare {
        let Amounts { memory_mib, share_milli, alone } = self.amounts(asked);
        let device_mib = self.memory_mib;
        DeviceShare { uuid: self.uuid.clone(), memory_mib, share_milli, device_mib, exclusive: alone }
    }

    /// Memory in MiB and thousandths of the compute of the claim of [`Self::claim_for`].
    #[must_use]
    pub fn claim_amounts(&self, asked: &GpuRequest) -> (u64, u32) {
        let Amounts { memory_mib, share_milli, .. } = self.amounts(asked);
        (memory_mib, share_milli)
    }

    /// Whether the claim of [`Self::claim_for`] can be had now. Says nothing about vendor and model.
    #[must_use]
    pub fn has_room(&self, asked: &GpuRequest) -> bool {
        // A program sees one slice only, so several are of no use to it.
        if self.sharing == GpuSharing::Mig && asked.count > 1 {
            return false;
        }
        let claim = self.amounts(asked);
        if claim.alone {
            self.is_idle() && self.alone_mib() >= asked.memory_mib
        } else {
            !self.exclusive && claim.memory_mib <= self.free_mib() && claim.share_milli <= self.free_milli()
        }
    }

    fn amounts(&self, asked: &GpuRequest) -> Amounts {
        let alone = asked.is_whole() || self.sharing != GpuSharing::Shared;
        let (memory_mib, share_milli) = match (asked.memory_mib, asked.share_milli) {
            _ if alone => (self.alone_mib(), WHOLE_MILLI),
            (0, share) => (part(self.offered_mib(), u64::from(share), u64::from(WHOLE_MILLI)), share),
            // Rounded down, so that claims that fill the memory never exceed the compute.
            (memory, 0) => (memory, part(u64::from(WHOLE_MILLI), memory, self.memory_mib).clamp(1, 1000) as u32),
            both => both,
        };
        Amounts { memory_mib, share_milli, alone }
    }

    /// Whether the device is of the vendor, of one of the models and of the compute capability asked for.
    #[must_use]
    pub fn matches(&self, asked: &GpuRequest) -> bool {
        asked.compute.is_none_or(|least| self.compute >= Some(least))
            && asked.vendor.as_ref().is_none_or(|v| v.eq_ignore_ascii_case(&self.vendor))
            && asked.allows_model(&self.model)
    }

    pub(super) fn claim(&mut self, share: &DeviceShare) {
        self.claimed_mib = self.claimed_mib.saturating_add(share.memory_mib);
        self.claimed_milli = self.claimed_milli.saturating_add(share.share_milli);
        self.claims += 1;
        self.exclusive |= share.exclusive;
    }

    /// Gives the sums back; whether somebody still has it alone is for the node to say.
    pub(super) fn unclaim(&mut self, share: &DeviceShare) {
        self.claimed_mib = self.claimed_mib.saturating_sub(share.memory_mib);
        self.claimed_milli = self.claimed_milli.saturating_sub(share.share_milli);
        self.claims = self.claims.saturating_sub(1);
    }
}

impl GpuRequest {
    /// What idle cards called `GPU-0`, `GPU-1`, … would give, each of 24 GiB or of what is asked for: for a preview.
    #[must_use]
    pub fn imagined(&self) -> Vec<DeviceShare> {
        let memory_mib = self.memory_mib.max(24 * 1024);
        let card = |i| GpuView { uuid: format!("GPU-{i}"), memory_mib, ..GpuView::default() };
        (0..self.count).map(|i| card(i).claim_for(self)).collect()
    }
}

/// What a claim takes of a device.
#[derive(Debug, Clone, Copy)]
struct Amounts {
    memory_mib: u64,
    share_milli: u32,
    alone: bool,
}

/// `whole · of / per`, rounded down; the whole when `per` is zero.
fn part(whole: u64, of: u64, per: u64) -> u64 {
    // Asked for each device of each node: dividing 128 bits takes several times as long and is hardly ever needed.
    if let Some(product) = whole.checked_mul(of) {
        return product.checked_div(per).unwrap_or(whole);
    }
    let product = u128::from(whole) * u128::from(of);
    u64::try_from(product.checked_div(u128::from(per)).unwrap_or_else(|| u128::from(whole))).unwrap_or(u64::MAX)
}
