//! A workload as an executor gets it: nothing is left to decide. Compose is parsed into this model, never interpreted on
//! the node.

use std::{collections::BTreeMap, fmt, time::Duration};

use serde::{Deserialize, Serialize};

use super::ExecutorKind;
use crate::{
    hash::ContentHash,
    id::{DeploymentId, WorkloadId},
    name::Name,
};

/// One instance, rendered for the node that it was assigned to.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct RenderedWorkload {
    /// Its identity, and the Compose project name on the node.
    pub id: WorkloadId,
    /// Of which deployment.
    pub deployment: DeploymentId,
    /// That deployment's name.
    pub deployment_name: Name,
    /// Which slot of it.
    pub slot: u32,
    /// Generation of the deployment that it was rendered from.
    pub generation: u64,
    /// Hash over everything that, when changed, means that it must be replaced.
    pub hash: ContentHash,
    /// What runs it.
    pub executor: ExecutorKind,
    /// Should it run, or only keep its volumes?
    pub run: bool,
    /// Its services and volumes.
    pub spec: WorkloadSpec,
    /// The Compose text that it was parsed from, for people.
    pub compose: String,
}

impl RenderedWorkload {
    /// The hash for `spec` run by `executor`; `restarts` is the deployment's restart counter.
    ///
    /// # Errors
    /// The serialiser's, when the model holds what JSON cannot express.
    pub fn hash_of(
        spec: &WorkloadSpec,
        executor: ExecutorKind,
        restarts: u64,
    ) -> Result<ContentHash, serde_json::Error> {
        ContentHash::of(&(spec, executor, restarts))
    }
}

/// The services and volumes of a workload.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct WorkloadSpec {
    /// Services by name.
    pub services: BTreeMap<String, Service>,
    /// Named volumes by name; they outlive replacement and go with the deployment.
    pub volumes: BTreeMap<String, Volume>,
}

/// A named volume.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Volume {
    /// Name on the engine when it is shared beyond this workload; none means one of the workload's own.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub external_name: Option<String>,
}

/// One service: a container, or a local process.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Service {
    /// Image reference with tag or digest. Needed by `docker`.
    pub image: String,
    /// The command line for the `process` executor (`x-process` in Compose), empty when there is none.
    pub process: Vec<String>,
    /// Replaces the image's entry point when present.
    pub entrypoint: Option<Vec<String>>,
    /// Replaces the image's command when present.
    pub command: Option<Vec<String>>,
    /// Environment.
    pub environment: Environment,
    /// Published ports.
    pub ports: Vec<PublishedPort>,
    /// Mounts.
    pub mounts: Vec<Mount>,
    /// Health check; none means that running is healthy.
    pub healthcheck: Option<Healthcheck>,
    /// Services that come first.
    pub depends_on: BTreeMap<String, DependsOn>,
    /// What happens when it exits.
    pub restart: RestartPolicy,
    /// Limits.
    pub limits: Limits,
    /// User, as `uid[:gid]` or name.
    pub user: Option<String>,
    /// Working directory.
    pub working_dir: Option<String>,
    /// Host name inside.
    pub hostname: Option<String>,
    /// Labels for the container.
    pub labels: BTreeMap<String, String>,
    /// GPUs by identity.
    pub gpus: Vec<String>,
    /// Read-only root file system.
    pub read_only: bool,
    /// Run an init process as PID 1.
    pub init: bool,
    /// Size of `/dev/shm` in bytes.
    pub shm_size: Option<u64>,
    /// Time between the stop signal and the kill.
    pub stop_grace: Option<Millis>,
    /// Signal that asks it to stop.
    pub stop_signal: Option<String>,
}

/// Environment variables. `Debug` shows names only, since values may be secrets.
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Environment(pub BTreeMap<String, String>);

impl fmt::Debug for Environment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_map().entries(self.0.keys().map(|k| (k, "***"))).finish()
    }
}

/// A duration in milliseconds on the wire.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Millis(pub u64);

impl Millis {
    /// As a duration.
    #[must_use]
    pub const fn duration(self) -> Duration {
        Duration::from_millis(self.0)
    }
}

/// A port of the container published on the host.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PublishedPort {
    /// Address of the host, for example `127.0.0.1`.
    pub host_ip: String,
    /// Port of the host.
    pub host: u16,
    /// Port of the container.
    pub container: u16,
    /// Transport.
    pub protocol: Protocol,
}

/// Transport protocol of a port.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "lowercase")]
pub enum Protocol {
    /// TCP.
    #[default]
    Tcp,
    /// UDP.
    Udp,
}

impl Protocol {
    /// The name on the wire.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Tcp => "tcp",
            Self::Udp => "udp",
        }
    }
}

/// A mount.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Mount {
    /// What is mounted.
    pub source: MountSource,
    /// Where, absolute.
    pub target: String,
    /// Without write access.
    pub read_only: bool,
}

/// What is mounted.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum MountSource {
    /// A named volume of the workload.
    Volume(String),
    /// A path of the host.
    Host(String),
    /// Memory, with its size in bytes.
    Tmpfs(Option<u64>),
}

/// A health check.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Healthcheck {
    /// How health is asked.
    pub test: HealthTest,
    /// Time between two checks.
    pub interval: Millis,
    /// Time one check may take.
    pub timeout: Millis,
    /// Failures in a row that make it unhealthy.
    pub retries: u32,
    /// Failures in this time after the start do not count.
    pub start_period: Millis,
}

/// How health is asked.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum HealthTest {
    /// A command without a shell.
    Exec(Vec<String>),
    /// A command for `/bin/sh -c`.
    Shell(String),
}

/// When a dependency counts as met.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DependsOn {
    /// It was started.
    #[default]
    ServiceStarted,
    /// It is healthy.
    ServiceHealthy,
    /// It ended with exit code 0.
    ServiceCompletedSuccessfully,
}

/// What happens when a service exits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum RestartPolicy {
    /// Started again, whatever the exit code.
    #[default]
    Always,
    /// Started again unless it ended with exit code 0.
    OnFailure,
    /// Never started again; exit code 0 is success.
    No,
}

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
