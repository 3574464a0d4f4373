//! NVIDIA cards by NVML, which is loaded at run time: without the library there are no cards.

use std::fmt;

use miaas_core::model::{ComputeCapability, Gpu, MigDevice};
use nvml_wrapper::{
    Device, Nvml, enum_wrappers::device::TemperatureSensor, error::NvmlError, structs::device::CudaComputeCapability,
};

use super::MIB;

/// The library, once it could be loaded.
#[derive(Default)]
pub(super) struct Nvidia {
    library: Option<Nvml>,
}

impl fmt::Debug for Nvidia {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Nvidia").field("loaded", &self.library.is_some()).finish()
    }
}

impl Nvidia {
    /// Every card with its present use. Tries again to load a library that was missing: drivers may come later.
    pub(super) fn gpus(&mut self) -> Vec<Gpu> {
        if self.library.is_none() {
            self.library = Nvml::init().ok();
        }
        let Some(nvml) = &self.library else { return Vec::new() };
        let driver = told("the driver's version", nvml.sys_driver_version()).unwrap_or_default();
        let count = told("the number of cards", nvml.device_count()).unwrap_or(0);
        let device = |i: u32| told(&format!("card {i}"), nvml.device_by_index(i));
        (0..count).filter_map(|i| Some(gpu(i, &device(i)?, &driver))).collect()
    }
}

/// What the driver says, or a warning that it says nothing: a card that is not told of must not vanish in silence.
fn told<T>(what: &str, answer: Result<T, NvmlError>) -> Option<T> {
    answer.inspect_err(|e| tracing::warn!(error = %e, "the NVIDIA driver does not tell {what}")).ok()
}

#[allow(clippy::cast_precision_loss, reason = "watts and degrees need no 24 bits")]
fn gpu(index: u32, device: &Device<'_>, driver: &str) -> Gpu {
    // Memory as the driver sees it: in use by anybody, not only by what was placed here.
    let memory = told("a card's memory", device.memory_info());
    Gpu {
        index,
        vendor: "nvidia".to_owned(),
        model: told("a card's model", device.name()).unwrap_or_default(),
        uuid: told("a card's identity", device.uuid()).unwrap_or_default(),
        memory_mb: memory.as_ref().map_or(0, |m| m.total / MIB),
        memory_used_mb: memory.as_ref().map_or(0, |m| m.used / MIB),
        driver: driver.to_owned(),
        compute: told("a card's compute capability", device.cuda_compute_capability()).as_ref().and_then(capability),
        utilization: device.utilization_rates().ok().map(|u| u.gpu as f32),
        temperature: device.temperature(TemperatureSensor::Gpu).ok().map(|t| t as f32),
        power: device.power_usage().ok().map(|milliwatts| milliwatts as f32 / 1000.0),
        mig: mig(device),
    }
}

fn capability(told: &CudaComputeCapability) -> Option<ComputeCapability> {
    Some(ComputeCapability { major: told.major.try_into().ok()?, minor: told.minor.try_into().ok()? })
}

/// The slices of a card whose MIG mode is on.
fn mig(device: &Device<'_>) -> Vec<MigDevice> {
    if !device.mig_mode().is_ok_and(|mode| mode.current == 1) {
        return Vec::new();
    }
    let slots = device.mig_device_count().unwrap_or(0);
    (0..slots)
        // Slots without a slice answer "not found".
        .filter_map(|i| device.mig_device_by_index(i).ok())
        .map(|slice| MigDevice {
            uuid: told("a slice's identity", slice.uuid()).unwrap_or_default(),
            memory_mb: told("a slice's memory", slice.memory_info()).map_or(0, |m| m.total / MIB),
        })
        .collect()
}
