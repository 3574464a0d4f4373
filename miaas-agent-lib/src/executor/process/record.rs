//! What is written down, so that the next process of the agent knows what the last one started.

use std::{collections::BTreeMap, fs, io, path::Path};

use miaas_core::{
    PortError,
    hash::ContentHash,
    id::{DeploymentId, WorkloadId},
    model::{ExecutorKind, RenderedWorkload, RestartPolicy, WorkloadSpec, service_hashes},
};
use serde::{Deserialize, Serialize, de::DeserializeOwned};

use super::{
    layout::{ServiceFiles, WorkloadDir},
    procfs::{self, ProcessId},
};
use crate::fsutil::{Durability, io_error, read_optional, remove_if_there, write_atomic};

/// A workload that was prepared or started.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(super) struct WorkloadRecord {
    pub workload: WorkloadId,
    pub deployment: DeploymentId,
    pub generation: u64,
    pub hash: ContentHash,
    #[serde(default)]
    pub restarts: u64,
    pub spec: WorkloadSpec,
}

impl WorkloadRecord {
    pub(super) fn of(w: &RenderedWorkload) -> Self {
        Self {
            workload: w.id.clone(),
            deployment: w.deployment.clone(),
            generation: w.generation,
            hash: w.hash.clone(),
            restarts: w.restarts,
            spec: w.spec.clone(),
        }
    }

    /// The hash of each service. None of a spec that cannot be hashed: then every service counts as changed.
    pub(super) fn service_hashes(&self) -> BTreeMap<String, ContentHash> {
        service_hashes(&self.spec, ExecutorKind::Process, self.restarts).unwrap_or_default()
    }

    /// What was started.
    pub(super) fn started(dir: &WorkloadDir) -> Result<Option<Self>, PortError> {
        read_json(&dir.record())
    }

    /// What was made ready last.
    pub(super) fn prepared(dir: &WorkloadDir) -> Result<Option<Self>, PortError> {
        read_json(&dir.prepared())
    }

    /// Writes it to one of the two files; it outlives a loss of power, since volumes do.
    pub(super) fn write(&self, path: &Path) -> Result<(), PortError> {
        write_json(path, self, Durability::Power)
    }
}

/// One run of a service.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct RunRecord {
    /// Names this run; also in its environment.
    pub mark: String,
    /// Boot of the machine: process ids mean nothing after another.
    pub boot: String,
    /// Hash of the service that it was started from.
    pub hash: ContentHash,
    /// Starts before this one with the same hash.
    pub restarts: u32,
    /// Ended on request, so its exit is no failure and it may run again.
    pub stopped: bool,
    /// Milliseconds since the epoch.
    pub started_at: i64,
}

impl RunRecord {
    pub(super) fn read(files: &ServiceFiles) -> Result<Option<Self>, PortError> {
        // A run ends with the machine: a record cut off by a loss of power says no more than a missing one.
        Ok(read_json(&files.run()).unwrap_or(None))
    }

    pub(super) fn write(&self, files: &ServiceFiles) -> Result<(), PortError> {
        write_json(&files.run(), self, Durability::Process)
    }

    /// The entry of the environment that marks its processes.
    pub(super) fn environment_mark(&self) -> String {
        format!("{MARK}={}", self.mark)
    }
}

/// Variable that carries [`RunRecord::mark`].
pub(super) const MARK: &str = "MIAAS_RUN";

/// Where a service is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct ServiceRun {
    pub record: RunRecord,
    pub process: Option<ProcessId>,
    pub running: bool,
    /// Known once it has ended, unless nobody was there to see it.
    pub exit_code: Option<i64>,
}

impl ServiceRun {
    /// Looks at the machine. None when the service was never started.
    pub(super) fn look(files: &ServiceFiles) -> Result<Option<Self>, PortError> {
        let Some(record) = RunRecord::read(files)? else { return Ok(None) };
        let process = fs::read_to_string(files.pid()).ok().and_then(|t| ProcessId::parse(&t));
        let exit_code = fs::read_to_string(files.exit()).ok().and_then(|t| t.trim().parse().ok());
        let running = exit_code.is_none() && record.boot == procfs::boot_id() && process.is_some_and(|p| p.lives());
        Ok(Some(Self { record, process, running, exit_code }))
    }

    /// Whether a start of the workload has nothing to do for this service.
    pub(super) fn is_settled(&self, policy: RestartPolicy) -> bool {
        let done = self.exit_code == Some(0) && policy != RestartPolicy::Always && !self.record.stopped;
        self.running || done
    }

    /// Kills what the run left behind.
    pub(super) fn kill_leftovers(&self) {
        let leader = self.process.filter(|_| self.record.boot == procfs::boot_id());
        procfs::kill_leftovers(&self.record.environment_mark(), leader);
    }
}

/// Keeps an exit code unless one is known already.
pub(super) fn keep_exit_code(files: &ServiceFiles, code: i64) -> io::Result<()> {
    if fs::read_to_string(files.exit()).is_ok_and(|t| t.trim().parse::<i64>().is_ok()) {
        return Ok(());
    }
    write_atomic(&files.exit(), code.to_string().as_bytes(), Durability::Process)
}

/// Forgets the run of a service.
pub(super) fn forget_run(files: &ServiceFiles) -> io::Result<()> {
    [files.run(), files.pid(), files.exit()].iter().try_for_each(|p| remove_if_there(p))
}

fn read_json<T: DeserializeOwned>(path: &Path) -> Result<Option<T>, PortError> {
    let fail = |e| io_error("process.record", "read", path, e);
    let Some(bytes) = read_optional(path).map_err(fail)? else { return Ok(None) };
    serde_json::from_slice(&bytes).map(Some).map_err(|e| {
        PortError::internal("process.record", format!("{} is damaged", path.display()))
            .with_hint("remove this file: the workload is then started anew, its volumes stay")
            .with_source(e)
    })
}

fn write_json<T: Serialize>(path: &Path, value: &T, durability: Durability) -> Result<(), PortError> {
    let bytes = serde_json::to_vec(value).map_err(|e| {
        PortError::internal("process.record", format!("{} does not serialise", path.display())).with_source(e)
    })?;
    write_atomic(path, &bytes, durability).map_err(|e| io_error("process.record", "write", path, e))
}
