//! Mounts of a service.

use serde::{Deserialize, Serialize};

use crate::model::is_zero;

/// A mount.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Mount {
    /// What is mounted.
    pub source: MountSource,
    /// Where, absolute.
    pub target: String,
    /// Without write access.
    pub read_only: bool,
    /// How it is mounted, beyond that.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub options: MountOptions,
}

impl Mount {
    /// A mount without options.
    #[must_use]
    pub fn new(source: MountSource, target: impl Into<String>, read_only: bool) -> Self {
        Self { source, target: target.into(), read_only, options: MountOptions::default() }
    }

    /// The volume of the workload that it mounts, when it does.
    #[must_use]
    pub fn volume(&self) -> Option<&str> {
        if let MountSource::Volume(name) = &self.source { Some(name) } else { None }
    }
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

/// How something is mounted. What is absent is left to the engine.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct MountOptions {
    /// Of a path of the host: whether mounts made later on one side are seen on the other (`rprivate`, `rslave`, …).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub propagation: Option<String>,
    /// Of a path of the host: make it as a directory when it is missing.
    #[serde(skip_serializing_if = "is_zero")]
    pub create_host_path: bool,
    /// Of a path of the host: the label that SELinux needs, `z` when containers share it, `Z` for this one alone.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub selinux: Option<char>,
    /// Of a volume: do not fill it with what the image has at this place.
    #[serde(skip_serializing_if = "is_zero")]
    pub no_copy: bool,
    /// Of a volume: only this directory of it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub subpath: Option<String>,
    /// Of memory: permission bits of the directory.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub mode: Option<u32>,
}
