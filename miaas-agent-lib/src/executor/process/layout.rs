//! Where a workload keeps what on the disk.
//!
//! ```text
//! <root>/<workload>/
//!   workload.json      what was started, with hash and services
//!   prepared.json      made ready, perhaps never started
//!   volumes/<name>/    named volumes
//!   run/<service>.json one run: mark, boot, restarts; beside it .pid and .exit, written by the wrapper
//!   raw/<service>.out  output as the service writes it (.err as well)
//!   logs/<service>.log lines with time; .log.1 the ones before; .pos how much of raw was taken
//! <root>/.shared/<name>/ volumes shared beyond a workload
//! <root>/.gone-*         workloads that are being removed
//! ```

use std::path::{Path, PathBuf};

use miaas_core::id::WorkloadId;

/// The folder of all workloads.
#[derive(Debug, Clone)]
pub(super) struct Layout {
    pub root: PathBuf,
}

impl Layout {
    pub(super) fn workload(&self, id: &WorkloadId) -> WorkloadDir {
        WorkloadDir { path: self.root.join(id.as_str()) }
    }

    pub(super) fn shared_volume(&self, name: &str) -> PathBuf {
        self.root.join(".shared").join(name)
    }

    /// A name that no workload can have, since ids begin with a letter or a digit.
    pub(super) fn gone(&self, id: &WorkloadId) -> PathBuf {
        self.root.join(format!(".gone-{id}"))
    }
}

/// The folder of one workload.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct WorkloadDir {
    pub path: PathBuf,
}

impl WorkloadDir {
    pub(super) fn record(&self) -> PathBuf {
        self.path.join("workload.json")
    }

    pub(super) fn prepared(&self) -> PathBuf {
        self.path.join("prepared.json")
    }

    pub(super) fn volume(&self, name: &str) -> PathBuf {
        self.path.join("volumes").join(name)
    }

    pub(super) fn raw_folder(&self) -> PathBuf {
        self.path.join("raw")
    }

    pub(super) fn service(&self, name: &str) -> ServiceFiles {
        ServiceFiles { workload: self.path.clone(), name: name.to_owned() }
    }

    /// The folders that a run needs.
    pub(super) fn folders(&self) -> [PathBuf; 4] {
        ["run", "raw", "logs", "volumes"].map(|name| self.path.join(name))
    }
}

/// The files of one service.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct ServiceFiles {
    workload: PathBuf,
    pub name: String,
}

impl ServiceFiles {
    fn file(&self, folder: &str, extension: &str) -> PathBuf {
        self.workload.join(folder).join(format!("{}.{extension}", self.name))
    }

    pub(super) fn folder(&self) -> &Path {
        &self.workload
    }

    pub(super) fn run(&self) -> PathBuf {
        self.file("run", "json")
    }

    pub(super) fn pid(&self) -> PathBuf {
        self.file("run", "pid")
    }

    pub(super) fn exit(&self) -> PathBuf {
        self.file("run", "exit")
    }

    pub(super) fn out(&self) -> PathBuf {
        self.file("raw", "out")
    }

    pub(super) fn err(&self) -> PathBuf {
        self.file("raw", "err")
    }

    pub(super) fn log(&self) -> PathBuf {
        self.file("logs", "log")
    }

    pub(super) fn old_log(&self) -> PathBuf {
        self.file("logs", "log.1")
    }

    pub(super) fn position(&self) -> PathBuf {
        self.file("logs", "pos")
    }
}

/// Whether a name may be a file name here.
pub(super) fn is_file_name(name: &str) -> bool {
    !name.is_empty()
        && name.len() <= 200
        && !name.starts_with('.')
        && name.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_' | b'.'))
}
