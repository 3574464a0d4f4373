//! AMD cards by sysfs, as the `amdgpu` driver shows them.

use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
};

use miaas_core::model::Gpu;

use super::MIB;

const AMD: &str = "0x1002";

/// Every AMD card under `sys_root` (usually `/sys`) with its present use, in the order of the card numbers. What the driver
/// does not show stays empty.
#[must_use]
pub fn amd_gpus(sys_root: &Path) -> Vec<Gpu> {
    let driver = text(&sys_root.join("module/amdgpu/version")).unwrap_or_else(|| "amdgpu".to_owned());
    cards(sys_root).into_iter().zip(0..).map(|(device, index)| gpu(index, &device, &driver)).collect()
}

/// The device through which each AMD card computes, for example `/dev/dri/renderD128`, by the identity of the card.
#[must_use]
pub fn amd_render_nodes(sys_root: &Path) -> BTreeMap<String, String> {
    let node = |device: PathBuf| {
        let entries = fs::read_dir(device.join("drm")).ok()?;
        let mut names = entries.filter_map(|e| e.ok()?.file_name().into_string().ok());
        let name = names.find(|n| n.starts_with("renderD"))?;
        Some((identity(&device), format!("/dev/dri/{name}")))
    };
    cards(sys_root).into_iter().filter_map(node).collect()
}

fn cards(sys_root: &Path) -> Vec<PathBuf> {
    let Ok(entries) = fs::read_dir(sys_root.join("class/drm")) else { return Vec::new() };
    // `card0` is a card, `card0-DP-1` is one of its outputs.
    let mut cards: Vec<u32> =
        entries.filter_map(|e| e.ok()?.file_name().to_str()?.strip_prefix("card")?.parse().ok()).collect();
    cards.sort_unstable();
    let devices = cards.into_iter().map(|n| sys_root.join(format!("class/drm/card{n}/device")));
    devices.filter(|device| text(&device.join("vendor")).as_deref() == Some(AMD)).collect()
}

/// Consumer cards have no unique id; the slot is stable as long as the card stays in it.
fn identity(device: &Path) -> String {
    let id = text(&device.join("unique_id")).or_else(|| pci_slot(device));
    id.map(|id| format!("AMD-{id}")).unwrap_or_default()
}

#[allow(clippy::cast_precision_loss, reason = "watts and degrees need no 24 bits")]
fn gpu(index: u32, device: &Path, driver: &str) -> Gpu {
    let read = |name: &str| text(&device.join(name));
    let number = |name: &str| read(name).and_then(|t| t.parse::<u64>().ok());
    let sensor = |name: &str| sensor(device, name);
    Gpu {
        index,
        vendor: "amd".to_owned(),
        model: read("product_name").or_else(|| read("device").map(|id| format!("AMD {id}"))).unwrap_or_default(),
        uuid: identity(device),
        memory_mb: number("mem_info_vram_total").unwrap_or(0) / MIB,
        memory_used_mb: number("mem_info_vram_used").unwrap_or(0) / MIB,
        driver: driver.to_owned(),
        compute: None,
        utilization: number("gpu_busy_percent").map(|p| p as f32),
        temperature: sensor("temp1_input").map(|millidegrees| millidegrees as f32 / 1000.0),
        power: sensor("power1_average").or_else(|| sensor("power1_input")).map(|microwatts| microwatts as f32 / 1e6),
        mig: Vec::new(),
    }
}

fn pci_slot(device: &Path) -> Option<String> {
    let uevent = text(&device.join("uevent"))?;
    uevent.lines().find_map(|l| l.strip_prefix("PCI_SLOT_NAME=")).map(str::to_owned)
}

/// A value of the card's first hardware monitor.
fn sensor(device: &Path, name: &str) -> Option<u64> {
    let monitors = fs::read_dir(device.join("hwmon")).ok()?;
    monitors.filter_map(Result::ok).find_map(|m| text(&m.path().join(name))?.parse().ok())
}

/// The trimmed content of a file; none when it is missing or empty.
fn text(path: &Path) -> Option<String> {
    let content = fs::read_to_string(path).ok()?;
    let content = content.trim();
    (!content.is_empty()).then(|| content.to_owned())
}
