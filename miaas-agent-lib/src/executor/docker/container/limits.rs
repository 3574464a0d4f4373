//! What the kernel gives a service.

use std::collections::BTreeMap;

use bollard::models::{HostConfig, ResourcesBlkioWeightDevice, ResourcesUlimits, ThrottleDevice};
use miaas_core::model::{Service, Tuning};

use super::{signed, some_map};

const MIB: u64 = 1024 * 1024;

pub(super) fn set(service: &Service, host: &mut HostConfig) {
    let limits = &service.limits;
    host.nano_cpus = limits.cpu_milli.map(|milli| signed(milli.saturating_mul(1_000_000)));
    host.memory = limits.mem_mib.map(|mib| signed(mib.saturating_mul(MIB)));
    host.pids_limit = limits.pids;
    host.shm_size = service.shm_size.map(signed);
    let Tuning {
        cpu_shares,
        cpu_quota,
        cpu_period,
        cpu_rt_runtime,
        cpu_rt_period,
        cpuset,
        mem_reservation,
        memswap,
        mem_swappiness,
        oom_kill_disable,
        oom_score_adj,
        ulimits,
        blkio,
        storage,
    } = &service.tuning;
    host.cpu_shares = cpu_shares.map(signed);
    host.cpu_quota = *cpu_quota;
    host.cpu_period = cpu_period.map(signed);
    host.cpu_realtime_runtime = cpu_rt_runtime.map(signed);
    host.cpu_realtime_period = cpu_rt_period.map(signed);
    host.cpuset_cpus.clone_from(cpuset);
    host.memory_reservation = mem_reservation.map(signed);
    host.memory_swap = *memswap;
    host.memory_swappiness = mem_swappiness.map(i64::from);
    host.oom_kill_disable = oom_kill_disable.then_some(true);
    host.oom_score_adj = oom_score_adj.map(i64::from);
    host.storage_opt = some_map(storage);
    let limit = |(name, limit): (&String, &miaas_core::model::Ulimit)| ResourcesUlimits {
        name: Some(name.clone()),
        soft: Some(limit.soft),
        hard: Some(limit.hard),
    };
    host.ulimits = (!ulimits.is_empty()).then(|| ulimits.iter().map(limit).collect());
    let weight = |(path, weight): (&String, &u16)| ResourcesBlkioWeightDevice {
        path: Some(path.clone()),
        weight: Some(usize::from(*weight)),
    };
    let weights = &blkio.weight_device;
    host.blkio_weight = blkio.weight;
    host.blkio_weight_device = (!weights.is_empty()).then(|| weights.iter().map(weight).collect());
    host.blkio_device_read_bps = rates(&blkio.read_bps);
    host.blkio_device_write_bps = rates(&blkio.write_bps);
    host.blkio_device_read_iops = rates(&blkio.read_iops);
    host.blkio_device_write_iops = rates(&blkio.write_iops);
}

/// What `docker update` can change of it, in one line. The engine tells nothing and zero alike.
pub(crate) fn said(host: &HostConfig) -> String {
    let numbers = [
        ("cpus", host.nano_cpus),
        ("memory", host.memory),
        ("reserved", host.memory_reservation),
        ("shares", host.cpu_shares),
        ("quota", host.cpu_quota),
        ("period", host.cpu_period),
        ("rt-runtime", host.cpu_realtime_runtime),
        ("rt-period", host.cpu_realtime_period),
        ("pids", host.pids_limit.filter(|n| *n > 0)),
        ("blkio", host.blkio_weight.map(i64::from)),
    ];
    let told = numbers.into_iter().filter_map(|(name, value)| Some((name, value.filter(|v| *v != 0)?.to_string())));
    let cpuset = host.cpuset_cpus.clone().filter(|set| !set.is_empty()).map(|set| ("cpuset", set));
    told.chain(cpuset).map(|(name, value)| format!("{name}={value}")).collect::<Vec<_>>().join(" ")
}

fn rates(by_device: &BTreeMap<String, u64>) -> Option<Vec<ThrottleDevice>> {
    let rate = |(path, rate): (&String, &u64)| ThrottleDevice { path: Some(path.clone()), rate: Some(signed(*rate)) };
    (!by_device.is_empty()).then(|| by_device.iter().map(rate).collect())
}
