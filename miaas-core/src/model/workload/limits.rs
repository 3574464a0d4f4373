//! Limits of a service, and the finer controls of the kernel.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::model::is_zero;

/// Limits of a service.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Limits {
    /// Thousandths of a processor.
    pub cpu_milli: Option<u64>,
    /// Memory in MiB.
    pub mem_mib: Option<u64>,
    /// Processes.
    pub pids: Option<i64>,
}

/// What the kernel gives a service beyond [`Limits`]. What is absent is left to the engine.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Tuning {
    /// Weight of its processor time where processors are short; engines start from 1024.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cpu_shares: Option<u64>,
    /// Microseconds of processor time in each period.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cpu_quota: Option<i64>,
    /// Length of such a period in microseconds.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cpu_period: Option<u64>,
    /// Microseconds of real-time processor time in each real-time period.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cpu_rt_runtime: Option<u64>,
    /// Length of such a period in microseconds.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cpu_rt_period: Option<u64>,
    /// The processors that it may use, for example `0-3,6`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cpuset: Option<String>,
    /// Bytes of memory that it keeps when memory is short.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub mem_reservation: Option<u64>,
    /// Bytes of memory and swap together; -1 is as much swap as there is.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub memswap: Option<i64>,
    /// How readily its memory is swapped, 0 to 100.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub mem_swappiness: Option<u8>,
    /// The kernel must not kill it when memory is short.
    #[serde(skip_serializing_if = "is_zero")]
    pub oom_kill_disable: bool,
    /// How likely the kernel kills it when memory is short, -1000 to 1000.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub oom_score_adj: Option<i16>,
    /// Limits of its processes by name, for example `nofile`.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub ulimits: BTreeMap<String, Ulimit>,
    /// Input and output of block devices.
    #[serde(skip_serializing_if = "is_zero")]
    pub blkio: Blkio,
    /// Options of the engine's storage driver, for example `size`.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub storage: BTreeMap<String, String>,
}

/// A limit of processes; -1 is none.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ulimit {
    /// What a process starts with.
    pub soft: i64,
    /// How far it may raise that.
    pub hard: i64,
}

/// Input and output of block devices.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Blkio {
    /// Weight against others, 10 to 1000.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub weight: Option<u16>,
    /// Weights by device.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub weight_device: BTreeMap<String, u16>,
    /// Bytes read per second, by device.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub read_bps: BTreeMap<String, u64>,
    /// Bytes written per second, by device.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub write_bps: BTreeMap<String, u64>,
    /// Reads per second, by device.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub read_iops: BTreeMap<String, u64>,
    /// Writes per second, by device.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub write_iops: BTreeMap<String, u64>,
}
