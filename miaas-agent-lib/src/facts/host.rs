//! Operating system, processors, memory.

use miaas_core::model::Facts;
use sysinfo::{CpuRefreshKind, MemoryRefreshKind, RefreshKind, System};

use super::MIB;

/// The part of the facts that only a reboot changes.
pub(super) fn host_facts() -> Facts {
    // The brand of the processor comes with the list of processors; no frequency and no usage is measured.
    let wanted =
        RefreshKind::nothing().with_cpu(CpuRefreshKind::nothing()).with_memory(MemoryRefreshKind::nothing().with_ram());
    let system = System::new_with_specifics(wanted).ok();
    let cpus = system.as_ref().map_or(&[][..], System::cpus);
    Facts {
        os: std::env::consts::OS.to_owned(),
        os_version: System::long_os_version().unwrap_or_default(),
        arch: std::env::consts::ARCH.to_owned(),
        kernel: System::kernel_version().unwrap_or_default(),
        hostname: System::host_name().unwrap_or_default(),
        cpu_count: u32::try_from(cpus.len()).unwrap_or(u32::MAX),
        cpu_model: cpus.first().map(|c| c.brand().trim().to_owned()).unwrap_or_default(),
        mem_mb: system.as_ref().map_or(0, System::total_memory) / MIB,
        ..Facts::default()
    }
}
