//! One service of a workload.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use super::{
    Attachment, DependsOn, Dns, Environment, FileMount, Healthcheck, Isolation, Limits, Logging, Millis, Mount,
    Namespaces, PublishedPort, PullPolicy, RestartPolicy, Tuning,
};
use crate::model::is_zero;

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
    /// With `on-failure`: at most so many starts after the first; none means without end.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub max_restarts: Option<u32>,
    /// Those of `depends_on` after whose replacement it is started again.
    #[serde(skip_serializing_if = "BTreeSet::is_empty")]
    pub follows: BTreeSet<String>,
    /// When the image is pulled.
    #[serde(skip_serializing_if = "is_zero")]
    pub pull_policy: PullPolicy,
    /// The platform whose image it is, for example `linux/arm64`; none means the node's.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub platform: Option<String>,
    /// The engine's runtime; none means its default.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub runtime: Option<String>,
    /// Networks that it is on, by their names in the workload; none means the workload's own.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub networks: BTreeMap<String, Attachment>,
    /// Its hardware address on the first network.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub mac_address: Option<String>,
    /// How it finds others.
    #[serde(skip_serializing_if = "is_zero")]
    pub dns: Dns,
    /// Configs and secrets.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub files: Vec<FileMount>,
    /// Privileges that it has more or less of.
    #[serde(skip_serializing_if = "is_zero")]
    pub isolation: Isolation,
    /// Namespaces that it shares.
    #[serde(skip_serializing_if = "is_zero")]
    pub namespaces: Namespaces,
    /// What the kernel gives it beyond its limits.
    #[serde(skip_serializing_if = "is_zero")]
    pub tuning: Tuning,
    /// Where its output goes.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub logging: Option<Logging>,
    /// Annotations for the runtime.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub annotations: BTreeMap<String, String>,
    /// Give it a terminal.
    #[serde(skip_serializing_if = "is_zero")]
    pub tty: bool,
    /// Keep its standard input open.
    #[serde(skip_serializing_if = "is_zero")]
    pub stdin_open: bool,
}
