//! Finer controls of the kernel.

use std::collections::BTreeMap;

use miaas_core::model::{Blkio, Tuning, Ulimit};

use super::{
    cursor::{Cursor, Report},
    environment::options,
    support,
};
use crate::{units, yaml::Value};

/// Sets a field; false when it is none of these.
pub(super) fn set(name: &str, at: &Cursor<'_>, out: &mut Tuning, report: &mut Report) -> bool {
    match name {
        "cpu_shares" => out.cpu_shares = at.number(report, 2..=262_144),
        "cpu_quota" => out.cpu_quota = at.parsed(report, micros).and_then(|m| i64::try_from(m).ok()),
        "cpu_period" => out.cpu_period = at.parsed(report, micros),
        "cpu_rt_runtime" => out.cpu_rt_runtime = at.parsed(report, micros),
        "cpu_rt_period" => out.cpu_rt_period = at.parsed(report, micros),
        "cpuset" => out.cpuset = at.parsed(report, cpuset),
        "mem_reservation" => out.mem_reservation = at.parsed(report, units::parse_size),
        "memswap_limit" => {
            out.memswap = at.parsed(report, |text| match text {
                "-1" => Ok(-1),
                _ => units::parse_size(text).map(|n| i64::try_from(n).unwrap_or(i64::MAX)),
            });
        }
        "mem_swappiness" => out.mem_swappiness = at.number(report, 0..=100),
        "oom_kill_disable" => out.oom_kill_disable = at.bool(report).unwrap_or_default(),
        "oom_score_adj" => out.oom_score_adj = at.number(report, -1000..=1000),
        "ulimits" => out.ulimits = ulimits(at, report),
        "blkio_config" => out.blkio = blkio(at, report),
        "storage_opt" => out.storage = options(at, report),
        _ => return false,
    }
    true
}

/// Microseconds: a number, or a duration with a unit.
fn micros(text: &str) -> Result<u64, units::UnitError> {
    let micros = match (text.parse::<u64>(), text.strip_suffix("us").map(str::parse::<u64>)) {
        (Ok(n), _) | (_, Some(Ok(n))) => n,
        _ => units::parse_duration(text)?.saturating_mul(1000),
    };
    if micros < 1 << 53 { Ok(micros) } else { Err(units::UnitError::TooLarge) }
}

fn cpuset(text: &str) -> Result<String, &'static str> {
    let number = |n: &str| !n.is_empty() && n.len() <= 5 && n.bytes().all(|b| b.is_ascii_digit());
    let range = |r: &str| r.split_once('-').map_or_else(|| number(r), |(from, to)| number(from) && number(to));
    if text.split(',').all(range) {
        Ok(text.to_owned())
    } else {
        Err("is no list of processors: write for example 0-3,6")
    }
}

fn ulimits(at: &Cursor<'_>, report: &mut Report) -> BTreeMap<String, Ulimit> {
    let mut out = BTreeMap::new();
    for (key, entry) in at.entries(report) {
        let limit = |at: &Cursor<'_>, report: &mut Report| at.number::<i64>(report, -1..=i64::MAX);
        let read = if let Value::Map(_) = entry.value {
            let fields = entry.fields(support::ULIMIT, report);
            match (fields.get("soft"), fields.get("hard")) {
                (Some(soft), Some(hard)) => limit(soft, report).zip(limit(hard, report)),
                _ => {
                    report.issue(&entry, "it needs both `soft` and `hard`");
                    None
                }
            }
        } else {
            limit(&entry, report).map(|n| (n, n))
        };
        let Some((soft, hard)) = read else { continue };
        if !key.text.bytes().all(|b| b.is_ascii_lowercase()) || key.text.is_empty() {
            report.issue(&entry, "is no name of a limit: write for example `nofile`");
        } else if hard != -1 && (soft == -1 || soft > hard) {
            report.issue(&entry, "`soft` must not be greater than `hard`");
        } else {
            out.insert(key.text.clone(), Ulimit { soft, hard });
        }
    }
    out
}

fn blkio(at: &Cursor<'_>, report: &mut Report) -> Blkio {
    let mut out = Blkio::default();
    for (name, at) in &at.fields(support::BLKIO, report) {
        match *name {
            "weight" => out.weight = at.number(report, 10..=1000),
            "weight_device" => {
                for item in at.items(report) {
                    let fields = item.fields(support::BLKIO_WEIGHT, report);
                    let weight = fields.get("weight").and_then(|at| at.number(report, 10..=1000));
                    pair(&item, fields.get("path"), weight, &mut out.weight_device, report);
                }
            }
            "device_read_bps" => rates(at, true, &mut out.read_bps, report),
            "device_write_bps" => rates(at, true, &mut out.write_bps, report),
            "device_read_iops" => rates(at, false, &mut out.read_iops, report),
            "device_write_iops" => rates(at, false, &mut out.write_iops, report),
            _ => {}
        }
    }
    out
}

fn rates(at: &Cursor<'_>, bytes: bool, out: &mut BTreeMap<String, u64>, report: &mut Report) {
    for item in at.items(report) {
        let fields = item.fields(support::BLKIO_RATE, report);
        let rate = fields.get("rate").and_then(|at| match bytes {
            true => at.parsed(report, units::parse_size),
            false => at.number(report, 1..=i64::MAX),
        });
        pair(&item, fields.get("path"), rate, out, report);
    }
}

fn pair<T>(
    item: &Cursor<'_>,
    path: Option<&Cursor<'_>>,
    value: Option<T>,
    out: &mut BTreeMap<String, T>,
    report: &mut Report,
) {
    let path = path.and_then(|at| at.plain(report));
    match (path, value) {
        (Some(path), Some(value)) if path.starts_with('/') => {
            out.insert(path, value);
        }
        _ => report.issue(item, "it needs the `path` of a device and a value"),
    }
}
