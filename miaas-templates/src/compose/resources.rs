//! Limits and GPUs.

use miaas_core::model::{Limits, Service};

use super::{
    cursor::{Cursor, Report},
    short, support,
};
use crate::{units, yaml::Value};

/// GPUs of a service.
#[derive(Debug, Default)]
pub(super) struct Gpus {
    /// By identity.
    pub(super) ids: Vec<String>,
    /// By number.
    pub(super) count: Option<u32>,
}

/// `deploy.resources`.
pub(super) fn read(resources: &Cursor<'_>, service: &mut Service, gpus: &mut Gpus, report: &mut Report) {
    let limits = &mut service.limits;
    let resources = resources.fields(support::RESOURCES, report);
    if let Some(at) = resources.get("limits") {
        let fields = at.fields(support::LIMITS, report);
        for (name, set) in LIMITS {
            if let Some(at) = fields.get(name) {
                set(at, limits, report);
            }
        }
    }
    if let Some(at) = resources.get("reservations") {
        let fields = at.fields(support::RESERVATIONS, report);
        if let Some(devices) = fields.get("devices") {
            self::gpus(devices, gpus, report);
        }
        if let Some(at) = fields.get("memory") {
            let value = at.parsed(report, units::parse_size);
            once(at, &mut service.tuning.mem_reservation, value, report);
        }
    }
}

type Set = fn(&Cursor<'_>, &mut Limits, &mut Report);
const LIMITS: [(&str, Set); 3] = [("cpus", cpus), ("memory", memory), ("pids", pids)];

/// Processors; the older field and the newer must not disagree.
pub(super) fn cpus(at: &Cursor<'_>, limits: &mut Limits, report: &mut Report) {
    let value = at.parsed(report, units::parse_cpus);
    if value == Some(0) {
        report.issue(at, "a limit of 0 processors would never run");
    }
    once(at, &mut limits.cpu_milli, value, report);
}

/// Memory, rounded up to MiB.
pub(super) fn memory(at: &Cursor<'_>, limits: &mut Limits, report: &mut Report) {
    let value = at.parsed(report, units::parse_size).map(|bytes| bytes.div_ceil(1 << 20));
    if value == Some(0) {
        report.issue(at, "a limit of 0 bytes would never run");
    }
    once(at, &mut limits.mem_mib, value, report);
}

/// Processes.
pub(super) fn pids(at: &Cursor<'_>, limits: &mut Limits, report: &mut Report) {
    let value = at.parsed(report, |text| match text.parse::<i64>() {
        Ok(n @ 1..=4_194_304) => Ok(n),
        _ => Err("is no whole number from 1 to 4194304"),
    });
    once(at, &mut limits.pids, value, report);
}

fn once<T: PartialEq>(at: &Cursor<'_>, slot: &mut Option<T>, value: Option<T>, report: &mut Report) {
    if slot.is_some() && value.is_some() && *slot != value {
        report.issue(at, "the same limit is given twice with different values");
    }
    if value.is_some() {
        *slot = value;
    }
}

/// A list of devices, all of them GPUs.
pub(super) fn gpus(at: &Cursor<'_>, gpus: &mut Gpus, report: &mut Report) {
    if let Value::Scalar(text) = at.value {
        let text = format!("`gpus: {}` does not say how many", short(text));
        report.issue_hint(at, text, "write a list, for example `gpus: [{count: 1}]`");
        return;
    }
    for item in at.items(report) {
        let fields = item.fields(support::GPU, report);
        if let Some(driver) = fields.get("driver") {
            driver.parsed(report, |d| if d == "nvidia" { Ok(()) } else { Err("is no supported driver: use nvidia") });
        }
        if let Some(at) = fields.get("capabilities")
            && !at.items(report).iter().any(|c| c.text(report) == Some("gpu"))
        {
            report.issue(at, "only devices with the capability gpu are supported");
        }
        match (fields.get("count"), fields.get("device_ids")) {
            (Some(at), None) => {
                let count = at.parsed(report, |text| match text.parse::<u32>() {
                    Ok(n @ 1..=64) => Ok(n),
                    _ if text == "all" => Err("does not say how many: write a number"),
                    _ => Err("is no whole number from 1 to 64"),
                });
                gpus.count = Some(gpus.count.unwrap_or(0).saturating_add(count.unwrap_or(0)));
            }
            (None, Some(at)) => gpus.ids.extend(at.texts(report)),
            (None, None) => report.issue(&item, "a GPU needs `count` or `device_ids`"),
            (Some(_), Some(_)) => report.issue(&item, "a GPU takes either `count` or `device_ids`, not both"),
        }
    }
}
